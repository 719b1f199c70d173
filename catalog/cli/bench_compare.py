"""``catalog bench compare``: two runs, machines, releases or kinds of attention side by side, and a gate for CI."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from catalog.errors import UsageError

if TYPE_CHECKING:
    import typer

    from catalog.benchmark.compare import Comparison, Pair
    from catalog.measurements import Measurement

FORMATS = ("text", "json", "markdown")
"""In which a comparison can be written."""

_PERCENT = re.compile(r"\s*([0-9]{1,6}(?:\.[0-9]{1,6})?)\s*(%?)\s*")
_SHOWN = 40
"""Pairs of one verdict that are shown, unless all are asked for."""
_RANKS = {"NOTE": 3, "MEMORY": 2, "BATCH×LENGTH": 1}
"""Columns that are left out where there is no room, the largest rank first."""
_QUIET = ("same", "still-failing", "only-before", "only-after")
"""Verdicts that are counted, and shown only where they are asked for."""


def read_share(option: str, text: str) -> float:
    """Read a share: ``10%``, ``0.1``.

    Raises:
        UsageError: If it is none; a whole number without a sign of percent could be either.
    """
    found = _PERCENT.fullmatch(text)
    if not found or (not found[2] and float(found[1]) >= 1):
        raise UsageError(f"{option} is {text!r}, which is no share.", remedy="Write it like 10% or 0.1.")
    return float(found[1]) / (100 if found[2] else 1)


def compare_sides(
    context: typer.Context,
    before: str,
    after: str,
    database: str | None,
    *,
    name: str | None = None,
    ignore: Sequence[str] = (),
    fail_above: str | None = None,
    everything: bool = False,
    kind: str = "text",
) -> int:
    """Compare, and write what came of it.

    Returns:
        The exit status: 1 where something became worse by more than is allowed and than the noise explains.

    Raises:
        CatalogError: If a side is not there, or the two have nothing in common.
    """
    from catalog.benchmark.compare import regressions
    from catalog.cli.output import write, write_json
    from catalog.cli.session import opened

    if kind not in FORMATS:
        raise UsageError(f"There is no format {kind!r}.", remedy=f"Take {', '.join(FORMATS)}.")
    threshold = None if fail_above is None else read_share("--fail-above", fail_above)
    fields = [part.strip().replace("-", "_") for text in ignore for part in text.split(",")]
    with opened(context, database, fill=False) as catalog:
        found = catalog.compare_measurements(before, after, name=name, ignore=fields)
    worse = () if threshold is None else regressions(found, threshold=threshold)
    if kind == "json":
        write_json(document_of(found, threshold=threshold, worse=worse))
    elif kind == "markdown":
        write(_markdown(found, everything=everything))
    else:
        _write(found, everything=everything)
    if threshold is not None:
        _tell_verdict(found, worse, threshold)
    return 1 if worse else 0


def document_of(found: Comparison, *, threshold: float | None, worse: Sequence[Pair]) -> dict[str, Any]:
    """The JSON document of a comparison."""
    from catalog.records import to_document

    keys = {id(pair) for pair in worse}
    return {
        "before": found.before,
        "after": found.after,
        "ignored": list(found.ignored),
        "differences": [to_document(item) for item in found.differences],
        "counts": dict(found.counts),
        "compared": found.compared,
        "geometric_mean": found.geometric_mean,
        "median_difference": found.median_difference,
        "scatter": found.scatter,
        "set_aside": found.set_aside,
        "threshold": threshold,
        "regressions": len(worse),
        "pairs": [{**_pair_document(pair), "regression": id(pair) in keys} for pair in found.pairs],
    }


def _pair_document(pair: Pair) -> dict[str, Any]:
    from catalog.records import to_document

    row = pair.row
    ratios = ("prefill_ratio", "decode_ratio", "samples_ratio", "tokens_ratio", "memory_ratio")
    return {
        "verdict": pair.verdict,
        "ratio": pair.ratio,
        "noise": pair.noise,
        "per_sample": pair.per_sample,
        **{name: getattr(pair, name) for name in ratios},
        "notes": list(pair.notes),
        "subject": to_document(row.subject),
        "workload": to_document(row.workload),
        "before": _side_document(pair.before),
        "after": _side_document(pair.after),
    }


def _side_document(row: Measurement | None) -> dict[str, Any] | None:
    if row is None:
        return None
    p50 = None if row.latency is None else row.latency.p50
    return {"run": row.run, "key": row.key, "status": row.status, "reason": row.reason, "p50": p50}


def _write(found: Comparison, *, everything: bool) -> None:
    from catalog.cli.bench_columns import Cell, write_fitted
    from catalog.cli.output import Column, write, write_facts, write_heading, write_text

    write_heading(f"{found.before} → {found.after}")
    write("")
    write_facts(_facts(found))
    pairs = _shown(found, everything=everything)
    if pairs:
        write("")
        cells = [
            Cell(
                Column(title, align="right" if right else "left", style="cyan" if title == "MODEL" else ""),
                read,
                _RANKS.get(title, 0),
            )
            for title, read, right in _columns(pairs)
        ]
        write_fitted(cells, pairs)
    failing = [pair for pair in pairs if pair.verdict == "newly-failing"]
    for pair in failing:
        if pair.after is not None:
            write_text(f"{_name(pair)}: {pair.after.status}: {pair.after.reason or ''}", style="dim")
    if found.differences:
        write("")
        write_text("What differs between the two sides besides:", style="dim")
        write_facts((item.field, f"{', '.join(item.before)} → {', '.join(item.after)}") for item in found.differences)


def _facts(found: Comparison) -> list[tuple[str, str]]:
    from catalog.quantities import count_text, format_percent

    counts = ", ".join(f"{count:,} {verdict}" for verdict, count in found.counts.items())
    facts = [("rows", counts)]
    if found.geometric_mean is not None:
        facts.append(("time", f"× {found.geometric_mean:.3f} in the geometric mean of {found.compared:,}"))
    if found.median_difference is not None:
        facts.append(("difference", f"{format_percent(found.median_difference)} up or down in the median"))
    if found.scatter is not None:
        facts.append(("scatter", f"{format_percent(found.scatter)}: the least that a single difference must exceed"))
    if found.ignored:
        facts.append(("paired", f"whatever their {', '.join(found.ignored)}"))
    if found.set_aside:
        facts.append(("set aside", f"{count_text(found.set_aside, 'older row')} of the same requests"))
    return facts


def _shown(found: Comparison, *, everything: bool) -> list[Pair]:
    if everything:
        return list(found.pairs)
    counts: dict[str, int] = {}
    shown = []
    for pair in found.pairs:
        counts[pair.verdict] = counts.get(pair.verdict, 0) + 1
        few = found.counts.get(pair.verdict, 0) <= _SHOWN and len(found.pairs) <= _SHOWN
        if few or (pair.verdict not in _QUIET and counts[pair.verdict] <= _SHOWN):
            shown.append(pair)
    return shown


_Cell = tuple[str, "Callable[[Pair], str]", bool]


def _columns(pairs: Sequence[Pair]) -> list[_Cell]:
    """Title, cell and whether it stands on the right; what all pairs share is left out."""
    from catalog.cli.bench_pages import size_text

    varying: list[_Cell] = [
        ("SCALE", lambda pair: pair.row.subject.scale, False),
        ("MODE", lambda pair: pair.row.workload.mode, False),
        ("DEVICE", lambda pair: pair.row.workload.device, False),
        ("DTYPE", lambda pair: pair.row.workload.dtype, False),
    ]
    return [
        ("MODEL", _name, False),
        *(item for item in varying if len({item[1](pair) for pair in pairs}) > 1),
        ("BATCH×LENGTH", lambda pair: size_text(pair.row), True),
        ("BEFORE", lambda pair: _time(pair.before), True),
        ("AFTER", lambda pair: _time(pair.after), True),
        ("RATIO", lambda pair: "" if pair.ratio is None else f"× {pair.ratio:.3f}", True),
        ("±", _noise, True),
        ("MEMORY", lambda pair: "" if pair.memory_ratio is None else f"× {pair.memory_ratio:.3f}", True),
        ("VERDICT", lambda pair: pair.verdict, False),
        ("NOTE", lambda pair: "; ".join([*(["time of a sample"] if pair.per_sample else []), *pair.notes]), False),
    ]


def _name(pair: Pair) -> str:
    from catalog.cli.bench_pages import name_of

    return name_of(pair.row)


def _time(row: Measurement | None) -> str:
    from catalog.quantities import format_duration

    if row is None:
        return ""
    return row.status if row.latency is None else format_duration(row.latency.p50)


def _noise(pair: Pair) -> str:
    from catalog.quantities import format_percent

    return format_percent(pair.noise)


def _markdown(found: Comparison, *, everything: bool) -> str:
    pairs = _shown(found, everything=everything)
    lines = [f"### {_escaped(found.before)} → {_escaped(found.after)}", ""]
    lines += [f"- {label}: {_escaped(text)}" for label, text in _facts(found)]
    if pairs:
        columns = _columns(pairs)
        lines += ["", f"| {' | '.join(title.capitalize() for title, _, _ in columns)} |"]
        lines.append(f"| {' | '.join('---:' if right else ':---' for _, _, right in columns)} |")
        lines += [f"| {' | '.join(_escaped(cell(pair)) for _, cell, _ in columns)} |" for pair in pairs]
    if found.differences:
        lines += ["", "What differs between the two sides besides:", ""]
        lines += [
            f"- {item.field}: {_escaped(', '.join(item.before))} → {_escaped(', '.join(item.after))}"
            for item in found.differences
        ]
    return "\n".join(lines)


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>|#~])", r"\\\1", " ".join(text.split()))


def _tell_verdict(found: Comparison, worse: Sequence[Pair], threshold: float) -> None:
    from catalog.cli.output import note
    from catalog.quantities import count_text, format_percent

    allowed = format_percent(threshold)
    if not worse:
        note(f"No regression: of {count_text(found.compared, 'row')} none is slower by more than {allowed} and noise.")
        return
    note(f"{count_text(len(worse), 'regression')} by more than {allowed} and the noise:")
    for pair in worse[:_SHOWN]:
        row = pair.row
        what = f"{_name(pair)} {row.workload.mode} {row.workload.dtype}"
        if pair.ratio is None:
            note(f"  {what}: measured before, now {pair.after.status if pair.after is not None else 'missing'}")
        else:
            note(f"  {what}: {format_percent(pair.ratio - 1, signed=True)} (noise {format_percent(pair.noise)})")
