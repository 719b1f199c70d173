"""Texts of several streams: the codebooks of models that write sound."""

from __future__ import annotations

import torch

from catalog.builder.inputs.registry import provides
from catalog.builder.inputs.request import DEFAULT_SEQUENCE_LENGTH, Request


def _codes(request: Request, *shape: int, size: int) -> torch.Tensor:
    return request.integers(0, size, *shape)


def _steps(request: Request) -> int:
    return request.sequence_length or min(DEFAULT_SEQUENCE_LENGTH, 64)


@provides("decoder_input_ids", models=("dia*",))
def channels_last(request: Request) -> torch.Tensor:
    """Codes of all channels: ``(batch, steps, channels)``."""
    decoder = request.config.decoder_config
    return _codes(request, request.batch_size, _steps(request), decoder.num_channels, size=decoder.vocab_size - 4)


@provides("input_ids", models=("kyutai_speech_to_text", "*KyutaiSpeech*"))
def text_and_codes(request: Request) -> torch.Tensor:
    """One text and the codes of all codebooks: ``(batch, steps, 1 + codebooks)``."""
    config = request.config
    text = request.integers(4, config.vocab_size, request.batch_size, _steps(request), 1)
    codes = _codes(
        request, request.batch_size, _steps(request), config.num_codebooks, size=config.codebook_vocab_size - 2
    )
    return torch.cat([text, codes], dim=-1)


_MUSICGEN = ("MusicgenModel", "MusicgenForCausalLM", "MusicgenMelodyModel", "MusicgenMelodyForCausalLM")


def _flat_codes(request: Request) -> torch.Tensor:
    decoder = request.part("decoder")
    return _codes(request, request.batch_size * decoder.num_codebooks, _steps(request), size=decoder.vocab_size)


@provides("input_ids", models=_MUSICGEN)
def codebooks_as_samples(request: Request) -> torch.Tensor:
    """Codes, the codebooks of one sample below each other: ``(batch x codebooks, steps)``."""
    return _flat_codes(request)


@provides("attention_mask", models=_MUSICGEN)
def mask_of_steps(request: Request) -> torch.Tensor:
    """Every step counts."""
    return request.full(1, request.batch_size, _steps(request))


@provides("decoder_input_ids", models=("MusicgenForConditionalGeneration", "MusicgenMelodyForConditionalGeneration"))
def decoder_codebooks(request: Request) -> torch.Tensor:
    """Codes, the codebooks of one sample below each other: ``(batch x codebooks, steps)``."""
    return _flat_codes(request)


@provides("input_features", models=("MusicgenMelodyForConditionalGeneration",))
def chroma(request: Request) -> torch.Tensor:
    """What notes sound at each step: ``(batch, steps, notes)``."""
    return request.uniform(request.batch_size, request.config.chroma_length, request.config.num_chroma)


@provides("input_values", models=("csm*",))
def no_wave(request: Request) -> None:
    """A text without sounds in it."""


@provides("latents")
def latents(request: Request) -> torch.Tensor:
    """What the encoder of a codec makes of a sound: ``(batch, width, frames)``."""
    return request.normal(request.batch_size, request.config.hidden_size, 25)


@provides("hidden_states", models=("vibevoice_acoustic_tokenizer_encoder",))
def wave(request: Request) -> torch.Tensor:
    """A wave a sample, under another name."""
    return request.normal(request.batch_size, request.value("channels", default=1), 3200 * 5, scale=0.1)


@provides("hidden_states", models=("vibevoice_acoustic_tokenizer_decoder",))
def frames(request: Request) -> torch.Tensor:
    """What the encoder makes of a wave: ``(batch, width, frames)``."""
    return request.normal(request.batch_size, request.config.hidden_size, 5)


@provides("input_ids", models=("dia_decoder",))
def channels_of_a_decoder(request: Request) -> torch.Tensor:
    """Codes of all channels: ``(batch, steps, channels)``."""
    config = request.config
    return _codes(request, request.batch_size, _steps(request), config.num_channels, size=config.vocab_size - 4)


@provides("input_ids", models=("csm_depth_decoder_model",))
def one_code_a_book(request: Request) -> torch.Tensor:
    """One code of each codebook."""
    config = request.config
    return _codes(request, request.batch_size, min(8, config.num_codebooks), size=min(config.vocab_size, 8))


@provides("input_ids", models=("fine_acoustics",))
def codes_of_all_books(request: Request) -> torch.Tensor:
    """Codes of all codebooks: ``(batch, steps, codebooks)``."""
    config = request.config
    size = min(config.input_vocab_size, config.output_vocab_size) - 1
    return _codes(request, request.batch_size, _steps(request), config.n_codes_total, size=size)


@provides("codebook_idx")
def codebook_idx(request: Request) -> int:
    """The codebook that is predicted: the first that is not given."""
    given: int = request.value("n_codes_given", default=1)
    return given
