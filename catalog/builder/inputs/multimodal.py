"""Texts with images and sounds in them: as many placeholders in the text as there are features to put in.

How many features an image gives depends on the whole chain of a model: tower, pooling, pixel shuffle, projector. The
model itself is asked, by its ``get_image_features``; a formula a family would only repeat its code. Where that cannot
be asked, a provider of ``"pixel_values:features"`` tells the number.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch

from catalog.builder.inputs.registry import provider_of, provides
from catalog.builder.inputs.request import DEFAULT_SEQUENCE_LENGTH, Request
from catalog.builder.inputs.text import words
from catalog.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Modality:
    """What may stand in a text besides words.

    Attributes:
        arguments: The arguments that bring it; the first that the model takes and that can be made counts.
        method: Names of the model's method that turns it into features.
        tokens: Names of the parameter that holds the placeholder's identifier.
        kind: Its number among ``mm_token_type_ids``.
    """

    arguments: tuple[str, ...]
    method: tuple[str, ...]
    tokens: tuple[str, ...]
    kind: int


IMAGE = Modality(
    arguments=("pixel_values", "flattened_patches"),
    method=("get_image_features",),
    tokens=("image_token_id", "image_token_index", "img_token_id", "media_placeholder_token_id", "image_patch_id"),
    kind=1,
)
AUDIO = Modality(
    arguments=("input_features", "input_values", "audio_input_features"),
    method=("get_audio_features",),
    tokens=("audio_token_id", "audio_token_index"),
    kind=3,
)
MODALITIES = (IMAGE, AUDIO)


def placeholders(request: Request) -> Iterator[tuple[Modality, int, int]]:
    """Each modality of the request, the identifier of its placeholder, and how many one sample needs."""
    for modality in MODALITIES:
        token = _token(request, modality)
        argument = next((name for name in modality.arguments if request.get(name) is not None), None)
        if token is None or argument is None:
            continue
        count = features(request, modality, argument)
        if count:
            yield modality, token, count


def _token(request: Request, modality: Modality) -> int | None:
    found = request.value(*modality.tokens) or request.value(*modality.tokens, of=request.part("vlm_config", "encoder"))
    return found if isinstance(found, int) else None


def features(request: Request, modality: Modality, argument: str) -> int:
    """Features that one sample's images or sounds give, as the model says; 0 where it has no method for it."""
    counted = provider_of(request, f"{argument}:features")
    if counted is not None:
        count: int = counted.provide(request)
        return count
    method = next((found for name in modality.method if (found := _method(request.model, name))), None)
    if method is None:
        return 0
    given = {argument: request.get(argument)}
    # What the outer class hands on without naming it is named by the inner one.
    inner = getattr(getattr(request.model, "model", None), method.__name__, None)
    for name in dict.fromkeys((*_names(method), *(_names(inner) if callable(inner) else ()))):
        if name in request.parameters and name not in _TEXT and (value := request.get(name)) is not None:
            given[name] = value
    training = request.model.training
    request.model.eval()
    try:
        with torch.no_grad():
            found = method(**given)
    finally:
        request.model.train(training)
    for name in ("pooler_output", "last_hidden_state"):
        if getattr(found, name, None) is not None:
            return _rows(getattr(found, name)) // request.batch_size
    deepstack = getattr(found, "deepstack_features", None)
    if deepstack:  # one tensor of features for each layer of the language model that takes them, all alike
        return _rows(deepstack[0][1]) // request.batch_size
    return _rows(found) // request.batch_size


_TEXT = {"input_ids", "attention_mask", "position_ids", "token_type_ids", "mm_token_type_ids", "inputs_embeds"}


def _method(model: Any, name: str) -> Any:
    """The method of that name, of the model or of a part, that names its arguments."""
    inner = getattr(model, "model", None)
    parts = [getattr(model, part, None) for part in ("vlm", "encoder", "base_model")]
    owners = (model, inner, *parts, getattr(inner, "encoder", None))
    found = [method for owner in owners if owner is not None and callable(method := getattr(owner, name, None))]
    return next((method for method in found if "args" not in _names(method)), found[0] if found else None)


