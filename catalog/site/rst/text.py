"""Text that reStructuredText takes for nothing but text, whatever it holds."""

from __future__ import annotations

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_MARKUP = re.compile(r"[\\`*|]|_(?![^\W_])")
"""What begins or ends inline markup: an underscore does at the end of a word only."""
_ADDRESS = re.compile(r"(?<=[^\W_])(?<!\bhttp)(?<!\bhttps):(?=\S)")
"""The colon of what would be taken for an address, such as ``javascript:``, but for those of the web."""
_BLOCK = re.compile(r"\W|\(?(?:#|\d+|[A-Za-z]|[MDCLXVImdclxvi]+)[.)](?:\s|$)")
"""What may make a list, a field, a comment or a table of a line that begins so."""
_BEFORE_MARKUP = frozenset(" \n([{<-/:")
_AFTER_MARKUP = frozenset(" \n)]}>-/:.,;!?")
_NOTHING = "\\ "
"""An escaped space: it separates markup from text, and shows as nothing."""


def escape(text: str) -> str:
    """Escape a text so that no markup is seen in it, nor an address that leads anywhere but to the web."""
    escaped = _MARKUP.sub(lambda match: f"\\{match[0]}", _CONTROL.sub(" ", text))
    return _ADDRESS.sub("\\:", escaped)


def literal(text: str) -> str:
    """Inline code; escaped text where reStructuredText has no way to write it as such."""
    code = " ".join(_CONTROL.sub(" ", text).split())
    if not code or "``" in code or code.startswith("`") or code.endswith("`"):
        return escape(code)
    return f"``{code}``"


def paragraph(text: str) -> str:
    """One line that is a paragraph, whatever it begins or ends with."""
    line = " ".join(text.split())
    if line.endswith("::"):
        line = f"{line[:-1]}\\:"
    if line and not line.strip("\\"):  # a line of one sign alone would be taken for a rule
        return f"{_NOTHING}{line}"
    return f"{_NOTHING}{line}" if _BLOCK.match(line) and not line.startswith(("\\", "``", "**")) else line


class Inline:
    """A run of text and markup, kept apart where reStructuredText would not see the markup otherwise."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._after_markup = False

    def text(self, text: str) -> None:
        """Add plain text."""
        escaped = escape(text)
        if escaped:
            if self._after_markup and escaped[0] not in _AFTER_MARKUP:
                self._parts.append(_NOTHING)
            self._parts.append(escaped)
            self._after_markup = False

    def markup(self, markup: str) -> None:
        """Add a piece of markup; escaped text is taken for what it is."""
        if not markup:
            return
        if self._after_markup or (self._parts and self._parts[-1][-1] not in _BEFORE_MARKUP):
            self._parts.append(_NOTHING)
        self._parts.append(markup)
        self._after_markup = True

    def __str__(self) -> str:
        return "".join(self._parts)


def indented(text: str, width: int) -> str:
    """A block, moved to the right; empty lines stay empty."""
    return "\n".join(f"{' ' * width}{line}" if line.strip() else "" for line in text.split("\n"))
