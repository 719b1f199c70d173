"""What the site's reference of the command line is made from: the commands, and what their examples print."""

from __future__ import annotations

import contextlib
import io
import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from catalog.site.command_pages import CommandReference, Example

QUICK = frozenset(
    {
        "list", "show", "search", "rules", "schema", "init", "history", "diff", "changelog", "doctor", "bench results",
        "bench runs",
    }
)  # fmt: skip
"""Commands whose examples only read the catalog, and do so at once."""
_EXAMPLES_RUN = 2
_LINES = 14
_WIDTH = 100
"""Characters of a line, beyond which it is cut."""


def command_references(database: str | None = None, *, run: bool = True) -> tuple[CommandReference, ...]:
    """Describe every command.

    Args:
        database: The catalog on which the examples of quick commands run; ``None`` for the default one.
        run: Whether they run at all.

    Returns:
        The commands in the order of the help, those of a family by themselves.
    """
    from typer.main import get_command

    from catalog.cli.app import app

    root: Any = get_command(app)
    context = root.make_context("catalog", [], resilient_parsing=True)
    before = [] if database is None else ["--database", database]
    return tuple(_references(root, context, (), before if run else None))


def _references(
    family: Any, context: Any, names: tuple[str, ...], before: list[str] | None
) -> Iterator[CommandReference]:
    for name in family.commands:
        command = family.commands[name]
        with command.make_context(name, [], parent=context, resilient_parsing=True) as inner:
            if hasattr(command, "commands"):
                yield from _references(command, inner, (*names, name), before)
            else:
                yield _reference(command, inner, " ".join((*names, name)), before)


def _reference(command: Any, context: Any, name: str, before: list[str] | None) -> CommandReference:
    from catalog.site.command_pages import CommandReference

    records: dict[str, list[tuple[str, str]]] = {"argument": [], "option": []}
    for parameter in command.get_params(context):
        if (record := parameter.get_help_record(context)) is not None:
            name_shown = record[0].partition(" <")[0]  # typer names the type of a list
            records[parameter.param_type_name].append((name_shown, " ".join(record[1].split())))
    return CommandReference(
        name=name,
        usage=" ".join(command.get_usage(context).removeprefix("Usage: ").split()),
        help=tuple(" ".join(part.split()) for part in (command.help or "").split("\n\n") if part.strip()),
        arguments=tuple(records["argument"]),
        options=tuple(records["option"]),
        examples=tuple(_examples(command.epilog or "", before if name in QUICK else None)),
    )


def _examples(epilog: str, before: list[str] | None) -> Iterator[Example]:
    """The examples of a help text, the first of them with what they print."""
    from catalog.site.command_pages import Example

    lines = [line.strip() for line in epilog.splitlines() if line.strip().startswith("catalog ")]
    left = _EXAMPLES_RUN if before is not None else 0
    for line in lines:
        output = ""
        if left and before is not None and not any(sign in line for sign in ("|", ">", "--output", "--schema")):
            left -= 1
            output = _output(line, before)
        shown = [_cut(text) for text in output.splitlines()]
        yield Example(command=line, output="\n".join(shown[:_LINES]), cut=max(0, len(shown) - _LINES))


def _output(line: str, before: list[str]) -> str:
    """What a command prints; nothing where it fails, as one does that needs a release which is not cataloged."""
    from catalog.cli import main

    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        status = main([*before, *shlex.split(line, comments=True)[1:]])
    return out.getvalue().rstrip() if status == 0 else ""


def _cut(line: str) -> str:
    return line if len(line) <= _WIDTH else f"{line[: _WIDTH - 1].rstrip()}…"
