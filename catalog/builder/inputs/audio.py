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
    "pe_audio*",
    "higgs_audio_v2_tokenizer",
    "vibevoice_acoustic_tokenizer*",
    "vibevoice",
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


@provides("input_values", models=("muse_spark*",))
def whole_frames(request: Request) -> torch.Tensor:
    """A wave a sample, of whole frames: ``(batch, samples)``."""
    return request.normal(request.batch_size, 1920 * 8, scale=0.1)


@provides("input_values", models=("neucodec", "xcodec2*"))
def one_second(request: Request) -> torch.Tensor:
    """A wave a sample, as long as the features that go with it: ``(batch, 1, samples)``."""
    return request.normal(request.batch_size, 1, 50 * 320, scale=0.1)


@provides("padding_mask", models=("vibevoice*", "moss_transcribe*", "pe_audio*"))
def padding_mask(request: Request) -> torch.Tensor | None:
    """Every sample of the wave counts."""
    wave = request.get("input_values")
    length = DEFAULT_SAMPLES if wave is None else wave.shape[-1]
    return request.full(1, request.batch_size, length, dtype=torch.bool)


@provides("input_values", models=("SpeechT5Model",))
def states_of_a_prenet(request: Request) -> torch.Tensor:
    """What a prenet makes of a text or of a wave: ``(batch, steps, width)``."""
    return request.normal(request.batch_size, 50, request.config.hidden_size)


@provides("decoder_input_values", models=("SpeechT5Model",))
def states_of_a_decoder_prenet(request: Request) -> torch.Tensor:
    """What a prenet makes of what the decoder has written."""
    return request.normal(request.batch_size, 25, request.config.hidden_size)


@provides("decoder_input_values")
def spectrogram_so_far(request: Request) -> torch.Tensor:
    """The spectrogram that the decoder has written: ``(batch, frames, bins)``."""
    return request.normal(request.batch_size, 24, request.config.num_mel_bins)


@provides("speaker_embeddings", models=("SpeechT5For*",))
def speaker_embeddings(request: Request) -> torch.Tensor:
    """Who is to speak."""
    return request.normal(request.batch_size, request.config.speaker_embedding_dim)
