"""The reference of the Python interface: everything public, and answers of the catalog at hand."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

import catalog as package
from catalog import Catalog
from catalog.site.python_pages import EXAMPLES, pages
from catalog.store import open_store


@pytest.fixture(scope="module")
def opened(tmp_path_factory, installed_release):
    database = tmp_path_factory.mktemp("python") / "catalog.db"
    with open_store(database) as store:
        store.write_release(installed_release)
    with Catalog.open(database) as catalog:
        yield catalog


def test_everything_public_is_described_with_its_methods(opened):
    (page,) = pages(SimpleNamespace(catalog=opened))
    for name in package.__all__:
        if name != "__version__":
            assert f"## {name} {{ #{name} }}" in page.body
    for method in ("open", "config", "find", "search", "validate", "diff", "build", "estimate", "facts"):
        assert f"### {method} {{ #Catalog.{method} }}" in page.body


def test_examples_show_what_this_catalog_answers(opened):
    (page,) = pages(SimpleNamespace(catalog=opened))
    assert page.body.count("&gt;&gt;&gt; </span>") >= len(EXAMPLES) - 1
    assert "[&#39;LEDConfig&#39;, &#39;LongformerConfig&#39;]" in page.body
    assert "[&#39;C111&#39;]" in page.body
