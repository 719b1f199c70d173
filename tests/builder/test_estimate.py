"""Estimates: held to real passes, to themselves at other sizes, and to what cannot be estimated."""

from __future__ import annotations

from dataclasses import replace

import pytest

pytest.importorskip("torch")

import torch
from build_plans import plan_of
from torch._subclasses.fake_tensor import FakeTensor

from catalog.builder.construct import make_model
from catalog.builder.errors import BuildError
from catalog.builder.estimate.estimate import EstimateRequest
from catalog.builder.estimate.graph import GraphModel, Peak
from catalog.builder.estimate.limits import largest_fitting
from catalog.builder.estimate.live_memory import LiveMemory
from catalog.builder.estimate.prediction import Curve
from catalog.builder.estimate.report import estimate
from catalog.builder.estimate.training import optimizer_bytes
from catalog.builder.inputs import make_inputs
from catalog.builder.plan import BuildPlan
from catalog.errors import UsageError

LLAMA = BuildPlan(
    config_class="LlamaConfig",
    module="transformers.models.llama.configuration_llama",
    architecture="LlamaForCausalLM",
    params={
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_hidden_layers": 3,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "vocab_size": 500,
    },
)
BERT = BuildPlan(
    config_class="BertConfig",
    module="transformers.models.bert.configuration_bert",
    architecture="BertModel",
    params={"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 3, "num_attention_heads": 4},
)
VIT = BuildPlan(
    config_class="ViTConfig",
    module="transformers.models.vit.configuration_vit",
    architecture="ViTModel",
    params={"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 3, "num_attention_heads": 4},
)


def held_in_a_real_pass(plan: BuildPlan, *, batch_size: int, length: int | None) -> int:
    """Highest running sum of what torch's allocator reports, with what exists before."""
    model = make_model(replace(plan, device="cpu", dtype="float32", seed=0))
    inputs = make_inputs(model, batch_size=batch_size, sequence_length=length)
    tensors = {id(item): item for item in (*model.parameters(), *model.buffers(), *inputs.values())}
    cpu = [torch.profiler.ProfilerActivity.CPU]
    with torch.no_grad(), torch.profiler.profile(activities=cpu, profile_memory=True) as profile:
        model(**inputs)
    events = [event for event in profile.profiler.kineto_results.events() if event.name() == "[memory]"]
    held = highest = 0
    for event in sorted(events, key=lambda event: event.start_ns()):
        held += event.nbytes()
        highest = max(highest, held)
    return highest + sum(item.numel() * item.element_size() for item in tensors.values())


@pytest.mark.parametrize("attention", ["eager", "sdpa"])
@pytest.mark.parametrize("plan", [LLAMA, BERT, VIT], ids=lambda plan: plan.architecture)
def test_the_total_is_what_a_real_pass_holds(plan: BuildPlan, attention: str) -> None:
    length = None if plan is VIT else 200
    request = EstimateRequest(
        dtype="float32", batch_size=3, sequence_length=length, attention=attention, limits=False, accelerator=False
    )
    found = estimate(plan, request)
    assert found.method == "graph"
    real = held_in_a_real_pass(replace(plan, attention=attention), batch_size=3, length=length)
    assert found.total_bytes == pytest.approx(real, rel=0.02)


def test_parts_of_a_forward_pass_add_up() -> None:
    found = estimate(LLAMA, EstimateRequest(sequence_length=100, limits=False))
    parts = found.weights_bytes + found.buffer_bytes + found.kv_cache_bytes
    assert found.total_bytes == parts + found.attention_bytes + found.activation_bytes


def test_what_is_said_to_fit_fits_and_one_more_does_not() -> None:
    found = estimate(LLAMA, EstimateRequest(sequence_length=256, device="NVIDIA T4"))
    (fit,) = found.fits
    for batch_size, length in ((1, fit.longest_context), (fit.largest_batch, 256)):
        request = EstimateRequest(batch_size=batch_size, sequence_length=length, limits=False, device="NVIDIA T4")
        (exact,) = estimate(LLAMA, request).fits
        assert abs(exact.margin_bytes) < 0.02 * exact.usable_bytes


def test_checkpointing_keeps_less_and_training_counts_gradients_and_state() -> None:
    request = EstimateRequest(dtype="float32", sequence_length=256, batch_size=4, training=True, limits=False)
    plain = estimate(LLAMA, request)
    again = estimate(LLAMA, replace(request, checkpointing=True))
    assert again.activation_bytes < plain.activation_bytes
    assert plain.gradient_bytes == 4 * plain.parameters
    assert plain.optimizer_bytes == 8 * plain.parameters
    assert estimate(LLAMA, replace(request, optimizer="sgd")).optimizer_bytes == 0


def test_mixed_precision_takes_sixteen_bytes_a_parameter() -> None:
    state = optimizer_bytes(trainable=1000, dtype_bytes=2, mixed_precision=True)
    assert state + 2 * 1000 + 2 * 1000 == 16_000  # Rajbhandari et al., 2020, section 3.1


def test_a_graph_that_does_not_run_leaves_the_formula_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    request = EstimateRequest(sequence_length=512, attention="eager", limits=False)
    followed = estimate(LLAMA, request)

    def fail(self: GraphModel, inputs: object, *, use_cache: bool) -> None:
        raise RuntimeError("no such kernel")

    monkeypatch.setattr(GraphModel, "inference", fail)
    found = estimate(LLAMA, request)
    assert found.method == "formula"
    assert "no such kernel" in found.assumptions[0]
    assert found.kv_cache_bytes == followed.kv_cache_bytes
    assert found.total_bytes == pytest.approx(followed.total_bytes, rel=0.15)


def test_a_small_model_that_reads_values_is_followed_for_real(monkeypatch: pytest.MonkeyPatch) -> None:
    request = EstimateRequest(dtype="float32", sequence_length=64, attention="eager", device="NVIDIA T4")
    followed = estimate(LLAMA, request)
    forward = GraphModel.inference

    def read(self: GraphModel, inputs: dict[str, torch.Tensor], *, use_cache: bool) -> Peak:
        inputs["input_ids"].nonzero().tolist() if real(inputs) else raise_unknown()
        return forward(self, inputs, use_cache=use_cache)

    def real(inputs: dict[str, torch.Tensor]) -> bool:
        return not isinstance(inputs["input_ids"], FakeTensor)

    def raise_unknown() -> None:
        raise RuntimeError("values are not known")

    monkeypatch.setattr(GraphModel, "inference", read)
    found = estimate(LLAMA, request)
    assert found.method == "run"
    assert "real pass" in found.assumptions[0]
    assert "values are not known" in found.assumptions[0]
    assert found.total_bytes == pytest.approx(followed.total_bytes, rel=0.01)
    (fit,), (expected,) = found.fits, followed.fits
    assert fit.largest_batch == pytest.approx(expected.largest_batch, rel=0.02)


def test_parameters_without_gradient_keep_no_state() -> None:
    request = EstimateRequest(dtype="float32", sequence_length=32, training=True, limits=False, accelerator=False)
    plan = replace(BERT, params={**BERT.params, "vocab_size": 500})
    found = estimate(plan, request)
    idle = 64 * 64 + 64  # the loss is the mean of the first output, which the pooler does not reach
    assert found.optimizer_bytes == 8 * (found.parameters - idle)
    assert any(text.startswith(f"{idle:,} parameters get no gradient") for text in found.assumptions)


def test_a_model_that_does_not_build_is_told_with_its_reason() -> None:
    with pytest.raises(BuildError, match=r"num_hidden_layers|divisible|multiple"):
        estimate(replace(LLAMA, params={**LLAMA.params, "hidden_size": 65}), EstimateRequest(limits=False))


@pytest.mark.parametrize(
    "wrong",
    [
        {"dtype": "int3"},
        {"batch_size": 0},
        {"sequence_length": 0},
        {"optimizer": "adamm"},
        {"attention": "lightning"},
        {"mixed_precision": True},
        {"dtype": "int8", "training": True},
    ],
    ids=str,
)
def test_a_request_is_checked_when_it_is_made(wrong: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        EstimateRequest(**wrong)


def test_live_memory_sees_what_is_made_and_what_is_gone() -> None:
    weight = torch.ones(256, 256)
    with LiveMemory([weight]) as memory:
        first = weight + 1
        view = first.t()
        second = view * 2
        del first, view
        third = second + 1
        del second
    size = weight.numel() * 4
    assert memory.peak == 2 * size
    assert memory.held == size
    assert third.shape == (256, 256)


def test_live_memory_knows_attention_scores() -> None:
    with LiveMemory() as memory:
        scores = torch.zeros(2, 4, 50, 50, dtype=torch.bfloat16)
        torch.softmax(scores, dim=-1, dtype=torch.float32)
    assert memory.scores_at_peak() == 2 * 4 * 50 * 50 * (2 + 4 + 4)


def test_a_curve_goes_through_its_points_and_beyond_them() -> None:
    square = Curve(((1, 3), (4, 33), (16, 513)), degree=2)  # 2 x² + 1
    assert [square.at(size) for size in (1, 4, 10, 16, 100)] == [3, 33, 201, 513, 20_001]
    line = Curve(((1, 10), (4, 40), (16, 400)), degree=1)
    assert [line.at(size) for size in (2, 4, 10, 26)] == [20, 40, 220, 700]


@pytest.mark.parametrize(("usable", "expected"), [(0, 0), (10, 1), (99, 9), (100, 10), (10**6, 100_000)])
def test_the_largest_that_fits_is_found(usable: int, expected: int) -> None:
    assert largest_fitting(lambda size: 10 * size, usable) == expected


def test_the_search_ends_where_it_is_told_to() -> None:
    assert largest_fitting(lambda size: size, 10**9, highest=512) == 512


def test_a_model_whose_layers_differ_is_estimated() -> None:
    sizes = {"hidden_size": 32, "intermediate_size": 64, "num_attention_heads": 4, "num_key_value_heads": 2}
    more = {"num_hidden_layers": 2, "vocab_size": 99, "head_dim": 8, "global_head_dim": 16}
    layers = {"layer_types": ["sliding_attention", "full_attention"], "hidden_size_per_layer_input": 0}
    plan = plan_of("Gemma4TextConfig", "Gemma4TextModel", params={**sizes, **more, **layers})
    found = estimate(plan, EstimateRequest(dtype="float32", sequence_length=16, limits=False))
    assert found.method == "graph"
    assert found.total_bytes > found.weights_bytes


def test_a_pass_without_a_cache_takes_less_than_one_that_keeps_it() -> None:
    with_cache, without = (
        estimate(LLAMA, EstimateRequest(sequence_length=256, limits=False, use_cache=keep)) for keep in (True, False)
    )
    assert with_cache.kv_cache_bytes > without.kv_cache_bytes == 0
    assert with_cache.total_bytes > without.total_bytes
