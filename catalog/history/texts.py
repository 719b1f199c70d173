"""How changes read in tables and documents."""

from __future__ import annotations

from catalog.history.change import REQUIRED, Change
from catalog.records import Json
from catalog.types import to_text
from catalog.values import to_python_text


def before_text(change: Change) -> str:
    """What was, for people; empty where nothing was."""
    return "" if change.change in ("added", "class-added") else _text(change, change.before)


def after_text(change: Change) -> str:
    """What is now, for people; empty where nothing is."""
    return "" if change.change in ("removed", "class-removed") else _text(change, change.after)


def note_text(change: Change) -> str:
    """What else there is to say, and how sure the change is."""
    return "; ".join(part for part in (change.note, "likely" if change.confidence == "likely" else None) if part)


def default_text(value: Json) -> str:
    """A default as Python writes it."""
    if value == REQUIRED:
        return "required"
    if isinstance(value, dict) and set(value) == {"$unknown"}:
        return str(value["$unknown"] or "?")
    return to_python_text(value)


def _text(change: Change, value: Json) -> str:
    match change.change:
        case "class-added" | "class-removed" | "moved" | "renamed" | "description":
            return "" if value is None else str(value)
        case "type":
            return to_text(value)
        case "choices":
            return " | ".join(map(to_python_text, value)) if isinstance(value, list) else "any"
    return default_text(value)
