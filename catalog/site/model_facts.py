"""What building a model told, as its page shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from catalog.model_facts import ModelFacts
from catalog.quantities import format_bytes, format_count, format_flops, format_number
from catalog.query import ModelConfig
from catalog.site.data import SiteData


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A part of a model's parameters.

    Attributes:
        name: The part (``"attention"``).
        parameters: How many parameters it has.
        percent: Its share of all, in percent.
    """

    name: str
    parameters: int
    percent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsView:
    """What building a model told, for people.

    Attributes:
        architecture: The model class that was built.
        lines: Labels, values, and what else there is to say of them.
        components: Parameters by part, largest first.
        branches: Parameters by branch.
        weights: Dtype and size of the weights.
        failure: Why it does not build.
        override: Why the defaults alone do not build.
        override_params: What was given instead.
        assumptions: What the count of operations rests on.
    """

    architecture: str
    lines: tuple[tuple[str, str, str], ...]
    components: tuple[Share, ...]
    branches: tuple[Share, ...]
    weights: tuple[tuple[str, str], ...]
    failure: str | None
    override: str | None
    override_params: tuple[tuple[str, str], ...]
    assumptions: tuple[str, ...]


def facts_view(config: ModelConfig, data: SiteData) -> FactsView | None:
    """What building the default model of a class told; ``None`` where that was not tried."""
    facts = data.facts.get(config.config_class)
    if facts is None:
        return None
    return FactsView(
        architecture=facts.architecture,
        lines=tuple(line for line in _lines(facts) if line[1]),
        components=_shares(facts.components, facts.parameters),
        branches=_shares(facts.branches, facts.parameters),
        weights=tuple(
            (dtype, format_bytes(size))
            for dtype, size in sorted(facts.weights_bytes.items(), key=lambda item: (-item[1], item[0]))
        ),
        failure=None if facts.failure is None else facts.failure.reason,
        override=facts.override,
        override_params=tuple((name, repr(value)) for name, value in sorted(facts.override_params.items())),
        assumptions=facts.forward.assumptions,
    )


def _lines(facts: ModelFacts) -> Iterator[tuple[str, str, str]]:
    yield "Parameters", format_count(facts.parameters), format_number(facts.parameters)
    if facts.active_parameters != facts.parameters:
        yield "Active for one token", format_count(facts.active_parameters), format_number(facts.active_parameters)
    if facts.trainable_parameters != facts.parameters:
        yield "Trainable", format_count(facts.trainable_parameters), format_number(facts.trainable_parameters)
    yield "In embeddings", format_count(facts.embedding_parameters), format_number(facts.embedding_parameters)
    yield "Blocks", format_number(facts.layers), ""
    values = facts.kv_cache_values_per_token
    if values is not None:
        yield "KV cache per token", format_bytes(2 * values), f"{format_number(values)} values of 16 bits"
    yield "Buffers", format_bytes(facts.buffer_bytes or None), ""
    forward = facts.forward
    if forward.flops is not None:
        shapes = ", ".join(f"{item.name} {' × '.join(map(str, item.shape))}" for item in forward.inputs)
        yield "Forward pass", format_flops(forward.flops), shapes
    elif forward.failure is not None:
        yield "Forward pass", "does not run", forward.failure.reason


def _shares(parts: Mapping[str, int], whole: int | None) -> tuple[Share, ...]:
    if not parts or not whole:
        return ()
    shares = [Share(name=name, parameters=count, percent=100 * count / whole) for name, count in parts.items() if count]
    return tuple(sorted(shares, key=lambda share: (-share.parameters, share.name)))
