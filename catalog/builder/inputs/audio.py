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
    "higgs_audio_v2_tokenizer",
    "vibevoice_acoustic_tokenizer*",
    "vibevoice",
    "vibevoice_asr",
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


@provides("padding_mask", models=("vibevoice*", "moss_transcribe*"))
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


@provides("input_values", models=("pe_audio*",))
def whole_hops(request: Request) -> torch.Tensor:
    """A wave a sample, of whole frames of its codec: ``(batch, 1, samples)``."""
    inner = request.part("audio_config")
    hop = request.value("hop_length", of=getattr(inner, "dac_config", inner), default=512)
    return request.normal(request.batch_size, 1, 32 * hop, scale=0.1)


@provides("spectrogram", "mel_spectrogram")
def spectrogram_of_a_vocoder(request: Request) -> torch.Tensor:
    """A spectrogram to be made a wave: ``(batch, frames, bins)``."""
    return request.normal(request.batch_size, 32, request.value("model_in_dim", "mel_dim", default=80))


@provides("mel_spectrogram", models=("qwen2_5_omni_bigvgan",))
def bins_before_frames(request: Request) -> torch.Tensor:
    """A spectrogram to be made a wave: ``(batch, bins, frames)``."""
    return request.normal(request.batch_size, request.config.mel_dim, 32)


@provides("hidden_states", models=("granite_speech*_encoder",))
def frames_of_an_encoder(request: Request) -> torch.Tensor:
    """Frames as the encoder takes them: ``(batch, frames, width)``."""
    return request.normal(request.batch_size, 256, request.config.input_dim)


@provides("hidden_states", models=("phi4_multimodal_audio",))
def frames_of_bins(request: Request) -> torch.Tensor:
    """A spectrogram a sample: ``(batch, frames, bins)``."""
    return request.normal(request.batch_size, 256, request.config.input_size)


@provides("mask", models=("phi4_multimodal_audio",))
def frame_mask(request: Request) -> torch.Tensor:
    """Every frame counts."""
    return request.full(1, *request.get("hidden_states").shape[:2], dtype=torch.bool)


@provides("input_features", models=("qwen*_omni*_audio_encoder",))
def frames_in_a_row(request: Request) -> torch.Tensor:
    """The spectrograms of all samples behind each other: ``(bins, frames)``."""
    return request.normal(request.config.num_mel_bins, _window(request) * request.batch_size)


@provides("feature_lens")
def feature_lens(request: Request) -> torch.Tensor:
    """Frames of each sample."""
    return request.full(_window(request), request.batch_size)


def _window(request: Request) -> int:
    window: int = 2 * request.config.n_window
    return window


@provides("audio_input_ids", models=("inkling_audio",))
def audio_codes(request: Request) -> torch.Tensor:
    """Codes of a sound."""
    size = min(value for value in (request.value("vocab_size", "mel_vocab_size", default=8), 8) if value)
    return request.integers(0, size, request.batch_size, 16, request.value("n_mel_bins", "num_mel_bins", default=80))
