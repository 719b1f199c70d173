"""Tells files that are no specs by their keys: EIR's other configurations, a tokenizer's, a workflow's, …."""

from __future__ import annotations

from pathlib import PurePath
from typing import Final

from catalog.specs.nodes import Mapping, Scalar

_EIR_GLOBAL_SECTIONS: Final = frozenset(
    {
        "basic_experiment",
        "optimization",
        "lr_schedule",
        "training_control",
        "evaluation_checkpoint",
        "attribution_analysis",
        "metrics",
        "visualization_logging",
        "data_preparation",
        "accelerator",
        "latent_sampling",
    }
)
_EIR_FUSION_KEYS: Final = frozenset({"model_type", "model_config", "tensor_broker_config"})
_EIR_FUSION_TYPES: Final = frozenset(
    {"mlp-residual", "default", "identity", "mgmoe", "pass-through", "attention", "linear"}
)
_MODEL_KEYS: Final = frozenset({"model_type", "architectures", "config_class", "checkpoint", "input_info"})
_GENERATION_KEYS: Final = frozenset(
    {"do_sample", "temperature", "top_p", "top_k", "max_length", "max_new_tokens", "bos_token_id", "eos_token_id"}
)
_SPECIAL_TOKENS: Final = frozenset(
    {
        "additional_special_tokens",
        "bos_token",
        "cls_token",
        "eos_token",
        "mask_token",
        "pad_token",
        "sep_token",
        "unk_token",
    }
)

_SIGNATURES: Final[tuple[tuple[frozenset[str], str], ...]] = (
    (frozenset({"output_info"}), "an EIR output configuration"),
    (frozenset({"output_type_info"}), "an EIR output configuration"),
    (frozenset({"basic_experiment"}), "an EIR global configuration"),
    (frozenset({"peft_type"}), "an adapter's configuration"),
    (frozenset({"weight_map"}), "an index of weight files"),
    (frozenset({"_class_name", "_diffusers_version"}), "a diffusers configuration"),
    (frozenset({"_from_model_config"}), "a generation configuration"),
    (frozenset({"image_processor_type"}), "a preprocessor's configuration"),
    (frozenset({"feature_extractor_type"}), "a preprocessor's configuration"),
    (frozenset({"processor_class"}), "a processor's configuration"),
    (frozenset({"added_tokens", "model"}), "a tokenizer"),
    (frozenset({"added_tokens_decoder"}), "a tokenizer's configuration"),
    (frozenset({"tokenizer_class"}), "a tokenizer's configuration"),
    (frozenset({"word_embedding_dimension"}), "a sentence-transformers configuration"),
    (frozenset({"$schema"}), "a file of another kind, which names its own schema"),
    (frozenset({"apiVersion", "kind"}), "a Kubernetes manifest"),
    (frozenset({"on", "jobs"}), "a GitHub workflow"),
    (frozenset({"repos"}), "a pre-commit configuration"),
    (frozenset({"services"}), "a Docker Compose file"),
    (frozenset({"site_name"}), "an MkDocs configuration"),
    (frozenset({"name", "scripts"}), "a Node package"),
    (frozenset({"dependencies", "channels"}), "a conda environment"),
)
"""Keys that stand together in a kind of file and in no spec; the first that fits counts."""


_NAMES: Final[dict[str, str]] = {
    "adapter_config.json": "an adapter's configuration",
    "added_tokens.json": "a list of tokens",
    "chat_template.json": "a chat template",
    "generation_config.json": "a generation configuration",
    "normalizer.json": "a tokenizer's table",
    "package.json": "a Node package",
    "package-lock.json": "a Node package",
    "preprocessor_config.json": "a preprocessor's configuration",
    "processor_config.json": "a processor's configuration",
    "special_tokens_map.json": "a list of special tokens",
    "tokenizer.json": "a tokenizer",
    "tokenizer_config.json": "a tokenizer's configuration",
    "trainer_state.json": "a trainer's state",
    "tsconfig.json": "a TypeScript configuration",
    "video_preprocessor_config.json": "a preprocessor's configuration",
    "vocab.json": "a vocabulary",
}
"""Files that tools write under one name, beside a model's ``config.json`` and elsewhere."""


def foreign_kind(root: Mapping, path: str) -> str | None:
    """What a file is instead of a spec.

    Args:
        root: Its keys and values.
        path: The file.

    Returns:
        Its kind, with an article (``"an EIR output configuration"``); ``None`` where it may be a spec.
    """
    if (known := _NAMES.get(PurePath(path).name)) is not None:
        return known
    keys = {entry.key for entry in root.entries}
    if _is_eir_fusion(root, keys):
        return "an EIR fusion configuration"
    if not keys.isdisjoint(_MODEL_KEYS):
        return None
    for signature, kind in _SIGNATURES:
        if signature <= keys:
            return kind
    if len(keys & _EIR_GLOBAL_SECTIONS) >= min(2, len(keys)) and keys:
        return "an EIR global configuration"
    if "transformers_version" in keys and keys & _GENERATION_KEYS and "vocab_size" not in keys:
        return "a generation configuration"
    if keys and keys <= _SPECIAL_TOKENS:
        return "a list of special tokens"
    return None


def _is_eir_fusion(root: Mapping, keys: set[str]) -> bool:
    if not keys <= _EIR_FUSION_KEYS:
        return False
    entry = root.get("model_type")
    return entry is not None and isinstance(entry.value, Scalar) and entry.value.value in _EIR_FUSION_TYPES
