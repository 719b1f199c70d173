"""What the commands about changes share: which kinds are shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

if TYPE_CHECKING:
    from catalog.history import Change

KINDS = (
    "class-added",
    "class-removed",
    "added",
    "removed",
    "renamed",
    "default",
    "type",
    "choices",
    "description",
    "moved",
)


def _check(kinds: list[str] | None) -> list[str] | None:
    for kind in kinds or ():
        if kind not in KINDS:
            raise typer.BadParameter(f"{kind!r} is no kind of change: {', '.join(KINDS)}.")
    return kinds


def _complete(incomplete: str) -> list[str]:
    return [kind for kind in KINDS if kind.startswith(incomplete)]


ChangeOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--change",
        metavar="KIND",
        help=f"Only this kind of change; repeatable. [{', '.join(KINDS)}]",
        show_default=False,
        callback=_check,
        autocompletion=_complete,
    ),
]
DescriptionsOption: TypeAlias = Annotated[
    bool,
    typer.Option("--descriptions/--no-descriptions", help="Also show what changed in the parameters' descriptions."),
]


def chosen(changes: Sequence[Change], kinds: Sequence[str] | None, *, descriptions: bool) -> list[Change]:
    """The changes that are asked for; those of descriptions only where they are named."""
    wanted = set(kinds or KINDS) - (set() if descriptions or kinds else {"description"})
    return [change for change in changes if change.change in wanted]
