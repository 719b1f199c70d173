"""Real models, measured in this process: what a row tells, and what it says where there is nothing to tell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")

import torch
from build_plans import SMALL_BERT, SMALL_LLAMA, plan_of

from catalog.benchmark.job import Care, Job
from catalog.benchmark.measure import measure
from catalog.benchmark.measure.generation import written
from catalog.builder.plan import BuildPlan
from catalog.measurements import (
    Environment,
    Measurement,
    Workload,
    measurement_from_document,
    measurement_to_document,
)

HERE = Environment(torch="", transformers="", python="", system="", processor="", cores=1, threads=1)
QUICK = Care(seconds=0.005, rounds=2, least_runs=2, warmup_seconds=0.02)
BARE = replace(QUICK, flops=False, memory=False, estimate=False)
SMALL_VIT: dict[str, Any] = {
    "num_hidden_layers": 1,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_attention_heads": 4,
    "image_size": 32,
    "patch_size": 16,
}
SMALL_T5: dict[str, Any] = {
    "d_model": 32,
    "d_kv": 8,
    "d_ff": 64,
    "num_layers": 1,
    "num_heads": 4,
    "vocab_size": 100,
}


@pytest.fixture(autouse=True)
def _libraries_may_warn() -> Iterator[None]:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def bert(architecture: str | None = "BertModel", **params: Any) -> BuildPlan:
    return plan_of("BertConfig", architecture, model_type="bert", params={**SMALL_BERT, **params})


def llama(architecture: str = "LlamaForCausalLM", **params: Any) -> BuildPlan:
    return plan_of("LlamaConfig", architecture, model_type="llama", params={**SMALL_LLAMA, **params})


def measured(plan: BuildPlan, care: Care = BARE, **workload: Any) -> Measurement:
    found = measure(Job(plan=plan, workload=Workload(**workload), care=care), environment=HERE)
    assert measurement_from_document(json.loads(json.dumps(measurement_to_document(found)))) == found
    if found.status != "measured":
        assert found.reason
        assert found.latency is None
    return found


def test_a_forward_pass_has_every_figure() -> None:
    stages: list[str] = []
    job = Job(plan=bert(), workload=Workload(batch_size=2, sequence_length=24), care=QUICK)
    found = measure(job, environment=HERE, peak_flops=1e9, stage=stages.append)
    assert (found.status, found.reason, found.key) == ("measured", None, job.key)
    assert stages == ["build", "inputs", "warm-up", "warm-up", "time", "memory", "operations", "estimate"]
    assert found.inputs[0].shape == (2, 24)
    assert found.latency is not None
    assert found.latency.n >= 2
    assert found.samples_per_second == pytest.approx(2 / found.latency.p50)
    assert found.tokens_per_second == pytest.approx(48 / found.latency.p50)
    assert found.attention == "sdpa"
    assert found.parameters
    assert found.flops
    assert found.achieved_flops == pytest.approx(found.flops / found.latency.p50)
    assert found.peak_flops == 1e9
    assert found.measured_at.endswith("Z")
    assert found.environment == HERE


def test_memory_that_is_estimated_is_close_to_memory_that_is_tracked() -> None:
    for mode in ("forward", "train"):
        memory = measured(llama(), QUICK, mode=mode, batch_size=4, sequence_length=64).memory
        assert memory.tracked
        assert memory.estimated == pytest.approx(memory.tracked, rel=0.1)
        assert memory.estimate_failure is None


def test_a_model_that_chooses_its_length_is_estimated_at_that_length() -> None:
    memory = measured(llama(), QUICK).memory
    assert memory.tracked
    assert memory.estimated == pytest.approx(memory.tracked, rel=0.1)


def test_resident_memory_is_followed_from_before_the_model_was_made() -> None:
    memory = measured(bert()).memory
    assert memory.resident_before
    assert memory.resident is None or memory.resident >= memory.resident_before


def test_an_image_has_the_size_that_is_asked_for() -> None:
    vit = plan_of("ViTConfig", "ViTModel", params=SMALL_VIT)
    found = measured(vit, QUICK, batch_size=2)
    assert found.inputs[0].shape == (2, 3, 32, 32)
    assert found.tokens_per_second is None
    assert found.memory.estimated
    wrong = measured(vit, image_size=33)
    assert wrong.status in {"unsupported", "does-not-run"}


def test_a_training_step_learns_from_the_loss_of_the_head() -> None:
    found = measured(bert("BertForMaskedLM"), QUICK, mode="train", batch_size=2, sequence_length=16)
    assert found.status == "measured"
    assert "labels" in {item.name for item in found.inputs}
    assert not any("loss" in note for note in found.notes)
    forward = measured(bert("BertForMaskedLM"), QUICK, batch_size=2, sequence_length=16)
    assert found.flops
    assert forward.flops
    assert found.flops > 2 * forward.flops
    assert found.memory.tracked
    assert forward.memory.tracked
    assert found.memory.tracked > 2 * forward.memory.tracked


def test_a_model_without_a_loss_is_trained_on_the_mean_of_its_output_and_that_is_told() -> None:
    found = measured(bert(), mode="train")
    assert found.status == "measured"
    assert any("mean of the first output" in note for note in found.notes)


def test_a_loss_that_does_not_run_is_replaced_and_that_is_told() -> None:
    semantic = plan_of(
        "BarkSemanticConfig",
        "BarkSemanticModel",
        params={"num_layers": 1, "hidden_size": 32, "num_heads": 4, "input_vocab_size": 99, "output_vocab_size": 99},
    )
    found = measured(semantic, QUICK, mode="train")
    assert found.status == "measured"
    assert any("own loss does not run" in note for note in found.notes)
    assert found.memory.estimate_failure


def test_generation_tells_the_first_token_apart_from_the_others() -> None:
    found = measured(llama(), QUICK, mode="generate", batch_size=2, sequence_length=8, new_tokens=4)
    assert found.status == "measured"
    assert found.latency is not None
    assert found.prefill is not None
    assert found.decode is not None
    assert found.decode.p50 == pytest.approx(max(found.latency.p50 - found.prefill.p50, 0.0) / 4)
    assert found.tokens_per_second == pytest.approx(2 * 5 / found.latency.p50)
    assert found.flops is None
    assert found.memory.tracked
    assert found.memory.estimated is None
    assert found.memory.estimate_failure


def test_generation_writes_as_many_tokens_with_an_encoder_and_where_a_token_would_end_it() -> None:
    t5 = plan_of("T5Config", "T5ForConditionalGeneration", params=SMALL_T5)
    assert measured(t5, mode="generate", new_tokens=3).status == "measured"
    every_token_ends = llama(eos_token_id=list(range(100)))
    assert measured(every_token_ends, mode="generate", new_tokens=3).status == "measured"


def test_frames_of_sound_are_counted_where_no_tokens_are_written() -> None:
    sound = torch.zeros(7, 32)
    assert written(sound) == written([sound]) == 7
    assert written(torch.zeros(2, 9, dtype=torch.int64)) == 9
    assert written(torch.zeros(2, 9, 4, dtype=torch.int64)) == 9
    assert written(torch.zeros(())) is None
    assert written(None) is None


def test_what_writes_no_tokens_cannot_generate() -> None:
    found = measured(bert(), mode="generate")
    assert (found.status, found.reason) == (
        "unsupported",
        "BertModel does not generate: it has no head that writes tokens.",
    )


def test_sizes_below_one_are_refused() -> None:
    assert measured(llama(), batch_size=0).status == "unsupported"
    assert measured(llama(), sequence_length=0).status == "unsupported"
    assert measured(llama(), mode="generate", new_tokens=0).status == "unsupported"


def test_an_implementation_of_attention_is_the_one_that_is_asked_for() -> None:
    assert measured(bert(), attention="eager").attention == "eager"
    assert measured(bert(), attention="nonsense").status == "unsupported"
    convnext = plan_of(
        "ConvNextConfig", "ConvNextModel", params={"num_stages": 2, "hidden_sizes": [8, 8], "depths": [1, 1]}
    )
    refused = measured(convnext, attention="eager")
    assert (refused.status, refused.attention) == ("unsupported", None)


def test_weights_and_inputs_have_the_element_type_that_is_asked_for() -> None:
    vit = plan_of("ViTConfig", "ViTModel", params=SMALL_VIT)
    found = measured(vit, QUICK, dtype="bfloat16")
    assert found.status == "measured"
    assert found.inputs[0].dtype == "bfloat16"
    whole, half = measured(vit, QUICK).memory.tracked, found.memory.tracked
    assert whole
    assert half
    assert half < 0.7 * whole
    assert measured(vit, dtype="int8").status == "unsupported"


def test_a_device_that_is_not_here_is_told() -> None:
    if torch.cuda.is_available():
        pytest.skip("this machine has one")
    assert measured(bert(), device="cuda").status == "unsupported"
    assert measured(bert(), device="meta").status == "unsupported"


@pytest.mark.parametrize(
    ("plan", "status"),
    [
        (bert(hidden_size=33), "does-not-build"),
        (bert("BertForNothing"), "does-not-build"),
        (BuildPlan(config_class="NoConfig", module="transformers.models.bert.configuration_bert"), "does-not-build"),
        (BuildPlan(config_class="NoConfig", module="transformers.models.nothing"), "does-not-build"),
        (bert(type_vocab_size=0), "does-not-run"),
    ],
)
def test_a_model_that_fails_is_a_row_with_its_reason(plan: BuildPlan, status: str) -> None:
    found = measured(plan)
    assert found.status == status, found.reason


def test_a_length_that_a_model_cannot_take_is_told() -> None:
    found = measured(bert(), sequence_length=65)
    assert found.status == "unsupported"
    assert "64" in (found.reason or "")


def test_a_model_beyond_all_memory_is_not_tried() -> None:
    found = measured(llama(hidden_size=2**17, intermediate_size=2**19, num_hidden_layers=64))
    assert found.status == "out-of-memory"
    assert "does not fit" in (found.reason or "")


def test_training_needs_room_for_gradients_and_moments(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = bert()
    weights = 4 * (measured(plan).parameters or 0)
    monkeypatch.setattr("catalog.benchmark.measure.loading.available_memory", lambda _: 2 * weights)
    assert measured(plan).status == "measured"
    assert measured(plan, mode="train").status == "out-of-memory"


def test_a_batch_that_memory_does_not_hold_is_halved_until_it_does() -> None:
    resource = pytest.importorskip("resource")
    vit = plan_of("ViTConfig", "ViTModel", params=SMALL_VIT)
    measured(vit)  # whatever is loaded at the first run is there
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + 200 * 2**20, hard))
    try:
        found = measured(vit, batch_size=2**16)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    assert found.status == "measured", found.reason
    assert found.asked_batch_size == 2**16
    assert 1 <= found.workload.batch_size <= 2**14
    assert found.inputs[0].shape[0] == found.workload.batch_size
    assert found.key == Job(plan=vit, workload=Workload(batch_size=2**16)).key


def test_what_a_model_needs_besides_its_defaults_is_told() -> None:
    plan = plan_of("PatchTSTConfig", "PatchTSTModel", params={"d_model": 16, "num_attention_heads": 2, "ffn_dim": 16})
    job = Job(plan=plan, care=BARE)
    found = measure(job, environment=HERE)
    assert found.status == "measured"


def test_measuring_leaves_threads_and_random_numbers_as_they_were() -> None:
    threads, state = torch.get_num_threads(), torch.random.get_rng_state()
    measure(Job(plan=bert(), care=BARE), environment=replace(HERE, threads=2))
    assert torch.get_num_threads() == threads
    assert torch.equal(torch.random.get_rng_state(), state)
