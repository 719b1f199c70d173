"""``catalog migrate``: what must change in a spec to move to another release."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from catalog.cli.completion import complete_releases
from catalog.cli.options import DatabaseOption, JsonOption, family

if TYPE_CHECKING:
    from catalog.specs.knowledge import Knowledge
    from catalog.specs.migration import FileMigration, Step

app = family()


@app.command(
    epilog="Examples:\n\n\b\n"
    "  catalog migrate spec.yaml --to 5.23.0\n"
    "  catalog migrate spec.yaml --to 5.23.0 --keep-behaviour --diff\n"
    "  catalog migrate config.json --from 4.39.3 --to 5.23.0 --write\n"
)
def migrate(
    context: typer.Context,
    *,
    specs: Annotated[
        list[str], typer.Argument(metavar="SPEC", help="Files with specs, or - for standard input.", show_default=False)
    ],
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="V",
            help="The release to move to, which is cataloged; 5.23 is its newest cataloged patch.",
            show_default=False,
            autocompletion=complete_releases,
        ),
    ],
    from_: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="V",
            help="The release the spec was written for. [default: the one that it names]",
            show_default=False,
            autocompletion=complete_releases,
        ),
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Make what is safe in the file; comments and layout are kept.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Show what --write changes; without --write, no file is written.")
    ] = False,
    keep_behaviour: Annotated[
        bool,
        typer.Option("--keep-behaviour", help="Write the old default of what the spec leaves out and has another now."),
    ] = False,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Tell what must change in a spec: parameters renamed or removed, values that are no longer taken, other defaults.

    A removed parameter is taken out only where it says what was the default anyhow. Exit status 1 says that something
    is left to do.
    """
    from catalog.cli.output import write_json
    from catalog.cli.session import database_url
    from catalog.errors import UsageError
    from catalog.specs.loading import load_path
    from catalog.specs.migration import migrate as migrate_file

    if write and "-" in specs:
        raise UsageError("--write cannot write to standard input.", remedy="Use --diff to see what it would change.")
    if json and diff:
        raise UsageError("--json and --diff do not go together.")
    files = [load_path(path) for path in specs]
    broken = False
    done: list[FileMigration] = []
    with _releases(database_url(context, database)) as open_release:
        for file in files:
            if not file.specs:
                broken = True
                _explain(file.path, file.findings)
                continue
            result = migrate_file(
                file,
                target=open_release(to).release,
                open_release=open_release,
                release=from_,
                keep_behaviour=keep_behaviour,
            )
            if write and file.source is not None and result.after != result.before:
                from catalog.specs.fixing import write_atomically

                write_atomically(file.path, file.source.encode(result.after), expected=file.source.encode(file.text))
            done.append(result)
    if json:
        write_json([_document(result, written=write) for result in done])
    else:
        _write(done, written=write, diff=diff)
    left = any(result.open or (not write and result.after != result.before) for result in done)
    raise typer.Exit(1 if broken or left else 0)


@contextmanager
def _releases(database: str | None) -> Iterator[Callable[[str], Knowledge]]:
    """Opens the facts of releases, each once, and closes them afterwards."""
    from contextlib import ExitStack

    from catalog.query.releases import cataloged
    from catalog.store import open_knowledge

    with ExitStack() as stack:
        newest = stack.enter_context(open_knowledge(database))
        versions = newest.releases()
        opened: dict[str, Any] = {newest.release: newest}

        def open_release(wanted: str) -> Knowledge:
            version = cataloged(wanted, versions)
            if version not in opened:
                opened[version] = stack.enter_context(open_knowledge(database, version))
            knowledge: Knowledge = opened[version]
            return knowledge

        yield open_release


def _explain(path: str, findings: Sequence[Any]) -> None:
    from catalog.cli.output import note

    for finding in findings[:3]:
        note(f"{path}:{finding.span.line}:{finding.span.column}: {finding.message}")
    if not findings:
        note(f"{path} holds no spec.")


def _document(result: FileMigration, *, written: bool) -> dict[str, Any]:
    """What ``catalog migrate --json`` prints for a file."""
    return {
        "path": result.path,
        "changed": written and result.after != result.before,
        "specs": [
            {
                "config_class": spec.config_class,
                "from": spec.release,
                "to": spec.target,
                "steps": [
                    {
                        "release": spec.target,
                        "change": step.change,
                        "config_class": step.config_class,
                        "parameter": step.parameter,
                        "before": step.before,
                        "after": step.after,
                        "confidence": step.confidence,
                        "line": step.span.line,
                        "column": step.span.column,
                        "message": step.message,
                        "required": step.required,
                        "safe": step.safe,
                        "applied": step.applied and written,
                    }
                    for step in spec.steps
                ],
            }
            for spec in result.specs
        ],
    }


def _write(done: Sequence[FileMigration], *, written: bool, diff: bool) -> None:
    from catalog.cli.output import Column, note, write, write_heading, write_table
    from catalog.specs.fixing import unified_diff

    columns = (
        Column("AT"),
        Column("CHANGE", style="cyan"),
        Column("PARAMETER"),
        Column("WHAT TO DO"),
        Column("MEANING", wraps=True, fills=True),
    )
    for result in done:
        for spec in result.specs:
            write_heading(f"{result.path}: {spec.config_class or '?'}, transformers {spec.release} to {spec.target}")
            if spec.steps:
                write_table(columns, [_row(step, written=written) for step in spec.steps], indent=2)
            else:
                write("  Nothing changes.")
        if diff and result.after != result.before:
            write("")
            write(unified_diff(result.path, result.before, result.after).removesuffix("\n"))
        _sum_up(result, written=written, say=note)


def _sum_up(result: FileMigration, *, written: bool, say: Callable[[str], None]) -> None:
    made = sum(step.applied for step in result.steps)
    left = len(result.open)
    if made:
        say(f"{result.path}: {made} {'made' if written else 'can be made with --write'}.")
    if left:
        say(f"{result.path}: {left} left to a person; the release that the spec names stays until they are done.")
    changed = [step for step in result.steps if step.change == "default" and not step.applied]
    if changed and not any(step.change == "default" and step.applied for step in result.steps):
        say(f"{result.path}: --keep-behaviour writes the {len(changed)} old defaults where that is possible.")


def _row(step: Step, *, written: bool) -> tuple[str, ...]:
    place = f"{step.span.line}:{step.span.column}"
    if step.applied:
        what = "made" if written else "--write"
    elif step.required:
        what = "by hand"
    else:
        what = "know"
    return place, step.change, step.parameter or "", what, step.message
