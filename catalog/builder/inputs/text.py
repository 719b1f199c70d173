"""Text: token identifiers, masks, and what the text models of single families want besides."""

from __future__ import annotations

from typing import Any

import torch

from catalog.builder.inputs.registry import provides
from catalog.builder.inputs.request import Request, sub_configs

_UNKNOWN = 100
"""Size of a vocabulary that the configuration does not tell."""

_VOCABULARY = ("vocab_size", "n_vocab", "decoder_vocab_size", "src_vocab_size", "text_vocab_size")


def vocabulary(request: Request, config: Any = None) -> int:
    """Number of token identifiers that the text part knows: those of the configuration, as far as embedded."""
    config = request.text if config is None else config
    size = request.value(*_VOCABULARY, of=config, default=None) or request.value(
        *_VOCABULARY, of=request.part("model_config")
    )
    size = size if isinstance(size, int) else _UNKNOWN
    embedded = _embedded(request)
    return min(size, embedded) if embedded else size


def _embedded(request: Request) -> int | None:
    try:
        table = request.model.get_input_embeddings()
    except (NotImplementedError, AttributeError, TypeError):  # how models say that they have no such table
        return None
    weight = getattr(table, "weight", None)
    return int(weight.shape[0]) if isinstance(weight, torch.Tensor) and weight.dim() == 2 else None


def special_tokens(config: Any) -> set[int]:
    """Identifiers that mean more than a word: start, end, padding, placeholders of images and sounds."""
    found: set[int] = set()
    for part in sub_configs(config):
        for name, value in vars(part).items():
            if name.endswith(("_id", "_token_index", "_token_ids", "_token", "_tokens")):
                found.update(_numbers(value))
    return found


def _numbers(value: Any) -> set[int]:
    if isinstance(value, bool):
        return set()
    if isinstance(value, int):
        return {value}
    return {item for item in value if isinstance(item, int)} if isinstance(value, (list, tuple)) else set()


def words(request: Request, *shape: int, config: Any = None) -> torch.Tensor:
    """Identifiers of plain words."""
    size = vocabulary(request, config)
    special = special_tokens(request.config)
    plain = [token for token in range(min(size, 50_000)) if token not in special]
    return request.choice(plain or [0], *shape)


@provides("input_ids")
def input_ids(request: Request) -> torch.Tensor:
    """One text a sample, with placeholders for the images and sounds that go with it."""
    from catalog.builder.inputs.multimodal import has_placeholders, mixed_text  # noqa: PLC0415 (it builds on this)

    return mixed_text(request) if has_placeholders(request) else words(request, request.batch_size, request.length())


@provides("input_ids", models=("*ForMultipleChoice",))
def input_ids_of_choices(request: Request) -> torch.Tensor:
    """Two texts a sample to choose from."""
    return words(request, request.batch_size, 2, request.length())


@provides("attention_mask")
def attention_mask(request: Request) -> torch.Tensor | None:
    """Every token of the text counts."""
    tokens = request.get("input_ids")
    return None if tokens is None else request.full(1, *tokens.shape)


_ENDED = ("Bart*", "BigBirdPegasus*", "MBart*", "Mvp*", "PLBart*", "T5*", "MT5*", "UMT5*", "Led*", "LED*")


@provides("input_ids", models=tuple(f"{name}ForSequenceClassification" for name in _ENDED))
def ended_text(request: Request) -> torch.Tensor:
    """One text a sample that ends with the end token, whose state is classified."""
    from catalog.builder.inputs.multimodal import has_placeholders, mixed_text  # noqa: PLC0415 (it builds on this)

    text = mixed_text(request) if has_placeholders(request) else words(request, request.batch_size, request.length())
    end = request.value("eos_token_id", of=request.text, default=0)
    last = request.full(end[0] if isinstance(end, list) else end, request.batch_size, 1)
    return torch.cat([text[:, :-1], last], dim=1)


@provides("input_ids", models=("pocket_tts", "gradium_phonon_tts"))
def text_to_speak(request: Request) -> torch.Tensor:
    """One text a sample that ends with the token after which sound is written."""
    text = words(request, request.batch_size, request.length())
    mark = request.full(request.config.audio_bos_token_id, request.batch_size, 1)
    return torch.cat([text[:, :-1], mark], dim=1)


@provides("input_ids", models=("LongformerForQuestionAnswering", "LongformerForMultipleChoice"))
def question_and_text(request: Request) -> torch.Tensor:
    """A question and a text, with a separator after the question and two around the text."""
    lead = (request.batch_size, 2) if request.has("MultipleChoice") else (request.batch_size,)
    tokens = words(request, *lead, max(8, request.length()))
    mark = request.full(request.config.sep_token_id, *lead, 1)
    parts = [tokens[..., :2], mark, mark, tokens[..., 4:-1], mark]
    return torch.cat(parts, dim=-1)


@provides("input_ids", models=("SplinterForPreTraining",))
def text_with_a_question(request: Request) -> torch.Tensor:
    """One text a sample with a place that is asked for."""
    tokens = words(request, request.batch_size, request.length())
    mark = request.full(request.config.question_token_id, request.batch_size, 1)
    return torch.cat([tokens[:, :1], mark, tokens[:, 2:]], dim=1)
