"""The reference of the Python interface: one page, made from the docstrings of everything that is public."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import griffe
from markupsafe import Markup

import catalog
from catalog.site.data import SiteData
from catalog.site.pages import Page, PageInfo
from catalog.site.templates import render
from catalog.site.text import block

URL = "reference/python/"

EXAMPLES = (
    'catalog.config("llama").parameters["head_dim"].effective_default',
    '[model.config_class for model in catalog.find(has="attention_window")]',
    '[hit.name for hit in catalog.search("rope theta", limit=3)]',
    '[f.code for f in catalog.validate({"model_type": "llama", "params": {"hiden_size": 1}}, select=["C1"]).findings]',
    '[change.release for change in catalog.history("bert.position_embedding_type")]',
)
"""What the page asks the catalog, to show what it answers."""

_ROLE = re.compile(r":[a-z]+:`~?(?:[\w.]+\.)?(\w+)`")
_LITERAL = re.compile(r"``([^`]+)``")
_SINGLE = re.compile(r"(?<![`\w])`([^`]+)`(?!`)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Something public.

    Attributes:
        name: Its name within its class, or of the class itself.
        anchor: Its place on the page.
        signature: How it is called; empty for what is not called.
        text: What it does.
        parts: Titled lists of what it takes, has, returns and raises: name and meaning of each.
        members: The methods of a class.
    """

    name: str
    anchor: str
    signature: str
    text: Markup
    parts: tuple[tuple[str, tuple[tuple[str, Markup], ...]], ...] = ()
    members: tuple[Member, ...] = ()


def pages(data: SiteData) -> Iterator[Page]:
    """The page."""
    members = [_class(getattr(catalog, name)) for name in catalog.__all__ if name != "__version__"]
    examples = [(source, answer) for source in EXAMPLES if (answer := _answer(source, data.catalog)) is not None]
    body = render("python.md.jinja", members=members, examples=examples)
    names = ("Python", "API", "library", *(member.name for member in members))
    methods = " ".join(method.name for member in members for method in member.members)
    info = PageInfo(
        url=URL,
        kind="reference",
        title="Python",
        names=names,
        text=f"The query interface: Catalog and what it returns. {methods}",
    )
    yield Page(info=info, body=body, description="The Python interface of the catalog.", in_navigation=True)


def _answer(source: str, opened: catalog.Catalog) -> str | None:
    """What the catalog answers; ``None`` where it has no such model, or no such parameter."""
    try:
        return repr(eval(source, {"catalog": opened}))  # noqa: S307  # only the examples above
    except (catalog.CatalogError, KeyError):
        return None


def _class(found: type) -> Member:
    # The root of what answers has methods worth reading; a record has attributes, which its docstring states.
    methods = _methods(found) if not issubclass(found, Exception) else {}
    return Member(
        name=found.__name__,
        anchor=found.__name__,
        signature="",
        members=tuple(_member(name, method, owner=found.__name__) for name, method in methods.items()),
        **_documentation(inspect.getdoc(found) or ""),
    )


def _methods(found: type) -> Mapping[str, Callable[..., Any]]:
    """The public methods that this package wrote and documented, in alphabetical order."""
    made: dict[str, Callable[..., Any]] = {}
    for name, value in inspect.getmembers(found):
        function = value.fget if isinstance(value, property) else value
        documented = inspect.isroutine(function) and function.__doc__
        if not name.startswith("_") and documented and (function.__module__ or "").startswith("catalog."):
            made[name] = value
    return made


def _member(name: str, value: Any, *, owner: str) -> Member:
    called = not isinstance(value, property)
    return Member(
        name=name,
        anchor=f"{owner}.{name}",
        signature=_signature(value) if called else "",
        **_documentation(inspect.getdoc(value) or ""),
    )


def _signature(function: Callable[..., Any]) -> str:
    signature = inspect.signature(function)
    parameters = [p for name, p in signature.parameters.items() if name not in ("self", "cls")]
    text = str(signature.replace(parameters=parameters))
    return text.replace("'", "") if "'" in text and '"' not in text else text


def _documentation(docstring: str) -> dict[str, Any]:
    """Text and parts of a docstring, as :class:`Member` has them."""
    sections = griffe.parse_google(griffe.Docstring(docstring), warnings=False)
    text = Markup()
    parts: list[tuple[str, tuple[tuple[str, Markup], ...]]] = []
    for section in sections:
        if isinstance(section, griffe.DocstringSectionText):
            text += _paragraphs(section.value)
        elif isinstance(section, griffe.DocstringSectionExamples):
            text += Markup("").join(_code(value) for kind, value in section.value if kind.value == "examples")
        elif isinstance(section, griffe.DocstringSectionAdmonition):
            text += _code(section.value.description)
        elif isinstance(section.value, list):
            title = "Arguments" if section.kind.value == "parameters" else section.kind.value.capitalize()
            parts.append((title, tuple(_row(item) for item in section.value)))
    return {"text": text, "parts": tuple(parts)}


def _row(item: Any) -> tuple[str, Markup]:
    name = getattr(item, "name", "") or ""
    if not name and isinstance(item, griffe.DocstringRaise):
        name = str(item.annotation)
    return name, _html(item.description)


def _code(text: str) -> Markup:
    return Markup("<pre><code>{}</code></pre>").format(text)


def _paragraphs(text: str) -> Markup:
    html = _html(text)
    return html if html.startswith("<") and html.endswith("</p>") else Markup("<p>{}</p>").format(html)


def _html(text: str) -> Markup:
    """This package's docstrings as HTML: they are reStructuredText in their references, plain otherwise."""
    return block(_SINGLE.sub(r"`\1`", _LITERAL.sub(r"`\1`", _ROLE.sub(r"`\1`", text))))
