"""The kinds of pages, each a module that makes its own from the site's data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from catalog.query import ModelConfig
from catalog.site import (
    architecture_pages,
    benchmark_pages,
    command_pages,
    compare_data,
    coverage_pages,
    home_page,
    mistake_pages,
    model_pages,
    models_table,
    parameter_pages,
    program_files,
    python_pages,
    release_pages,
    rule_pages,
    starters,
)
from catalog.site.data import SiteData
from catalog.site.pages import Asset, Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of pages or files.

    Attributes:
        name: What to call it.
        page: Makes the page of one class, where there is one for each.
        pages: Makes its pages, or those besides.
        assets: Makes its files that are no pages.
    """

    name: str
    page: Callable[[ModelConfig, SiteData], Page] | None = None
    pages: Callable[[SiteData], Iterable[Page]] | None = None
    assets: Callable[[SiteData], Iterable[Asset]] | None = None


KINDS: tuple[Kind, ...] = (
    Kind(name="home", pages=home_page.pages),
    Kind(name="models table", pages=models_table.pages, assets=models_table.assets),
    Kind(name="models", page=model_pages.model_page),
    Kind(name="parameters", pages=parameter_pages.pages),
    Kind(name="architectures", pages=architecture_pages.pages),
    Kind(name="releases", pages=release_pages.pages),
    Kind(name="mistakes", pages=mistake_pages.pages),
    Kind(name="coverage", pages=coverage_pages.pages),
    Kind(name="benchmarks", pages=benchmark_pages.pages, assets=benchmark_pages.assets),
    Kind(name="rules", pages=rule_pages.pages),
    Kind(name="commands", pages=command_pages.pages),
    Kind(name="Python reference", pages=python_pages.pages),
    Kind(name="compare", pages=compare_data.pages, assets=compare_data.assets),
    Kind(name="files for programs", assets=program_files.assets),
    Kind(name="schemas", assets=starters.assets),
)
"""All kinds. To add one, write a module with a function that yields pages, and name it here."""
