"""A release's changes as a Markdown document, what bites people first."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from catalog.history import Change
from catalog.history.texts import after_text, before_text

if TYPE_CHECKING:
    from catalog.query.history import Changelog

_SHARED = 4
"""A change that so many classes have alike is told once, for all of them."""
_LONGEST = 160
"""Characters of a value that are shown."""
_TICKS = re.compile(r"`+")


def to_markdown(changelog: Changelog) -> str:
    """Write what a release changed.

    Args:
        changelog: The changes.

    Returns:
        The document: silent changes of defaults, then classes, then what many classes have in common, then the rest
        class by class.
    """
    lines = [*_head(changelog)]
    rest: list[Change] = []
    silent: list[Change] = []
    classes: list[Change] = []
    for change in changelog.changes:
        kept = classes if change.parameter is None else silent if change.change == "default" else rest
        kept.append(change)
    lines += _silent(silent)
    lines += _classes(classes)
    groups = _grouped(rest)
    lines += _shared([group for group in groups if len(group) >= _SHARED])
    lines += _by_class([change for group in groups if len(group) < _SHARED for change in group])
    if not changelog.changes:
        lines += ["No configuration changed.", ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _head(changelog: Changelog) -> Iterator[str]:
    yield f"# transformers {changelog.release}: changes in the configurations"
    yield ""
    released = f"Released {changelog.released[:10]}. " if changelog.released else ""
    against = f" of {changelog.against_released[:10]}" if changelog.against_released else ""
    yield f"{released}Compared with transformers {changelog.against}{against}."
    yield ""
    counts = [text for text in _counts(changelog.changes) if text]
    if counts:
        yield from (f"- {text}" for text in counts)
        yield ""


def _counts(changes: Sequence[Change]) -> Iterator[str]:
    def number(kind: str, *, of_class: bool) -> int:
        return sum(c.change == kind and (c.parameter is None) is of_class for c in changes)

    yield _listed(
        "Classes",
        {
            "added": number("class-added", of_class=True),
            "removed": number("class-removed", of_class=True),
            "renamed": number("renamed", of_class=True),
            "moved": number("moved", of_class=True),
        },
    )
    yield _listed(
        "Parameters",
        {
            "added": number("added", of_class=False),
            "removed": number("removed", of_class=False),
            "renamed": number("renamed", of_class=False),
            "with another default": number("default", of_class=False),
            "with another type": number("type", of_class=False),
            "with other choices": number("choices", of_class=False),
        },
    )


def _listed(noun: str, counts: dict[str, int]) -> str:
    told = [f"{count:,} {what}" for what, count in counts.items() if count]
    return f"{noun}: {', '.join(told)}" if told else ""


def _silent(changes: Sequence[Change]) -> Iterator[str]:
    """Defaults that changed while the name stayed: nobody is told at run time."""
    if not changes:
        return
    yield "## Defaults that changed silently"
    yield ""
    yield "A configuration that leaves these parameters out means something else now."
    yield ""
    certain = [change for change in changes if change.confidence == "certain"]
    likely = [change for change in changes if change.confidence != "certain"]
    with_none = [change for change in certain if change.before is None or change.after is None]
    yield from _table([change for change in certain if change not in with_none])
    yield from _table(with_none)
    if likely:
        yield "Declared elsewhere than before, where the constructor may have set the same value already:"
        yield ""
        yield from _table(likely)


def _table(changes: Sequence[Change]) -> Iterator[str]:
    if not changes:
        return
    yield "| Parameter | Before | After | Classes |"
    yield "| --- | --- | --- | --- |"
    for group in _grouped(changes):
        cells = (group[0].parameter or "", before_text(group[0]), after_text(group[0]))
        yield f"| {' | '.join(_cell(_code(cell)) for cell in cells)} | {_names(group)} |"
    yield ""


def _classes(changes: Sequence[Change]) -> Iterator[str]:
    def of(kind: str) -> list[Change]:
        return [change for change in changes if change.change == kind]

    yield from _list("## Classes added", (_code(c.config_class) for c in of("class-added")))
    yield from _list("## Classes removed", (_code(c.config_class) for c in of("class-removed")))
    deprecated = [c for c in of("moved") if c.note == "deprecated"]
    yield from _list("## Classes moved to deprecated", (_code(c.config_class) for c in deprecated))
    yield from _list(
        "## Classes renamed", (f"{_code(str(c.before))} is {_code(str(c.after))}{_doubt(c)}" for c in of("renamed"))
    )
    moved = [c for c in of("moved") if c.note != "deprecated"]
    if len(moved) <= 40:
        texts = (f"{_code(c.config_class)} from {_code(str(c.before))} to {_code(str(c.after))}" for c in moved)
        yield from _list("## Classes moved to another module", texts)
    else:
        yield from _list("## Classes moved to another module", [f"{len(moved):,} classes: {_names(moved)}"])


def _list(title: str, items: Iterable[str]) -> Iterator[str]:
    """A section, if there is something in it; many short items stand on one line."""
    texts = list(items)
    if not texts:
        return
    yield title
    yield ""
    if len(texts) > 12 and all(" " not in text for text in texts):
        yield f"{len(texts):,}: {', '.join(texts)}"
    else:
        yield from (f"- {text}" for text in texts)
    yield ""


def _shared(groups: Sequence[Sequence[Change]]) -> Iterator[str]:
    if not groups:
        return
    yield "## Changes that many classes share"
    yield ""
    for group in sorted(groups, key=lambda group: (_ORDER.index(group[0].change), -len(group))):
        yield f"- {_sentence(group[0])}, in {len(group)} classes: {_names(group)}"
    yield ""


def _by_class(changes: Sequence[Change]) -> Iterator[str]:
    if not changes:
        return
    yield "## Class by class"
    yield ""
    by_class: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_class[change.config_class].append(change)
    for name in sorted(by_class):
        yield f"### {name}"
        yield ""
        for change in sorted(by_class[name], key=lambda change: _ORDER.index(change.change)):
            yield f"- {_sentence(change)}"
        yield ""


_ORDER = ("renamed", "removed", "added", "type", "choices", "moved", "description", "default")


def _sentence(change: Change) -> str:
    name, before, after = _code(change.parameter or ""), _code(before_text(change)), _code(after_text(change))
    match change.change:
        case "renamed":
            return f"{name} renamed to {after}{_doubt(change)}"
        case "removed":
            note = f"; {change.note}" if change.note else ""
            return f"{name} removed (default was {before}{note})"
        case "added":
            return f"{name} added, {'required' if after == '`required`' else f'default {after}'}"
        case "type":
            return f"{name}: type {before} → {after}"
        case "choices":
            return f"{name}: choices {before} → {after}"
        case "moved":
            if change.after == change.config_class:
                return f"{name} declared by the class itself, before by {before}"
            return f"{name} declared by {after}, before by the class itself"
        case _:
            return f"{name}: {change.change} {before} → {after}"


def _doubt(change: Change) -> str:
    return " (likely)" if change.confidence == "likely" else ""


def _grouped(changes: Sequence[Change]) -> list[list[Change]]:
    """The changes that are alike but for the class; in a parameter that a class declares now the class is no matter."""
    groups: dict[tuple[str, ...], list[Change]] = defaultdict(list)
    for change in changes:
        sides = [before_text(change), after_text(change)]
        if change.change == "moved":
            sides = ["" if side == change.config_class else side for side in sides]
        key = (change.change, change.parameter or "", *sides, change.confidence, change.note or "")
        groups[key].append(change)
    return list(groups.values())


def _names(changes: Iterable[Change]) -> str:
    return ", ".join(_code(change.config_class) for change in changes)


def _code(text: str) -> str:
    """A text as Markdown's code, whatever is in it."""
    text = " ".join(text.split())
    if not text:
        return ""
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST - 4]} ..."
    fence = "`" * (max((len(ticks) for ticks in _TICKS.findall(text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
