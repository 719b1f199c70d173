"""The block of ``catalog show`` that tells what building the model told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from catalog.quantities import format_bytes, format_count, format_flops, format_number, format_percent
from catalog.values import to_json, to_python_text

if TYPE_CHECKING:
    from catalog.model_facts import BuildFailure, ForwardFacts, ModelFacts

_BFLOAT16_BYTES = 2
_DTYPES = ("bfloat16", "float32")


def facts_lines(facts: ModelFacts | None) -> Iterable[tuple[str, str]]:
    """Labels and values, for :func:`catalog.cli.output.write_facts`; nothing where the model was not built."""
    if facts is None:
        return
    if facts.failure is not None:
        reason = failure_text(facts.failure)
        yield "not built", f"{facts.architecture}: {reason}" if facts.architecture else reason
        return
    yield "base model", facts.architecture
    yield "built with", _override_text(facts)
    yield "parameters", "" if facts.parameters is None else f"{format_count(facts.parameters)} ({facts.parameters:,})"
    yield "active", _active_text(facts)
    sizes = ((dtype, facts.weights_bytes.get(dtype)) for dtype in _DTYPES)
    yield "weights", ", ".join(f"{format_bytes(size)} in {dtype}" for dtype, size in sizes if size is not None)
    yield "layers", format_number(facts.layers)
    yield "KV cache", _cache_text(facts.kv_cache_values_per_token)
    yield "FLOPs", _flops_text(facts.forward)
    if facts.forward.failure is not None:
        yield "does not run", failure_text(facts.forward.failure)


def failure_text(failure: BuildFailure) -> str:
    """The reason, with its kind."""
    return f"{failure.reason} [{failure.kind}]"


def _override_text(facts: ModelFacts) -> str:
    if not facts.override_params:
        return facts.override or ""
    given = ", ".join(f"{name}={to_python_text(to_json(value))}" for name, value in facts.override_params.items())
    return f"{given}: {facts.override}" if facts.override else given


def _active_text(facts: ModelFacts) -> str:
    """The parameters that compute one token, for mixtures of experts only."""
    active, parameters = facts.active_parameters, facts.parameters
    if active is None or not parameters or active >= parameters:
        return ""
    return f"{format_count(active)} a token ({format_percent(active / parameters)})"


def _cache_text(values: int | None) -> str:
    if not values:
        return ""
    size = values * _BFLOAT16_BYTES
    return f"{size:,} bytes a token in bfloat16 ({format_bytes(size)})"


def _flops_text(forward: ForwardFacts) -> str:
    if forward.flops is None:
        return ""
    inputs = ", ".join(f"{item.name} {list(item.shape)}" for item in forward.inputs)
    tiny = " of a shrunk model" if forward.size == "tiny" else ""
    return f"{format_flops(forward.flops)} forward{tiny}{' for ' + inputs if inputs else ''}"
