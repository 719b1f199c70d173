"""What models are asked to do: modes, and every combination of sizes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.benchmark.grid import Grid
from catalog.errors import UsageError


def test_the_default_is_a_forward_pass_of_one_sample() -> None:
    (workload,) = Grid().workloads("forward")
    assert (workload.mode, workload.batch_size, workload.dtype, workload.device) == ("forward", 1, "float32", "cpu")
    assert workload.new_tokens is None


def test_modes_are_added_and_the_forward_pass_can_be_left_out() -> None:
    assert Grid(train=True, generate=True).modes == ("forward", "train", "generate")
    assert Grid(forward=False, generate=True).modes == ("generate",)


@given(
    st.lists(st.integers(1, 512), min_size=1, max_size=4, unique=True),
    st.lists(st.integers(1, 512), min_size=1, max_size=4, unique=True),
    st.booleans(),
)
def test_every_combination_is_there_once(batches: list[int], lengths: list[int], both: bool) -> None:
    grid = Grid(
        batch_sizes=tuple(batches), sequence_lengths=tuple(lengths), compile=(False, True) if both else (False,)
    )
    found = list(grid.workloads("generate"))
    assert len(found) == len(set(found)) == len(batches) * len(lengths) * (2 if both else 1)
    assert all(workload.new_tokens == 32 for workload in found)


def test_a_model_without_text_runs_once_for_all_lengths() -> None:
    grid = Grid(sequence_lengths=(128, 512))
    assert [workload.sequence_length for workload in grid.workloads("forward", reads_text=False)] == [None]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"forward": False}, "nothing to measure"),
        ({"device": "tpu"}, "no device 'tpu'"),
        ({"device": "meta"}, "no device 'meta'"),
        ({"dtypes": ("float64",)}, "no dtype 'float64'"),
        ({"dtypes": ("float32", "float32")}, "stands twice"),
        ({"batch_sizes": ()}, "batch sizes is empty"),
        ({"batch_sizes": (0,)}, "batch size is 0"),
        ({"batch_sizes": (-1,)}, "batch size is -1"),
        ({"batch_sizes": (10**9,)}, "1,000,000,000"),
        ({"sequence_lengths": (0,)}, "sequence length is 0"),
        ({"image_size": 0}, "image size is 0"),
        ({"new_tokens": 0}, "number of new tokens is 0"),
        ({"attentions": ("org/kernel",)}, "no implementation of attention"),
        ({"seed": -1}, "seed is -1"),
    ],
)
def test_what_cannot_be_measured_is_refused(wrong: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        Grid(**wrong)  # type: ignore[arg-type]
