"""Two sets of measurements, row by row: what became faster, slower, or fails, and what differs besides.

Rows are paired by what was asked for. A ratio is *after* divided by *before*: a time below one is faster, a throughput
above one is.
"""

from __future__ import annotations

import dataclasses
import math
import statistics
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypeAlias, get_args

from catalog.benchmark.noise import LEAST_PAIRS, UNSTEADY, differs, noise_of, scatter_of
from catalog.errors import UsageError
from catalog.measurements import Environment, Measurement, Timing
from catalog.quantities import format_count
from catalog.records import canonical_json

Verdict: TypeAlias = Literal[
    "slower", "newly-failing", "faster", "newly-measured", "same", "still-failing", "only-before", "only-after"
]
"""What became of a request.

*same*: both were measured, and the difference is within the noise. *still-failing*: neither was measured.
*only-before*, *only-after*: the other side has no such row, or was interrupted at it.
"""

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)

REQUEST: Final = (
    "config_class", "architecture", "scale", "params", "checkpoint", "mode", "batch_size", "sequence_length",
    "image_size", "new_tokens", "device", "dtype", "attention", "compile", "seed",
)  # fmt: skip
"""Fields of what was asked for, by which rows are paired."""

_SUBJECT = frozenset({"config_class", "architecture", "scale", "params", "checkpoint"})
_ALIKE = frozenset({"version", "commit", "transformers"})
"""What may differ between two environments whose runs tell how far the same scatters. Another transformers changes some
models; what it changes in all of them is no scatter."""

_LEAST, _MOST, _LARGEST = 1e-12, 1e12, 1e30
"""Seconds that can be a time, and the largest figure of another kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One request on both sides.

    Attributes:
        before: Its row before; ``None`` where there is none.
        after: Its row after.
        verdict: What became of it.
        ratio: Median latency, after divided by before; time of a sample where the batches that ran differ although
            the same was asked for. ``None`` unless both were measured.
        noise: By how much `ratio` may differ from one without any change: 0.05 is 5 %, up or down.
        per_sample: Whether `ratio` is one of times of a sample.
        prefill_ratio: Time to the first new token.
        decode_ratio: Time of each further token.
        samples_ratio: Samples a second; above one is faster.
        tokens_ratio: Tokens a second; above one is faster.
        memory_ratio: Peak memory of the same kind.
        notes: What else differs between the two rows, as short texts (``"attention eager → sdpa"``).
    """

    before: Measurement | None
    after: Measurement | None
    verdict: Verdict
    ratio: float | None = None
    noise: float | None = None
    per_sample: bool = False
    prefill_ratio: float | None = None
    decode_ratio: float | None = None
    samples_ratio: float | None = None
    tokens_ratio: float | None = None
    memory_ratio: float | None = None
    notes: tuple[str, ...] = ()

    @property
    def row(self) -> Measurement:
        """The row after, or the one before where there is no other: it names the model and the workload."""
        found = self.after or self.before
        if found is None:
            raise ValueError("A pair has one row at least.")
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Something that differs between the environments of two sides.

    Attributes:
        field: Field of :class:`catalog.measurements.Environment`.
        before: Its values before, as texts, in alphabetical order.
        after: Its values after.
    """

    field: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What became of every request.

    Attributes:
        pairs: The requests: what became slower most first, then what fails now, then the rest by verdict.
        before: What the side before is called.
        after: What the side after is called.
        ignored: Fields of the request that were not looked at when rows were paired.
        differences: What differs between the environments. Figures of different machines are no regressions.
        counts: Verdict → number of pairs; those that did not occur are left out.
        geometric_mean: Geometric mean of the ratios; ``None`` where nothing was measured on both sides.
        median_difference: Median of how far a ratio is from one, up or down; ``None`` likewise.
        scatter: How far the ratios scatter around what all share, where the same was measured on the same machine and
            there are pairs enough to tell; it is part of the noise of every pair then. Else ``None``.
        set_aside: Rows that were not looked at, since their side has a newer one of the same request.
    """

    pairs: tuple[Pair, ...]
    before: str = ""
    after: str = ""
    ignored: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    counts: Mapping[Verdict, int]
    geometric_mean: float | None = None
    median_difference: float | None = None
    scatter: float | None = None
    set_aside: int = 0

    @property
    def compared(self) -> int:
        """Number of requests that were measured on both sides."""
        return sum(pair.ratio is not None for pair in self.pairs)


