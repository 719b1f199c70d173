"""What the device reaches at its best: a large matrix product, against which a model's share is told."""

from __future__ import annotations

from typing import Any

_SIZES = {"cpu": (512, 1024, 2048), "cuda": (4096, 8192, 16384)}
_PATIENCE = 0.5
"""Seconds of one product beyond which no larger one is tried."""
_SECONDS = 0.2
"""Seconds for which each size is timed."""


def peak_flops(device: str, dtype: str, threads: int) -> float | None:
    """Floating-point operations a second of the best of several large matrix products.

    Args:
        device: ``"cpu"``, ``"cuda"`` or ``"cuda:1"``.
        dtype: Element type of the matrices (``"float32"``).
        threads: Threads of torch within an operator.

    Returns:
        Operations a second, a multiplication and an addition being two; ``None`` where there is no such product.
    """
    import torch  # noqa: PLC0415  # it takes seconds
    from torch.utils import benchmark  # noqa: PLC0415

    best = 0.0
    for size in _SIZES.get(torch.device(device).type, ()):
        try:
            left, right = (
                torch.rand(size, size, device=device, dtype=torch.float32).to(getattr(torch, dtype)) for _ in range(2)
            )
            timer: Any = benchmark.Timer(
                stmt="torch.mm(left, right)",
                globals={"torch": torch, "left": left, "right": right},
                num_threads=threads,
            )
            timer.timeit(1)
            seconds = min(timer.blocked_autorange(min_run_time=_SECONDS).times)
        except (AttributeError, RuntimeError, AssertionError):  # no such dtype, no kernel, no device, or no memory
            break
        best = max(best, 2 * size**3 / seconds)
        if seconds > _PATIENCE:
            break
    return best or None
