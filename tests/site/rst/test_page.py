"""Entries for Sphinx: the signature of the class, its documentation, its parameters."""

from __future__ import annotations

import ast
import io
import re

import pytest
from docutils import nodes
from docutils.core import publish_doctree
from hypothesis import example, given
from hypothesis import strategies as st

from catalog import Catalog, CatalogParameter, ModelConfig
from catalog.site.rst import rst_page
from catalog.store import open_store


def read(page: str) -> nodes.document:
    said = io.StringIO()
    settings = {"report_level": 1, "halt_level": 5, "warning_stream": said, "_disable_config": True}
    document = publish_doctree(page, settings_overrides=settings)
    assert said.getvalue() == ""
    return document


def config(**settings) -> ModelConfig:
    return ModelConfig(release="1", config_class="TinyConfig", module="m.tiny", model_type="tiny", **settings)


def parameter(name: str = "size", **settings) -> CatalogParameter:
    return CatalogParameter(
        **({"name": name, "type": None, "type_text": None, "default": 1, "effective_default": 1} | settings)
    )


def arguments(page: str) -> dict[str, object]:
    """Name and default of the one entry's signature, as Python reads it."""
    source = re.search(r"^\.\. class:: [\w.]+(\(.*\))$", page, re.MULTILINE)
    assert source is not None
    arguments = ast.parse(f"def f{source[1]}: pass").body[0].args
    assert arguments.kwarg.arg == "kwargs"
    names = [argument.arg for argument in arguments.args]
    defaults = [ast.literal_eval(default) for default in arguments.defaults]
    return dict(zip(names, [None] * (len(names) - len(defaults)) + defaults, strict=True))


@pytest.fixture(scope="module")
def catalog(tmp_path_factory, installed_release):
    database = tmp_path_factory.mktemp("rst") / "catalog.db"
    with open_store(database) as store:
        store.write_release(installed_release)
    with Catalog.open(str(database)) as catalog:
        yield catalog


def test_every_class_has_an_entry_that_docutils_accepts(catalog):
    names = [model.config_class for model in catalog.find()]
    page = rst_page(catalog.config(name) for name in names)
    read(page)
    assert len(names) == len(set(names)) > 800
    assert [
        line.split("(")[0].rpartition(".")[2] for line in page.split("\n") if line.startswith(".. class::")
    ] == names


def test_the_signature_is_the_class_s_own(catalog):
    model = catalog.config("llama")
    page = rst_page([model])
    expected = {name: p.default for name, p in model.parameters.items() if p.inherited_from != "PreTrainedConfig"}
    assert arguments(page) == expected
    assert ".. class:: transformers.models.llama.configuration_llama.LlamaConfig(vocab_size=32000, " in page
    for name in expected:
        assert f":param {name}:" in page


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(min_size=2), inner, min_size=2, max_size=3),
    )
)
def test_any_default_is_python_and_docutils_accepts_it(default):
    page = rst_page([config(parameters={"size": parameter(default=default)})])
    read(page)
    assert arguments(page) == {"size": default}


@given(st.text(), st.text(), st.text())
@example("", "", "\\")
@example("", "", "\\" * 5)
def test_any_documentation_is_accepted(doc, description, type_text):
    parameters = {"size": parameter(description=description, type_text=type_text), "end": parameter("end")}
    page = rst_page([config(doc=doc, parameters=parameters)] * 2, introduction=doc, title=type_text)
    read(page)


def test_required_parameters_come_first_and_unknown_defaults_are_left_open():
    parameters = {
        "size": parameter(default_known=False),
        "needed": parameter("needed", required=True),
        "other": parameter("other", default={"$config": "OtherConfig"}),
        "limit": parameter("limit", default={"$float": "inf"}),
    }
    page = rst_page([config(parameters=parameters)])
    assert "TinyConfig(needed, size=..., other=OtherConfig(), limit=float('inf'), **kwargs)" in page
    read(page)


def test_examples_are_left_out_unless_asked_for():
    model = config(doc="About it.\n\nExample:\n\n```python\n>>> TinyConfig()\n```")
    assert "TinyConfig()" not in rst_page([model])
    assert "About it." in rst_page([model])
    assert ">>> TinyConfig()" in rst_page([model], examples=True)
    read(rst_page([model], examples=True))
