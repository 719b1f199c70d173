"""Renders a report: for people, for programs, for code scanning and for GitHub. Nothing here prints."""

from __future__ import annotations

import importlib
from typing import Final, Literal, TypeAlias, get_args

from catalog.specs.report import Report

Format: TypeAlias = Literal["text", "json", "sarif", "github"]
FORMATS: Final[tuple[str, ...]] = get_args(Format)


def render(report: Report, form: Format, *, color: bool = False) -> str:
    """Render a report.

    Args:
        report: What was found.
        form: The format.
        color: True to colour text with terminal codes; the other formats have no colours.

    Returns:
        The text, without a line end at its end; empty where there is nothing to say.
    """
    # Each renderer is loaded when it is asked for, so that the usual run loads one.
    module = importlib.import_module(f"{__name__}.{form}")
    rendered: str = module.render(report, color=color) if form == "text" else module.render(report)
    return rendered
