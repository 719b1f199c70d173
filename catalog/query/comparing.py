"""The part of the catalog that compares what was measured."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from catalog.errors import CatalogError, UsageError
from catalog.measurements import Environment, Measurement
from catalog.query.measurements import Measurements, read_file

if TYPE_CHECKING:
    from catalog.benchmark.compare import Comparison
    from catalog.benchmark.selectors import InFile, Latest, Named, Selector, Where

_OF_ENVIRONMENT: Final[Mapping[str, Callable[[Environment, Any], bool]]] = {
    "torch": lambda environment, value: f"{environment.torch}.".startswith((f"{value}.", f"{value}+")),
    "threads": lambda environment, value: environment.threads == value,
    "processor": lambda environment, value: value.casefold() in environment.processor.casefold(),
    "gpu": lambda environment, value: value.casefold() in (environment.gpu or "").casefold(),
}
"""Filters that look at the environment: a torch by the beginning of its release, a machine by a part of its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """The measurements that a text stands for.

    Attributes:
        name: What they are called: the run, the file, or the filters.
        rows: The measurements; at least one.
    """

    name: str
    rows: tuple[Measurement, ...]


class Comparing(Measurements):
    """Compares what was measured."""

    def select_measurements(self, selector: str) -> Selected:
        """The measurements that a text stands for.

        Args:
            selector: ``"latest"`` for the newest run, ``"latest~1"`` for the one before; the name of a run or its
                beginning; the path of an NDJSON file, which need not be in the catalog; or filters, of which the
                newest rows of each machine are taken (``"attention=eager,release=5.22.0"``).

        Raises:
            NotFoundError: If there is no such run, model or release; it suggests names that were probably meant.
            UsageError: If the text is no selector, or the beginning of several runs.
            CatalogError: If the file cannot be read, or nothing fits the filters.
        """
        from catalog.benchmark.selectors import parse_selector  # noqa: PLC0415  # only comparing needs it

        return self._selected(parse_selector(selector), selector.strip())

    def compare_measurements(
        self, before: str, after: str, *, name: str | None = None, ignore: Collection[str] = ()
    ) -> Comparison:
        """Compare two sets of measurements, row by row.

        Rows are paired by what was asked for. Where both sides are filters, what they filter by may differ within a
        pair: ``"attention=eager"`` against ``"attention=sdpa"``.

        Args:
            before: Which measurements, as :meth:`select_measurements` takes them.
            after: The others.
            name: Only those of a model, as :meth:`measurements` takes it.
            ignore: Fields of the request that may differ within a pair besides
                (:data:`catalog.benchmark.compare.REQUEST`).

        Returns:
            What became of each request, and what differs between the machines.

        Raises:
            NotFoundError: If there is no such run, model or release.
            UsageError: If a text is no selector, both sides are the same, or there is no such field.
            CatalogError: If a file cannot be read, or no request is on both sides.
        """
        from catalog.benchmark.compare import compare  # noqa: PLC0415  # only comparing needs it
        from catalog.benchmark.selectors import parse_selector, settled_by  # noqa: PLC0415

        selectors = parse_selector(before), parse_selector(after)
        sides = [self._selected(chosen, text.strip()) for chosen, text in zip(selectors, (before, after), strict=True)]
        if sides[0].rows == sides[1].rows:
            raise UsageError(
                f"{before} and {after} are the same measurements.", remedy="List the runs with: catalog bench runs"
            )
        if name is not None:
            sides = [self._of_model(side, name) for side in sides]
        ignored = {*ignore, *settled_by(*selectors)}
        found = compare(sides[0].rows, sides[1].rows, ignore=ignored)
        if all(pair.before is None or pair.after is None for pair in found.pairs):
            raise CatalogError(
                f"Nothing that was asked for in {sides[0].name} was asked for in {sides[1].name}, too.",
                remedy=_how_they_differ(sides[0].rows, sides[1].rows),
            )
        return replace(found, before=sides[0].name, after=sides[1].name)

    def _selected(self, selector: Selector, text: str) -> Selected:
        from catalog.benchmark.selectors import InFile, Latest, Named  # noqa: PLC0415  # only comparing needs it

        if isinstance(selector, Latest):
            return self._rows_of_latest(selector)
        if isinstance(selector, InFile):
            return _in_file(selector)
        return self._rows_called(selector) if isinstance(selector, Named) else self._rows_where(selector, text)

    def _rows_of_latest(self, selector: Latest) -> Selected:
        runs = self.runs()
        if not runs:
            raise CatalogError(
                "Nothing was measured yet.", remedy="Measure with: catalog bench run NAME, or: catalog bench import"
            )
        if selector.back >= len(runs):
            count = "one run" if len(runs) == 1 else f"{len(runs)} runs"
            raise CatalogError(
                f"There is no run latest~{selector.back}: the catalog has {count}.",
                remedy="List them with: catalog bench runs",
            )
        return self._of_run(runs[selector.back].name)

    def _rows_called(self, selector: Named) -> Selected:
        from catalog.benchmark.selectors import InFile  # noqa: PLC0415  # only comparing needs it

        found = self._run_called(selector.name)
        if found is not None:
            return self._of_run(found)
        if Path(selector.name).is_file():
            return _in_file(InFile(path=Path(selector.name)))
        raise self._no_run(selector.name)

    def _run_called(self, name: str) -> str | None:
        """The run of that name, or the only one whose name begins so; ``None`` where there is none."""
        names = self._store.run_names()
        found = [name] if name in names else [known for known in names if known.startswith(name)]
        if len(found) > 1:
            shown = ", ".join(found[:5]) + (f" and {len(found) - 5} more" if len(found) > 5 else "")
            raise UsageError(f"{name!r} is the beginning of several runs: {shown}.", remedy="Write more of it.")
        return found[0] if found else None

    def _of_run(self, name: str) -> Selected:
        return Selected(name=name, rows=self.measurements(run=name, latest=False))

    def _rows_where(self, selector: Where, text: str) -> Selected:
        filters = dict(selector.filters)
        of_environment = {name: filters.pop(name) for name in _OF_ENVIRONMENT if name in filters}
        if "run" in filters:
            filters["run"] = self._run_called(filters["run"]) or filters["run"]
        rows = self.measurements(filters.pop("model", None), **filters)
        for name, value in of_environment.items():
            fits = _OF_ENVIRONMENT[name]
            rows = tuple(row for row in rows if row.environment is not None and fits(row.environment, value))
        if not rows:
            raise CatalogError(f"No measurement fits {text}.", remedy=self._what_there_is(selector))
        return Selected(name=text, rows=rows)

    def _what_there_is(self, selector: Where) -> str:
        """Values that the filters could have, so that nobody has to guess."""
        every = self.measurements()
        if not every:
            return "Nothing was measured yet. Measure with: catalog bench run NAME, or: catalog bench import"
        said = []
        for name in selector.filters:
            values = sorted({str(value) for row in every if (value := _value(row, name)) is not None})
            shown = ", ".join(values[:8]) + (", …" if len(values) > 8 else "")
            said.append(f"{name} is one of: {shown or 'none is known'}.")
        return "Of what was measured, " + " ".join(said)

    def _of_model(self, side: Selected, name: str) -> Selected:
        names = set(self._measured_names(name))
        rows = tuple(
            row
            for row in side.rows
            if names & {row.subject.model_type, row.subject.config_class, row.subject.architecture}
        )
        if not rows:
            raise CatalogError(f"{side.name} has no measurement of {name}.")
        return replace(side, rows=rows)


