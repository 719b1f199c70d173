"""Vision: images as tensors of normalised pixels."""

from __future__ import annotations

import math
from typing import Any

import torch

from catalog.builder.inputs.registry import provides
from catalog.builder.inputs.request import Request
from catalog.errors import UsageError

DEFAULT_IMAGE_SIZE = 224
"""Pixels of a side where the configuration does not say."""

_SIZES = ("image_size", "img_size", "input_size", "input_image_size", "sample_size")
_CHANNELS = ("num_channels", "in_channels", "in_chans", "input_channels", "num_input_channels", "channels")


def channels(request: Request) -> int:
    """Channels of an image."""
    found: int = request.value(*_CHANNELS, of=request.vision) or request.value(*_CHANNELS) or 3
    return found


def sides(value: Any) -> tuple[int, int]:
    """Height and width of a size as configurations write it: a number, a pair, or one of the known mappings."""
    height: Any
    if isinstance(value, dict):
        height = value.get("height", value.get("shortest_edge", value.get("longest_edge", DEFAULT_IMAGE_SIZE)))
        return int(height), int(value.get("width", height))
    if isinstance(value, (list, tuple)):
        return (int(value[-2]), int(value[-1])) if len(value) > 1 else (int(value[0]), int(value[0]))
    return int(value), int(value)


def configured_size(request: Request) -> tuple[int, int] | None:
    """Height and width that the positions are made for; ``None`` where the configuration does not say."""
    backbone = getattr(request.vision, "backbone_config", None)
    found = (
        request.value(*_SIZES, of=request.vision)
        or request.value(*_SIZES)
        or (None if backbone is None else request.value(*_SIZES, of=backbone))
    )
    return None if found is None else sides(found)


def patch(request: Request) -> int | None:
    """Pixels of the side of a patch."""
    found = request.value("patch_size", of=request.vision) or request.value("patch_size")
    if isinstance(found, (list, tuple)):
        found = found[-1]
    return found if isinstance(found, int) else None


def height_and_width(request: Request) -> tuple[int, int]:
    """Size of the images: as asked for, else as configured, else a common one.

    Raises:
        UsageError: The size that is asked for cannot be cut into patches.
    """
    if request.image_size is None:
        return configured_size(request) or (DEFAULT_IMAGE_SIZE, DEFAULT_IMAGE_SIZE)
    height, width = sides(request.image_size)
    size = patch(request)
    if min(height, width) < 1 or (size and (height % size or width % size)):
        raise UsageError(
            f"An image of {height} x {width} pixels cannot be cut into patches of {size or 1} pixels.",
            remedy=f"Give a multiple of {size}." if size else None,
        )
    return height, width


def images(request: Request, *lead: int) -> torch.Tensor:
    """Normalised pixels of the shape ``(*lead, channels, height, width)``."""
    return request.normal(*lead, channels(request), *height_and_width(request))


@provides("pixel_values")
def pixel_values(request: Request) -> torch.Tensor:
    """One image a sample."""
    from catalog.builder.inputs.patches import patches, takes_grid  # noqa: PLC0415 (it builds on this module)

    return patches(request) if takes_grid(request) else images(request, request.batch_size)


@provides("pixel_values", models=("depth_pro", "DepthPro*"))
def scaled_patches(request: Request) -> torch.Tensor:
    """One image a sample, so large that its smallest version is one patch."""
    side = round(request.config.patch_size / min(request.config.scaled_images_ratios))
    return request.normal(request.batch_size, 3, side, side)


@provides("pixel_values", models=("aria",))
def whole_queries(request: Request) -> torch.Tensor:
    """One image a sample, of the smallest size that the projector has queries for."""
    count = min(request.config.projector_patch_to_query_dict)
    side = math.isqrt(int(count)) * (patch(request) or 14)
    return request.normal(request.batch_size, channels(request), side, side)


@provides("interpolate_pos_encoding")
def interpolate_pos_encoding(request: Request) -> bool | None:
    """Fit the positions to an image of another size than they are made for."""
    made_for = configured_size(request)
    return True if made_for is not None and made_for != height_and_width(request) else None


@provides("image")
def image(request: Request) -> torch.Tensor | None:
    """One image a sample, for vision models that name it so."""
    return images(request, request.batch_size) if request.needs("image") else None


@provides("pixel_values", models=("janus_vqgan",))
def image_of_a_grid(request: Request) -> torch.Tensor:
    """One image a sample, of as many cells as the codebook's embedding expects."""
    config = request.config
    side = config.num_patches * 2 ** (len(config.channel_multiplier) - 1)
    return request.normal(request.batch_size, channels(request), side, side)


@provides("pixel_values", models=("PPOCR*RecForTextRecognition",))
def line_of_text(request: Request) -> torch.Tensor:
    """One line of text a sample, as an image that is wide and low."""
    return request.normal(request.batch_size, channels(request), 48, 320)
