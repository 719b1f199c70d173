"""Rotary keys of version 4 move into ``rope_parameters`` where transformers makes the same configuration of both."""

from __future__ import annotations

import copy
import importlib
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from catalog.records import ConfigClass, Json, Parameter, Release
from catalog.specs.knowledge import Knowledge
from catalog.specs.loading import load_text
from catalog.specs.memory import ReleaseKnowledge
from catalog.specs.migration import FileMigration, migrate
from catalog.specs.migration.operations import applied
from catalog.specs.migration.rotary import rotary_operation
from catalog.specs.nodes import Mapping
from catalog.specs.views import ClassView, Views

OLD = "4.57.0"
LINEAR = {"type": "linear", "factor": 4.0}
YARN = {"rope_type": "yarn", "factor": 4.0}
GIVEN: tuple[dict[str, Json], ...] = (
    {"rope_scaling": LINEAR},
    {"rope_scaling": LINEAR, "rope_theta": 500000.0},
    {"rope_theta": 500000.0, "rope_scaling": YARN},
    {"rope_scaling": None, "rope_theta": 500000.0},
    {"rope_scaling": {**LINEAR, "rope_theta": 7.0}, "rope_theta": 500000.0},
)
NEVER_HAD_THETA = {
    "GPTNeoXConfig", "GPTNeoXJapaneseConfig", "MoonshineStreamingConfig", "Nemotron3_5TranscribeAsrAudioConfig",
    "Nemotron3_5TranscribeWordTimestampConfig",
}  # fmt: skip
"""Classes that called it ``rotary_emb_base``, or that came with ``rope_parameters``, so that no spec gives it."""


def of_version_4(config: ConfigClass) -> ConfigClass:
    """A class as it would have been before its rotary values went into one block."""
    rest = [parameter for parameter in config.parameters if parameter.name != "rope_parameters"]
    if len(rest) == len(config.parameters):
        return config
    theta = Parameter(name="rope_theta", position=len(rest), default=10000.0)
    scaling = Parameter(name="rope_scaling", position=len(rest) + 1)
    return replace(config, parameters=(*rest, theta, scaling))


@pytest.fixture(scope="module")
def releases(installed_release: Release) -> dict[str, Knowledge]:
    old = replace(installed_release, version=OLD, classes=tuple(map(of_version_4, installed_release.classes)))
    return {OLD: ReleaseKnowledge(old), "new": ReleaseKnowledge(installed_release)}


def moved(releases: dict[str, Knowledge], text: str, path: str = "spec.yaml") -> FileMigration:
    def open_release(version: str) -> Knowledge:
        return releases[version if version == OLD else "new"]

    return migrate(load_text(text, path), target=releases["new"].release, open_release=open_release, release=OLD)


def rotary_classes(releases: dict[str, Knowledge]) -> Iterator[tuple[type, ClassView]]:
    views = Views(releases["new"])
    for name in releases["new"].class_names():
        view = views.of_class(name)
        if view is not None and "rope_parameters" in view.records:
            yield getattr(importlib.import_module(view.record.module), name), view


def made(config_class: type, params: dict[str, Any]) -> dict[str, Any] | str:
    try:
        return config_class(**copy.deepcopy(params)).to_dict()
    except Exception as error:  # noqa: BLE001  # what one spelling raises, the other must raise
        return type(error).__name__


def test_every_class_makes_the_same_configuration_of_both_spellings(releases: dict[str, Knowledge]) -> None:
    changed, wrong = set(), []
    for number, (config_class, view) in enumerate(rotary_classes(releases)):
        for params in (GIVEN[number % len(GIVEN)], GIVEN[(number + 1) % len(GIVEN)]):  # all of each would take long
            (spec,) = load_text(json.dumps({"params": params}), "spec.json").specs
            assert isinstance(spec.params, Mapping)
            after: dict[str, Any] = {"params": params}
            found = [rotary_operation(key, view, ("params",), spec.params) for key in ("rope_scaling", "rope_theta")]
            before = made(config_class, params) if any(found) else {}
            for key, operation in zip(("rope_scaling", "rope_theta"), found, strict=True):
                if key in params and operation is not None:
                    after = applied(after, operation)
                    # Each step for itself means the same, so that none depends on the next.
                    if made(config_class, after["params"]) != before:
                        wrong.append((view.name, params, after))
            if after["params"] != params:
                changed.add(view.name)
    assert {name for name, _, _ in wrong} <= NEVER_HAD_THETA
    assert len(changed) > 120


def test_scaling_is_renamed_where_it_stands_and_takes_theta_along(releases: dict[str, Knowledge]) -> None:
    text = (
        f'model_type: llama\nrelease: "{OLD}"\nparams:\n  rope_theta: 500000.0  # base\n  rope_scaling:\n'
        "    type: linear  # as trained\n    factor: 4.0\n  hidden_size: 64\n"
    )
    result = moved(releases, text)
    assert result.after == (
        f'model_type: llama\nrelease: "{releases["new"].release}"\nparams:\n  rope_parameters:\n'
        "    type: linear  # as trained\n    factor: 4.0\n    rope_theta: 500000.0\n  hidden_size: 64\n"
    )
    assert moved(releases, result.after).after == result.after


def test_a_config_json_without_scaling_gets_the_default_kind(releases: dict[str, Knowledge]) -> None:
    text = '{"model_type": "llama", "rope_scaling": null, "rope_theta": 500000.0, "hidden_size": 64}'
    result = moved(releases, text, "config.json")
    after = {"model_type": "llama", "rope_parameters": {"rope_type": "default", "rope_theta": 500000.0}}
    assert json.loads(result.after) == {**after, "hidden_size": 64}


@pytest.mark.parametrize(
    ("model_type", "params"),
    [
        ("gemma3_text", {"rope_theta": 500000.0, "rope_scaling": LINEAR}),  # one set for each kind of layer
        ("apertus", {"rope_theta": 500000.0}),  # scaled by default, which rope_theta alone does not end
        ("qwen2_vl_text", {"rope_scaling": {"type": "mrope", "mrope_section": [16, 24, 24]}, "rope_theta": 1e6}),
        ("llama", {"rope_scaling": {"full_attention": LINEAR}, "rope_theta": 500000.0}),
        ("llama", {"rope_scaling": "linear", "rope_theta": 500000.0}),
        ("llama", {"rope_scaling": LINEAR, "rope_parameters": {"rope_theta": 500000.0}}),
        ("llama", {"rope_theta": "much"}),
    ],
)
def test_what_is_not_certain_stays(releases: dict[str, Knowledge], model_type: str, params: dict[str, Json]) -> None:
    after = json.loads(moved(releases, json.dumps({"model_type": model_type, "params": params}), "spec.json").after)
    assert after["params"] == params


def test_theta_stays_where_it_would_change_what_an_alias_shares(releases: dict[str, Knowledge]) -> None:
    text = (
        "shared: &scaling {type: linear, factor: 4.0}\nmodel_type: llama\nparams:\n"
        "  rope_scaling: *scaling\n  rope_theta: 500000.0\n"
    )
    after = text.replace("rope_scaling:", "rope_parameters:")  # theta beside it counts as before
    assert moved(releases, text).after == after
