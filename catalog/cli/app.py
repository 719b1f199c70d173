"""The commands, each imported when it is named."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from catalog.cli.options import COMMAND_SETTINGS, DatabaseOption

if TYPE_CHECKING:
    from click import Command

COMMANDS = {
    "sync": "sync",
    "list": "listing",
    "show": "show",
    "search": "search",
    "validate": "validate",
    "rules": "rules",
    "schema": "schema",
    "init": "init",
    "history": "history",
    "diff": "diff",
    "changelog": "changelog",
    "migrate": "migrate",
    "build": "build",
    "estimate": "estimate",
    "bench": "bench",
    "doctor": "doctor",
    "site": "site",
    "database": "database",
    "version": "version",
}
"""Name of each command → module of this package that has it as ``app``, in the order of the help."""


class _Commands(MutableMapping[str, Any]):
    """The commands by name; a command's module is imported when the command is looked up."""

    def __init__(self) -> None:
        self._loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Command:
        if name not in self._loaded:
            module = import_module(f"catalog.cli.{COMMANDS[name]}")
            command = get_command(module.app)
            command.name = name
            self._loaded[name] = command
        return self._loaded[name]  # type: ignore[no-any-return]  # typer brings its own untyped copy of click

    def __setitem__(self, name: str, command: Any) -> None:
        self._loaded[name] = command

    def __delitem__(self, name: str) -> None:
        del self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


class LazyGroup(TyperGroup):
    """A group that knows its commands' names without importing them."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = _Commands()


app = typer.Typer(
    name="catalog",
    cls=LazyGroup,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings=COMMAND_SETTINGS,
    no_args_is_help=True,
    epilog="Examples:\n\n\b\n  catalog sync\n  catalog show llama\n  catalog list --has sliding_window\n",
)


def _print_version(requested: bool) -> None:  # noqa: FBT001  # the form in which typer calls back
    if requested:
        from catalog.cli.version import print_version

        print_version()
        raise typer.Exit


@app.callback()
def catalog(
    context: typer.Context,
    *,
    database: DatabaseOption = None,
    version: Annotated[  # noqa: ARG001  # its callback does the work
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Every configuration parameter of every Hugging Face transformers model, in one SQL catalog."""
    context.obj = {"database": database}


def run(arguments: list[str]) -> int:
    """Parse the arguments and run the command they name.

    Returns:
        The exit status.

    Raises:
        SystemExit: Where the command or the parser asked to exit, with the status.
    """
    get_command(app).main(args=arguments, prog_name="catalog")
    return 0
