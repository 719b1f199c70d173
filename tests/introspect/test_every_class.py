"""Every configuration class of the installed transformers, compared with the class itself."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import inspect
import json
import logging
import sys
from pathlib import Path

import pytest

from catalog.introspect.docstrings import parse_docstring
from catalog.introspect.package import quiet, read_package
from catalog.introspect.sources import FolderSource
from catalog.introspect.walk import subclasses_of
from catalog.records import ConfigClass, Release, canonical_json, config_class_from_document, to_document
from catalog.values import to_json


@pytest.fixture(scope="module")
def base() -> type:
    import transformers

    root = Path(transformers.__file__).parent
    with quiet():
        for file in sorted(root.rglob("configuration_*.py")):
            relative = file.relative_to(root).with_suffix("").as_posix().replace("/", ".")
            importlib.import_module(f"transformers.{relative}")
    return transformers.PreTrainedConfig


@pytest.fixture(scope="module")
def classes(base: type) -> dict[str, type]:
    return {cls.__name__: cls for cls in [base, *subclasses_of(base, package="transformers")]}


@pytest.fixture(scope="module")
def records(installed_release: Release) -> dict[str, ConfigClass]:
    return {record.name: record for record in installed_release.classes}


def test_every_subclass_has_one_record(classes, records, installed_release):
    assert records.keys() == classes.keys()
    assert len(installed_release.classes) == len(records)
    assert [record.name for record in installed_release.classes] == sorted(records)


def test_every_parameter_and_default_is_the_class_own(classes, records, base):
    common = {field.name for field in dataclasses.fields(base)}
    for name, cls in classes.items():
        record = records[name]
        redeclared = {field for owner in cls.__mro__ if owner not in base.__mro__ for field in _annotations(owner)}
        expected = [field for field in dataclasses.fields(cls) if field.name not in common - redeclared or cls is base]
        assert [parameter.name for parameter in record.parameters] == [field.name for field in expected]
        assert [parameter.position for parameter in record.parameters] == list(range(len(expected)))
        for parameter, field in zip(record.parameters, expected, strict=True):
            required = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
            assert parameter.required is required
            if not required:
                assert parameter.default == to_json(field.default), f"{name}.{field.name}"
                assert parameter.default_source
            assert parameter.annotation
            assert parameter.type is not None


def test_what_every_class_inherits_is_attributed_to_its_owner(classes, records):
    for name, cls in classes.items():
        for parameter in records[name].parameters:
            if parameter.inherited_from is None:
                assert parameter.name in _annotations(cls)
            else:
                assert parameter.name not in _annotations(cls)
                owner = next(item for item in cls.__mro__ if item.__name__ == parameter.inherited_from)
                assert parameter.name in _annotations(owner)


def test_every_class_is_placed_among_its_relatives(classes, records, base):
    for name, cls in classes.items():
        record = records[name]
        assert record.module == cls.__module__
        assert record.bases == tuple(item.__name__ for item in cls.__bases__)
        assert set(record.ancestors) == {item.__name__ for item in cls.__mro__[1:] if issubclass(item, base)}
        assert record.is_base is (cls is base)
        assert dict(record.attribute_map) == dict(cls.attribute_map)
        assert {item.name for item in record.sub_configs} == set(cls.sub_configs)
        for item in record.sub_configs:
            expected = cls.sub_configs[item.name].__name__
            assert item.config_class == (None if expected == "AutoConfig" else expected)
            assert item.config_class or item.model_type


def test_every_observation_holds_what_construction_changes(classes, installed_release, base):
    observed = {item.config_class: item for item in installed_release.observations}
    assert observed.keys() == classes.keys() - {base.__name__}
    for name, observation in observed.items():
        if not observation.constructs:
            continue
        with quiet():
            values = vars(classes[name]())
        declared = {field.name: to_json(field.default) for field in dataclasses.fields(classes[name])}
        for parameter, default in declared.items():
            if parameter in values:
                effective = observation.effective.get(parameter, default)
                assert effective == to_json(values[parameter]), f"{name}.{parameter}"


def test_what_does_not_construct_is_a_failure_with_its_reason(installed_release):
    failed = {item.config_class: item.reason for item in installed_release.observations if not item.constructs}
    recorded = {item.subject: item.reason for item in installed_release.failures if item.stage == "construct"}
    assert failed == recorded
    for reason in failed.values():
        assert reason
        assert "\n" not in reason
        assert len(reason) <= 300


def test_no_parameter_documented_in_a_class_is_lost(classes, records):
    for name, record in records.items():
        documented = parse_docstring(classes[name].__dict__.get("__doc__")).parameters
        for parameter in record.parameters:
            if parameter.name in documented:
                assert parameter.inferred_from is None
                assert parameter.description == (documented[parameter.name].description or None)


def test_nearly_every_parameter_is_documented(records):
    parameters = [parameter for record in records.values() if not record.is_base for parameter in record.parameters]
    documented = [item for item in parameters if item.description and item.inferred_from is None]
    assert len(documented) > 0.95 * len(parameters)


def test_every_record_survives_json(records):
    for record in records.values():
        text = canonical_json(to_document(record))
        assert config_class_from_document(json.loads(text)) == record


def test_constructing_classes_does_not_change_what_they_say(classes, installed_release, base):
    for cls in classes.values():
        with quiet(), contextlib.suppress(Exception):
            cls()
    vocabularies = installed_release.vocabularies
    tree = FolderSource(Path(sys.modules["transformers"].__file__).parent)
    facts = read_package("transformers", base, tree, vocabularies=vocabularies)
    assert facts.classes == installed_release.classes
    assert facts.observations == installed_release.observations


def test_reading_leaves_logging_as_it_was():
    before = logging.root.manager.disable
    with quiet():
        assert logging.root.manager.disable == logging.CRITICAL
    assert logging.root.manager.disable == before


def _annotations(cls: type) -> dict[str, object]:
    return inspect.get_annotations(cls)
