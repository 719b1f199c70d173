"""Generation of new tokens after a prompt: the first one, which reads the prompt, and all of them.

Weights are random, so a model would end at any moment, or never. Here nothing ends it: every run writes the same number
of tokens, always the most likely one, with one beam.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import torch

from catalog.benchmark.measure.passes import Pass
from catalog.benchmark.measure.refusals import UnsupportedError

NEW_TOKENS: Final = 16
"""Tokens after the first one where none are asked for."""

_WRITTEN_BY_GENERATE: Final = frozenset(
    {
        *("labels", "decoder_input_ids", "decoder_attention_mask", "decoder_inputs_embeds", "decoder_position_ids"),
        *("position_ids", "cache_position", "past_key_values", "use_cache", "return_dict", "return_loss"),
        *("start_positions", "end_positions"),
    }
)
"""Arguments of a forward pass that generation makes itself, or that belong to a loss."""

_ENDED_BY_A_SCORE: Final = frozenset({"pocket_tts", "gradium_phonon_tts"})
"""Model types that end where a score of theirs says so rather than at a token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """Two passes that differ by a known number of tokens.

    Attributes:
        first: Reads the prompt and writes one token.
        whole: Does so, and writes some more.
        new_tokens: How many more.
    """

    first: Pass
    whole: Pass
    new_tokens: int


def generation(model: Any, inputs: Mapping[str, Any], *, new_tokens: int | None) -> Generation:
    """Prepare the generation of new tokens.

    Args:
        model: The model, which is put into evaluation mode; its configuration of generation is changed.
        inputs: Arguments of its forward pass, of which those are taken that make the prompt.
        new_tokens: Tokens after the first one.

    Raises:
        UnsupportedError: If it does not generate.
    """
    check_generates(model)
    model.eval()
    _never_end(model)
    if new_tokens is not None and new_tokens < 1:
        raise UnsupportedError("There has to be a token after the first one, so that both can be told apart.")
    prompt = {name: value for name, value in inputs.items() if name not in _WRITTEN_BY_GENERATE}
    more = NEW_TOKENS if new_tokens is None else new_tokens
    return Generation(first=_writing(model, prompt, 1), whole=_writing(model, prompt, 1 + more), new_tokens=more)


def check_generates(model: Any) -> None:
    """Check that a model writes tokens.

    Raises:
        UnsupportedError: If it does not.
    """
    if not callable(getattr(model, "generate", None)) or not model.can_generate():
        raise UnsupportedError(f"{type(model).__name__} does not generate: it has no head that writes tokens.")


def check_lengths(found: Generation) -> None:
    """Make sure that both passes write what they are asked for, on which the time of a token rests.

    Raises:
        UnsupportedError: If they do not.
    """
    with found.whole.context():
        one, all_of_them = written(found.first.call()), written(found.whole.call())
    if one is None or all_of_them is None:
        raise UnsupportedError("What its generation returns does not tell how many tokens it wrote.")
    if all_of_them - one != found.new_tokens:
        raise UnsupportedError(
            f"Its generation wrote {all_of_them - one} tokens more where {found.new_tokens} more were asked for."
        )


def written(output: Any) -> int | None:
    """Tokens or frames of what a generation returned, its prompt included; ``None`` where it cannot be told.

    Args:
        output: What the model's ``generate`` returned.
    """
    found = getattr(output, "sequences", output)
    found = found[0] if isinstance(found, (list, tuple)) and found else found
    if not isinstance(found, torch.Tensor) or found.dim() == 0:
        return None
    # Some write sound, frame by frame, as vectors or as the codes of several codebooks, rather than as tokens.
    frames = found.dim() == 3 or (found.dim() == 2 and found.is_floating_point())
    return int(found.shape[-2] if frames else found.shape[-1])


def _never_end(model: Any) -> None:
    """Take out of a model's configuration of generation what would end it early or choose at random."""
    settings = model.generation_config
    if settings is None:
        raise UnsupportedError(f"{type(model).__name__} has no configuration for generating.")
    if getattr(settings, "pad_token_id", None) is None:
        settings.pad_token_id = 0
    settings.eos_token_id = None
    if all(getattr(settings, name, None) is None for name in ("decoder_start_token_id", "bos_token_id")):
        settings.decoder_start_token_id = settings.pad_token_id
    settings.forced_eos_token_id = None
    settings.max_length = None
    settings.min_length = None
    if model.config.model_type in _ENDED_BY_A_SCORE:
        settings.min_frames_before_eos = sys.maxsize


def _writing(model: Any, prompt: Mapping[str, Any], tokens: int) -> Pass:
    options = {"max_new_tokens": tokens, "min_new_tokens": tokens, "do_sample": False, "num_beams": 1}
    return Pass(call=partial(model.generate, **prompt, **options), context=torch.no_grad)
