"""Releases as they are published. The wheels are large, so that these tests run where a folder has them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from catalog.introspect.static import read_source
from catalog.values import same_value, to_json

ROOT = Path(__file__).resolve().parents[3]
REFERENCE = ROOT.parent / "shared" / "reference" / "published_signatures_4.39.json"
"""Facts that others published; they lie beside a checkout, not in it."""
PUBLISHED = json.loads(REFERENCE.read_text()) if REFERENCE.is_file() else {"release": "4.39.3", "classes": {}}
EVERY_KIND = {
    "2.0.0": 9, "2.11.0": 21, "3.0.2": 24, "3.5.1": 38, "4.0.0": 39, "4.10.0": 68, "4.34.0": 256, "4.39.3": 297,
    "4.40.2": 308, "4.57.6": 537, "5.0.0": 572, "5.23.0": 831,
}  # fmt: skip
COMPUTED = {("2.5.1", "id2label"), ("2.5.1", "label2id"), ("2.8.0", "id2label"), ("2.8.0", "label2id")}
"""Defaults that depend on other values of the object, and hence stay unknown."""


@pytest.fixture(scope="module")
def published_release(wheel):
    return read_source(wheel(PUBLISHED["release"]), architectures=False)


@pytest.mark.parametrize("name", sorted(PUBLISHED["classes"]))
def test_signatures_equal_those_that_were_published(published_release, name):
    expected = PUBLISHED["classes"][name]
    record = next(item for item in published_release.classes if item.name == name)
    assert record.module == expected["module"]
    assert [item.name for item in record.parameters] == list(expected["parameters"])
    for parameter in record.parameters:
        published = expected["parameters"][parameter.name]
        assert parameter.default_known
        assert parameter.required is ("default" not in published)
        assert parameter.required or same_value(parameter.default, to_json(published["default"]))


def test_a_default_is_what_the_code_says_not_what_the_page_says(wheel):
    release = read_source(wheel("4.40.2"), architectures=False)
    mega = next(item for item in release.classes if item.name == "MegaConfig")
    parameter = next(item for item in mega.parameters if item.name == "add_token_type_embeddings")
    assert (parameter.default, parameter.documented_default) == (False, True)


@pytest.mark.parametrize(("version", "classes"), EVERY_KIND.items())
def test_every_configuration_of_a_release_is_read(wheel, version, classes):
    release = read_source(wheel(version), architectures=False)
    assert release.version == version
    assert len(release.classes) == classes
    assert release.failures == ()
    unknown = {
        (version, parameter.name)
        for item in release.classes
        for parameter in item.parameters
        if not parameter.default_known
    }
    assert unknown <= COMPUTED
