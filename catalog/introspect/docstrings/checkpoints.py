"""Finds the checkpoint that a class docstring links to."""

from __future__ import annotations

import re

# Names on the Hub have at most 96 characters a part; without bounds a hostile text would cost quadratic time.
_MARKDOWN = re.compile(r"\[`?([^\[\]\s`]{1,200})`?\]\(https://huggingface\.co/([^()\s]{1,200}?)/?\)")
_RST = re.compile(r"`([^`<\s]{1,200})\s{0,20}<https://huggingface\.co/([^<>\s]{1,200}?)/?>`_")
_NO_CHECKPOINT = ("docs/", "papers/", "spaces/", "datasets/", "blog/")


def find_checkpoint(text: str) -> str | None:
    """Name of the first checkpoint that the text links to under its own name, as transformers asks for it."""
    found = sorted(
        (match for pattern in (_MARKDOWN, _RST) for match in pattern.finditer(text)), key=lambda match: match.start()
    )
    for match in found:
        label, target = match.groups()
        if label == target and not target.startswith(_NO_CHECKPOINT):
            return target
    return None
