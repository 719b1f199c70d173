"""Starter specs: clean for every class, the same to every reader, and meaning the class's own defaults."""

from __future__ import annotations

import importlib
import json
import re
from dataclasses import replace
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from catalog.errors import NotFoundError, UsageError
from catalog.records import Architecture, ConfigClass, Parameter, Release, SubConfig
from catalog.specs.checker import Checker
from catalog.specs.diagnostics import Finding
from catalog.specs.json_schema import json_schema
from catalog.specs.loading import load_text
from catalog.specs.memory import ReleaseKnowledge
from catalog.specs.nodes import Spec, to_value
from catalog.specs.starter import starter_spec
from catalog.specs.starter.tree import Entry
from catalog.specs.starter.yaml_text import WIDTH, block, flow, scalar


@pytest.fixture(scope="module")
def knowledge(installed_release: Release) -> ReleaseKnowledge:
    """The installed release, with two architectures of llama."""
    architectures = tuple(
        Architecture(name=name, module=None, config_class="LlamaConfig", model_types=("llama",), tasks=(task,))
        for name, task in (("LlamaForCausalLM", "text-generation"), ("LlamaModel", "feature-extraction"))
    )
    return ReleaseKnowledge(replace(installed_release, architectures=architectures))


@pytest.fixture(scope="module")
def checker(knowledge: ReleaseKnowledge) -> Checker:
    return Checker(knowledge)


def load_yaml(text: str) -> Any:
    """What a tool that uses PyYAML reads."""
    return yaml.load(text, Loader=yaml.CSafeLoader)


def read(text: str, checker: Checker, *, path: str = "spec.yaml") -> tuple[Spec, list[Finding]]:
    """The only spec of a text, with everything that the checker says."""
    loaded = load_text(text, path)
    (spec,) = loaded.specs
    return spec, [*loaded.findings, *checker.check(spec)]


def uncommented(text: str) -> str:
    """A native starter spec in which the marks before every parameter are removed."""
    head, line, params = re.split(r"(?m)^(params:.*\n)", text)
    lines: list[str] = []
    indent: str | None = None
    for row in params.splitlines():
        begins = re.match(r'(\s*)# (?:"?[\w./-]+"?:(?: |$)|# )', row)
        follows = (
            indent is not None and row.startswith(f"{indent}# ") and row[len(indent) + 2 : len(indent) + 3] in " ]"
        )
        indent = begins[1] if begins else indent if follows else None
        lines.append(row if indent is None else indent + row[len(indent) + 2 :])
    return head + line.replace(" {}", "") + "\n".join(lines) + "\n"


def test_every_class_has_a_native_starter_spec_without_any_finding(knowledge, checker):
    for name in knowledge.class_names():
        text = starter_spec(knowledge, name, everything=True)
        for line in text.splitlines():
            assert line == line.rstrip()
            assert len(line) <= WIDTH, line
        spec, findings = read(text, checker)
        assert spec.dialect == "native"
        assert not findings, name
        assert repr(load_yaml(text)) == repr(to_value(spec.root)), name
        _, findings = read(uncommented(text), checker)
        assert not findings, name
        given_parameters = load_yaml(uncommented(text))["params"] or {}
        own = {p.name for p in knowledge.config_class(name).parameters if not p.name.startswith("_")}
        assert own <= given_parameters.keys(), name


@pytest.mark.parametrize(("dialect", "path"), [("eir", "input.yaml"), ("huggingface", "config.json")])
def test_every_model_type_has_a_starter_spec_in_the_other_dialects(knowledge, checker, dialect, path):
    refused = []
    for name in knowledge.class_names():
        try:
            text = starter_spec(knowledge, name, dialect=dialect)
        except UsageError:
            refused.append(name)
            continue
        spec, findings = read(text, checker, path=path)
        assert spec.dialect == dialect
        assert not findings, name
        told = json.loads(text) if dialect == "huggingface" else load_yaml(text)
        assert repr(told) == repr(to_value(spec.root)), name
    without = [n for n in knowledge.class_names() if knowledge.class_of_model_type(_model_type(knowledge, n)) != n]
    assert refused == without


def _model_type(knowledge: ReleaseKnowledge, name: str) -> str:
    return knowledge.config_class(name).model_type or ""


