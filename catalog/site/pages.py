"""What a site is made of: pages with what a search may find on them, and files beside the pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

PageKind: TypeAlias = Literal[
    "home", "model", "parameter", "architecture", "release", "rule", "guide", "reference", "report", "list"
]
"""What a page is about. *list*: a page that only leads to others. *report*: mistakes, coverage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A place within a page that is worth finding by itself.

    Attributes:
        name: What stands there, which is also the anchor (``"hidden_size"``).
        kind: What it is: a parameter or an architecture.
        text: What is said of it, in one line of plain text.
    """

    name: str
    kind: Literal["parameter", "architecture"]
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageInfo:
    """What a search index needs to know of a page.

    Attributes:
        url: Address within the site, without a leading slash (``"models/LlamaConfig/"``); ``""`` for home.
        kind: What it is about.
        title: Its title (``"LlamaConfig"``).
        names: Other names by which people look for it, best first: model types, the import path, synonyms.
        text: What it says, in one line of plain text.
        weight: How often it is asked for, in proportion: for a model the number of its architectures, for a parameter
            the number of its models.
        anchors: Places within it: own parameters and architectures of a model.
    """

    url: str
    kind: PageKind
    title: str
    names: tuple[str, ...] = ()
    text: str = ""
    weight: int = 1
    anchors: tuple[Anchor, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page before it is built.

    Attributes:
        info: What it is, and where.
        body: Markdown, in which raw HTML may stand as blocks of its own. The title is not part of it.
        description: For search engines: one line of plain text; empty for none.
        template: Template of the theme that shows it (``"home.html"``); ``None`` for the usual one.
        in_navigation: True for the few pages that the navigation lists.
        hide: Parts of the theme that it does without: ``"navigation"``, ``"toc"``.
    """

    info: PageInfo
    body: str
    description: str = ""
    template: str | None = None
    in_navigation: bool = False
    hide: tuple[Literal["navigation", "toc", "path"], ...] = field(default=("navigation",))

    @property
    def source(self) -> str:
        """Path of its Markdown file, always an ``index.md``: a page may be called ``index`` itself."""
        return f"{self.info.url}index.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file of the site that is no page: a schema, a table's data.

    Attributes:
        path: Where it lies within the site (``"schemas/LlamaConfig.json"``).
        content: What is in it.
    """

    path: str
    content: bytes
