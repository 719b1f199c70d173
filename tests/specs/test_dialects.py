"""The dialect of a spec is told from its keys, and its own keys are checked."""

from __future__ import annotations

import json

import pytest

from catalog.specs.dialects.native import KEYS
from catalog.specs.loading import LoadedFile, load_text
from catalog.specs.nodes import Entry, Spec, to_value

INFO = "input_info: {input_source: data, input_name: text, input_type: sequence}\n"


def _load(text: str, path: str = "spec.yaml") -> LoadedFile:
    return load_text(text, path)


def _spec(text: str, path: str = "spec.yaml") -> Spec:
    file = _load(text, path)
    assert len(file.specs) == 1
    return file.specs[0]


def _value(entry: Entry | None) -> object:
    return None if entry is None else to_value(entry.value)


@pytest.mark.parametrize(
    ("text", "path", "dialect"),
    [
        ("model_type: bert", "spec.yaml", "native"),
        ("model_type: bert\nparams: {}", "spec.yaml", "native"),
        ("config_class: BertConfig", "spec.yaml", "native"),
        ("checkpoint: google-bert/bert-base-uncased\npretrained: true", "spec.yaml", "native"),
        ("architecture: BertModel\nparams: {hidden_size: 3}", "spec.yaml", "native"),
        ("model_type: bert\nparms: {hidden_size: 3}", "spec.yaml", "native"),
        ("model_type: bert\nconfig: {hidden_size: 3}", "spec.yaml", "native"),
        ("model_type: bert\ntaks: fill-mask", "spec.yaml", "native"),
        ('{"model_type": "bert", "params": {"hidden_size": 3}}', "spec.json", "native"),
        (INFO, "spec.yaml", "eir"),
        (INFO + "model_confg: {model_type: bert}", "spec.yaml", "eir"),
        ("model_config: {model_type: bert}", "spec.yaml", "eir"),
        ("model_type: bert\nhidden_size: 3", "spec.yaml", "huggingface"),
        ("model_type: bert\nhiden_size: 3", "spec.yaml", "huggingface"),
        ("model_type: bert\narchitectures: [BertModel]", "spec.yaml", "huggingface"),
        ('{"model_type": "bert"}', "config.json", "huggingface"),
        ('{"architectures": ["BertModel"], "hidden_size": 3}', "config.json", "huggingface"),
        ('{"model_type": "timm_wrapper", "architecture": "resnet50", "num_classes": 3}', "config.json", "huggingface"),
        ('{"model_type": "x", "model_config": {}, "vocoder_config": {}}', "config.json", "huggingface"),
        ('{"model_type": "x", "model_config": {}}', "config.json", "huggingface"),
        ("model_type: bert\nmodel_config: {hidden_size: 3}", "spec.yaml", "native"),
    ],
)  # fmt: skip
def test_dialect_is_recognised(text: str, path: str, dialect: str) -> None:
    assert _spec(text, path).dialect == dialect


def test_native_spec_is_taken_apart() -> None:
    spec = _spec(
        "model_type: bert\nconfig_class: BertConfig\ncheckpoint: x/y\ntask: fill-mask\narchitecture: BertModel\n"
        'release: "4.39.3"\npretrained: false\nparams: {hidden_size: 3}\n'
    )
    assert [_value(entry) for entry in (spec.model_type, spec.config_class, spec.checkpoint)] == [
        "bert",
        "BertConfig",
        "x/y",
    ]
    assert [_value(entry) for entry in (spec.task, spec.architecture, spec.release)] == [
        "fill-mask",
        "BertModel",
        "4.39.3",
    ]
    assert spec.params is not None
    assert to_value(spec.params) == {"hidden_size": 3}


def test_huggingface_parameters_are_the_root() -> None:
    spec = _spec('{"model_type": "bert", "hidden_size": 3}', "config.json")
    assert _value(spec.model_type) == "bert"
    assert spec.params is spec.root


@pytest.mark.parametrize(
    ("model_config", "model_type", "checkpoint"),
    [
        ("{model_type: bert, model_init_config: {hidden_size: 3}}", "bert", None),
        ("{model_type: bert, pretrained_model: false}", "bert", None),
        ("{model_type: prajjwal1/bert-tiny, pretrained_model: true}", None, "prajjwal1/bert-tiny"),
        ("{model_type: prajjwal1/bert-tiny, pretrained_model: yes}", None, "prajjwal1/bert-tiny"),
        ("{model_type: bert, pretrained_model: off}", "bert", None),
        ("{model_type: sequence-default, pretrained_model: true}", None, None),
        ("{embedding_dim: 64}", None, None),
        ("", None, None),
    ],
)
def test_eir_names_a_model_only_where_it_is_one_of_transformers(
    model_config: str, model_type: str | None, checkpoint: str | None
) -> None:
    spec = _spec(f"{INFO}model_config: {model_config}\n")
    assert (_value(spec.model_type), _value(spec.checkpoint)) == (model_type, checkpoint)


def test_eir_image_input_names_no_transformers_model() -> None:
    spec = _spec(f"{INFO.replace('sequence', 'image')}model_config: {{model_type: resnet18, pretrained_model: true}}\n")
    assert (spec.model_type, spec.checkpoint) == (None, None)