@pytest.mark.parametrize("dialect", ["native", "eir", "huggingface"])
@pytest.mark.parametrize("name", ["LlamaConfig", "LlavaConfig", "BambaConfig", "GPT2Config", "Qwen2_5OmniConfig"])
def test_a_starter_spec_fits_its_schema(knowledge, name, dialect):
    text = starter_spec(knowledge, name, dialect=dialect, everything=True)
    spec = json.loads(text) if dialect == "huggingface" else load_yaml(text)
    assert not list(Draft7Validator(json_schema(knowledge, name, dialect=dialect)).iter_errors(spec))


@pytest.mark.slow
def test_a_starter_spec_means_the_defaults_of_its_class(knowledge):
    differing = {}
    for name in knowledge.class_names():
        cls = getattr(importlib.import_module(knowledge.config_class(name).module), name)
        params = load_yaml(starter_spec(knowledge, name))["params"]
        outcomes = [_made(cls, {}), _made(cls, params)]
        if outcomes[0] != outcomes[1]:
            differing[name] = outcomes
    # Its audio vocabulary follows from the encoder, if that is given.
    moshi = differing.pop("MoshiConfig")
    assert moshi[1] == {**moshi[0], "audio_vocab_size": 2048}
    # A block of timm's wrapper cannot be made where timm is missing.
    assert {made for _, made in differing.values()} <= {"ImportError"}
    assert set(differing) <= {"EdgeTamConfig", "EdgeTamVisionConfig"}


def _made(cls: Any, params: dict[str, Any]) -> Any:
    try:
        return json.loads(cls(**params).to_json_string(use_diff=False))
    except Exception as error:  # noqa: BLE001 (its type is the outcome)
        return type(error).__name__


def test_the_important_parameters_have_values_and_the_others_stand_in_comments(knowledge):
    short = load_yaml(starter_spec(knowledge, "LlamaConfig"))["params"]
    assert short["vocab_size"] == 32000
    assert short["hidden_act"] == "silu"
    assert short["rope_parameters"] == {"rope_theta": 10000.0, "rope_type": "default"}
    assert "rms_norm_eps" not in short
    assert load_yaml(starter_spec(knowledge, "T5Config"))["params"]["feed_forward_proj"] == "relu"
    assert load_yaml(starter_spec(knowledge, "ModernBertConfig"))["params"]["classifier_pooling"] == "cls"
    text = starter_spec(knowledge, "LlamaConfig", everything=True)
    assert load_yaml(text)["params"] == short
    assert re.search(r"(?m)^  # rms_norm_eps: 1\.0e-06 +# The epsilon used by the rms normalization layers", text)
    assert re.search(r"(?m)^  # use_cache: true +# Whether", text)
    assert "number, above" in text
    assert re.search(r"(?m)^  # dtype: null", text)


def test_what_the_class_makes_of_null_is_told(knowledge):
    text = starter_spec(knowledge, "LlamaConfig")
    assert re.search(
        r"(?m)^  head_dim: null +# The attention head dimension \(integer or null, at least 1; null$", text
    )
    assert "becomes 128)" in text


def test_the_head_tells_the_model_and_how_to_check_the_file(knowledge):
    text = starter_spec(knowledge, "LlamaConfig")
    lines = text.splitlines()
    assert lines[0] == "# yaml-language-server: $schema=./LlamaConfig.schema.json"
    assert f"# llama: LlamaConfig of transformers {knowledge.release}." in text
    assert "#   catalog schema llama --dialect native > ./LlamaConfig.schema.json" in lines
    assert "#   catalog validate FILE" in lines
    assert "# task: text-generation" in text
    assert "or feature-extraction" in text
    assert f'# release: "{knowledge.release}"' in text
    other = starter_spec(knowledge, "LlamaConfig", schema="schemas/llama.json").splitlines()
    assert other[0] == "# yaml-language-server: $schema=schemas/llama.json"
    assert "#   catalog schema llama --dialect native > schemas/llama.json" in other


def test_a_starter_spec_is_the_same_every_time(knowledge):
    for name in ("LlavaConfig", "T5Config"):
        assert starter_spec(knowledge, name, everything=True) == starter_spec(knowledge, name, everything=True)


def test_nested_configurations_start_as_their_parent_makes_them(knowledge):
    params = load_yaml(starter_spec(knowledge, "LlavaConfig"))["params"]
    assert params["vision_config"]["model_type"] == "clip_vision_model"
    assert params["vision_config"]["image_size"] == 336  # 224 where a vision tower stands alone
    assert params["text_config"]["model_type"] == "llama"
    assert params["text_config"]["hidden_size"] == 4096
    fixed = load_yaml(starter_spec(knowledge, "BarkConfig"))["params"]["semantic_config"]
    assert "model_type" not in fixed


