"""Forward passes run on fake and on real tensors; what fails is told with its kind and reason."""

import dataclasses
import time

import pytest
import yaml

from catalog.builder.fake import fake_tensors
from catalog.builder.forward import forward_either_way, ready, run_forward, try_forward
from catalog.builder.forward_overrides import read_forward_overrides
from catalog.builder.inputs import make_inputs
from catalog.builder.inputs.registry import providers
from catalog.builder.overrides import with_override
from catalog.builder.plan import BuildPlan
from catalog.builder.planning import base_plans
from catalog.builder.shrink import shrink
from catalog.builder.time_limit import time_limit
from catalog.model_facts import InputShape
from catalog.resources import resource_folder

torch = pytest.importorskip("torch")


def plan(config_class, architecture, package, **params):
    module = f"transformers.models.{package}.configuration_{package}"
    return BuildPlan(config_class=config_class, module=module, architecture=architecture, params=params)


BERT = plan("BertConfig", "BertModel", "bert")
LONGCAT = plan("LongcatFlashConfig", "LongcatFlashModel", "longcat_flash")


def test_a_model_runs_on_fake_tensors_at_its_own_size():
    facts = try_forward(BERT)
    assert (facts.mode, facts.failure) == ("fake", None)
    assert InputShape(name="input_ids", shape=(1, 128), dtype="int64") in facts.inputs


def test_operations_are_counted_where_asked_for():
    facts = try_forward(BERT, flops=True, sequence_length=16)
    assert facts.flops is not None
    assert facts.flops > 2 * 85_000_000 * 16
    assert facts.backward_flops is not None
    assert sum(facts.flops_by_operator.values()) == facts.flops


def test_a_trillion_parameters_take_no_memory():
    kimi = plan("DeepseekV3Config", "DeepseekV3Model", "deepseek_v3", num_hidden_layers=4)
    assert try_forward(kimi, sequence_length=8).failure is None


def test_values_that_fake_tensors_lack_are_named_and_a_small_real_pass_is_tried(knowledge):
    facts = try_forward(LONGCAT, sequence_length=8)
    assert facts.failure is not None
    assert facts.failure.kind == "unsupported"
    tiny = dataclasses.replace(LONGCAT, params=shrink(knowledge, "LongcatFlashConfig", {}))
    facts = forward_either_way(LONGCAT, tiny, sequence_length=8)
    assert (facts.mode, facts.size, facts.failure) == ("real", "tiny", None)


def test_options_that_cannot_hold_are_told_as_missing_inputs():
    facts = try_forward(BERT, sequence_length=1000)
    assert facts.failure is not None
    assert facts.failure.kind == "no-inputs"
    assert "at most 512 tokens" in facts.failure.reason


def test_what_does_not_build_is_told_as_such():
    facts = try_forward(plan("BertConfig", "BertModel", "bert", hidden_size=100))
    assert facts.failure is not None
    assert "hidden_size" in (facts.failure.parameter or facts.failure.reason)


def test_a_pass_that_takes_too_long_is_given_up():
    with pytest.raises(TimeoutError, match="longer than"), time_limit(0.05):
        time.sleep(5)
    facts = try_forward(BERT, seconds=0.001)
    assert facts.failure is not None
    assert facts.failure.kind == "timeout"


def test_running_keeps_no_cache_and_no_gradients():
    with ready(plan("LlamaConfig", "LlamaModel", "llama", num_hidden_layers=1), mode="fake") as model:
        outputs = run_forward(model, make_inputs(model, sequence_length=4))
    assert outputs.past_key_values is None
    assert not outputs.last_hidden_state.requires_grad


def test_fake_tensors_keep_given_values_and_what_is_made_from_them():
    with fake_tensors():
        places = torch.tensor([[0, 3], [1, 2]])
        assert (places + torch.arange(2)).tolist() == [[0, 4], [1, 3]]
        assert torch.tensor([places.max(), 7]).tolist() == [3, 7]
        weights = torch.empty(4, 4)
        assert weights[torch.tensor([True, False, True, False])].shape == (2, 4)
        assert torch.rand(3, generator=torch.Generator().manual_seed(0)).max().item() < 1


def test_fake_tensors_leave_torch_as_it_was():
    from torch._subclasses import fake_tensor

    before = fake_tensor.CONSTANT_NUMEL_LIMIT
    with pytest.raises(RuntimeError, match="stop"), fake_tensors():
        raise RuntimeError("stop")
    assert before == fake_tensor.CONSTANT_NUMEL_LIMIT
    assert type(torch.ones(2)) is torch.Tensor


def test_every_provider_makes_an_argument_under_one_pattern_only():
    seen = [(provider.argument, pattern) for provider in providers() for pattern in provider.models or ("",)]
    assert len(seen) == len(set(seen))


FAILURES = yaml.safe_load((resource_folder("data") / "forward_failures.yaml").read_text(encoding="utf-8"))
LISTED = {entry["config_class"] for entry in FAILURES}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "override",
    [override for override in read_forward_overrides() if override.config_class not in LISTED],
    ids=lambda override: override.config_class,
)
def test_every_override_is_enough_at_a_small_size(knowledge, override):
    (base,) = base_plans(knowledge, [override.config_class])
    built, _ = with_override(base)
    params = shrink(knowledge, override.config_class, override.over(built.params))
    assert try_forward(dataclasses.replace(base, params=params), mode="real", size="tiny").failure is None


@pytest.mark.parametrize("name", ["DeepseekV2Config", "Glm4vTextConfig", "Glm4vMoeTextConfig"])
def test_the_defaults_alone_do_not_run(knowledge, name, monkeypatch):
    (plan,) = base_plans(knowledge, [name])
    assert try_forward(plan, sequence_length=8).failure is None
    monkeypatch.setattr("catalog.builder.forward.runnable", lambda plan: (plan, None))
    assert try_forward(plan, sequence_length=8).failure is not None
