"""Writes pages as Markdown files: front matter, title, body."""

from __future__ import annotations

import json
import re
from html import escape
from pathlib import Path

from catalog.site.pages import Page, PageInfo, PageKind
from catalog.site.text import markdown_text, plain

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]")
"""Characters that no page needs. Python's Markdown marks what it put aside with two of them, so that a text that has
them could name another page's HTML; others turn the direction of what follows."""


def to_source(page: Page) -> str:
    """The text of a page's Markdown file.

    The theme prints title and description as they stand in the front matter, so they are escaped here.
    """
    front: dict[str, object] = {"title": escape(page.info.title), "description": escape(page.description)}
    if page.hide:
        front["hide"] = list(page.hide)
    if page.template is not None:
        front["template"] = page.template
    lines = [f"{name}: {json.dumps(value, ensure_ascii=True)}" for name, value in front.items() if value]
    title = "" if page.template is not None else f"# {markdown_text(page.info.title)}\n\n"
    body = _CONTROL.sub("", page.body.strip())
    return "---\n" + "\n".join(lines) + f"\n---\n\n{title}{body}\n"


def info_of(path: str, text: str) -> PageInfo:
    """What a hand-written page is: its first heading is its title, its first paragraph what it says.

    Args:
        path: Its path within the documentation's folder (``"guides/write-a-spec.md"``).
        text: Its Markdown.
    """
    _, body = _front_matter(text)
    lines = body.splitlines()
    title = next((line.removeprefix("# ").strip() for line in lines if line.startswith("# ")), Path(path).stem)
    paragraphs = (part.strip() for part in body.split("\n\n"))
    first = next((part for part in paragraphs if part and part[0].isalnum()), "")
    url = path.removesuffix(".md").removesuffix("index")
    kind: PageKind = "home" if not url else "guide" if url.startswith("guides/") else "reference"
    return PageInfo(url=url if not url or url.endswith("/") else f"{url}/", kind=kind, title=title, text=plain(first))


def _front_matter(text: str) -> tuple[str, str]:
    """Front matter and body of a Markdown file."""
    if text.startswith("---\n") and (end := text.find("\n---\n", 3)) > 0:
        return text[4:end], text[end + 5 :]
    return "", text


def write_if_changed(path: Path, content: bytes) -> bool:
    """Write a file unless it holds just that; True where it was written."""
    try:
        if path.read_bytes() == content:
            return False
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return True
