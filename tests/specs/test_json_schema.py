"""JSON Schemas for editors: valid, complete, and in agreement with the classes they describe."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from catalog.errors import NotFoundError
from catalog.records import Architecture, ConfigClass, ModelType, Observation, Parameter, Release, SubConfig
from catalog.specs.checker import Checker
from catalog.specs.json_schema import json_schema
from catalog.specs.loading import load_mapping, load_path
from catalog.specs.memory import ReleaseKnowledge
from catalog.specs.nodes import Dialect, to_value
from catalog.specs.resolution import resolve
from catalog.specs.views import Views

DIALECTS: tuple[Dialect, ...] = ("native", "eir", "huggingface")


@pytest.fixture(scope="module")
def knowledge(installed_release: Release) -> ReleaseKnowledge:
    """The installed release, with two architectures of llama."""
    architectures = tuple(
        Architecture(name=name, module=None, config_class="LlamaConfig", model_types=("llama",), tasks=(task,))
        for name, task in (("LlamaForCausalLM", "text-generation"), ("LlamaModel", "feature-extraction"))
    )
    return ReleaseKnowledge(replace(installed_release, architectures=architectures))


def spec_of(knowledge: ReleaseKnowledge, name: str, params: dict[str, Any], dialect: Dialect) -> dict[str, Any]:
    """A whole spec around some parameters."""
    if dialect == "native":
        return {"config_class": name, "params": params}
    if dialect == "huggingface":
        return params
    mapped = (model for model in knowledge.model_types() if knowledge.class_of_model_type(model) == name)
    return {
        "input_info": {"input_source": "data", "input_name": "text", "input_type": "sequence"},
        "model_config": {"model_type": next(mapped, "anything"), "model_init_config": params},
    }


def errors(schema: dict[str, Any], spec: dict[str, Any]) -> list[str]:
    """Where a spec does not fit, as dotted paths with the reason."""
    return [
        f"{'.'.join(map(str, error.absolute_path))}: {error.message}"
        for error in Draft7Validator(schema).iter_errors(spec)
    ]


def references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(schema, list):
        for item in schema:
            yield from references(item)


def expressible(value: Any) -> bool:
    """True where JSON has a word for a default."""
    text = json.dumps(value)
    return '"$float"' not in text and '"$config"' not in text


@pytest.mark.parametrize(("dialect", "step"), [("native", 1), ("huggingface", 5), ("eir", 20)])
def test_schemas_are_valid_and_complete_in_themselves(knowledge, dialect, step):
    seen: set[str] = set()
    for name in knowledge.class_names()[::step]:
        schema = json_schema(knowledge, name, dialect=dialect)
        # A definition is the same in all schemas that hold it: each is held against the draft once.
        fresh = {key: value for key, value in schema["definitions"].items() if key not in seen}
        seen.update(fresh)
        Draft7Validator.check_schema({**schema, "definitions": fresh})
        json.dumps(schema, allow_nan=False)
        dangling = [
            reference
            for reference in set(references(schema))
            if not reference.startswith("#/definitions/") or reference[14:] not in schema["definitions"]
        ]
        assert not dangling


@pytest.mark.parametrize("dialect", ["native", "huggingface"])
def test_the_defaults_of_every_class_fit_its_schema(knowledge, dialect):
    base = knowledge.config_class("PreTrainedConfig")
    for name in knowledge.class_names():
        schema = json_schema(knowledge, name, dialect=dialect)
        config = knowledge.config_class(name)
        declared = {p.name: p.default for p in (*base.parameters, *config.parameters) if expressible(p.default)}
        made = {key: value for key, value in knowledge.effective(name).items() if expressible(value)}
        for params in (declared, {**declared, **made}):
            assert not errors(schema, spec_of(knowledge, name, params, dialect)), name


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_class_refuses_a_wrong_type_and_where_specs_are_written_an_unknown_key(knowledge, dialect):
    for name in knowledge.class_names()[::10]:
        schema = json_schema(knowledge, name, dialect=dialect)
        found = errors(schema, spec_of(knowledge, name, {"hiden_sizee": 1}, dialect))
        assert bool(found) == (dialect != "huggingface"), name
        for parameter in knowledge.config_class(name).parameters:
            if parameter.type in ("int", "bool", "str"):
                wrong = spec_of(knowledge, name, {parameter.name: {"no": "such"}}, dialect)
                assert errors(schema, wrong), f"{name}.{parameter.name}"
                break


def test_keys_are_in_a_fixed_order_and_the_id_names_no_host(knowledge):
    for dialect in DIALECTS:
        twice = [json.dumps(json_schema(knowledge, "Gemma3Config", dialect=dialect)) for _ in range(2)]
        assert twice[0] == twice[1]
    schema = json_schema(knowledge, "LlamaConfig", dialect="native")
    assert list(schema)[:4] == ["$schema", "$id", "title", "description"]
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert schema["$id"] == f"urn:transformers-catalog:{knowledge.release}:LlamaConfig:native"
    properties = list(json_schema(knowledge, "LlamaConfig")["properties"])
    assert properties[:2] == ["vocab_size", "hidden_size"]
    assert properties.index("head_dim") < properties.index("architectures")


def test_a_parameter_shows_its_meaning_type_range_and_both_defaults(knowledge):
    properties = json_schema(knowledge, "LlamaConfig")["properties"]
    size = properties["hidden_size"]
    assert {key: size[key] for key in ("type", "minimum", "default")} == {
        "type": "integer",
        "minimum": 1,
        "default": 4096,
    }
    assert "*An integer, at least 1. Default: `4096`.*" in size["markdownDescription"]
    heads = properties["num_key_value_heads"]
    assert heads["type"] == ["integer", "null"]
    assert heads["default"] is None
    assert "Default: null, of which the class makes 32." in heads["description"]
    assert "](" not in heads["description"]
    assert {"minimum": 0, "maximum": 1}.items() <= properties["initializer_range"].items()
    assert properties["rms_norm_eps"]["minimum"] == 0  # published files hold an epsilon of 0
    native = json_schema(knowledge, "LlamaConfig", dialect="native")["definitions"]["LlamaConfig"]["properties"]
    assert native["rms_norm_eps"]["exclusiveMinimum"] == 0


def test_vocabularies_are_enumerated(knowledge):
    schema = json_schema(knowledge, "LlamaConfig", dialect="native")
    llama = schema["definitions"]["LlamaConfig"]["properties"]
    assert "silu" in llama["hidden_act"]["enum"]
    assert "bfloat16" in llama["dtype"]["enum"]
    assert None in llama["dtype"]["enum"]
    assert "yarn" in schema["definitions"]["RopeParameters"]["properties"]["rope_type"]["enum"]
    qwen = json_schema(knowledge, "Qwen2Config", dialect="native")["definitions"]["Qwen2Config"]["properties"]
    assert "sliding_attention" in qwen["layer_types"]["items"]["enum"]


@pytest.mark.parametrize(
    "params",
    [
        {"hidden_act": "gleu"},
        {"hidden_size": -1},
        {"hidden_size": "4096"},
        {"hidden_size": True},
        {"attention_dropout": 5.0},
        {"initializer_range": 1.5},
        {"dtype": "torch.bfloat16"},
        {"rope_parameters": {"rope_type": "foo"}},
        {"rope_parameters": {"rope_type": "yarn"}},
        {"rope_parameters": {"rope_theta": "large"}},
        {"hiden_size": 10},
    ],
)
def test_faults_that_transformers_swallows_do_not_fit(knowledge, params):
    assert errors(json_schema(knowledge, "LlamaConfig", dialect="native"), {"model_type": "llama", "params": params})


@pytest.mark.parametrize(
    "params",
    [
        {"attention_dropout": 0},
        {"num_key_value_heads": None},
        {"eos_token_id": [1, 2]},
        {"rope_parameters": {"rope_type": "yarn", "factor": 4.0}},
        {"rope_parameters": {"full_attention": {"rope_type": "linear", "factor": 2}}},
        {"rope_theta": 500000.0, "torch_dtype": "float16"},
        {"num_labels": 3, "attn_implementation": "sdpa"},
    ],
)
def test_what_transformers_means_well_fits(knowledge, params):
    schema = json_schema(knowledge, "LlamaConfig", dialect="native")
    assert not errors(schema, {"model_type": "llama", "params": params})


def test_other_names_are_marked_and_older_ones_not_suggested(knowledge):
    properties = json_schema(knowledge, "GPT2Config")["properties"]
    assert properties["hidden_size"]["description"] == "Another name for n_embd."
    assert properties["hidden_size"]["type"] == properties["n_embd"]["type"]
    assert properties["torch_dtype"] == {"deprecated": True, "doNotSuggest": True}
    llama = json_schema(knowledge, "LlamaConfig", dialect="native")["definitions"]["LlamaConfig"]["properties"]
    assert llama["rope_theta"] == {"deprecated": True, "doNotSuggest": True}
    assert llama["temperature"] == {"deprecated": True, "doNotSuggest": True}
    assert "deprecated" not in llama["num_labels"]


def test_a_nested_block_is_checked_against_the_class_that_its_model_type_names(knowledge):
    schema = json_schema(knowledge, "LlavaConfig", dialect="native")

    def found(block: dict[str, Any]) -> list[str]:
        return errors(schema, {"model_type": "llava", "params": {"text_config": block}})

    assert not found({"hidden_size": 64})
    assert found({"hidden_sizes": 64})
    assert found({"model_type": "llama", "hidden_size": "64"})
    assert not found({"model_type": "gpt2", "n_embd": 64})
    assert found({"model_type": "gpt-2"})
    # llava itself gives its vision tower a key that the tower's class does not have.
    assert not errors(schema, {"model_type": "llava", "params": {"vision_config": {"vocab_size": 32000}}})


def test_a_configuration_of_fixed_parts_is_checked_down_to_the_last_one(knowledge):
    schema = json_schema(knowledge, "BarkConfig")
    assert not errors(schema, {"semantic_config": {"num_layers": 2}})
    assert not errors(schema, {"semantic_config": None})
    assert errors(schema, {"semantic_config": {"num_layers": "2"}})


def test_infinite_defaults_are_told_but_not_written(knowledge):
    schema = json_schema(knowledge, "BambaConfig")
    limit = schema["properties"]["time_step_limit"]
    assert "default" not in limit
    assert "inf" in limit["description"]
    assert not errors(schema, {"time_step_limit": [0.0, {"__float__": "Infinity"}]})
    assert not errors(schema, {"time_step_limit": [0.0, float("inf")]})


def test_a_native_spec_may_name_its_model_in_four_ways_and_nothing_but_its_keys(knowledge):
    schema = json_schema(knowledge, "LlamaConfig", dialect="native")
    assert not errors(schema, {"model_type": "llama", "task": "text-generation", "release": knowledge.release})
    assert not errors(schema, {"architecture": "LlamaForCausalLM", "params": None})
    assert not errors(schema, {"checkpoint": "a/b", "pretrained": True})
    assert not errors(schema, {"config_class": "transformers.models.llama.LlamaConfig", "release": "5"})
    assert errors(schema, {"config_class": "transformers.BertConfig"})
    assert errors(schema, {"params": {}})
    assert errors(schema, {"model_type": "bert"})
    assert errors(schema, {"model_type": "llama", "task": "fill-mask"})
    assert errors(schema, {"model_type": "llama", "release": "newest"})
    assert errors(schema, {"model_type": "llama", "hidden_size": 64})


def test_a_class_without_a_model_type_is_named_by_its_class(knowledge):
    schema = json_schema(knowledge, "BarkSubModelConfig", dialect="native")
    assert "model_type" not in schema["properties"]
    assert not errors(schema, {"config_class": "BarkSubModelConfig"})


def test_a_config_json_may_hold_what_no_class_declares(knowledge):
    schema = json_schema(knowledge, "LlamaConfig")
    assert not errors(schema, {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "ep_size": 1})
    assert not errors(schema, {"model_type": "llama", "architectures": ["MyLlama"], "dtype": "float4"})
    assert errors(schema, {"model_type": "llama", "architectures": "LlamaForCausalLM"})
    assert errors(schema, {"model_type": "bert"})


def test_an_eir_configuration_is_described_around_the_model(knowledge):
    schema = json_schema(knowledge, "LlamaConfig", dialect="eir")
    spec = spec_of(knowledge, "LlamaConfig", {"hidden_size": 64}, "eir")
    assert not errors(schema, spec)
    assert not errors(schema, {**spec, "input_type_info": {"max_length": "average"}})
    assert errors(schema, {**spec, "input_type_info": {"max_length": "longest"}})
    assert errors(schema, {**spec, "inputs": {}})
    assert errors(schema, {**spec, "model_config": {**spec["model_config"], "model_type": "bert"}})
    assert errors(schema, {"model_config": spec["model_config"]})
    pretrained = {"model_type": "some/checkpoint", "pretrained_model": True}
    assert not errors(schema, {**spec, "model_config": pretrained})
    as_bytes = {**spec, "input_info": {**spec["input_info"], "input_type": "bytes"}}
    assert not errors(schema, {**as_bytes, "input_type_info": {"byte_encoding": "uint8"}})
    assert errors(schema, {**spec, "input_type_info": {"byte_encoding": "uint8"}})


def test_an_unknown_class_is_not_found(knowledge):
    with pytest.raises(NotFoundError, match="no configuration class named 'LamaConfig'"):
        json_schema(knowledge, "LamaConfig")


def test_examples_that_the_checker_passes_fit_the_schema(knowledge):
    checker, views = Checker(knowledge), Views(knowledge)
    fitting = 0
    for file in sorted((Path(__file__).parent / "valid").glob("*/*")):
        loaded = load_path(str(file))
        for spec in loaded.specs:
            view = resolve(spec, views).view
            if view is None or loaded.findings or any(f.severity != "info" for f in checker.check(spec)):
                continue
            schema = json_schema(knowledge, view.name, dialect=spec.dialect)
            assert not errors(schema, to_value(spec.root)), file
            fitting += 1
    assert fitting > 50


@pytest.fixture
def small() -> ReleaseKnowledge:
    """A release of its own: no base class, a configuration that contains itself, documentation of old."""
    tree = ConfigClass(
        name="TreeConfig",
        module="m",
        model_type="tree",
        doc_format="rst",
        sub_configs=(SubConfig(name="branch", config_class="TreeConfig", optional=True),),
        parameters=(
            Parameter(
                name="branch",
                position=0,
                type={"union": [{"config": "TreeConfig"}, "null"]},
                description="A :class:`~transformers.TreeConfig`, see\n`the paper <https://example.org/paper>`__.",
            ),
            Parameter(name="height", position=1, type="int", required=True, description="Height, e.g. ``3``."),
            Parameter(name="unread", position=2, default_known=False, default_source="compute()"),
            Parameter(name="shape", position=3, type={"tuple": ["int", "str"]}, default=[1, "a"]),
            Parameter(name="levels", position=4, type={"dict": ["str", "int"]}, default={}),
            Parameter(name="layer_norm_eps", position=5, type="int", default=1e-6),
            Parameter(name="hidden_act", position=6, type="int", default="gelu"),
            Parameter(name="spread", position=7, type="int", default={"$float": "inf"}),
        ),
    )
    return ReleaseKnowledge(
        Release(
            version="3.0.0",
            extractor="static",
            fingerprint="f",
            classes=(tree,),
            observations=(Observation(config_class="TreeConfig", constructs=False, reason="height is missing"),),
            model_types=(ModelType(name="tree", config_class="TreeConfig"),),
        )
    )


def test_a_configuration_may_contain_itself(small):
    schema = json_schema(small, "TreeConfig", dialect="native")
    leaf = {"height": 1}
    assert not errors(schema, {"model_type": "tree", "params": {"height": 2, "branch": {"height": 2, "branch": leaf}}})
    assert errors(schema, {"model_type": "tree", "params": {"height": 2, "branch": {"height": 2, "branch": {}}}})


def test_releases_without_vocabularies_and_with_older_documentation_have_schemas_too(small):
    schema = json_schema(small, "TreeConfig")
    Draft7Validator.check_schema(schema)
    assert schema["required"] == ["height"]
    branch = schema["properties"]["branch"]
    assert branch["description"].startswith("A `TreeConfig`, see the paper.")
    assert "[the paper](https://example.org/paper)" in branch["markdownDescription"]
    assert "Required." in schema["properties"]["height"]["description"]
    assert "compute()" in schema["properties"]["unread"]["description"]
    assert "default" not in schema["properties"]["unread"]
    assert not errors(schema, {"height": 1, "shape": [1, "a"], "levels": {"a": 1}, "unread": object})
    assert errors(schema, {"height": 1, "shape": [1]})
    assert errors(schema, {"height": 1, "shape": ["a", 1]})
    assert errors(schema, {"height": 1, "levels": {"a": "b"}})


def test_a_default_that_contradicts_its_annotation_is_right_all_the_same(small):
    spec = {"model_type": "tree", "params": {"height": 1, "layer_norm_eps": 1e-6, "hidden_act": "gelu"}}
    assert not errors(json_schema(small, "TreeConfig", dialect="native"), spec)
    (loaded,) = load_mapping(spec).specs
    assert not Checker(small).check(loaded)
    wrong = {"model_type": "tree", "params": {"height": 1, "layer_norm_eps": "small"}}
    assert errors(json_schema(small, "TreeConfig", dialect="native"), wrong)
    (loaded,) = load_mapping(wrong).specs
    assert [finding.parameter for finding in Checker(small).check(loaded)] == ["layer_norm_eps"]
