"""Parses Python source of any age and origin."""

from __future__ import annotations

import ast
import warnings


def parse_source(text: str) -> ast.Module:
    """Parse a module.

    Args:
        text: Its source.

    Returns:
        Its syntax tree.

    Raises:
        SyntaxError: If it is not Python.
        ValueError: If it cannot be parsed for another reason, such as nesting beyond all bounds.
    """
    try:
        with warnings.catch_warnings():
            # Old sources hold escapes that Python warns of.
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (RecursionError, MemoryError) as error:
        raise ValueError("the source is nested too deeply to be parsed") from error