def _names(method: Any) -> tuple[str, ...]:
    return tuple(inspect.signature(method).parameters)


def _rows(found: Any) -> int:
    """Vectors in a tensor, or in all tensors of a list."""
    if isinstance(found, torch.Tensor):
        return int(found.numel() // found.shape[-1])
    return sum(_rows(item) for item in found) if isinstance(found, (list, tuple)) else 0


def has_placeholders(request: Request) -> bool:
    """True for a model that reads texts with images or sounds in them."""
    return any(
        _token(request, modality) is not None
        and any(request.takes(name) for name in modality.arguments)
        and (
            any(_method(request.model, name) for name in modality.method)
            or any(provider_of(request, f"{name}:features") for name in modality.arguments)
        )
        for modality in MODALITIES
    )


def mixed_text(request: Request) -> torch.Tensor:
    """A text a sample: a word, the placeholders of each modality, and words until it is long enough.

    Raises:
        UsageError: The placeholders alone are longer than the text that is asked for.
    """
    marks = [token for _, token, count in placeholders(request) for token in [token] * count]
    asked = request.sequence_length
    if asked is not None and asked < len(marks) + 2:
        raise UsageError(
            f"A text of {asked} tokens has no room for {len(marks)} placeholders of images and sounds.",
            remedy=f"Give a sequence length of at least {len(marks) + 2}.",
        )
    limit = request.position_limit()
    rest = min(DEFAULT_SEQUENCE_LENGTH, max(2, limit - len(marks))) if limit else DEFAULT_SEQUENCE_LENGTH
    length = asked if asked is not None else len(marks) + rest
    text = words(request, request.batch_size, length - len(marks))
    middle = request.tensor([marks] * request.batch_size).reshape(request.batch_size, len(marks))
    return torch.cat([text[:, :1], middle, text[:, 1:]], dim=1)


@provides("mm_token_type_ids")
def mm_token_type_ids(request: Request) -> torch.Tensor | None:
    """What each token stands for: 0 a word, 1 an image, 2 a video, 3 a sound."""
    tokens = request.get("input_ids")
    if tokens is None:
        return None
    kinds = torch.zeros_like(tokens)
    for modality in MODALITIES:
        token = _token(request, modality)
        if token is not None:
            kinds = kinds + (tokens == token).to(tokens.dtype) * modality.kind
    return kinds


@provides("pixel_values:features", models=("blip-2", "instructblip"))
def query_tokens(request: Request) -> int:
    """One feature a query."""
    count: int = request.config.num_query_tokens
    return count


@provides("pixel_values:features", models=("instructblipvideo",))
def query_tokens_of_frames(request: Request) -> int:
    """One feature a query, for each frame."""
    count: int = request.config.num_query_tokens * request.get("pixel_values").shape[1]
    return count


@provides("input_features:features", models=("qwen2_audio", "musicflamingo"))
def pooled_frames(request: Request) -> int:
    """A convolution halves the frames, and pooling halves them again."""
    frames: int = request.get("input_features").shape[-1]
    return (((frames - 1) // 2 + 1) - 2) // 2 + 1


@provides("pixel_values:features", models=("pi0", "PI0*"))
def features_of_all_cameras(request: Request) -> int:
    """As many features a camera as the language model's own vision tower gives."""
    with torch.no_grad():
        found = request.model.get_submodule(_path_of_vlm(request)).get_image_features(
            request.get("pixel_values").flatten(0, 1)
        )
    return _rows(found.pooler_output) // request.batch_size


def _path_of_vlm(request: Request) -> str:
    names: list[str] = [name for name, _ in request.model.named_modules() if name.rsplit(".", 1)[-1] == "vlm"]
    return names[0]


@provides("input_ids", models=("voxtral_realtime",))
def a_token_a_feature(request: Request) -> torch.Tensor:
    """As many tokens as the sound has features: each is added to one."""
    count = features(request, AUDIO, "input_features")
    return words(request, request.batch_size, count or request.length())
