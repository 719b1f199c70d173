"""The reference of the command line: one page, made from the commands themselves, with what they print."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from catalog.site.pages import Page, PageInfo
from catalog.site.templates import render

if TYPE_CHECKING:
    from catalog.site.data import SiteData

URL = "reference/cli/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """An example of a command.

    Attributes:
        command: The line a person types.
        output: The beginning of what it prints on this catalog; empty where it was not run.
        cut: Number of lines that are left out.
    """

    command: str
    output: str = ""
    cut: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandReference:
    """One command.

    Attributes:
        name: The command with its family (``"site build"``).
        usage: Its arguments, as ``--help`` states them.
        help: What it does: paragraphs of plain text.
        arguments: Name and meaning of each argument.
        options: Names and meaning of each option.
        examples: Its examples.
    """

    name: str
    usage: str
    help: tuple[str, ...]
    arguments: tuple[tuple[str, str], ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    examples: tuple[Example, ...] = ()

    @property
    def anchor(self) -> str:
        """Its place on the page."""
        return self.name.replace(" ", "-")


def pages(data: SiteData) -> Iterator[Page]:
    """The page; none where the site is built without the command line."""
    if not data.commands:
        return
    body = render("commands.md.jinja", commands=data.commands)
    info = PageInfo(
        url=URL,
        kind="reference",
        title="Command line",
        names=("CLI", "commands", *(f"catalog {command.name}" for command in data.commands)),
        text="Every command, its options, and what it prints.",
    )
    yield Page(info=info, body=body, description=info.text, in_navigation=True)