def compare(before: Iterable[Measurement], after: Iterable[Measurement], *, ignore: Collection[str] = ()) -> Comparison:
    """Pair the rows of two sides by what was asked for, and tell what became of each request.

    Of several rows of one request on a side the newest counts. What was interrupted counts as not run.

    Args:
        before: Rows of one side.
        after: Rows of the other.
        ignore: Fields of the request (:data:`REQUEST`) that may differ within a pair.

    Raises:
        UsageError: If there is no such field.
    """
    unknown = set(ignore) - set(REQUEST)
    if unknown:
        raise UsageError(
            f"There is nothing to ignore that is called {min(unknown)!r}.", remedy=f"One of: {', '.join(REQUEST)}."
        )
    request = _request(frozenset(ignore))
    old, old_aside = _by_request(before, request)
    new, new_aside = _by_request(after, request)
    pairs = [_pair(old.get(asked), new.get(asked)) for asked in {**old, **new}]
    differences = _differences(old.values(), new.values())
    ratios = [pair.ratio for pair in pairs if pair.ratio is not None]
    alike = not ignore and all(item.field in _ALIKE for item in differences)
    known = all(row.environment is not None for side in (old, new) for row in side.values() if row.latency is not None)
    scatter = scatter_of(ratios) if alike and known and len(ratios) >= LEAST_PAIRS else None
    if scatter is not None:
        pairs = [_with_scatter(pair, scatter) for pair in pairs]
    return Comparison(
        pairs=tuple(sorted(pairs, key=_order)),
        ignored=tuple(name for name in REQUEST if name in ignore),
        differences=differences,
        counts=_counted(pairs),
        geometric_mean=math.exp(statistics.fmean(map(math.log, ratios))) if ratios else None,
        median_difference=statistics.median(abs(ratio - 1) for ratio in ratios) if ratios else None,
        scatter=scatter,
        set_aside=old_aside + new_aside,
    )


def regressions(comparison: Comparison, *, threshold: float) -> tuple[Pair, ...]:
    """What became worse: slower beyond both the threshold and the noise, or measured before and failing now.

    Args:
        comparison: Two sides.
        threshold: How much slower is too much: 0.1 is 10 %.

    Raises:
        UsageError: If the threshold is below zero or no number.
    """
    if not (math.isfinite(threshold) and threshold >= 0):
        raise UsageError(f"The threshold is {threshold}.", remedy="Give a share, for example 0.1 for 10 %.")
    return tuple(
        pair
        for pair in comparison.pairs
        if pair.verdict == "newly-failing"
        or (pair.verdict == "slower" and pair.ratio is not None and pair.ratio - 1 > threshold)
    )


# Pairing


def _request(ignore: frozenset[str]) -> Callable[[Measurement], Hashable]:
    if not ignore:
        return lambda row: row.key
    names = [name for name in REQUEST if name not in ignore]

    def asked(row: Measurement) -> Hashable:
        batch_size = row.asked_batch_size or row.workload.batch_size
        workload = replace(row.workload, batch_size=batch_size)
        values = [getattr(row.subject if name in _SUBJECT else workload, name) for name in names]
        return tuple(canonical_json(value) if isinstance(value, Mapping) else value for value in values)

    return asked


def _by_request(
    rows: Iterable[Measurement], request: Callable[[Measurement], Hashable]
) -> tuple[dict[Hashable, Measurement], int]:
    """The newest row of each request, and how many others there are."""
    found: dict[Hashable, Measurement] = {}
    count = 0
    for row in rows:
        if row.status == "interrupted":
            continue
        count += 1
        there = found.get(asked := request(row))
        if there is None or there.measured_at <= row.measured_at:
            found[asked] = row
    return found, count - len(found)


