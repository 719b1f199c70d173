"""What the checker makes of specs: dialects, nesting, custom code, checkpoints, and whatever else it is given."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.records import Release
from catalog.specs.checker import Checker, check
from catalog.specs.diagnostics import Finding
from catalog.specs.loading import load_mapping, load_text
from catalog.specs.memory import ReleaseKnowledge


@pytest.fixture(scope="session")
def knowledge(installed_release: Release) -> ReleaseKnowledge:
    return ReleaseKnowledge(installed_release)


@pytest.fixture(scope="session")
def checker(knowledge: ReleaseKnowledge) -> Checker:
    return Checker(knowledge)


def _check(checker: Checker, mapping: dict[str, Any]) -> list[Finding]:
    loaded = load_mapping(mapping)
    return [finding for spec in loaded.specs for finding in checker.check(spec)]


def _native(checker: Checker, model_type: str, params: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    found = _check(checker, {"model_type": model_type, "params": params})
    return [(finding.severity, finding.code, finding.parameter) for finding in found]


def _published(checker: Checker, model_type: str, params: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    found = _check(checker, {"model_type": model_type, "architectures": None, **params})
    return [(finding.severity, finding.code, finding.parameter) for finding in found]


def test_all_findings_come_in_one_run_in_the_order_of_the_file(checker: Checker) -> None:
    text = (
        "model_type: clip\ntask: text-clasification\nparams:\n  projection_dim: -1\n  text_config:\n"
        "    hidden_size: '512'\n    num_hiden_layers: 4\n  vision_config:\n    attention_dropout: 5\n"
    )
    (spec,) = load_text(text, "spec.yaml").specs
    assert [(finding.span.line, finding.code, finding.parameter) for finding in checker.check(spec)] == [
        (2, "C104", "task"),
        (4, "C309", "projection_dim"),
        (6, "C202", "text_config.hidden_size"),
        (7, "C111", "text_config.num_hiden_layers"),
        (9, "C308", "vision_config.attention_dropout"),
    ]


def test_function_gives_what_a_checker_gives(knowledge: ReleaseKnowledge, checker: Checker) -> None:
    (spec,) = load_mapping({"model_type": "bert", "params": {"hiden_size": 3}}).specs
    assert check(spec, knowledge) == checker.check(spec)


@pytest.mark.parametrize(
    ("key", "value", "native", "published"),
    [
        ("hiden_size", 768, "error C111", "error C111"),
        ("encoder_width", 768, "error C110", "warning C110"),
        ("d_model", 768, "error C112", "warning C112"),
        ("position_embedding_type", "absolute", "error C110", ""),
        ("torch_dtype", "float32", "", ""),
        ("_name_or_path", "bert-base-uncased", "", ""),
        ("quantization_config", {"bits": 4}, "", ""),
        ("max_length", 20, "info C115", ""),
        ("hidden_size", 768.0, "error C206", "warning C206"),
        ("hidden_size", None, "error C204", "warning C204"),
        ("hidden_size", "768", "error C202", "error C202"),
        ("layer_norm_eps", 0, "error C310", "warning C310"),
        ("pad_token_id", 99999, "error C311", "info C311"),
        ("eos_token_id", 99999, "warning C311", "info C311"),
        ("hidden_size", 2**31, "error C309", "error C309"),
        ("layer_norm_eps", float("nan"), "error C310", "error C310"),
    ],
)
def test_a_published_file_may_hold_what_a_written_spec_may_not(
    checker: Checker, key: str, value: Any, native: str, published: str
) -> None:
    for found, expected in (
        (_native(checker, "bert", {key: value}), native),
        (_published(checker, "bert", {key: value}), published),
    ):
        assert [f"{severity} {code}" for severity, code, _ in found] == ([expected] if expected else [])


def test_own_code_turns_errors_into_warnings(checker: Checker) -> None:
    params = {"auto_map": {"AutoConfig": "configuration_x.XConfig"}, "hiden_size": 3, "hidden_size": "3"}
    assert {severity for severity, _, _ in _published(checker, "bert", params)} == {"warning"}


def test_unknown_model_with_own_code_is_not_cataloged_rather_than_wrong(checker: Checker) -> None:
    found = _published(checker, "chatglm", {"auto_map": {"AutoConfig": "x.Y"}, "hidden_size": "no"})
    assert found == [("info", "C107", None)]


def test_file_without_a_model_type_is_resolved_by_its_architecture(checker: Checker) -> None:
    found = _check(checker, {"architectures": ["BertForMaskedLM"], "hiden_size": 3, "num_hidden_layers": 2})
    assert [finding.code for finding in found] == ["C111"]


def test_nested_blocks_are_checked_against_the_class_that_transformers_takes(checker: Checker) -> None:
    # LLaVA's text model is whatever model_type says, Llama where it says nothing; CLIP's is always its own class.
    assert _native(checker, "llava", {"text_config": {"rms_norm_eps": 1e-5}}) == []
    assert _native(checker, "llava", {"text_config": {"model_type": "gpt2", "rms_norm_eps": 1e-5}}) == [
        ("error", "C112", "text_config.rms_norm_eps")
    ]
    assert _native(checker, "clip", {"text_config": {"model_type": "gpt2", "n_embd": 5}})[0][1] == "C112"
    assert _native(checker, "llava", {"text_config": {"model_type": "gpt22"}}) == [
        ("error", "C101", "text_config.model_type")
    ]
    deep = {"encoder": {"text_config": {"hiden_size": 3}}}
    assert _native(checker, "t5gemma2", deep) == [("error", "C111", "encoder.text_config.hiden_size")]


def test_backbone_follows_its_own_model_type(checker: Checker) -> None:
    assert _native(checker, "maskformer", {"backbone_config": {"model_type": "swin", "embed_dim": 96}}) == []
    assert _native(checker, "maskformer", {"backbone_config": {"model_type": "swin", "embed_dimm": 96}}) == [
        ("error", "C111", "backbone_config.embed_dimm")
    ]
    assert _native(checker, "detr", {"use_timm_backbone": True, "backbone": "resnet50"}) == []


def test_parameter_is_named_as_it_is_written(checker: Checker) -> None:
    assert _native(checker, "gpt2", {"num_hidden_layers": -2}) == [("error", "C309", "num_hidden_layers")]
    assert _native(checker, "gpt2", {"n_layer": -2}) == [("error", "C309", "n_layer")]


def test_fault_is_reported_at_the_value_that_is_not_the_default(checker: Checker) -> None:
    base = {"hidden_size": 768, "num_attention_heads": 12}
    assert _native(checker, "bert", base | {"num_attention_heads": 7}) == [("error", "C401", "num_attention_heads")]
    assert _native(checker, "bert", base | {"hidden_size": 770}) == [("error", "C401", "hidden_size")]


def test_values_at_their_default_are_never_held_against_each_other(checker: Checker) -> None:
    # The defaults of this class contradict each other: transformers itself refuses them.
    assert _native(checker, "gemma4_assistant", {"text_config": None}) == []


def test_computed_default_is_not_held_against_what_the_spec_gives(checker: Checker) -> None:
    assert _native(checker, "llama", {"num_attention_heads": 40, "hidden_size": 5120}) == []
    assert _native(checker, "qwen2", {"num_hidden_layers": 3}) == []


@pytest.mark.parametrize(
    ("model_type", "params", "parameter"),
    [
        ("hubert", {"conv_dim": [512, 512]}, "conv_dim"),
        ("bamba", {"mamba_n_heads": 100}, "mamba_n_heads"),
        ("fastspeech2_conformer", {"encoder_kernel_size": 4}, "encoder_kernel_size"),
        ("deformable_detr", {"two_stage": True, "with_box_refine": False}, "two_stage"),
        ("jamba", {"attn_layer_offset": 9}, "attn_layer_offset"),
        ("dbrx", {"tie_word_embeddings": True}, "tie_word_embeddings"),
        ("xlnet", {"d_head": 65}, "d_head"),
        ("fast_vlm", {"vision_feature_layer": -2}, "vision_feature_layer"),
    ],
)
def test_rules_of_transformers_own_validators_are_known(
    checker: Checker, model_type: str, params: dict[str, Any], parameter: str
) -> None:
    found = [item for item in _native(checker, model_type, params) if item[0] == "error"]
    assert [item[2] for item in found] == [parameter]


def test_checkpoint_gives_the_class_and_the_values_that_the_spec_overrides(checker: Checker, tmp_path: Path) -> None:
    config = {"model_type": "bert", "hidden_size": 60, "num_attention_heads": 5}
    (tmp_path / "config.json").write_text(json.dumps(config))
    native = {"checkpoint": str(tmp_path), "params": {"num_attention_heads": 6, "hiden_size": 3}}
    assert [finding.code for finding in _check(checker, native)] == ["C111"]
    native["params"] = {"num_attention_heads": 8}
    (finding,) = _check(checker, native)
    assert finding.message == "'hidden_size' (60) is not a multiple of 'num_attention_heads' (8)."


@pytest.mark.parametrize("content", ["[1]", "{", '{"model_type": 3}', ""])
def test_unreadable_checkpoint_is_said_to_be_so(checker: Checker, tmp_path: Path, content: str) -> None:
    (tmp_path / "config.json").write_text(content)
    (finding,) = _check(checker, {"checkpoint": str(tmp_path), "params": {"hiden_size": 3}})
    assert finding.code in ("C107", "C108")


def test_checkpoint_on_the_hub_is_only_noted(checker: Checker) -> None:
    (finding,) = _check(checker, {"checkpoint": "no-such-organisation/no-such-model"})
    assert (finding.severity, finding.code) == ("info", "C108")


def test_eir_models_of_its_own_are_not_looked_up_in_transformers(checker: Checker) -> None:
    info = {"input_source": "x", "input_name": "y", "input_type": "sequence"}
    spec = {
        "input_info": info,
        "model_config": {"model_type": "sequence-default", "model_init_config": {"num_heads": 4}},
    }
    assert _check(checker, spec) == []
    spec["model_config"]["model_init_config"] = {"num_head": 4}
    (finding,) = _check(checker, spec)
    assert (finding.code, finding.parameter) == ("C501", "model_config.model_init_config.num_head")


def test_spec_without_parameters_is_fine(checker: Checker) -> None:
    assert _check(checker, {"model_type": "bert"}) == []
    assert _check(checker, {"model_type": "bert", "params": {}}) == []


_SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-9, 10**6), st.floats(), st.text(max_size=8))
_KEYS = st.sampled_from([
    "hidden_size", "hiden_size", "text_config", "vision_config", "model_type", "id2label", "label2id", "layer_types",
    "rope_parameters", "rope_scaling", "num_labels", "depths", "out_features", "backbone_config", "encoder", "dtype",
    "attn_implementation", "n_layer", "num_attention_heads", "problem_type", "a", "", "_x", "auto_map",
    "full_attention", "rope_type", "factor", "eos_token_id", "architectures", "params",
])  # fmt: skip
_VALUES = st.recursive(
    st.one_of(_SCALARS, st.sampled_from(["clip", "llama", "full_attention", "gelu", "yarn", "1e-5", "float32"])),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_KEYS, inner, max_size=4)),
    max_leaves=12,
)
_MODELS = st.sampled_from(
    ["bert", "llava", "clip", "qwen2", "gemma3", "resnet", "swin", "maskformer", "esm", "jamba", "vits"]
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(model=_MODELS, params=st.dictionaries(_KEYS, _VALUES, max_size=6), published=st.booleans())
def test_any_structure_is_survived(checker: Checker, model: str, params: dict[str, Any], published: bool) -> None:
    spec = (
        {**params, "model_type": model, "architectures": None} if published else {"model_type": model, "params": params}
    )
    for finding in _check(checker, spec):
        assert finding.message
        assert finding.severity in ("error", "warning", "info")


@pytest.mark.parametrize("count", [10**6, 10**18, 10**400])
def test_number_of_layers_costs_no_memory(checker: Checker, count: int) -> None:
    params = {"num_hidden_layers": count, "out_features": ["stage1", "stage0", "stage" + "9" * 5000]}
    found = _native(checker, "dinov2", params)
    assert ("error", "C408", "out_features") in found
    assert (("error", "C309", "num_hidden_layers") in found) == (count > 2**31)


@pytest.mark.parametrize(
    ("name", "native", "published"),
    [
        ("clip_text_model", [], []),
        ("", [], []),
        ("clip_txt_model", [("error", "C101", "text_config.model_type")], []),
        ("nonsense", [("error", "C101", "text_config.model_type")], []),
    ],
)
def test_model_type_in_a_block_of_a_fixed_class(
    checker: Checker, name: str, native: list[tuple[str, str, str]], published: list[tuple[str, str, str]]
) -> None:
    params = {"text_config": {"model_type": name}}
    assert _native(checker, "clip", params) == native
    assert _published(checker, "clip", params) == published
