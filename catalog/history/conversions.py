"""Keywords that transformers takes for every class although no parameter is named so any more, and what they become.

These conversions live in shared code, so that no class of its own tells of them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """A keyword that is converted.

    Attributes:
        old: The keyword.
        new: The parameter that takes its value, dotted where it becomes a key of it.
        needs: The parameter that a class must have for it.
        source: The function of transformers that converts.
    """

    old: str
    new: str
    needs: str
    source: str


_ROPE = "RotaryEmbeddingConfigMixin.convert_rope_params_to_dict"
_BACKBONE = "backbone_utils.consolidate_backbone_kwargs_to_config"

CONVERSIONS = (
    Conversion(old="rope_theta", new="rope_parameters.rope_theta", needs="rope_parameters", source=_ROPE),
    Conversion(old="rope_scaling", new="rope_parameters", needs="rope_parameters", source=_ROPE),
    Conversion(
        old="partial_rotary_factor",
        new="rope_parameters.partial_rotary_factor",
        needs="rope_parameters",
        source=_ROPE,
    ),
    Conversion(old="backbone", new="backbone_config", needs="backbone_config", source=_BACKBONE),
    Conversion(old="backbone_kwargs", new="backbone_config", needs="backbone_config", source=_BACKBONE),
    Conversion(old="use_timm_backbone", new="backbone_config", needs="backbone_config", source=_BACKBONE),
    Conversion(old="use_pretrained_backbone", new="backbone_config", needs="backbone_config", source=_BACKBONE),
    Conversion(old="torch_dtype", new="dtype", needs="dtype", source="PreTrainedConfig.__post_init__"),
)
"""All conversions, each checked against transformers 5.23.0."""
