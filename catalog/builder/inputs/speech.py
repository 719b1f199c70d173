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
    "input_size",
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
    """A spectrogram a sample: ``(batch, bins, frames)`` where a convolution reads it, else the other way round."""
    layer = first_layer(tower(request, request.audio))
    if isinstance(layer, nn.Conv1d) and layer.in_channels == bins(request):
        return request.normal(request.batch_size, bins(request), frames(request))
    return request.normal(request.batch_size, frames(request), bins(request))


@provides("input_features", models=("gemma4*", "nemotron3_5*", "nemo_speechlm", "embedding_gemma2"))
def wide_features(request: Request) -> torch.Tensor:
    """A spectrogram a sample, of 128 bins: ``(batch, frames, bins)``."""
    return request.normal(request.batch_size, DEFAULT_FRAMES, request.value(*_BINS, of=request.audio, default=128))


@provides("input_features", models=("speech_to_text", "Speech2Text*"))
def frames_first(request: Request) -> torch.Tensor:
    """A spectrogram a sample, which the model turns round before its convolution: ``(batch, frames, bins)``."""
    return request.normal(request.batch_size, DEFAULT_FRAMES, bins(request))


@provides("input_features", models=("neucodec", "xcodec2"))
def stacked_features(request: Request) -> torch.Tensor:
    """Two rows of a spectrogram at once: ``(batch, frames, bins)``."""
    width = request.config.semantic_model_config.feature_projection_input_dim
    return request.normal(request.batch_size, 50, width)


@provides("input_features", models=("clvp*", "Clvp*"))
def bins_first(request: Request) -> torch.Tensor:
    """A spectrogram a sample: ``(batch, bins, frames)``."""
    return request.normal(request.batch_size, request.value("feature_size", default=80), DEFAULT_FRAMES)


@provides("input_features", models=("clap*", "Clap*"))
def one_channel(request: Request) -> torch.Tensor:
    """A spectrogram a sample, as an image: ``(batch, 1, frames, bins)``."""
    return request.normal(request.batch_size, 1, 1024, bins(request))


@provides("is_longer", models=("clap*", "Clap*"))
def is_longer(request: Request) -> torch.Tensor:
    """No sound was cut."""
    return request.full(0, request.batch_size, 1, dtype=torch.bool)


@provides("input_features", models=("seamless_m4t*",))
def speech_or_text(request: Request) -> torch.Tensor | None:
    """A spectrogram, for the models that do not read a text."""
    if request.takes("input_ids"):
        return None
    return request.normal(request.batch_size, DEFAULT_FRAMES, request.config.feature_projection_input_dim)


@provides("input_features", models=("fun_asr_nano*",))
def stacked_frames(request: Request) -> torch.Tensor:
    """Several rows of a spectrogram at once: ``(batch, frames, bins)``."""
    return request.normal(request.batch_size, DEFAULT_FRAMES, 560)


@provides("input_features", models=("qwen3_asr*",))
def whole_windows(request: Request) -> torch.Tensor:
    """A spectrogram a sample, of whole windows: ``(batch, bins, frames)``."""
    window = 2 * request.value("n_window", of=request.audio, default=50)
    return request.normal(request.batch_size, bins(request), 3 * window)


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


@provides("input_features", models=("granite_speech5*",))
def stacked_bins(request: Request) -> torch.Tensor:
    """Several rows of a spectrogram at once: ``(batch, frames, bins)``."""
    return request.normal(request.batch_size, DEFAULT_FRAMES, first_layer(request.model, nn.Linear).in_features)


@provides("chunk_sample_lengths")
def chunk_sample_lengths(request: Request) -> torch.Tensor:
    """Samples of the wave that each spectrogram stands for."""
    return request.full(frames(request) * 160, request.batch_size)


@provides("input_features", models=("speech-encoder-decoder",))
def wave_instead(request: Request) -> None:
    """Nothing: the wave is given."""


@provides("input_ids", models=("pop2piano",))
def sound_instead(request: Request) -> None:
    """Nothing: the features of the sound are given."""


@provides("input_features", models=("pop2piano",))
def features_of_a_width(request: Request) -> torch.Tensor:
    """Embedded frames: ``(batch, frames, width)``."""
    return request.normal(request.batch_size, 64, request.config.hidden_size)


@provides("input_features", models=("qwen3_omni_moe*thinker", "Qwen3OmniMoe*", "dots3_note*"))
def bins_before_frames(request: Request) -> torch.Tensor:
    """A spectrogram a sample: ``(batch, bins, frames)``."""
    return request.normal(request.batch_size, bins(request), DEFAULT_FRAMES)


_GRANITE = ("granite_speech", "granite_speech_plus")


@provides("input_features_mask", models=_GRANITE)
def mask_of_features(request: Request) -> torch.Tensor:
    """Every feature that the projector gives counts."""
    from catalog.builder.inputs.multimodal import AUDIO, features  # noqa: PLC0415 (it looks at the features first)

    return request.full(1, request.batch_size, features(request, AUDIO, "input_features"), dtype=torch.bool)
