"""Whatever names a model, in any dialect, leads to the same plan; what names none is told."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
import transformers
from hypothesis import given
from hypothesis import strategies as st

from catalog import Catalog
from catalog.builder.construct import make_model
from catalog.builder.errors import FaultySpecError
from catalog.builder.plan import BuildPlan
from catalog.builder.planning import (
    BuildOptions,
    base_architecture,
    base_plans,
    installed_release,
    make_plan,
    small_plan,
)
from catalog.errors import CatalogError, NotFoundError, UsageError
from catalog.specs.checker import Checker
from catalog.specs.memory import ReleaseKnowledge

EIR = {
    "input_info": {"input_source": "x", "input_name": "y", "input_type": "sequence"},
    "model_config": {
        "model_type": "longformer",
        "pretrained_model": False,
        "model_init_config": {"num_hidden_layers": 2},
    },
}
PUBLISHED = {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_size": 64, "num_attention_heads": 4}


def _plan(target: Any, knowledge: ReleaseKnowledge, **options: Any) -> BuildPlan:
    return make_plan(target, knowledge, Checker(knowledge).check, BuildOptions(**options))


@pytest.mark.parametrize(
    ("target", "config_class", "architecture", "params"),
    [
        ("llama", "LlamaConfig", "LlamaModel", {}),
        ("LlamaConfig", "LlamaConfig", "LlamaModel", {}),
        ("transformers.LlamaConfig", "LlamaConfig", "LlamaModel", {}),
        ("transformers.models.llama.LlamaConfig", "LlamaConfig", "LlamaModel", {}),
        ("transformers.models.llama.configuration_llama.LlamaConfig", "LlamaConfig", "LlamaModel", {}),
        (" llama ", "LlamaConfig", "LlamaModel", {}),
        ({"model_type": "bert", "task": "text-classification"}, "BertConfig", "BertForSequenceClassification", {}),
        ({"architecture": "LlamaForCausalLM"}, "LlamaConfig", "LlamaForCausalLM", {}),
        (EIR, "LongformerConfig", "LongformerModel", {"num_hidden_layers": 2}),
        (PUBLISHED, "LlamaConfig", "LlamaForCausalLM", {"hidden_size": 64, "num_attention_heads": 4}),
    ],
)
def test_whatever_names_a_model_leads_to_its_plan(
    target: Any, config_class: str, architecture: str, params: dict[str, Any], knowledge: ReleaseKnowledge
) -> None:
    plan = _plan(target, knowledge)
    assert (plan.config_class, plan.architecture, plan.params) == (config_class, architecture, params)
    assert (plan.device, plan.checkpoint, plan.pretrained) == ("meta", None, False)


@pytest.mark.parametrize(
    ("name", "content"), [("spec.yaml", "model_type: bert\n"), ("spec.json", json.dumps(PUBLISHED)), ("spec", "{}")]
)
def test_a_file_is_read_by_its_name_or_from_standard_input(
    tmp_path: Path, knowledge: ReleaseKnowledge, name: str, content: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if content == "{}":
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"model_type: bert\n"), encoding="utf-8"))
        assert _plan("-", knowledge).config_class == "BertConfig"
        return
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    assert _plan(path, knowledge).config_class in {"BertConfig", "LlamaConfig"}


def test_options_go_over_the_spec(knowledge: ReleaseKnowledge) -> None:
    spec = {"model_type": "bert", "architecture": "BertModel", "params": {"num_hidden_layers": 2}}
    plan = _plan(spec, knowledge, task="text-classification", params={"num_hidden_layers": 3, "hidden_size": 24})
    assert plan.architecture == "BertForSequenceClassification"
    assert plan.params == {"num_hidden_layers": 3, "hidden_size": 24}


def test_parts_of_nested_configurations_are_kept(knowledge: ReleaseKnowledge) -> None:
    spec = {"model_type": "llava", "params": {"text_config": {"num_hidden_layers": 2}, "id2label": {0: "a"}}}
    plan = _plan(spec, knowledge, params={"text_config.vocab_size": 50, "id2label": {1: "b"}})
    assert plan.params["text_config"] == {"num_hidden_layers": 2, "vocab_size": 50}
    assert plan.params["id2label"] in ({1: "b"}, {"1": "b"})


def test_another_name_of_a_parameter_replaces_it(knowledge: ReleaseKnowledge) -> None:
    plan = _plan({"model_type": "gpt2", "params": {"n_embd": 24}}, knowledge, params={"hidden_size": 48})
    assert plan.params == {"n_embd": 48}


def test_warnings_do_not_stop_a_build(knowledge: ReleaseKnowledge) -> None:
    published = {**PUBLISHED, "some_key_of_a_fork": 3}
    assert _plan(published, knowledge).params["some_key_of_a_fork"] == 3


@pytest.mark.parametrize(
    ("target", "options", "code"),
    [
        ({"model_type": "lama"}, {}, "C101"),
        ({"model_type": "llama", "params": {"hiden_size": 3}}, {}, "C111"),
        ("llama", {"params": {"hiden_size": 3}}, "C111"),
        ("llama", {"params": {"num_attention_heads": 5}}, "C401"),
        (PUBLISHED, {"params": {"num_attention_heads": 5}}, "C401"),
        ("llama", {"architecture": "BertModel"}, "C105"),
        ("llama", {"task": "image-classification"}, "C106"),
    ],
)
def test_errors_of_the_checker_stop_a_build_and_are_carried(
    target: Any, options: dict[str, Any], code: str, knowledge: ReleaseKnowledge
) -> None:
    with pytest.raises(FaultySpecError) as caught:
        _plan(target, knowledge, **options)
    assert code in {finding.code for finding in caught.value.report.findings}


@pytest.mark.parametrize(
    ("target", "error", "message"),
    [
        ("lama", NotFoundError, "Did you mean 'llama'"),
        ("LamaConfig", NotFoundError, "Did you mean 'LlamaConfig'"),
        ("PreTrainedConfig", CatalogError, "no model named"),
        ("other.LlamaConfig", CatalogError, "no model named"),
        ("", UsageError, "empty"),
        ("x\0y", CatalogError, "no model named|cannot be read"),
        ("./nowhere", NotFoundError, "no file named"),
        ({}, CatalogError, "names no model"),
        ({"config_class": "my_package.MyConfig"}, CatalogError, "does not tell which model"),
    ],
)
def test_what_names_no_model_is_told(
    target: Any, error: type[CatalogError], message: str, knowledge: ReleaseKnowledge
) -> None:
    with pytest.raises(error, match=message):
        _plan(target, knowledge)


@given(st.text(max_size=20))
def test_no_name_is_answered_with_anything_but_a_plan_or_a_clear_error(knowledge: ReleaseKnowledge, name: str) -> None:
    try:
        _plan(name, knowledge)
    except CatalogError:
        return


def test_an_architecture_that_transformers_lists_for_a_class_is_no_foreign_one(knowledge: ReleaseKnowledge) -> None:
    assert _plan("qwen3_5", knowledge, architecture="Qwen3_5ForCausalLM").architecture == "Qwen3_5ForCausalLM"


def test_the_base_architecture_is_the_one_that_transformers_takes(knowledge: ReleaseKnowledge) -> None:
    from transformers.models.auto.modeling_auto import MODEL_MAPPING_NAMES

    wrong = {}
    for model_type, names in MODEL_MAPPING_NAMES.items():
        config_class = knowledge.class_of_model_type(model_type)
        known = names if isinstance(names, tuple | list) else (names,)
        if config_class is not None and (found := base_architecture(config_class, knowledge)) not in known:
            wrong[model_type] = found
    # transformers takes the decoder alone for these; here the model of the whole configuration stands for its size.
    assert wrong == {
        "musicgen": "MusicgenForConditionalGeneration",
        "musicgen_melody": "MusicgenMelodyForConditionalGeneration",
    }


def test_every_class_has_a_plan(knowledge: ReleaseKnowledge) -> None:
    plans = base_plans(knowledge)
    assert [plan.config_class for plan in plans] == list(knowledge.class_names())
    assert sum(plan.architecture is not None for plan in plans) > 600


def test_only_the_installed_release_is_built() -> None:
    assert installed_release() == transformers.__version__
    assert installed_release(transformers.__version__) == transformers.__version__
    with pytest.raises(UsageError, match=r"pip install transformers==4\.30\.0"):
        installed_release("4.30.0")


def test_the_catalog_builds_from_python(catalog: Catalog) -> None:
    model = catalog.build("llama", {"num_hidden_layers": 2}, device="meta")
    assert type(model).__name__ == "LlamaModel"
    assert len(model.layers) == 2
    assert catalog.plan("llama").architecture == "LlamaModel"


def test_a_small_plan_is_of_the_same_model_and_builds(knowledge: ReleaseKnowledge) -> None:
    plan = _plan({"model_type": "autoformer"}, knowledge)
    small = small_plan(plan, knowledge)
    assert small is not None
    assert (small.config_class, small.architecture) == (plan.config_class, plan.architecture)
    assert small.params["prediction_length"]
    assert sum(item.numel() for item in make_model(small).parameters()) < 10**6
