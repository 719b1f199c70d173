"""Video, pairs of images, and other models that see more than one picture."""

from __future__ import annotations

import torch

from catalog.builder.inputs.registry import provides
from catalog.builder.inputs.request import Request
from catalog.builder.inputs.vision import images

DEFAULT_FRAMES = 8

_VIDEO = ("videomae", "vivit", "timesformer", "xclip", "videomt", "tvp", "instructblipvideo")
_FRAMES_AS_SAMPLES = ("xclip_vision_model",)
_PAIRS = ("superglue", "lightglue", "efficientloftr")


def frames(request: Request) -> int:
    """Frames of a video."""
    found = request.value("num_frames", "frames_per_clip", of=request.vision) or request.value("num_frames")
    return int(found or DEFAULT_FRAMES)


@provides("pixel_values", models=_VIDEO)
def video_as_pixels(request: Request) -> torch.Tensor:
    """One video a sample: ``(batch, frames, channels, height, width)``."""
    return images(request, request.batch_size, frames(request))


@provides("pixel_values", models=_FRAMES_AS_SAMPLES)
def frames_as_samples(request: Request) -> torch.Tensor:
    """One video a sample, its frames one after the other: ``(batch x frames, channels, height, width)``."""
    return images(request, request.batch_size * frames(request))


@provides("pixel_values_videos")
def pixel_values_videos(request: Request) -> torch.Tensor | None:
    """One video a sample, for models that see nothing else: ``(batch, frames, channels, height, width)``."""
    return None if request.takes("pixel_values") else images(request, request.batch_size, frames(request))


@provides("pixel_values", models=_PAIRS)
def pair(request: Request) -> torch.Tensor:
    """Two images a sample to compare: ``(batch, 2, channels, height, width)``."""
    return request.uniform(*images(request, request.batch_size, 2).shape)