def _pair(before: Measurement | None, after: Measurement | None) -> Pair:
    if before is None or after is None:
        return Pair(before=before, after=after, verdict="only-after" if before is None else "only-before")
    was, is_now = _latency(before), _latency(after)
    if was is None or is_now is None:
        verdict: Verdict = (
            "newly-failing" if was is not None else "newly-measured" if is_now is not None else "still-failing"
        )
        return Pair(before=before, after=after, verdict=verdict)
    per_sample = _asked_batch(before) == _asked_batch(after) and before.workload.batch_size != after.workload.batch_size
    ratio = is_now / was
    if per_sample:
        ratio *= before.workload.batch_size / after.workload.batch_size
    noise = math.hypot(noise_of(before), noise_of(after))
    return Pair(
        before=before,
        after=after,
        verdict=_verdict(ratio, noise),
        ratio=ratio,
        noise=noise,
        per_sample=per_sample,
        prefill_ratio=_ratio(_median(before.prefill), _median(after.prefill)),
        decode_ratio=_ratio(_median(before.decode), _median(after.decode)),
        samples_ratio=_ratio(before.samples_per_second, after.samples_per_second),
        tokens_ratio=_ratio(before.tokens_per_second, after.tokens_per_second),
        memory_ratio=_memory_ratio(before, after),
        notes=_notes(before, after),
    )


def _with_scatter(pair: Pair, scatter: float) -> Pair:
    if pair.ratio is None or pair.noise is None or pair.noise >= scatter:
        return pair
    return replace(pair, noise=scatter, verdict=_verdict(pair.ratio, scatter))


def _verdict(ratio: float, noise: float) -> Verdict:
    if not differs(ratio, noise):
        return "same"
    return "slower" if ratio > 1 else "faster"


def _latency(row: Measurement) -> float | None:
    """Median latency in seconds; ``None`` where it was not measured, or is no time."""
    median = _median(row.latency) if row.status == "measured" else None
    return median if median is not None and _LEAST < median < _MOST else None


def _median(timing: Timing | None) -> float | None:
    return None if timing is None else timing.p50


def _ratio(before: float | None, after: float | None) -> float | None:
    if before is None or after is None or not (_LEAST < before < _LARGEST and _LEAST < after < _LARGEST):
        return None
    return after / before


def _memory_ratio(before: Measurement, after: Measurement) -> float | None:
    """Of two peaks of the same kind; a GPU's allocator and a processor's do not count the same."""
    kinds = ((before.memory.allocated, after.memory.allocated), (before.memory.tracked, after.memory.tracked))
    return next((ratio for pair in kinds if (ratio := _ratio(*pair)) is not None), None)


def _asked_batch(row: Measurement) -> int:
    return row.asked_batch_size or row.workload.batch_size


def _notes(before: Measurement, after: Measurement) -> tuple[str, ...]:
    found = []
    if before.attention != after.attention and before.attention and after.attention:
        found.append(f"attention {before.attention} → {after.attention}")
    if before.workload.batch_size != after.workload.batch_size:
        found.append(f"batch {before.workload.batch_size} → {after.workload.batch_size}")
    if before.parameters != after.parameters and before.parameters is not None and after.parameters is not None:
        was, is_now = format_count(before.parameters), format_count(after.parameters)
        found.append(f"parameters {was} → {is_now}" if was != is_now else "number of parameters")
    if False in (before.warmed_up, after.warmed_up):
        found.append("not warmed up")
    if max(noise_of(before), noise_of(after)) > UNSTEADY:
        found.append("unsteady")
    return tuple(found)


# Over all


def _order(pair: Pair) -> tuple[Any, ...]:
    row = pair.row
    name = (row.subject.model_type or row.subject.config_class, row.subject.architecture, row.key)
    ratio = pair.ratio or 1.0
    return (VERDICTS.index(pair.verdict), ratio if pair.verdict == "faster" else -ratio, *name)


def _counted(pairs: Sequence[Pair]) -> dict[Verdict, int]:
    counts = Counter(pair.verdict for pair in pairs)
    return {verdict: counts[verdict] for verdict in VERDICTS if counts[verdict]}


def _differences(before: Iterable[Measurement], after: Iterable[Measurement]) -> tuple[Difference, ...]:
    sides = [_environments(rows) for rows in (before, after)]
    if not all(sides):
        return ()
    found = []
    for field in dataclasses.fields(Environment):
        old, new = ({_text(getattr(environment, field.name)) for environment in side} for side in sides)
        if old != new:
            found.append(Difference(field=field.name, before=tuple(sorted(old)), after=tuple(sorted(new))))
    return tuple(found)


def _environments(rows: Iterable[Measurement]) -> frozenset[Environment]:
    shared = {id(row.environment): row.environment for row in rows}
    return frozenset(found for found in shared.values() if found is not None)


def _text(value: object) -> str:
    if value is None:
        return "none"
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
