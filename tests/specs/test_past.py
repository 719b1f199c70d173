"""A key that a class does not take may be one of another release: then the finding says which."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from releases import sync_history

from catalog import Catalog
from catalog.specs.past import Fate, fate_of
from catalog.store import StoreKnowledge, open_knowledge, open_store


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sync_history(tmp_path_factory.mktemp("history"))


@pytest.fixture
def catalog(database: Path) -> Iterator[Catalog]:
    with Catalog.open(database) as opened:
        yield opened


def found(catalog: Catalog, release: str, key: str, **spec: object):
    report = catalog.validate({"model_type": "tiny", "params": {key: 1}, **spec}, release=release)
    return [(finding.code, finding.message, finding.suggestion) for finding in report.findings]


def test_a_parameter_that_comes_later_names_its_release(catalog: Catalog) -> None:
    assert found(catalog, "4.1.0", "window") == [
        (
            "C110",
            "TinyConfig has no parameter 'window' in transformers 4.1.0: it was added in 4.2.0.",
            "Name release 4.2.0 or a later one, or leave it out.",
        )
    ]


def test_a_parameter_that_is_gone_names_the_release_that_removed_it(catalog: Catalog) -> None:
    for key in ("legacy", "torchscript"):
        ((code, message, suggestion),) = [item for item in found(catalog, "5.0.0", key) if key in item[1]]
        assert code == "C110"
        assert message.endswith("in transformers 5.0.0: it was removed in 5.0.0.")
        assert suggestion is None


def test_a_new_name_is_told(database: Path) -> None:
    with open_knowledge(database, "5.0.0") as knowledge:
        fate = fate_of(knowledge, "TinyConfig", "width")
    assert fate == Fate(kind="removed", release="5.0.0", new_name="hidden_size", certain=True)


def test_the_release_of_the_spec_counts(catalog: Catalog) -> None:
    spec = {"model_type": "tiny", "release": "4.1", "params": {"window": 3}}
    (finding,) = catalog.validate(spec).findings
    assert "in transformers 4.1.0: it was added in 4.2.0" in finding.message
    spec["release"] = "4.2"
    assert catalog.validate(spec).ok


def test_a_slip_of_the_pen_stays_one(catalog: Catalog) -> None:
    (item,) = found(catalog, "4.2.0", "droput")
    assert (item[0], item[2]) == ("C111", "Did you mean 'dropout'?")


def test_the_store_and_the_light_reader_tell_the_same(database: Path) -> None:
    with open_store(database) as store, open_knowledge(database, "4.1.0") as light:
        heavy = StoreKnowledge(store, "4.1.0")
        for key in ("window", "legacy", "torchscript", "nothing"):
            assert set(light.releases_having("TinyConfig", key)) == set(heavy.releases_having("TinyConfig", key))
            assert fate_of(light, "TinyConfig", key) == fate_of(heavy, "TinyConfig", key)
        assert set(light.releases_having("TinyConfig", "legacy")) == {"4.1.0", "4.2.0"}
