"""Facts of what builds, reasons of what does not, and the same counts as torch's own."""

from __future__ import annotations

import math

import pytest
from build_plans import plan_of

from catalog.builder.construct import make_model
from catalog.builder.facts import facts_of, facts_of_model
from catalog.builder.overrides import with_override
from catalog.builder.planning import base_plans
from catalog.specs.memory import ReleaseKnowledge

CHUNKS = 4
TAKEN = 2
"""Every so-manieth base model is built here, in so many chunks; all of them take a minute."""

KNOWN_FAILURES = {
    "Gemma4AssistantForCausalLM": "default-does-not-construct",
}
"""Base models that no library and no small override makes build, with the kind of their reason."""


def test_the_size_of_published_models() -> None:
    expected = {
        ("LlamaConfig", "LlamaForCausalLM"): 6_738_415_616,
        ("BertConfig", "BertModel"): 109_482_240,
        ("GPT2Config", "GPT2LMHeadModel"): 124_439_808,
        ("CLIPConfig", "CLIPModel"): 151_277_313,
    }
    for (config_class, architecture), parameters in expected.items():
        assert facts_of(plan_of(config_class, architecture)).parameters == parameters


def test_facts_are_complete() -> None:
    facts = facts_of(plan_of("LlamaConfig", "LlamaModel", model_type="llama"), base=True)
    assert facts.failure is None
    assert (facts.base, facts.model_type, facts.architecture, facts.layers) == (True, "llama", "LlamaModel", 32)
    assert sum(facts.components.values()) == facts.parameters
    assert facts.weights_bytes["bfloat16"] == 2 * (facts.parameters or 0)
    assert facts.kv_cache_values_per_token == 2 * 32 * 4096
    assert facts.summary[0].parameters == facts.parameters
    assert facts.torch
    assert facts.release
    assert facts.seconds is not None
    assert facts.forward.mode is None


def test_a_forward_pass_is_told_where_it_is_asked_for() -> None:
    facts = facts_of(plan_of("BertConfig", "BertModel"), forward=True)
    assert facts.forward.mode == "fake"
    assert facts.forward.failure is None
    assert facts.forward.inputs[0].name == "input_ids"


def test_what_was_given_instead_of_the_defaults_is_told() -> None:
    facts = facts_of(plan_of("DetrConfig", "DetrForSegmentation"))
    assert facts.failure is None
    assert facts.override is not None
    assert "ResNet-50" in facts.override
    assert facts.override_params["use_timm_backbone"] is False
    assert facts_of(plan_of("LlamaConfig")).override is None


def test_the_plain_model_of_a_configuration_without_a_cataloged_one_is_found() -> None:
    assert facts_of(plan_of("CLIPSegTextConfig")).architecture == "CLIPSegTextModel"


def test_a_configuration_without_a_model_is_told() -> None:
    with pytest.raises(LookupError, match="no model class for SamMaskDecoderConfig"):
        facts_of(plan_of("SamMaskDecoderConfig"))


def test_what_does_not_build_keeps_its_reason() -> None:
    facts = facts_of(plan_of("Gemma4AssistantConfig", "Gemma4AssistantForCausalLM"))
    assert facts.parameters is None
    assert facts.failure is not None
    assert facts.failure.kind == "default-does-not-construct"


@pytest.mark.filterwarnings("ignore")  # what torch warns of within models is theirs
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_base_models_build_or_say_why_not_and_are_counted_as_torch_counts_them(
    knowledge: ReleaseKnowledge, chunk: int
) -> None:
    plans = [plan for plan in base_plans(knowledge) if plan.architecture is not None][chunk :: CHUNKS * TAKEN]
    for plan in plans:
        try:
            model = make_model(with_override(plan)[0])
        except Exception:  # noqa: BLE001  # why is what is asked here
            failure = facts_of(plan).failure
            assert failure is not None, plan.architecture
            kind = KNOWN_FAILURES.get(str(plan.architecture), "missing-library")
            assert failure.kind == kind, f"{plan.architecture}: {failure}"
            assert kind != "missing-library" or failure.library, plan.architecture
            continue
        facts = facts_of_model(model, plan, base=True)
        assert facts.parameters == sum(item.numel() for item in model.parameters()), plan.architecture
        assert facts.buffers == sum(math.prod(item.shape) for item in model.buffers()), plan.architecture
