"""From an exception to the kind of reason, the library and the parameter."""

from __future__ import annotations

import pytest
from build_plans import plan_of

from catalog.builder.construct import make_config, make_model
from catalog.builder.failures import blamed, explain
from catalog.builder.plan import BuildPlan
from catalog.model_facts import BuildFailure


def _failure(plan: BuildPlan) -> BuildFailure:
    config = None
    try:
        config = make_config(plan)
        make_model(plan, config)
    except Exception as error:  # noqa: BLE001  # it is what is explained
        return explain(error, stage="config" if config is None else "model", plan=plan, config=config)
    raise AssertionError("it was built")


@pytest.mark.parametrize(
    ("config_class", "architecture", "kind", "parameter", "reason"),
    [
        ("AutoformerConfig", "AutoformerModel", "needs-parameter", "prediction_length", "needs to be specified"),
        ("EsmConfig", "EsmModel", "needs-parameter", "vocab_size", "NoneType"),
        ("HunYuanVLConfig", "HunYuanVLModel", "needs-parameter", "text_config.head_dim", "NoneType"),
        ("ChameleonConfig", "ChameleonModel", "needs-parameter", "vocabulary_map", "NoneType"),
        ("MoonshineStreamingConfig", "MoonshineStreamingModel", "needs-parameter", "num_key_value_heads", "attribute"),
        ("Wav2Vec2BertConfig", "Wav2Vec2BertForCTC", "needs-parameter", "vocab_size", "vocabulary size"),
        ("AyaVisionConfig", "AyaVisionModel", "upstream-bug", None, "must be divisible"),
        ("ConvNextConfig", "ConvNextBackbone", "upstream-bug", None, "TypeError: can only concatenate list"),
        ("CohereCompassTextConfig", "CohereCompassTextModel", "upstream-bug", None, "KeyError: 'full_attention'."),
        ("Qwen2Config", "JevForDecision", "upstream-bug", None, "takes a JevConfig, but transformers lists it for"),
        ("Gemma4AssistantConfig", None, "default-does-not-construct", None, "hidden_size_per_layer_input must be 0"),
        ("NougatConfig", None, "needs-sub-config", None, "Unrecognized model type for subconfig: donut_swin"),
    ],
)
def test_defaults_that_do_not_build_are_told_apart(
    config_class: str, architecture: str | None, kind: str, parameter: str | None, reason: str
) -> None:
    failure = _failure(plan_of(config_class, architecture))
    assert (failure.kind, failure.parameter) == (kind, parameter)
    assert reason in failure.reason
    assert failure.reason.endswith(".")


@pytest.mark.parametrize(
    ("message", "library"),
    [
        ("\nTimmBackbone requires the timm library but it was not found in your environment.\n", "timm"),
        ("A requires the PIL library but it was not found\n\nA requires the timm library but it was not found", "timm"),
        ("A requires the PIL library but it was not found in your environment.", "pillow"),
        ("No module named 'mamba_ssm.ops'", "mamba-ssm"),
        ("Using bitsandbytes requires it: `pip install bitsandbytes`", "bitsandbytes"),
    ],
)
def test_a_missing_library_is_named_as_it_is_installed(message: str, library: str) -> None:
    failure = explain(ImportError(message))
    assert (failure.kind, failure.library) == ("missing-library", library)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (MemoryError(), "out-of-memory"),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried 9 bytes"), "out-of-memory"),
        (TimeoutError("It took too long"), "timeout"),
        (ConnectionError("no route"), "needs-download"),
        (OSError("We couldn't connect to 'https://huggingface.co' to load the files"), "needs-download"),
        (NotImplementedError("not there"), "unsupported"),
        (RuntimeError("\"addmm_impl_cpu_\" not implemented for 'Half'"), "unsupported"),
        (ValueError("You have to set this"), "needs-parameter"),
        (ValueError("it is odd"), "upstream-bug"),
        (ValueError(""), "upstream-bug"),
    ],
)
def test_errors_of_the_environment_are_told_from_those_of_the_model(error: BaseException, kind: str) -> None:
    failure = explain(error)
    assert failure.kind == kind
    assert failure.reason


def test_a_long_message_is_cut_at_a_word() -> None:
    reason = explain(ValueError("word " * 500)).reason
    assert len(reason) <= 400
    assert reason.endswith("word ...")


@pytest.mark.parametrize(
    ("message", "given", "expected"),
    [
        ("hidden_size must be positive", {"hidden_size": -1, "num_heads": 2}, "hidden_size"),
        ("Field 'hidden_size': expected int", {"vocab_size": 1, "hidden_size": "x"}, "hidden_size"),
        ("hidden_act gleu is unknown", {"text_config.hidden_act": "gleu"}, "text_config.hidden_act"),
        ("The attention window 63 is odd", {"window": 63}, "window"),
        ("attention_windows must be even", {"attention_window": 3}, None),
        ("something else", {"hidden_size": 3}, None),
    ],
)
def test_the_parameter_is_the_one_that_the_message_tells(
    message: str, given: dict[str, object], expected: str | None
) -> None:
    assert blamed(ValueError(message), given) == expected
