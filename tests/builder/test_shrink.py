"""Small configurations: valid specs of models that build, with everything that ties their parts together kept."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.builder.construct import make_config, make_model
from catalog.builder.forward import try_forward
from catalog.builder.inputs import make_inputs
from catalog.builder.overrides import with_override
from catalog.builder.plan import BuildPlan
from catalog.builder.planning import small_plan
from catalog.builder.shrink import fit, shrink, tiny_params
from catalog.errors import NotFoundError
from catalog.records import Json
from catalog.specs.checker import Checker
from catalog.specs.loading import load_mapping
from catalog.specs.memory import ReleaseKnowledge

CHUNKS = 4
MOST = 1_000_000
KNOWN_FAILURES = {
    "gemma4_assistant": "It drafts for a model whose caches it shares, and finds none when it is built alone.",
    "gemma4_unified_assistant": "It drafts for a model whose caches it shares, and finds none when it is built alone.",
    "voxtral_realtime_text": "The auto mapping names a model that no module defines.",
}
"""What does not build although no library is missing."""


@pytest.fixture(scope="module")
def checker(knowledge: ReleaseKnowledge) -> Checker:
    return Checker(knowledge)


def plan_of(knowledge: ReleaseKnowledge, class_name: str, params: Mapping[str, Json], **options: Any) -> BuildPlan:
    record = knowledge.config_class(class_name)
    assert record is not None
    return with_override(BuildPlan(config_class=class_name, module=record.module, params=params, **options))[0]


def made(knowledge: ReleaseKnowledge, class_name: str, **options: Any) -> Any:
    """The configuration that transformers makes of a class's reduced parameters."""
    return make_config(plan_of(knowledge, class_name, tiny_params(knowledge, class_name, **options)))


def findings(checker: Checker, class_name: str, params: Mapping[str, Json]) -> list[str]:
    loaded = load_mapping({"config_class": class_name, "params": params})
    found = [*loaded.findings, *(finding for spec in loaded.specs for finding in checker.check(spec))]
    return [f"{class_name}: {finding.message}" for finding in found if finding.severity != "info"]


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_every_model_type_shrinks_to_a_clean_spec_of_a_model_that_builds(knowledge, checker, chunk) -> None:
    wrong, built, missing = [], 0, []
    for model_type in knowledge.model_types()[chunk::CHUNKS]:
        class_name = knowledge.class_of_model_type(model_type)
        params = tiny_params(knowledge, class_name)
        wrong += findings(checker, class_name, params)
        try:
            model = make_model(plan_of(knowledge, class_name, params))
        except LookupError:
            continue  # the configuration of a part that no model class takes
        except ImportError as error:
            missing.append(f"{model_type}: {error}")
            continue
        except Exception as error:  # noqa: BLE001 (any model may fail in any way, and all of them shall be told)
            if model_type not in KNOWN_FAILURES:
                wrong.append(f"{model_type}: {type(error).__name__}: {error}")
            continue
        built += 1
        size = sum(parameter.numel() for parameter in model.parameters())
        if size > MOST and model_type not in KNOWN_FAILURES:
            wrong.append(f"{model_type} has {size:,} parameters")
    assert not wrong
    assert built > 180
    assert len(missing) < 12, missing


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_any_budget_gives_a_clean_spec(knowledge, checker, data) -> None:
    class_name = data.draw(st.sampled_from(knowledge.class_names()))
    budget = data.draw(st.integers(0, 10**8))
    assert not findings(checker, class_name, tiny_params(knowledge, class_name, budget=budget))


@pytest.mark.parametrize(
    "class_name", ["LlamaConfig", "BertConfig", "SwinConfig", "T5Config", "MixtralConfig", "Wav2Vec2Config"]
)
@given(budgets=st.tuples(st.integers(0, 10**7), st.integers(0, 10**7)))
@settings(max_examples=15, deadline=None)
def test_a_smaller_budget_never_gives_larger_numbers(knowledge, class_name, budgets) -> None:
    small, large = (tiny_params(knowledge, class_name, budget=budget) for budget in sorted(budgets))
    for name in small.keys() & large.keys():
        for less, more in zip(numbers(small[name]), numbers(large[name]), strict=False):
            assert less <= more, name


