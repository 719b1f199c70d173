"""From 4.57.6 to 5.23.0: every parameter that came or went is accounted for. Runs where a folder has the wheels."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from catalog.history import diff_classes
from catalog.introspect.sources import WheelSource
from catalog.introspect.static import read_source


@pytest.fixture(scope="module")
def releases():
    folder = os.environ.get("CATALOG_WHEELS")
    found = []
    for version in ("4.57.6", "5.23.0"):
        wheels = sorted(Path(folder).glob(f"transformers-{version}-*.whl")) if folder else []
        if not wheels:
            pytest.skip(f"CATALOG_WHEELS names no folder with the wheel of transformers {version}")
        found.append({item.name: item for item in read_source(WheelSource(wheels[0]), architectures=False).classes})
    return found


@pytest.fixture(scope="module")
def changes(releases):
    old, new = releases
    found = diff_classes(old.values(), new.values(), release="5.23.0")
    return [item for item in found if item.parameter and item.config_class in old.keys() & new.keys()]


def _names(classes, common):
    return {(name, parameter.name) for name in common for parameter in classes[name].parameters}


def test_617_declared_names_are_new(releases, changes):
    """153 are new, 381 were taken through the common base before, and 83 are new names of old parameters."""
    old, new = releases
    common = old.keys() & new.keys()
    declared = {item for item in _names(new, common) - _names(old, common) if not item[1].startswith("_")}
    assert len(declared) == 617
    added = {(item.config_class, item.parameter) for item in changes if item.change == "added"}
    moved = {(item.config_class, item.parameter) for item in changes if item.change == "moved"}
    targets = {(item.config_class, item.after.split(".")[0]) for item in changes if item.change == "renamed"}
    assert (len(declared & added), len(declared & moved), len((declared & targets) - moved - added)) == (153, 381, 83)
    assert declared <= added | moved | targets


def test_426_declared_names_are_gone(releases, changes):
    """97 are gone, 292 go on under another name, and 37 are kept by a property of the same name."""
    old, new = releases
    common = old.keys() & new.keys()
    gone = _names(old, common) - _names(new, common)
    assert len(gone) == 426
    removed = {(item.config_class, item.parameter) for item in changes if item.change == "removed"}
    renamed = {(item.config_class, item.parameter) for item in changes if item.change == "renamed"}
    kept = gone - removed - renamed
    assert (len(gone & removed), len(gone & renamed)) == (97, 292)
    assert Counter(name for _, name in kept) == {"out_indices": 19, "out_features": 18}


def test_35_defaults_changed_under_the_same_name(changes):
    certain = [item for item in changes if item.change == "default" and item.confidence == "certain"]
    with_none = [item for item in certain if item.before is None or item.after is None]
    assert (len(certain) - len(with_none), len(with_none)) == (9, 26)


def test_known_stories_are_told(changes):
    told = {(item.config_class, item.parameter, item.change): (item.before, item.after) for item in changes}
    assert told["MT5Config", "tie_word_embeddings", "default"] == (False, True)
    assert told["LlamaConfig", "rope_theta", "renamed"] == ("rope_theta", "rope_parameters.rope_theta")
    assert told["VipLlavaConfig", "vision_feature_layers", "renamed"][1] == "vision_feature_layer"
    assert told["BertConfig", "position_embedding_type", "removed"] == ("absolute", None)
