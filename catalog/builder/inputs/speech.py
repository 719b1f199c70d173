"""Sound as features: spectrograms, one row a frame."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from catalog.builder.inputs.modules import first_layer, tower
from catalog.builder.inputs.registry import provides
from catalog.builder.inputs.request import Request

DEFAULT_FRAMES = 256
"""Frames of a spectrogram where the model takes any number: about 2.5 seconds."""

_BINS = (
    "num_mel_bins",
    "n_mels",
    "feature_size",
    "input_feat_per_channel",
    "feature_projection_input_dim",
    "input_feat_size",
    "mel_bins",
    "n_mel_channels",
    "input_dim",
)
_SOURCE = ("max_source_positions", "max_source_len")


def bins(request: Request) -> int:
    """Numbers of one frame."""
    found: int = request.value(*_BINS, of=request.audio) or request.value(*_BINS) or 80
    return found


def frames(request: Request) -> int:
    """Frames of a spectrogram: as many as the learned positions stand for, where the model insists on that."""
    layer = first_layer(tower(request, request.audio))
    positions = request.value(*_SOURCE, of=request.audio)
    if isinstance(layer, nn.Conv1d) and isinstance(positions, int):
        return positions * _stride(tower(request, request.audio))
    return DEFAULT_FRAMES


def _stride(module: Any) -> int:
    """Frames that become one position: the product of the strides of the convolutions at the start."""
    strides = 1
    for inner in module.children():
        if isinstance(inner, nn.Conv1d):
            strides *= inner.stride[0]
    return strides if strides > 1 else 2


@provides("input_features", "audio_input_features", "audio_mel")
def input_features(request: Request) -> torch.Tensor:
    """A spectrogram a sample: ``(batch, bins, frames)`` where a convolution reads it, else ``(batch, frames, bins)``."""
    layer = first_layer(tower(request, request.audio))
    if isinstance(layer, nn.Conv1d) and layer.in_channels == bins(request):
        return request.normal(request.batch_size, bins(request), frames(request))
    return request.normal(request.batch_size, frames(request), bins(request))


@provides("input_features_mask", "feature_attention_mask", "audio_attention_mask")
def input_features_mask(request: Request) -> torch.Tensor | None:
    """Every frame counts."""
    features = request.get("input_features")
    if features is None:
        return None
    length = features.shape[-1] if features.shape[1] == bins(request) else features.shape[1]
    return request.full(1, request.batch_size, length)


@provides("audio_mel_mask")
def audio_mel_mask(request: Request) -> torch.Tensor:
    """No frame is padding: this mask says which are."""
    return request.full(0, *request.get("audio_mel").shape[:2], dtype=torch.bool)
