"""The index of the site's own search: one script that the browser loads when somebody is about to search.

The catalog is a table of classes by parameters, so the index is that table and no list of documents: each name is
written once, a class is a list of parameter numbers with the numbers of their defaults, and the browser makes the
15,000 entries "parameter P of class C" from it. It is a script rather than JSON, because a page opened from a folder
(``file://``) may load scripts but not fetch files.

Layout of the object (lists of texts are one string each, with a newline between entries, which compresses better):

* ``parameters``: names, by number of classes that have them, most first; ``parameterTexts``, ``parameterWeights``;
  ``parameterPages``: 1 where the parameter has a page of its own.
* ``classes``: names; ``classNames``: further names, separated by tabs; ``classTexts``; ``classWeights``.
* ``has``: per class the numbers of its parameters, ascending, as differences; ``defaults``: per class the numbers of
  their defaults in ``values``.
* ``architectures``: per class the names of its model classes, the part they share with the class replaced by ``~``,
  each followed by a colon and the numbers of its ``tasks``.
* ``pages``: all other pages, as ``[kind, address, title, names, text]``.
* ``concepts``: words for one and the same quantity, as ``[meaning, names]``.
* ``phrases``: what people call parameters, as phrase → names.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from catalog.query.models import CatalogParameter, ModelConfig
from catalog.records import Json
from catalog.resources import resource_folder
from catalog.site.pages import Anchor, Asset, PageInfo
from catalog.specs.synonyms import Concept, concepts
from catalog.values import same_value, to_python_text

PATH = "assets/search/index.js"
"""Where the index lies within the site."""

_TEXT = 110
_VALUE = 40
_SAYS_NOTHING = "This is the configuration class to store the configuration of"
_PAGES_OF_THE_TABLE = ("model", "parameter")

Defaults = Mapping[str, str]
"""Parameter → its default as the search shows it."""


def default_text(parameter: CatalogParameter) -> str:
    """A default in a few characters: ``"4096"``, ``"None → 128"`` where construction changes it."""
    if parameter.required:
        return "required"
    if not parameter.default_known:
        return shorten(parameter.default_source or "?", _VALUE)
    declared = _value_text(parameter.default)
    if parameter.effective_known and not same_value(parameter.default, parameter.effective_default):
        return f"{declared} → {_value_text(parameter.effective_default)}"
    return declared


def defaults_of(config: ModelConfig) -> dict[str, str]:
    """The defaults of a class as the search shows them."""
    return {name: default_text(parameter) for name, parameter in config.parameters.items()}


def search_index(
    pages: Iterable[PageInfo],
    *,
    defaults: Mapping[str, Defaults],
    words: Sequence[Concept] | None = None,
) -> Asset:
    """Make the index.

    Words of ``data/search_words.yaml`` are added to the pages that it names.

    Args:
        pages: Every page of the site. The addresses of models and parameters are derived from their names.
        defaults: Class → its defaults, as :func:`defaults_of` states them.
        words: Words for the same quantity; ``None`` takes those of the catalog.

    Returns:
        The script. The same pages, in whatever order, give the same bytes.
    """
    further = _search_words()["pages"]
    ordered = [
        replace(page, names=tuple(dict.fromkeys((*page.names, *further.get(page.url, ())))))
        for page in sorted(pages, key=lambda page: page.url)
    ]
    document = _document(ordered, defaults, concepts() if words is None else words)
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    return Asset(path=PATH, content=f"window.catalogSearchIndex={text};\n".encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parameter:
    """A name, whatever classes have it."""

    name: str
    text: str
    weight: int
    has_page: bool


def _document(pages: Sequence[PageInfo], defaults: Mapping[str, Defaults], known: Sequence[Concept]) -> dict[str, Json]:
    classes = [page for page in pages if page.kind == "model"]
    parameters = _parameters(pages)
    numbers = {parameter.name: number for number, parameter in enumerate(parameters)}
    values = _values(classes, defaults)
    places = {value: number for number, value in enumerate(values)}
    tasks = _tasks(classes)
    has, chosen = [], []
    for page in classes:
        own = sorted(numbers[anchor.name] for anchor in page.anchors if anchor.kind == "parameter")
        names = [parameters[number].name for number in own]
        has.append(_differences(own))
        chosen.append([places[defaults.get(page.title, {}).get(name, "")] for name in names])
    return {
        "parameters": "\n".join(parameter.name for parameter in parameters),
        "parameterTexts": "\n".join(parameter.text for parameter in parameters),
        "parameterWeights": [parameter.weight for parameter in parameters],
        "parameterPages": [int(parameter.has_page) for parameter in parameters],
        "classes": "\n".join(page.title for page in classes),
        "classNames": "\n".join("\t".join(_names(page)) for page in classes),
        "classTexts": "\n".join(_class_text(page) for page in classes),
        "classWeights": [page.weight for page in classes],
        "has": has,
        "defaults": chosen,
        "values": "\n".join(values),
        "architectures": "\n".join("\t".join(_architectures(page, tasks)) for page in classes),
        "tasks": "\n".join(tasks),
        "pages": [
            [page.kind, page.url, page.title, list(page.names), _line(page.text)]
            for page in pages
            if page.kind not in _PAGES_OF_THE_TABLE
        ],
        "concepts": [[concept.meaning, list(concept.names)] for concept in known],
        "phrases": _search_words()["parameters"],
    }


def _parameters(pages: Sequence[PageInfo]) -> list[_Parameter]:
    """Every parameter, most frequent first, so that the numbers that stand most often are short."""
    own = {page.title: page for page in pages if page.kind == "parameter"}
    texts: dict[str, Counter[str]] = {name: Counter() for name in own}
    for page in pages:
        for anchor in page.anchors:
            if anchor.kind == "parameter":
                texts.setdefault(anchor.name, Counter())[_line(anchor.text)] += 1
    found = [
        _Parameter(
            name=name,
            text=(_line(own[name].text) if name in own else "") or _most_frequent(counted),
            weight=max(counted.total(), own[name].weight if name in own else 0),
            has_page=name in own,
        )
        for name, counted in texts.items()
    ]
    return sorted(found, key=lambda parameter: (-parameter.weight, parameter.name))


def _most_frequent(counted: Counter[str]) -> str:
    said = [(count, text) for text, count in counted.items() if text]
    return max(said, key=lambda pair: (pair[0], -len(pair[1]), pair[1]))[1] if said else ""


def _values(classes: Sequence[PageInfo], defaults: Mapping[str, Defaults]) -> list[str]:
    """Every default, most frequent first."""
    counted = Counter(
        defaults.get(page.title, {}).get(anchor.name, "")
        for page in classes
        for anchor in page.anchors
        if anchor.kind == "parameter"
    )
    return [value for value, _ in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))]


def _differences(ascending: Sequence[int]) -> list[int]:
    return [number - before for before, number in zip([0, *ascending], ascending, strict=False)]


def _names(page: PageInfo) -> list[str]:
    return [name for name in dict.fromkeys(page.names) if name != page.title]


def _tasks(classes: Sequence[PageInfo]) -> list[str]:
    """Every task of an architecture, sorted: what stands in the texts of their anchors."""
    return sorted({task for page in classes for anchor in page.anchors for task in _tasks_of(anchor)})


def _tasks_of(anchor: Anchor) -> list[str]:
    return [task for task in anchor.text.split(", ") if task] if anchor.kind == "architecture" else []


def _architectures(page: PageInfo, tasks: Sequence[str]) -> list[str]:
    stem = page.title.removesuffix("Config")
    made = []
    for anchor in page.anchors:
        if anchor.kind == "architecture":
            name = f"~{anchor.name.removeprefix(stem)}" if stem and anchor.name.startswith(stem) else anchor.name
            numbers = ",".join(str(tasks.index(task)) for task in _tasks_of(anchor))
            made.append(f"{name}:{numbers}")
    return made


@cache
def _search_words() -> dict[str, Any]:
    import yaml  # noqa: PLC0415 - only an index needs it

    found = yaml.safe_load((resource_folder("data") / "search_words.yaml").read_text(encoding="utf-8"))
    return dict(found)


def shorten(text: str, limit: int) -> str:
    """The beginning of a text, cut between words and marked where it was cut.

    Args:
        text: One line.
        limit: Characters that may stay.
    """
    if len(text) <= limit:
        return text
    return text[:limit].rsplit(" ", 1)[0].rstrip(" ,;:.(") + "…"


def _class_text(page: PageInfo) -> str:
    """What a class says of itself, unless it says no more than that it is one."""
    return "" if page.text.startswith(_SAYS_NOTHING) else _line(page.text)


def _line(text: str) -> str:
    return shorten(" ".join(text.split()), _TEXT)


def _value_text(value: Json) -> str:
    return shorten(" ".join(to_python_text(value).split()), _VALUE)
