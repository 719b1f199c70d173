"""What ``catalog validate`` does once its arguments are read. It starts fast: nothing here imports typer or rich."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catalog.specs.report import Report
    from catalog.specs.reporters import Format
    from catalog.specs.settings import Settings
    from catalog.specs.validation import FixedFile, SpecCheck, Validation
    from catalog.store import SqliteKnowledge, StoreKnowledge

FORMATS = ("text", "json", "sarif", "github")


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidateArguments:
    """The arguments of ``catalog validate``.

    Attributes:
        paths: Files, folders, patterns, or ``-`` for standard input.
        format: How findings are written.
        fix: Write the safe fixes.
        diff: Show what the safe fixes change.
        deep: Build each model that a spec describes, too.
        select: Codes or names of rules that report, in place of the settings'.
        ignore: Codes or names of rules that do not.
        release: Check against this release, whatever a spec names.
        database: The catalog.
    """

    paths: tuple[str, ...]
    format: Format = "text"
    fix: bool = False
    diff: bool = False
    deep: bool = False
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    release: str | None = None
    database: str | None = None


def run(arguments: ValidateArguments) -> int:
    """Check specs, mend them where asked to, and write what was found.

    Returns:
        The exit status: 1 if an error was found, or would be mended.

    Raises:
        UsageError: If the arguments do not go together, or the settings are wrong.
        DatabaseError: If the catalog cannot be read.
    """
    from catalog.errors import UsageError
    from catalog.specs.settings import SettingsSearch
    from catalog.specs.validation import Validation

    if arguments.fix and "-" in arguments.paths:
        raise UsageError("--fix cannot write to standard input.", remedy="Use --diff to see what it would change.")
    search = SettingsSearch()
    with _check(arguments, search.of(Path())) as check:
        validation = Validation(check, settings=search, select=arguments.select, ignore=arguments.ignore)
        if arguments.fix or arguments.diff:
            return _fix(validation, arguments)
        report = validation.validate(arguments.paths)
    _write(report, arguments.format)
    return 0 if report.ok else 1


def _fix(validation: Validation, arguments: ValidateArguments) -> int:
    from catalog.cli.output import note
    from catalog.quantities import count_text

    fixed, report = validation.fix(arguments.paths, write=arguments.fix)
    if arguments.diff:
        _write_diff(fixed)
    if arguments.fix:
        count = sum(file.fixes for file in fixed)
        note(f"Fixed {count_text(count, 'finding')} in {count_text(len(fixed), 'file')} of {report.files:,}.")
    if arguments.fix or not fixed:
        _write(report, arguments.format)
    return 1 if not report.ok or (fixed and not arguments.fix) else 0


def _write_diff(fixed: list[FixedFile]) -> None:
    from catalog.cli.output import write
    from catalog.specs.fixing import unified_diff

    for file in fixed:
        write(unified_diff(file.path, file.before, file.after).removesuffix("\n"))


def _write(report: Report, form: Format) -> None:
    from catalog.cli.output import write
    from catalog.specs.reporters import render

    text = render(report, form, color=_is_coloured())
    if text:
        write(text)


def _is_coloured() -> bool:
    """True where a person reads who has not asked for plain text."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


@contextmanager
def _check(arguments: ValidateArguments, settings: Settings) -> Iterator[SpecCheck]:
    """Open the catalog, making it first where there is none, and close all of it afterwards."""
    from contextlib import ExitStack

    from catalog.specs.releases import ReleaseCheckers
    from catalog.store import open_knowledge

    database = arguments.database or os.environ.get("CATALOG_DATABASE_URL") or settings.database
    with ExitStack() as stack:
        knowledge = stack.enter_context(_knowledge(database, arguments.release or settings.release))
        checkers = ReleaseCheckers(
            knowledge,
            releases=knowledge.releases(),
            open_release=lambda version: stack.enter_context(open_knowledge(database, version)),
            fixed=arguments.release is not None,
        )
        if not arguments.deep:
            yield checkers.check
            return
        from catalog.specs.deep import DeepChecker

        yield stack.enter_context(DeepChecker(knowledge, checkers.check)).check


def _knowledge(database: str | None, release: str | None) -> SqliteKnowledge | StoreKnowledge:
    """Open the facts of a release; where nothing is cataloged, catalog the installed transformers first."""
    from catalog.errors import NoCatalogError
    from catalog.store import open_knowledge

    try:
        return open_knowledge(database, release)
    except NoCatalogError:
        from catalog.cli.session import fill_catalog
        from catalog.query import Catalog

        with Catalog.open(database) as catalog:
            if not catalog.releases():
                fill_catalog(catalog)
        return open_knowledge(database, release)
