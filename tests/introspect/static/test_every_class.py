"""On the installed release the static reader says of every class what the live one says."""

from __future__ import annotations

import dataclasses

from catalog.records import Release, canonical_json, to_document

TOLERATED: dict[str, str] = {}
"""Class → why its two records may differ. None does today."""


def test_both_readers_find_the_same_classes(installed_release: Release, installed_static: Release):
    assert [item.name for item in installed_static.classes] == [item.name for item in installed_release.classes]
    assert installed_static.version == installed_release.version
    assert installed_static.extractor == "static"
    assert not [item for item in installed_static.failures if item.stage == "parse"]


def test_every_class_has_the_same_definition(installed_release: Release, installed_static: Release):
    static = {item.name: item for item in installed_static.classes}
    different = {
        live.name: _differences(to_document(live), to_document(static[live.name]))
        for live in installed_release.classes
        if canonical_json(to_document(live)) != canonical_json(to_document(static[live.name]))
    }
    assert {name: found for name, found in different.items() if name not in TOLERATED} == {}
    assert TOLERATED.keys() <= different.keys(), "a difference that is tolerated is no more"


def test_every_default_is_known(installed_static: Release):
    unknown = [
        (item.name, parameter.name)
        for item in installed_static.classes
        for parameter in item.parameters
        if not parameter.default_known
    ]
    assert unknown == []


def test_vocabularies_architectures_and_model_types_are_the_same(installed_release: Release, installed_static: Release):
    assert installed_static.vocabularies == installed_release.vocabularies
    # Reading the installed release may leave these to a later step.
    if installed_release.architectures:
        assert installed_static.architectures == installed_release.architectures
        assert installed_static.model_types == installed_release.model_types


def test_the_fingerprint_follows_the_files_that_were_read(installed_static: Release):
    assert len(installed_static.fingerprint) == 64
    assert dataclasses.replace(installed_static).fingerprint == installed_static.fingerprint


def _differences(live, static):
    """Fields that differ; of parameters, those of each."""
    found = {key: (live.get(key), static.get(key)) for key in {*live, *static} if live.get(key) != static.get(key)}
    if "parameters" in found:
        pairs = zip(*(found.pop("parameters")), strict=False)
        found |= {
            f"{one['name']}.{key}": (one.get(key), other.get(key))
            for one, other in pairs
            for key in {*one, *other}
            if one.get(key) != other.get(key)
        }
    return found