def test_a_nested_configuration_that_its_parent_refuses_is_left_out_with_the_reason(knowledge):
    text = starter_spec(knowledge, "Gemma4AssistantConfig")
    assert load_yaml(text)["params"]["text_config"] is None
    assert "# Left out: Gemma4AssistantConfig refuses these values:" in text


def test_an_infinite_default_is_written_as_its_reader_writes_it(knowledge):
    native = starter_spec(knowledge, "BambaConfig", everything=True)
    assert "# time_step_limit: [0.0, .inf]" in native
    published = json.loads(starter_spec(knowledge, "BambaConfig", dialect="huggingface", everything=True))
    assert published["time_step_limit"] == [0.0, {"__float__": "Infinity"}]


def test_a_class_without_a_model_type_is_named_by_its_class(knowledge):
    assert load_yaml(starter_spec(knowledge, "BarkSubModelConfig"))["config_class"] == "BarkSubModelConfig"
    with pytest.raises(UsageError, match="has no model type") as refusal:
        starter_spec(knowledge, "BarkSubModelConfig", dialect="eir")
    assert "native dialect" in str(refusal.value.remedy)


def test_an_eir_starter_is_a_whole_input_configuration(knowledge):
    text = starter_spec(knowledge, "LongformerConfig", dialect="eir", everything=True)
    spec = load_yaml(text)
    assert spec["input_info"]["input_type"] == "sequence"
    assert spec["input_type_info"]["max_length"] == "average"
    assert spec["input_type_info"]["split_on"] == " "
    assert spec["model_config"]["model_type"] == "longformer"
    assert spec["model_config"]["pretrained_model"] is False
    assert spec["model_config"]["model_init_config"]["attention_window"] == 512
    assert "  # vocab_file: null " in text
    assert "encode or embed" in text


def test_an_unknown_class_is_not_found(knowledge):
    with pytest.raises(NotFoundError, match="no configuration class named 'LamaConfig'"):
        starter_spec(knowledge, "LamaConfig")


def test_what_has_no_default_to_write_stands_in_a_comment():
    knowledge = ReleaseKnowledge(
        Release(
            version="4.0.0",
            extractor="static",
            fingerprint="f",
            classes=(
                ConfigClass(
                    name="OddConfig",
                    module="m",
                    model_type="odd",
                    parameters=(
                        Parameter(name="height", position=0, type="int", required=True, description="Height."),
                        Parameter(name="made", position=1, default_known=False, default_source="compute()"),
                        Parameter(name="thing", position=2, default={"$repr": "<object>"}),
                        Parameter(name="yes", position=3, type="str", default="no"),
                        Parameter(name="part", position=4, default=None),
                    ),
                    sub_configs=(SubConfig(name="part", config_class="OddConfig", optional=False),),
                ),
                ConfigClass(name="EmptyConfig", module="m", model_type="empty"),
            ),
        )
    )
    text = starter_spec(knowledge, "OddConfig", everything=True)
    params = load_yaml(text)["params"]
    assert "height" not in params
    assert re.search(r"(?m)^  # height: null +# Height \(integer, at least 0; required\)", text)
    assert "  # thing: null" in text
    assert '# "yes": "no"' in text
    assert params["part"]  # a configuration that contains itself ends somewhere
    assert load_yaml(starter_spec(knowledge, "EmptyConfig", everything=True))["params"] == {}


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text())
def test_a_plain_value_is_read_back_as_it_was_by_both_versions_of_yaml(value):
    text = f"key: {scalar(value)}\n"
    assert load_yaml(text) == {"key": value}
    assert type(load_yaml(text)["key"]) is type(value)


@given(JSON_VALUES)
def test_any_value_is_read_back_as_it_was(value):
    assert load_yaml(f"key: {flow(value)}\n") == {"key": value}


@given(
    st.lists(
        st.builds(
            Entry,
            name=st.from_regex(r"[a-z_]{1,30}", fullmatch=True),
            value=JSON_VALUES,
            note=st.text(alphabet=st.characters(codec="ascii", categories=("L", "N", "P", "Zs")), max_size=300),
            active=st.booleans(),
        ),
        min_size=1,
        max_size=6,
        unique_by=lambda entry: entry.name,
    )
)
def test_a_block_holds_its_active_entries_whatever_their_notes(entries):
    text = "\n".join(block(entries)) + "\n"
    assert (load_yaml(text) or {}) == {entry.name: entry.value for entry in entries if entry.active}
