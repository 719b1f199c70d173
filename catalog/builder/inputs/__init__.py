"""Inputs for the forward pass of any model, made from its configuration and its signature."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from catalog.builder.inputs.request import ImageSize

__all__ = ["make_inputs"]


def make_inputs(
    model: Any,
    config: Any = None,
    *,
    batch_size: int = 1,
    sequence_length: int | None = None,
    image_size: ImageSize | None = None,
    device: str = "cpu",
    seed: int = 0,
    labels: bool = False,
) -> dict[str, Any]:
    """Arguments with which a model's forward pass runs.

    They fit the configuration: token identifiers lie within the vocabulary and avoid special tokens, a text holds as
    many placeholders as its images and sounds have features, an image has the size that its positions are made for.
    Under ``FakeTensorMode`` they are fake tensors, and whole numbers keep their values as far as the mode lets them.

    Args:
        model: The model, on any device.
        config: Its configuration; ``None`` means ``model.config``.
        batch_size: Number of samples, at least 1.
        sequence_length: Tokens of a text, placeholders included. Without effect on a model that reads no text.
        image_size: Side of an image in pixels, or height and width. Without effect on a model that sees no images.
        device: Where the tensors are made.
        seed: The same seed gives the same inputs. The global random generators are left alone.
        labels: Add what the model needs to compute a loss, where its head has one.

    Returns:
        Arguments by name: tensors, seldom lists of tensors or flags.

    Raises:
        UsageError: An option cannot hold for this model: more tokens than positions, an image that cannot be cut into
            patches.
    """
    from catalog.builder.inputs.request import Request  # noqa: PLC0415 (imports torch)
    from catalog.errors import UsageError  # noqa: PLC0415

    for name, given in (("batch size", batch_size), ("sequence length", sequence_length)):
        if given is not None and given < 1:
            raise UsageError(f"A {name} of {given} makes no input.", remedy="Give at least 1.")
    request = Request(
        model=model,
        config=model.config if config is None else config,
        batch_size=batch_size,
        sequence_length=sequence_length,
        image_size=image_size,
        device=device,
        seed=seed,
        labels=labels,
        resolve=_resolve,
    )
    for name in request.parameters:
        request.get(name)
    return {name: request.made[name] for name in request.parameters if name in request.made}


def _resolve(request: Any, name: str) -> Any:
    from catalog.builder.inputs.registry import is_absent, provider_of  # noqa: PLC0415

    provider = None if is_absent(request, name) else provider_of(request, name)
    return None if provider is None else provider.provide(request)