def _in_file(selector: InFile) -> Selected:
    rows, _ = read_file(selector.path)
    if not rows:
        raise CatalogError(f"{selector.path} holds no measurement.")
    return Selected(name=str(selector.path), rows=rows)


def _value(row: Measurement, name: str) -> object:
    """What a row has for a filter."""
    environment, subject, workload = row.environment, row.subject, row.workload
    if name == "model":
        return subject.model_type or subject.config_class
    if name == "attention":
        return row.attention or workload.attention
    if name == "compile":
        return "true" if workload.compile else "false"
    if name == "release":
        return None if environment is None else environment.transformers
    holders = (row, subject, workload, environment)
    return next((getattr(holder, name) for holder in holders if hasattr(holder, name)), None)


def _how_they_differ(before: tuple[Measurement, ...], after: tuple[Measurement, ...]) -> str:
    """The fields of requests that no row of the other side shares."""
    found, names = [], []
    for name in ("scale", "mode", "device", "dtype", "batch_size", "sequence_length", "attention", "compile"):
        sides = [
            {getattr(row.subject if name == "scale" else row.workload, name) for row in rows}
            for rows in (before, after)
        ]
        if sides[0].isdisjoint(sides[1]):
            texts = [" and ".join(sorted(map(str, side))) for side in sides]
            found.append(f"{name.replace('_', ' ')} is {texts[0]} in the one and {texts[1]} in the other")
            names += [name, "params"] if name == "scale" else [name]
    if not found:
        return "They measured other models, or other parameters of them."
    listed = "; ".join(found)
    return f"{listed[0].upper()}{listed[1:]}. To pair rows whatever a field is, ignore it: --ignore {','.join(names)}"
