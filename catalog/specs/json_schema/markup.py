"""The documentation's markup, brought into the two forms that editors show: Markdown, and plain text.

transformers documents in Markdown with references of its own (``[`~LlamaModel.forward`]``), older releases in
reStructuredText. An editor knows neither.
"""

from __future__ import annotations

import re

_REFERENCE = re.compile(r"\[`([^`\]]+)`\](?:\([^)\s]*\))?")
_LINK = re.compile(r"\[([^\]\[]+)\]\(([^()\s]*(?:\([^()]*\)[^()\s]*)*)[^)]*\)")
_RST_ROLE = re.compile(r":[a-z]+(?::[a-z]+)?:`([^`]+)`")
_RST_LITERAL = re.compile(r"``([^`]+)``")
_RST_LINK = re.compile(r"`([^`<]+?)\s*<([^>`]+)>`_{1,2}")
_LIST_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])\s")
_SENTENCE_END = re.compile(r"(?<=[.!?])(?:[\"')`]*)\s+(?=[\"'(`\[]*[A-Z0-9`])")
_ABBREVIATIONS = (
    "e.g.",
    "i.e.",
    "etc.",
    "cf.",
    "vs.",
    "resp.",
    "approx.",
    "Fig.",
    "fig.",
    "Eq.",
    "eq.",
    "et al.",
    "No.",
    "w.r.t.",
)


def to_markdown(text: str) -> str:
    """Bring documentation into Markdown that any editor shows: references become code, lines are joined.

    Args:
        text: Documentation in transformers' Markdown or in reStructuredText.

    Returns:
        Markdown; lists keep their lines, links to the web stay links.
    """
    text = _plain_references(text)
    text = _RST_LINK.sub(lambda link: f"[{link[1]}]({link[2]})", text)
    text = _LINK.sub(lambda link: link[0] if link[2].startswith(("http://", "https://")) else link[1], text)
    return "\n".join(_joined_lines(text))


def to_plain(text: str) -> str:
    """Bring documentation into one line of plain text: links become their text, code keeps its backticks."""
    text = _RST_LINK.sub(lambda link: link[1], _plain_references(text))
    return " ".join(_LINK.sub(lambda link: link[1], text).split())


def first_sentence(text: str) -> str:
    """The first sentence of a plain text, without its full stop."""
    start = 0
    while end := _SENTENCE_END.search(text, start):
        sentence = text[: end.start()]
        if not sentence.endswith(_ABBREVIATIONS):
            text = text[: end.start()]
            break
        start = end.end()
    return text.rstrip().removesuffix(".").rstrip() if not text.endswith(_ABBREVIATIONS) else text


def capitalised(text: str) -> str:
    """A text that begins as a sentence does, unless it begins with a name (``basic_english``)."""
    first = text.partition(" ")[0].rstrip(",;:")
    return text[:1].upper() + text[1:] if first.isalpha() else text


def _plain_references(text: str) -> str:
    text = _REFERENCE.sub(lambda reference: f"`{_target(reference[1])}`", text)
    text = _RST_ROLE.sub(lambda role: f"`{_target(role[1])}`", text)
    return _RST_LITERAL.sub(lambda literal: f"`{literal[1]}`", text)


def _target(name: str) -> str:
    """What a reference shows: ``~a.b.C`` shows ``C``."""
    return name[1:].rpartition(".")[2] if name.startswith("~") else name


def _joined_lines(text: str) -> list[str]:
    """The lines of a text, those of one paragraph joined: a source's line breaks mean nothing in Markdown."""
    lines: list[str] = []
    for line in text.splitlines():
        starts_anew = not lines or not line.strip() or not lines[-1].strip() or _LIST_ITEM.match(line)
        if starts_anew or (lines and line.startswith("    ") and _LIST_ITEM.match(lines[-1]) is None):
            lines.append(line.rstrip())
        else:
            lines[-1] = f"{lines[-1]} {line.strip()}"
    return lines