def numbers(value: Any) -> list[float]:
    if isinstance(value, list):
        return [number for item in value for number in numbers(item)]
    return [value] if isinstance(value, int | float) and not isinstance(value, bool) else []


def test_the_same_question_has_the_same_answer(knowledge) -> None:
    first = tiny_params(knowledge, "LlavaConfig")
    first["text_config"]["hidden_size"] = 1  # what was given away is not kept
    assert tiny_params(knowledge, "LlavaConfig") == tiny_params(knowledge, "LlavaConfig") != first


def test_shrinking_again_changes_no_more_than_it_must(knowledge, checker) -> None:
    params = tiny_params(knowledge, "Qwen3MoeConfig")
    again = shrink(knowledge, "Qwen3MoeConfig", params)
    assert again == params


def test_only_what_differs_from_the_defaults_is_given(knowledge) -> None:
    params = tiny_params(knowledge, "LlamaConfig")
    assert params == {
        "vocab_size": 256,
        "hidden_size": 64,
        "intermediate_size": 176,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "max_position_embeddings": 512,
    }


def test_a_users_own_values_are_reduced_and_the_rest_of_them_kept(knowledge) -> None:
    given_params = {"hidden_size": 8192, "num_attention_heads": 64, "num_key_value_heads": 1, "rms_norm_eps": 1e-5}
    params = shrink(knowledge, "LlamaConfig", given_params)
    assert params["rms_norm_eps"] == 1e-5
    assert params["hidden_size"] == 64
    assert params["num_key_value_heads"] == 1


@pytest.mark.parametrize(
    "model_type",
    [
        "bert",
        "llama",
        "t5",
        "jamba",
        "vit",
        "swin",
        "whisper",
        "wav2vec2",
        "clip",
        "qwen2_vl",
        "sam",
        "encodec",
        "autoformer",
    ],
)
def test_small_models_of_every_family_run(knowledge, model_type: str) -> None:
    class_name = knowledge.class_of_model_type(model_type)
    params = tiny_params(knowledge, class_name)
    facts = try_forward(plan_of(knowledge, class_name, params, device="cpu", seed=0), mode="real", size="tiny")
    assert facts.failure is None


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("class_name", "architecture"),
    [
        ("BambaConfig", "BambaForCausalLM"),
        ("GraniteMoeHybridConfig", "GraniteMoeHybridForCausalLM"),
        ("MiniCPMV4_6Config", "MiniCPMV4_6ForConditionalGeneration"),
        ("MoonshineStreamingConfig", "MoonshineStreamingForConditionalGeneration"),
        ("xLSTMConfig", "xLSTMForCausalLM"),
    ],
)
def test_small_models_write_texts(knowledge, class_name: str, architecture: str) -> None:
    small = small_plan(plan_of(knowledge, class_name, {}, architecture=architecture, device="cpu", seed=0), knowledge)
    assert small is not None
    model = make_model(with_override(small)[0])
    inputs = make_inputs(model, batch_size=1)
    taken = {name: value for name, value in inputs.items() if not name.startswith("decoder_")}
    model.generate(**taken, max_new_tokens=2, do_sample=False, pad_token_id=0)


def test_an_unknown_class_is_refused(knowledge) -> None:
    with pytest.raises(NotFoundError):
        tiny_params(knowledge, "NoSuchConfig")


def test_a_budget_is_kept_by_building(knowledge) -> None:
    for budget in (400_000, 60_000):
        fitted = fit(knowledge, "BertConfig", budget=budget)
        assert fitted.fits(budget)
        assert fitted.reason is None
        model = make_model(plan_of(knowledge, "BertConfig", fitted.params))
        assert sum(parameter.numel() for parameter in model.parameters()) == fitted.parameters


def test_a_budget_below_every_model_gives_the_smallest_with_its_size(knowledge) -> None:
    fitted = fit(knowledge, "BertConfig", budget=10)
    assert not fitted.fits(10)
    assert fitted.parameters is not None
    assert fitted.parameters < 60_000


def test_a_model_that_does_not_build_is_told_with_the_reason(knowledge) -> None:
    if importlib.util.find_spec("natten") is not None:
        pytest.skip("natten is installed")
    fitted = fit(knowledge, "DinatConfig")
    assert fitted.parameters is None
    assert "natten" in (fitted.reason or "")
    assert fitted.params
