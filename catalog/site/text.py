"""Documentation text made safe: whatever stands in a docstring is shown as text, or as the little markup it means.

Nothing that is passed through here can end in the page as HTML, as Markdown or as a theme's own syntax unless this
module wrote it: everything is escaped first, and only known forms are marked up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from markupsafe import Markup, escape

from catalog.specs.json_schema.markup import first_sentence, to_markdown, to_plain

Resolve = Callable[[str], "str | None"]
"""From the name in a code span to the address that it links to; ``None`` for no link."""

_TOKEN = re.compile(
    r"(?P<ticks>`+)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)"
    r"|!?\[(?P<label>[^\[\]]{1,300})\]\((?P<address>https?://[^\s()<>\"']{1,500})\)"
    r"|(?P<bare>https?://[^\s()<>\"'`\[\]{}|\\^]{1,500})"
    r"|\*\*(?P<strong>[^\s*](?:[^*\n]{0,300}[^\s*])?)\*\*"
    r"|(?<![\w*])\*(?P<emphasis>[^\s*](?:[^*\n]{0,300}[^\s*])?)\*(?![\w*])",
    re.DOTALL,
)
_ITEM = re.compile(r"(\s*)(?:[-*+]|\d{1,3}[.)])\s+(.*)", re.DOTALL)
_FENCE = re.compile(r"\s*(?:```+|~~~+)")
_MARKDOWN = re.compile(r"[^\w\s]|_")
_LONGEST = 300


def inline(text: str, resolve: Resolve | None = None) -> Markup:
    """Render one line of documentation: code, links to the web, emphasis; all else is text.

    Args:
        text: Markdown as :func:`catalog.specs.json_schema.markup.to_markdown` makes it.
        resolve: Finds the address of what a code span names.

    Returns:
        HTML that is safe anywhere within an element.
    """
    parts: list[str] = []
    place = 0
    for found in _TOKEN.finditer(text):
        parts.append(escape(text[place : found.start()]))
        parts.append(_token(found, resolve))
        place = found.end()
    parts.append(escape(text[place:]))
    return Markup("".join(parts))  # noqa: S704  # every part is escaped above


def _token(found: re.Match[str], resolve: Resolve | None) -> str:
    if found["code"] is not None:
        code = found["code"].strip()
        address = resolve(code) if resolve is not None else None
        shown = f"<code>{escape(code)}</code>"
        return shown if address is None else f'<a href="{escape(address)}">{shown}</a>'
    if found["label"] is not None:
        return f'<a href="{escape(found["address"])}" rel="noreferrer">{escape(found["label"])}</a>'
    if found["bare"] is not None:
        address = found["bare"].rstrip(".,;:!?*_")
        rest = found["bare"][len(address) :]
        return f'<a href="{escape(address)}" rel="noreferrer">{escape(address)}</a>{escape(rest)}'
    if found["strong"] is not None:
        return f"<strong>{escape(found['strong'])}</strong>"
    return f"<em>{escape(found['emphasis'])}</em>"


def block(text: str | None, resolve: Resolve | None = None) -> Markup:
    """Render documentation: paragraphs, lists and code, each line as :func:`inline` does.

    Args:
        text: Documentation in transformers' Markdown or in reStructuredText.
        resolve: Finds the address of what a code span names.

    Returns:
        HTML; a single paragraph comes without its ``<p>``, for table cells.
    """
    pieces = [piece for part, code in _parts(text or "") for piece in _rendered(part, resolve, code=code)]
    if len(pieces) == 1 and pieces[0].startswith("<p>"):
        return Markup(pieces[0].removeprefix("<p>").removesuffix("</p>"))  # noqa: S704  # made below
    return Markup("".join(pieces))  # noqa: S704  # made below


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """The text in pieces, those between fences marked as code."""
    lines: list[str] = []
    code = False
    for line in text.splitlines():
        if _FENCE.match(line):
            yield "\n".join(lines), code
            lines, code = [], not code
        else:
            lines.append(line)
    yield "\n".join(lines), code


def _rendered(text: str, resolve: Resolve | None, *, code: bool) -> Iterator[str]:
    if code:
        yield f"<pre><code>{escape(text)}</code></pre>"
        return
    items: list[str] = []
    for line in to_markdown(text).splitlines():
        if item := _ITEM.fullmatch(line):
            items.append(str(inline(item[2], resolve)))
        elif items and line.startswith((" ", "\t")) and line.strip():
            items[-1] += f" {inline(line.strip(), resolve)}"
        elif line.strip():
            yield from _list(items)
            yield f"<p>{inline(line.strip(), resolve)}</p>"
    yield from _list(items)


def _list(items: list[str]) -> Iterator[str]:
    if items:
        yield "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"
    items.clear()


def plain(text: str | None, *, longest: int = _LONGEST) -> str:
    """The first sentence of documentation, as one line of plain text without markup."""
    line = first_sentence(to_plain(text or "")).replace("`", "").replace("**", "")
    line = " ".join(line.split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def markdown_text(text: str) -> Markup:
    """Write a text into Markdown so that it comes out as that text, whatever is in it.

    Each character that could mean something to Markdown, to an extension of it or to HTML becomes a numeric
    reference, which Markdown hands on and a browser shows as the character.
    """
    line = " ".join(text.split())
    return Markup(_MARKDOWN.sub(lambda found: f"&#{ord(found[0])};", line))  # noqa: S704  # nothing is left to mean HTML


def slug(text: str) -> str:
    """A text as an anchor: small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


_ROUTINE = (
    "It is used to instantiate", "Instantiating a configuration", "Instantiate a configuration",
    "Configuration objects inherit", "Read the documentation", "This class is used to instantiate",
)  # fmt: skip


def without_routine(summary: str | None) -> str:
    """A class's documentation without the sentences that every class's documentation has."""
    sentences = re.split(r"(?<=[.!?])\s+(?=[A-Z])", summary or "")
    return " ".join(sentence for sentence in sentences if not sentence.startswith(_ROUTINE))
