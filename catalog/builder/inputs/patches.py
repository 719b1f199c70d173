"""Images that arrive cut into patches, with a grid that says how they lie: the family of Qwen-VL, GLM-V, Kimi-VL."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import nn

from catalog.builder.inputs.modules import first_layer, tower
from catalog.builder.inputs.registry import provides
from catalog.builder.inputs.request import Request
from catalog.builder.inputs.vision import DEFAULT_IMAGE_SIZE, patch, sides
from catalog.errors import UsageError

_MERGES = ("spatial_merge_size", "merge_size", "merge_kernel_size", "spatial_patch_merge_size", "downsample_factor")


def merge(request: Request) -> int:
    """Patches of a side that become one token."""
    found = request.value(*_MERGES, of=request.vision) or request.value(*_MERGES) or 1
    return max(found) if isinstance(found, (list, tuple)) else int(found)


def grid(request: Request) -> tuple[int, int, int]:
    """Frames, rows and columns of patches of one image.

    Raises:
        UsageError: The size that is asked for is no whole number of merged patches.
    """
    size, step = patch(request) or 14, merge(request)
    if request.image_size is None:
        side = max(1, round(DEFAULT_IMAGE_SIZE / size / step)) * step
        return 1, side, side
    height, width = sides(request.image_size)
    if height % (size * step) or width % (size * step):
        raise UsageError(
            f"An image of {height} x {width} pixels cannot be cut into tokens of {size * step} pixels.",
            remedy=f"Give a multiple of {size * step}.",
        )
    return 1, height // size, width // size


def patches(request: Request) -> torch.Tensor:
    """Patches of one image a sample, one after the other, in the shape that the first layer takes."""
    count = request.batch_size * math.prod(grid(request))
    seen = tower(request, request.vision)
    layer = first_layer(seen, nn.Conv3d) or first_layer(seen)
    if isinstance(layer, nn.Conv3d):
        return request.normal(count, layer.in_channels * math.prod(layer.kernel_size))
    if isinstance(layer, nn.Conv2d):
        return request.normal(count, layer.in_channels, *layer.kernel_size)
    return request.normal(count, layer.in_features)


def takes_grid(request: Request) -> bool:
    """True for models that want images in patches, with a grid."""
    return any(request.takes(name) for name in ("grid_thw", "image_grid_thw"))


@provides("grid_thw", "image_grid_thw")
def grid_thw(request: Request) -> torch.Tensor:
    """Frames, rows and columns of patches, one line an image."""
    return request.tensor([grid(request)] * request.batch_size)


@provides("hidden_states")
def hidden_states(request: Request) -> Any:
    """Patches, for the vision towers that name them so; else what an embedding would give."""
    if takes_grid(request):
        return patches(request)
    width = request.value("hidden_size")
    if width is None or not request.needs("hidden_states"):
        return None
    return request.normal(request.batch_size, 16, width)


@provides("pixel_values", models=("hunyuan_vl*",))
def flat_patches(request: Request) -> torch.Tensor:
    """Patches of one image a sample, each in one row."""
    return patches(request).flatten(1)


@provides("pixel_values", models=("paddleocr_vl_vision",))
def patches_of_a_batch(request: Request) -> torch.Tensor:
    """Patches of all images: ``(1, patches, channels, height, width)``."""
    return patches(request).unsqueeze(0)


@provides("pixel_values", models=("colqwen2",))
def patches_of_each(request: Request) -> torch.Tensor:
    """Patches sample by sample: ``(batch, patches, numbers of a patch)``."""
    made = patches(request)
    return made.reshape(request.batch_size, -1, made.shape[-1])


@provides("pixel_values:features", models=("colqwen2",))
def merged_patches(request: Request) -> int:
    """One feature a square of patches that is merged."""
    return math.prod(grid(request)) // merge(request) ** 2


@provides("pixel_values", models=("inkling2*",))
def squares(request: Request) -> torch.Tensor:
    """Squares of merged patches: ``(squares, height, width, channels)``."""
    pixels = merge(request) * (patch(request) or 14)
    return request.normal(request.batch_size * math.prod(grid(request)), pixels, pixels, 3)


@provides("image_grid_hw", models=("nemotron_h_omni",))
def image_grid_hw(request: Request) -> torch.Tensor:
    """Rows and columns of patches, one line an image."""
    return request.tensor([grid(request)[1:]] * request.batch_size)


@provides("pixel_values", models=("nemotron_h_omni",))
def patches_in_rows(request: Request) -> torch.Tensor:
    """Patches of one image a sample, each in one row."""
    size = patch(request) or 16
    return request.normal(request.batch_size * math.prod(grid(request)), 3 * size * size)
