"""Which part of a model a parameter belongs to: embeddings, attention, feed-forward network, experts and so on.

transformers states no such thing, so that it is told from the classes and the names of modules. The rules go from the
root down, and a module inherits the part of the one that holds it:

1. Lookup tables (``nn.Embedding``) are ``"embeddings"`` and normalisation layers ``"norm"`` wherever they stand.
2. Routed and shared experts are ``"experts"``, and what chooses among them is the ``"router"``.
3. Otherwise the outermost module with a telling class or name decides for all below it: what stands within an
   attention block is ``"attention"``, its position bias and its convolutions included.
4. A convolution that none of them claims is ``"convolution"``.

Names are matched as transformers writes them; `tests/builder/test_counting.py` holds what they say of every model.
"""

from __future__ import annotations

import re
from typing import Final

from torch import nn

COMPONENTS: Final = (
    "embeddings",
    "attention",
    "mlp",
    "experts",
    "router",
    "norm",
    "head",
    "convolution",
    "state_space",
    "other",
)
"""All parts, in the order in which they are shown."""

_CONVOLUTIONS = (nn.modules.conv._ConvNd,)  # the base of all six convolutions has no public name
_NORMS = (
    nn.LayerNorm,
    nn.GroupNorm,
    nn.RMSNorm,
    nn.modules.batchnorm._NormBase,  # the base of batch and instance norms has no public name
)

_BY_CLASS: Final = tuple(
    (component, re.compile(pattern))
    for component, pattern in (
        ("router", r"Router|TopKGate|MoeGate|MoEGate"),
        ("experts", r"Experts?($|[A-Z])(?!.*(Block|Layer|Moe|MoE)$)"),
        ("norm", r"(?i)norm(2d|1d|3d|gated)?$"),
        (
            "state_space",
            r"Mamba\d?Mixer|Mixer2?$(?<=MambaMixer)|SSM|DeltaNet|DeltaAttention|RecurrentBlock|RgLru|Rwkv.*SelfAttention"
            r"|mLSTM|sLSTM|xLSTM(?!Block)|LSTM$|GRU$|ShortConv$|Lightning(Attention|Indexer)?$",
        ),
        ("attention", r"Attention(?!.*(Layer|Block|Encoder|Decoder|Model|Stage)$)|Attn$|(?<!Flash)SelfOutput$"),
        ("mlp", r"(?i)(mlp|ffn|feedforward\w*|ffnlayer|denserelu\w*|densegatedact\w*|denseact\w*|fflayer|layerff)$"),
        ("mlp", r"Intermediate$|(Projector|Connector)$"),
        ("embeddings", r"(Patch|Position|Positional|Token|Word|Text|Vision|Input)?Embedd?(ing)?s?$"),
        ("head", r"(?<![a-z]i)(LMHead|PredictionHead|ClassificationHead|Classifier|(?<!Multi)(?<!multi)Head)$"),
    )
)
_BY_NAME: Final = {
    name: component
    for component, names in {
        "experts": "experts shared_expert shared_experts shared_mlp",
        "router": "router shared_expert_gate",
        "attention": "attention attn self_attn self_attention cross_attn cross_attention crossattention encoder_attn "
        "attention_layer token_mixer",
        "mlp": "mlp ffn feed_forward feedforward ff fc1 fc2 intermediate dense_h_to_4h dense_4h_to_h wi wo linear1 linear2 "
        "ffn1 ffn2 multi_modal_projector mm_projector connector",
        "embeddings": "embeddings embed_tokens wte wpe patch_embed patch_embedding patch_embeddings",
        "head": "lm_head classifier score qa_outputs cls class_embed bbox_embed head visual_projection text_projection "
        "pooler prediction_head class_labels_classifier bbox_predictor",
        "state_space": "mamba mixer_ssm ssm",
    }.items()
    for name in names.split()
}
_PARAMETERS: Final = re.compile(
    r"(^|_)(pos|cls|mask|class|register|distillation|query|position|segment|level|type|time)_?(emb\w*|tokens?)$"
    r"|embedd?ings?(_table)?$|_embed$|^(latents?|query_tokens|probe|image_newline|mask_token)$"
)
_STRONG: Final = frozenset({"experts", "router", "norm", "embeddings"})


class Classifier:
    """Tells the parts of one model; keeps what it learnt, as the same few classes and names come again and again."""

    def __init__(self) -> None:
        self._modules: dict[tuple[str | None, type, str], str | None] = {}

    def module(self, inherited: str | None, module: nn.Module, name: str) -> str | None:
        """The part that a module is, or belongs to.

        Args:
            inherited: The part of the module that holds it; ``None`` where that is no part.
            module: The module.
            name: Its name within the one that holds it.

        Returns:
            The part; ``None`` for a module that mixes several, as a layer does.
        """
        key = (inherited, type(module), name)
        found = self._modules.get(key, "")
        if found == "":
            found = self._modules[key] = _module_component(inherited, module, name)
        return found

    @staticmethod
    def parameter(component: str | None, name: str) -> str:
        """The part of a parameter, given that of its module and its name there."""
        if component is not None:
            return component
        return "embeddings" if _PARAMETERS.search(name) else "other"


def _module_component(inherited: str | None, module: nn.Module, name: str) -> str | None:
    if isinstance(module, nn.Embedding | nn.EmbeddingBag):
        return "embeddings"
    if isinstance(module, _NORMS):
        return "norm"
    own = _telling(module, name)
    if inherited is None:
        return own or ("convolution" if isinstance(module, _CONVOLUTIONS) else None)
    if own == "router" and inherited in ("mlp", "experts"):
        return own
    if own == "experts" and inherited == "mlp":
        return own
    if own == "norm" and not module._modules:  # as `children`, without making a generator
        return own
    return inherited


def _telling(module: nn.Module, name: str) -> str | None:
    class_name = type(module).__name__
    if name in ("experts", "shared_experts", "shared_expert"):
        return "experts"
    for component, pattern in _BY_CLASS:
        if pattern.search(class_name) and not (component == "norm" and module._modules):
            return component
    return _BY_NAME.get(name)
