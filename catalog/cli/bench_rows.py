"""What the commands do that read measurements from the catalog, or bring them into it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from catalog.errors import CatalogError, UsageError

if TYPE_CHECKING:
    import typer

    from catalog.measurements import Measurement
    from catalog.query import Catalog
    from catalog.store.rows import RunInfo


FORMATS = ("csv", "ndjson", "markdown")
"""In which rows can be exported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which rows are meant, named as the arguments of :meth:`catalog.query.Catalog.measurements` are."""

    name: str | None = None
    run: str | None = None
    mode: str | None = None
    device: str | None = None
    dtype: str | None = None
    scale: str | None = None
    status: str | None = None
    release: str | None = None
    attention: str | None = None
    batch_size: int | None = None
    sequence_length: int | None = None
    latest: bool = True

    def of(self, catalog: Catalog) -> tuple[Measurement, ...]:
        """The rows of a catalog."""
        return catalog.measurements(**asdict(self))

    @property
    def narrow(self) -> bool:
        """Whether they leave anything out besides older rows."""
        return any(value is not None for name, value in asdict(self).items() if name not in ("name", "latest"))


def write_results(
    context: typer.Context,
    filters: Filters,
    database: str | None,
    *,
    sort: str | None = None,
    limit: int | None = None,
    json: bool = False,
) -> None:
    """Write measurements.

    Raises:
        NotFoundError: If there is no such model, run or release.
        UsageError: If a filter or the order is none.
    """
    from catalog.cli.output import write_json
    from catalog.cli.session import opened
    from catalog.measurements import measurement_to_document

    order = _order(sort)
    with opened(context, database) as catalog:
        found = order(filters.of(catalog))
    rows = found if limit is None else found[:limit]
    if json:
        write_json([measurement_to_document(row) for row in rows])
    elif rows:
        _write(rows, left_out=len(found) - len(rows))
    else:
        _write_nothing(filters)


def _write(rows: Sequence[Measurement], *, left_out: int) -> None:
    from catalog.cli.bench_pages import write_environments, write_many, write_one
    from catalog.cli.output import note
    from catalog.quantities import count_text

    if len(rows) == 1:
        write_one(rows[0])
    else:
        write_many(rows)
    write_environments(rows)
    if left_out:
        note(f"{count_text(left_out, 'more row')}: a larger --limit shows them.")


def _write_nothing(filters: Filters) -> None:
    from catalog.cli.output import note

    name = filters.name or "bert"
    if filters.narrow:
        note(f"Nothing that was measured fits. Without filters: catalog bench results {filters.name or ''}".rstrip())
    else:
        note("Nothing was measured yet." if filters.name is None else f"{filters.name} was not measured yet.")
        note(f"Measure with: catalog bench run {name}, or take in the published rows: catalog bench import")


def _order(sort: str | None) -> Callable[[Sequence[Measurement]], Sequence[Measurement]]:
    """What sorts rows; those without the figure come last.

    Raises:
        UsageError: If there is no such order.
    """
    from catalog.benchmark.figures import estimate_error

    key = (sort or "name").strip().lower()
    turned, key = key.startswith("-"), key.removeprefix("-")

    def off(row: Measurement) -> float | None:
        error = estimate_error(row)
        return None if error is None else abs(error)

    numbers: dict[str, Callable[[Measurement], float | None]] = {
        "p50": lambda row: None if row.latency is None else row.latency.p50,
        "throughput": lambda row: row.samples_per_second,
        "memory": lambda row: row.peak_memory,
        "parameters": lambda row: row.parameters,
        "flops": lambda row: row.achieved_flops,
        "error": off,
    }
    texts: dict[str, Callable[[Measurement], str]] = {
        "name": lambda row: row.subject.model_type or row.subject.config_class,
        "time": lambda row: row.measured_at,
    }
    if key in texts:
        text = texts[key]
        return lambda rows: sorted(rows, key=text, reverse=turned)
    if key not in numbers:
        raise UsageError(f"There is no order {sort!r}.", remedy=f"Sort by {', '.join((*numbers, *texts))}.")
    number = numbers[key]

    def by_number(rows: Sequence[Measurement]) -> Sequence[Measurement]:
        known = [(value, row) for row in rows if (value := number(row)) is not None]
        known.sort(key=lambda pair: pair[0], reverse=turned)
        return [row for _, row in known] + [row for row in rows if number(row) is None]

    return by_number


def import_files(context: typer.Context, files: Sequence[Path], database: str | None, *, json: bool) -> int:
    """Bring rows into the catalog, and tell what became of them.

    Returns:
        The exit status: 1 where a published file could not be taken in.

    Raises:
        CatalogError: If a named file cannot be read; those before it are in the catalog.
    """
    from catalog.cli.output import note, write, write_json
    from catalog.cli.session import opened
    from catalog.quantities import count_text

    with opened(context, database, fill=False) as catalog:
        found = [catalog.import_measurements(path) for path in files] or [catalog.import_published(again=True)]
        location = catalog.location
    new, known, replaced = (
        sum(getattr(item.recorded, name) for item in found) for name in ("new", "known", "replaced")
    )
    failures = [sentence for item in found for sentence in item.failures]
    for sentence in (*(sentence for item in found for sentence in item.notes), *failures):
        note(sentence)
    read = sum(item.files for item in found)
    if json:
        write_json({"files": read, "new": new, "known": known, "replaced": replaced, "failures": failures})
    elif not read and not failures:
        note("No rows are published with this package.")
    else:
        write(
            f"{count_text(new, 'new row')}, {known:,} known, {replaced:,} replaced by newer ones, from "
            f"{count_text(read, 'file')}."
        )
        note(f"They are in the catalog at {location}: catalog bench results")
    return 1 if failures else 0


def export_rows(
    context: typer.Context, filters: Filters, database: str | None, *, kind: str, output: Path | None
) -> None:
    """Write measurements for other programs.

    Raises:
        UsageError: If there is no such format.
        NotFoundError: If there is no such model, run or release.
        CatalogError: If the file cannot be written.
    """
    from catalog.cli.output import note, write
    from catalog.cli.session import opened
    from catalog.quantities import count_text

    if kind not in FORMATS:
        raise UsageError(f"There is no format {kind!r}.", remedy=f"Take {', '.join(FORMATS)}.")
    with opened(context, database, fill=False, create=False) as catalog:
        rows = filters.of(catalog)
    if not rows:
        _write_nothing(filters)
    text = _rendered(rows, kind)
    if output is None:
        write(text.removesuffix("\n"))
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CatalogError(f"{output} cannot be written: {error.strerror or error}.") from error
    note(f"Wrote {count_text(len(rows), 'row')} to {output}.")


def _rendered(rows: Sequence[Measurement], kind: str) -> str:
    if kind == "csv":
        from catalog.benchmark.export import to_csv

        return to_csv(rows)
    if kind == "markdown":
        from catalog.benchmark.markdown import to_markdown

        return to_markdown(rows)
    import json

    from catalog.measurements import measurement_to_document

    return "".join(f"{json.dumps(measurement_to_document(row), ensure_ascii=False)}\n" for row in rows)


def write_runs(context: typer.Context, database: str | None, *, json: bool) -> None:
    """Write the runs of the catalog."""
    from catalog.cli.bench_columns import Cell, write_fitted
    from catalog.cli.output import Column, note, write_json
    from catalog.cli.session import opened
    from catalog.records import to_document

    with opened(context, database, fill=False, create=False) as catalog:
        found = catalog.runs()
    if json:
        write_json([to_document(run) for run in found])
        return
    if not found:
        note("No run is in the catalog.\nMeasure with: catalog bench run bert, or take in rows: catalog bench import")
        return
    write_fitted(
        (
            Cell(Column("RUN", style="cyan"), lambda run: run.name),
            Cell(Column("MEASURED", align="right"), lambda run: f"{run.measured:,}"),
            Cell(Column("OF", align="right"), lambda run: f"{run.rows:,}"),
            Cell(Column("SCALE"), lambda run: ", ".join(run.scales)),
            Cell(Column("MODE"), lambda run: ", ".join(run.modes)),
            Cell(Column("DEVICE"), lambda run: ", ".join(run.devices), 1),
            Cell(Column("DTYPE"), lambda run: ", ".join(run.dtypes), 3),
            Cell(Column("TRANSFORMERS"), lambda run: ", ".join(run.releases), 4),
            Cell(Column("MACHINE"), _machine, 2),
            Cell(Column("ENDED"), lambda run: run.last_measured_at.replace("T", " ").removesuffix("Z"), 5),
        ),
        found,
    )


def _machine(run: RunInfo) -> str:
    environment = run.environment
    return "" if environment is None else environment.gpu or environment.processor
