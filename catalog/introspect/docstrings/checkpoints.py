"""Finds the checkpoint that a class docstring links to."""

from __future__ import annotations

import re

_MARKDOWN = re.compile(r"\[`?([^\]\s`]+)`?\]\(https://huggingface\.co/([^)\s]+?)/?\)")
_RST = re.compile(r"`([^`<\s]+)\s*<https://huggingface\.co/([^>\s]+?)/?>`_")
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
