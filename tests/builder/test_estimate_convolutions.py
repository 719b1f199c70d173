"""What convolutions take within their kernels, held to what torch's allocator reports while they really run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("torch")

import torch

from catalog.builder.estimate.live_memory import LiveMemory

CASES = {
    # channels in and out, kernel, input, stride, padding, dilation, transposed, groups, samples
    "patches of an image": (3, 64, (8, 8), (32, 32), 8, 0, 1, False, 1, 1),
    "large patches": (3, 64, (16, 16), (224, 224), 16, 0, 1, False, 1, 1),
    "few channels, laid out as columns": (16, 32, (3, 3), (32, 32), 1, 1, 1, False, 1, 1),
    "several samples": (16, 32, (3, 3), (32, 32), 1, 1, 1, False, 1, 2),
    "many channels": (64, 64, (3, 3), (32, 32), 1, 1, 1, False, 1, 1),
    "a plain product": (64, 64, (1, 1), (8, 8), 1, 0, 1, False, 1, 1),
    "depthwise": (24, 24, (7, 7), (32, 32), 1, 3, 1, False, 24, 1),
    "depthwise, several samples": (20, 20, (7, 7), (32, 32), 1, 3, 1, False, 20, 2),
    "depthwise, small": (24, 24, (3, 3), (8, 8), 1, 1, 1, False, 24, 1),
    "depthwise, few channels": (2, 2, (7,), (800,), 1, 3, 1, False, 2, 1),
    "sound": (16, 32, (7,), (100,), 1, 3, 1, False, 1, 1),
    "long sound": (64, 32, (7,), (1000,), 1, 3, 1, False, 1, 1),
    "dilated": (16, 16, (7,), (100,), 1, 9, 3, False, 1, 1),
    "long and dilated": (64, 64, (7,), (1000,), 1, 9, 3, False, 1, 1),
    "upsampled sound": (64, 32, (16,), (100,), 8, 4, 1, True, 1, 1),
    "upsampled image": (64, 32, (2, 2), (16, 16), 2, 0, 1, True, 1, 1),
    "groups": (64, 64, (16,), (100,), 1, 8, 1, False, 8, 1),
    "video": (3, 64, (2, 8, 8), (4, 16, 16), (2, 8, 8), 0, 1, False, 1, 1),
}


def operator(case: tuple[Any, ...]) -> tuple[Callable[[], Any], Callable[[], Any], list[Any]]:
    """A convolution, its backward pass, and what both are given."""
    inner, outer, kernel, size, stride, padding, dilation, transposed, groups, samples = case
    spatial = len(kernel)
    many = [[item] * spatial if isinstance(item, int) else list(item) for item in (stride, padding, dilation, 0)]
    shape = (inner, outer // groups) if transposed else (outer, inner // groups)
    source, weight, bias = torch.randn(samples, inner, *size), torch.randn(*shape, *kernel), torch.randn(outer)
    numbers = (*many[:3], transposed, many[3], groups)
    gradient = torch.randn_like(torch.convolution(source, weight, bias, *numbers))
    backward = torch.ops.aten.convolution_backward
    return (
        lambda: torch.convolution(source, weight, bias, *numbers),
        lambda: backward(gradient, source, weight, [outer], *numbers, [True, True, True]),
        [source, weight, bias, gradient],
    )


def reported(run: Callable[[], Any]) -> int:
    """Highest running sum of what the allocator reports."""
    cpu = [torch.profiler.ProfilerActivity.CPU]
    with torch.no_grad(), torch.profiler.profile(activities=cpu, profile_memory=True) as profile:
        kept = run()
    events = [event for event in profile.profiler.kineto_results.events() if event.name() == "[memory]"]
    held = highest = 0
    for event in sorted(events, key=lambda event: event.start_ns()):
        held += event.nbytes()
        highest = max(highest, held)
    assert kept is not None
    return highest


@pytest.fixture(autouse=True)
def one_thread() -> Any:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("backward", [False, True], ids=["forward", "backward"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_convolution_takes_what_the_allocator_reports(case: tuple[Any, ...], backward: bool) -> None:
    forward_run, backward_run, given = operator(case)
    run = backward_run if backward else forward_run
    run()
    with torch.no_grad(), LiveMemory(given) as memory:
        run()
    assert memory.peak == pytest.approx(reported(run), rel=0.15 if backward else 0.02)


@pytest.mark.parametrize("order", [(0, 3, 1, 2), (0, 1, 3, 2)], ids=["channels last", "turned"])
def test_an_input_that_does_not_lie_in_a_row_is_copied_once(order: tuple[int, ...]) -> None:
    source, weight = torch.randn(1, 24, 24, 24).permute(*order), torch.randn(24, 24, 3, 3)
    run = lambda: torch.nn.functional.conv2d(source, weight, padding=1)  # noqa: E731
    run()
    with torch.no_grad(), LiveMemory([source, weight]) as memory:
        run()
    assert memory.peak == pytest.approx(reported(run), rel=0.02)


def test_places_of_another_dtype_are_copied() -> None:
    source, places = torch.zeros(4, 100), torch.zeros(4, 100, dtype=torch.int32)
    run = lambda: source.scatter(1, places, 1.0)  # noqa: E731
    with LiveMemory([source, places]) as memory:
        run()
    assert memory.peak == reported(run)


@pytest.mark.parametrize("size", [2, 16])
def test_a_wide_depthwise_convolution_with_channels_last_blocks_each_group(size: int) -> None:
    source, gradient = (torch.randn(1, size, size, 32).permute(0, 3, 1, 2) for _ in range(2))
    weight = torch.randn(32, 1, 7, 7)
    backward = torch.ops.aten.convolution_backward
    numbers = ([1, 1], [3, 3], [1, 1], False, [0, 0], 32)
    run = lambda: backward(gradient, source, weight, [32], *numbers, [True, True, True])  # noqa: E731
    run()
    with torch.no_grad(), LiveMemory([source, weight, gradient]) as memory:
        run()
    assert memory.peak == pytest.approx(reported(run), rel=0.02)
