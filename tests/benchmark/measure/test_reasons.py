"""From exceptions to statuses and sentences that tell nothing of the machine."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.benchmark.measure.reasons import Stage, is_out_of_memory, reason_of, without_paths
from catalog.benchmark.measure.refusals import UnsupportedError
from catalog.builder.errors import TooLargeError
from catalog.builder.plan import BuildPlan
from catalog.errors import UsageError

PLAN = BuildPlan(config_class="BertConfig", module="transformers.models.bert.configuration_bert")


@pytest.mark.parametrize(
    ("error", "stage", "status"),
    [
        (ImportError("It requires the timm library but it was not found"), "build", "missing-library"),
        (ModuleNotFoundError("No module named 'mamba_ssm'", name="mamba_ssm"), "warm-up", "missing-library"),
        (ValueError("hidden_size must be a multiple of the heads"), "build", "does-not-build"),
        (NotImplementedError("nothing here"), "build", "does-not-build"),
        (TypeError("forward() missing 1 required positional argument: 'pixel_values'"), "warm-up", "no-inputs"),
        (KeyError("patches"), "inputs", "no-inputs"),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), "warm-up", "does-not-run"),
        (RuntimeError("\"slow_conv2d_cpu\" not implemented for 'Half'"), "warm-up", "unsupported"),
        (ValueError("Expected more than 1 value per channel when training, got [1, 64]"), "warm-up", "unsupported"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to"), "warm-up", "out-of-memory"),
        (MemoryError(), "inputs", "out-of-memory"),
        (TooLargeError("BertModel", needed=10**12, available=10**9, device="cpu"), "build", "out-of-memory"),
        (TimeoutError("It took longer than 3 seconds."), "time", "timeout"),
        (UnsupportedError("BertModel does not generate."), "inputs", "unsupported"),
        (UsageError("BertModel takes at most 512 tokens; 4096 were asked for."), "inputs", "unsupported"),
        (RuntimeError("InvalidCxxCompiler: No working C++ compiler found in config.cpp.cxx"), "compile", "unsupported"),
        (RuntimeError("backend='inductor' raised: LoweringException"), "compile", "does-not-run"),
    ],
)
def test_every_way_to_fail_has_its_status(error: Exception, stage: Stage, status: str) -> None:
    found = reason_of(error, stage=stage, plan=PLAN)
    assert found.status == status
    assert found.reason.endswith((".", "!", "?"))


def test_a_missing_library_is_named_as_it_is_installed() -> None:
    assert reason_of(ModuleNotFoundError("No module named 'PIL'"), stage="build", plan=PLAN).library == "pillow"


def test_memory_that_ran_out_is_known_whichever_allocator_says_so() -> None:
    assert is_out_of_memory(RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"))
    assert is_out_of_memory(MemoryError())
    assert not is_out_of_memory(RuntimeError("shapes do not match"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("cannot import /opt/python/lib/site-packages/timm/layers.py", "cannot import layers.py"),
        ("No file '/srv/models/bert/config.json'.", "No file 'config.json'."),
        (r"cannot open C:\Users\somebody\model\config.json now", "cannot open config.json now"),
        ("see https://huggingface.co/docs/transformers/index", "see https://huggingface.co/docs/transformers/index"),
        ("sizes 3/4 and 1/2/3 of and/or", "sizes 3/4 and 1/2/3 of and/or"),
        ("tensors of shape [1, 128]", "tensors of shape [1, 128]"),
    ],
)
def test_paths_are_cut_to_their_last_part(text: str, told: str) -> None:
    assert without_paths(text) == told


@given(st.lists(st.text("abcdefgh_.", min_size=1, max_size=8), min_size=1, max_size=5), st.text("xyz ", max_size=10))
def test_nothing_below_the_home_folder_is_named(parts: list[str], before: str) -> None:
    home = str(Path.home())
    told = without_paths(f"{before} cannot read {home}/{'/'.join(parts)}")
    assert home not in told or len(home) < 3
