"""Fake tensors, which have shapes and no values, set up so that models run on them.

A model may read values of its inputs on the way: the grid of patches of an image, the places of image tokens, the
length of a text. Fake tensors remember the values of single numbers only. Here they remember those of small tensors
too, as long as nothing computed from weights gets in.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

REMEMBERED_ELEMENTS = 1 << 16
"""Elements up to which a fake tensor that was made from values keeps them."""


@contextmanager
def fake_tensors() -> Iterator[Any]:
    """Make every tensor within the block a fake one that remembers small given values.

    Yields:
        The ``FakeTensorMode``.
    """
    from torch._subclasses import fake_tensor  # noqa: PLC0415 (the mode has no public home; torch is heavy)

    before = getattr(fake_tensor, "CONSTANT_NUMEL_LIMIT", None)
    try:
        if before is not None:
            fake_tensor.CONSTANT_NUMEL_LIMIT = REMEMBERED_ELEMENTS
        with fake_tensor.FakeTensorMode(allow_non_fake_inputs=True) as mode:
            yield mode
    finally:
        if before is not None:
            fake_tensor.CONSTANT_NUMEL_LIMIT = before
