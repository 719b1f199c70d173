"""Sound as waves: samples of one channel, for speech models that read them and for codecs."""

from __future__ import annotations

import torch

from catalog.builder.inputs.registry import provides
from catalog.builder.inputs.request import Request

DEFAULT_SAMPLES = 16_000
"""One second at the usual rate."""

CODECS = (
    "encodec",
    "dac",
    "mimi",
    "mimi_encoder",
    "pocket_tts_audio_tokenizer*",
    "xcodec*",
    "neucodec",
    "pe_audio*",
    "higgs_audio_v2_tokenizer",
    "vibevoice_acoustic_tokenizer*",
)


@provides("input_values")
def input_values(request: Request) -> torch.Tensor:
    """A wave a sample: ``(batch, samples)``."""
    return request.normal(request.batch_size, DEFAULT_SAMPLES, scale=0.1)


@provides("input_values", models=CODECS)
def wave_with_channel(request: Request) -> torch.Tensor:
    """A wave a sample: ``(batch, channels, samples)``."""
    channels = request.value("audio_channels", "channels", default=1)
    rate = request.value("sampling_rate", "sample_rate", default=DEFAULT_SAMPLES)
    hop = request.value("hop_length", "frame_length", default=1)
    samples = max(1, rate // hop) * hop
    return request.normal(request.batch_size, channels, samples, scale=0.1)


@provides("input_values", models=("audio-spectrogram-transformer",))
def spectrogram(request: Request) -> torch.Tensor:
    """A spectrogram a sample, under the name of a wave."""
    return request.normal(request.batch_size, request.config.max_length, request.config.num_mel_bins)
