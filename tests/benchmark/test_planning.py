"""From names or the whole catalog to jobs: which model class stands for a mode, in which order, at which size."""

from __future__ import annotations

import importlib.util

import pytest

from catalog.benchmark.grid import Grid
from catalog.benchmark.model_classes import model_classes, plain_model
from catalog.benchmark.planning import Target, all_targets, architecture_for, jobs_for, named_target, order_of_interest
from catalog.builder.plan import BuildPlan
from catalog.builder.planning import base_architecture, base_plans
from catalog.errors import UsageError
from catalog.records import Release
from catalog.specs.memory import ReleaseKnowledge

pytestmark = pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="needs torch")


@pytest.fixture(scope="module")
def knowledge(installed_release: Release) -> ReleaseKnowledge:
    return ReleaseKnowledge(installed_release)


def plan_of(model_type: str, knowledge: ReleaseKnowledge) -> BuildPlan:
    config_class = knowledge.class_of_model_type(model_type)
    assert config_class is not None
    record = knowledge.config_class(config_class)
    assert record is not None
    architecture = base_architecture(config_class, knowledge)
    return BuildPlan(config_class=config_class, module=record.module, model_type=model_type, architecture=architecture)


@pytest.mark.parametrize(
    ("model_type", "trained", "generating"),
    [
        ("llama", "LlamaForCausalLM", "LlamaForCausalLM"),
        ("bert", "BertForMaskedLM", None),
        ("t5", "T5ForConditionalGeneration", "T5ForConditionalGeneration"),
        ("bart", "BartForConditionalGeneration", "BartForConditionalGeneration"),
        ("whisper", "WhisperForConditionalGeneration", "WhisperForConditionalGeneration"),
        ("wav2vec2", "Wav2Vec2ForCTC", None),
        ("vit", "ViTForImageClassification", None),
        ("llava", "LlavaForConditionalGeneration", "LlavaForConditionalGeneration"),
        ("musicgen", "MusicgenForConditionalGeneration", "MusicgenForConditionalGeneration"),
        ("esmfold2", "EsmFold2Model", None),
    ],
)
def test_each_mode_takes_the_model_class_that_it_needs(knowledge, model_type, trained, generating) -> None:
    plan = plan_of(model_type, knowledge)
    plan = named_target(model_type, plan, knowledge, scale=None, fixed=False).plan
    assert architecture_for(plan, "forward", knowledge) == plan.architecture
    assert architecture_for(plan, "train", knowledge) == trained
    assert architecture_for(plan, "generate", knowledge) == generating


def test_what_generates_and_what_computes_a_loss_is_read_as_transformers_has_it(knowledge) -> None:
    import inspect

    from transformers import BertForMaskedLM, GPT2LMHeadModel, Wav2Vec2ForCTC

    for cls in (BertForMaskedLM, GPT2LMHeadModel, Wav2Vec2ForCTC):
        found = model_classes(cls.config_class.__module__)[cls.__name__]
        assert found.generates == hasattr(cls, "generate")
        assert found.computes_loss == ("labels" in inspect.signature(cls.forward).parameters)
        assert found.config_class == cls.config_class.__name__


def test_parts_of_models_have_the_class_that_transformers_builds_for_them(knowledge) -> None:
    assert plain_model("CLIPTextConfig", "transformers.models.clip.configuration_clip") == "CLIPTextModel"
    assert plain_model("DbrxAttentionConfig", "transformers.models.dbrx.configuration_dbrx") is None
    assert plain_model("NoConfig", "nowhere.models.configuration_no") is None


def test_everything_is_planned_once_with_what_matters_first(knowledge) -> None:
    model_types = {name: (knowledge.config_class(name).model_type or None) for name in knowledge.class_names()}
    targets = all_targets(knowledge, model_types, scale="tiny")
    assert len(targets) > 700
    assert len({target.plan.config_class for target in targets}) == len(targets)
    assert all(target.plan.architecture for target in targets)
    assert targets[0].name == order_of_interest()[0]
    assert {plan.config_class for plan in base_plans(knowledge) if plan.architecture} <= {
        target.plan.config_class for target in targets
    }
    assert set(order_of_interest()) <= set(knowledge.model_types())


def test_tiny_jobs_are_small_and_full_ones_are_not(knowledge) -> None:
    def only_job(scale):
        target = named_target("bert", plan_of("bert", knowledge), knowledge, scale=scale, fixed=False)
        (job,) = jobs_for([target], Grid(), knowledge, named=True)
        return job

    assert only_job("tiny").plan.params["num_hidden_layers"] == 2
    assert only_job("tiny").scale == "tiny"
    assert (only_job(None).plan.params, only_job(None).scale) == ({}, "full")


def test_a_named_model_that_does_not_generate_is_told_and_one_of_many_is_left_out(knowledge) -> None:
    grid = Grid(forward=False, generate=True)
    targets = [Target(plan=plan_of(name, knowledge), name=name) for name in ("bert", "gpt2")]
    with pytest.raises(UsageError, match="bert does not generate") as caught:
        jobs_for(targets, grid, knowledge, named=True)
    assert "BertLMHeadModel" in caught.value.remedy
    assert [job.name for job in jobs_for(targets, grid, knowledge, named=False)] == ["gpt2"]


def test_a_named_architecture_stands_for_every_mode(knowledge) -> None:
    import dataclasses

    plan = dataclasses.replace(plan_of("bert", knowledge), architecture="BertLMHeadModel")
    target = named_target("bert", plan, knowledge, scale=None, fixed=False)
    jobs = jobs_for([target], Grid(train=True, generate=True), knowledge, named=True)
    assert {job.plan.architecture for job in jobs} == {"BertLMHeadModel"}
    assert [job.workload.mode for job in jobs] == ["forward", "train", "generate"]


def test_what_is_asked_for_twice_is_one_job(knowledge) -> None:
    targets = [named_target("bert", plan_of("bert", knowledge), knowledge, scale=None, fixed=False)] * 2
    assert len(jobs_for(targets, Grid(), knowledge, named=True)) == 1


def test_an_unknown_attention_is_refused_before_anything_is_measured(knowledge) -> None:
    target = named_target("bert", plan_of("bert", knowledge), knowledge, scale=None, fixed=False)
    with pytest.raises(UsageError, match="no implementation of attention 'nonsense'") as caught:
        jobs_for([target], Grid(attentions=("nonsense",)), knowledge, named=True)
    assert "eager" in caught.value.remedy