def test_eir_reads_yaml_1_1_and_a_float_it_takes_for_a_string_is_a_warning() -> None:
    text = "model_type: bert\nparams: {layer_norm_eps: 1e-5}\n"
    eir = f"{INFO}model_config: {{model_type: bert, model_init_config: {{layer_norm_eps: 1e-5}}}}\n"
    assert [(finding.code, finding.severity) for finding in _load(text).findings] == [("C009", "info")]
    assert [(finding.code, finding.severity) for finding in _load(eir).findings] == [("C009", "warning")]


def test_eir_boolean_is_mended_as_eir_reads_it() -> None:
    fix = _load(f"{INFO}model_config: {{model_type: bert, pretrained_model: off}}\n").findings[0].fix
    assert fix is not None
    assert (fix.edits[0].text, fix.safe) == ("false", True)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("output_info: {}\noutput_type_info: {}\n", "an EIR output configuration"),
        ("basic_experiment: {output_folder: x}\n", "an EIR global configuration"),
        ("optimization: {lr: 1.0e-3}\nevaluation_checkpoint: {}\n", "an EIR global configuration"),
        ("model_type: pass-through\n", "an EIR fusion configuration"),
        ("model_type: mlp-residual\nmodel_config: {}\n", "an EIR fusion configuration"),
        ("peft_type: LORA\n", "an adapter's configuration"),
        ("_from_model_config: true\neos_token_id: 2\n", "a generation configuration"),
        ("transformers_version: '4.30'\neos_token_id: 2\n", "a generation configuration"),
        ("tokenizer_class: X\n", "a tokenizer's configuration"),
        ("eos_token: </s>\npad_token: <pad>\n", "a list of special tokens"),
        ("weight_map: {}\nmetadata: {}\n", "an index of weight files"),
    ],
)
def test_file_of_another_kind_is_noted_and_not_checked(text: str, kind: str) -> None:
    file = _load(text)
    assert not file.specs
    assert [(finding.code, finding.severity) for finding in file.findings] == [("C023", "info")]
    assert kind in file.findings[0].message


@pytest.mark.parametrize(
    ("text", "code", "suggestion", "replacement"),
    [
        ("model_type: bert\nparms: {a: 1}", "C020", "Did you mean params?", "params"),
        ("model_typ: bert\nparams: {a: 1}", "C020", "Did you mean model_type?", "model_type"),
        ('"model_typ": bert\nparams: {a: 1}', "C020", "Did you mean model_type?", '"model_type"'),
        ("model_type: bert\narguments: {a: 1}", "C020", "Did you mean params?", "params"),
        ("model: bert\nparams: {a: 1}", "C020", "Did you mean model_type?", None),
        ("name: x\nmodel_type: bert\nparams: {a: 1}", "C020", "indent it below params", None),
        ("model_type: bert\nhidden_size: 1\nparams: {a: 1}", "C020", "indent it below params", None),
        ("params: {a: 1}", "C021", "model_type:", None),
        ("model_type: ''\nparams: {a: 1}", "C021", "model_type:", None),
        ("hidden_size: 1\nvocab_size: 2", "C021", "model_type", None),
        ("model_type: bert\nparams: 5", "C022", "a line", None),
        ("model_type: bert\nparams:\n- a: 1", "C022", "dashes", None),
        ("model_type: bert\nrelease: 4.40", "C024", 'Write "4.40".', '"4.40"'),
        ("model_type: 5\nparams: {a: 1}", "C024", 'Write "5".', '"5"'),
        ("model_type: bert\ntask: [a]", "C024", None, None),
        ("checkpoint: a/b\npretrained: 'True'", "C024", "Write true.", "true"),
        ("checkpoint: a/b\npretrained: 3", "C024", "Write true or false.", None),
    ],
)
def test_fault_in_the_keys_of_a_spec_has_its_remedy(
    text: str, code: str, suggestion: str | None, replacement: str | None
) -> None:
    found = [finding for finding in _load(text).findings if finding.code == code]
    assert len(found) == 1
    assert (suggestion or "") in (found[0].suggestion or "")
    safe = found[0].fix is not None and found[0].fix.safe
    assert (found[0].fix.edits[0].text if found[0].fix and safe else None) == replacement


@pytest.mark.parametrize("name", ["generation_config.json", "model/preprocessor_config.json", "vocab.json"])
def test_file_that_tools_write_under_one_name_is_known_by_it(name: str) -> None:
    file = _load('{"model_type": "bert", "hidden_size": 3, "vocab_size": 3}', name)
    assert [finding.code for finding in file.findings] == ["C023"]


def test_misspelt_keys_count_as_what_they_stand_for() -> None:
    spec = _spec("model_typ: bert\nparms: {hidden_size: 3}\n")
    assert _value(spec.model_type) == "bert"
    assert spec.params is not None
    assert to_value(spec.params) == {"hidden_size": 3}


def test_quoted_yes_and_empty_keys_are_no_fault() -> None:
    assert not _load("model_type: bert\ntask:\nrelease: ~\nparams:\n").findings


@pytest.mark.parametrize("key", KEYS)
def test_every_native_key_is_read(key: str) -> None:
    text = json.dumps({"model_type": "bert", key: {"params": {}, "pretrained": False}.get(key, "x")})
    assert not _load(text, "spec.json").findings or key == "model_type"
