"""What commands about one model share: how it is named, in which dialect, and where their text goes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import typer

if TYPE_CHECKING:
    from catalog.specs.knowledge import Knowledge

DialectName: TypeAlias = Literal["native", "eir", "huggingface"]

OutputOption: TypeAlias = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write to this file instead of to stdout.", show_default=False),
]
ForceOption: TypeAlias = Annotated[bool, typer.Option("--force", help="With --output: replace a file that is there.")]


@contextmanager
def known_class(
    context: typer.Context, database: str | None, name: str, *, release: str | None
) -> Iterator[tuple[Knowledge, str]]:
    """Open what is known of a model's release.

    Args:
        context: The command's context.
        database: The command's ``--database``.
        name: Model type, config class or import path.
        release: The command's ``--release``.

    Yields:
        The facts of the release, and the name of the class.

    Raises:
        NotFoundError: If there is no such model or release.
    """
    from catalog.cli.session import database_url, opened
    from catalog.store.light import open_knowledge

    with opened(context, database) as catalog:
        config = catalog.config(name, release=release)
    with open_knowledge(database_url(context, database), config.release) as knowledge:
        yield knowledge, config.config_class


def deliver(text: str, output: Path | None, *, force: bool) -> None:
    """Write a text to stdout, or to a file where one is named.

    Args:
        text: The text, with its last line's end.
        output: The file; ``None`` for stdout.
        force: Replace a file that is there.

    Raises:
        UsageError: If the file is there and may not be replaced, or `force` is given without a file.
        OSError: If it cannot be written.
    """
    from catalog.cli.output import note, write
    from catalog.errors import UsageError

    if output is None:
        if force:
            raise UsageError(
                "--force says that a file may be replaced, and none is named.", remedy="Add --output FILE."
            )
        write(text.removesuffix("\n"))
        return
    try:
        with output.open("w" if force else "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        raise UsageError(f"{output} exists already.", remedy="Add --force to replace it.") from error
    note(f"Wrote {output}.")
