"""What is written to a catalog is what is read from it, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from samples import BASE, LLAMA, NEXT, PAIR, RELEASE, releases

from catalog.errors import NotFoundError
from catalog.records import ConfigClass, Parameter, Release
from catalog.store import Store, open_store


def read_back(store: Store, version: str) -> Release:
    """The release as the store's reading functions give it."""
    info = next(info for info in store.releases() if info.version == version)
    return Release(
        version=info.version,
        extractor=info.extractor,
        fingerprint=info.fingerprint,
        released=info.released,
        environment=info.environment,
        classes=tuple(store.config_classes(version)),
        observations=store.observations(version),
        architectures=store.architectures(version),
        model_types=store.model_types(version),
        vocabularies=store.vocabularies(version),
        failures=store.failures(version),
        seconds=info.seconds,
    )


def in_order(release: Release) -> Release:
    """The release as the store promises to give it back: sorted by name. Traits are part of the class rows."""
    return replace(
        release,
        classes=tuple(sorted(release.classes, key=lambda config: config.name)),
        observations=tuple(sorted(release.observations, key=lambda observation: observation.config_class)),
        architectures=tuple(sorted(release.architectures, key=lambda architecture: architecture.name)),
        model_types=tuple(sorted(release.model_types, key=lambda model_type: model_type.name)),
        traits=(),
    )


def test_a_release_comes_back_as_it_was_written(store):
    store.write_release(RELEASE)
    assert read_back(store, "5.23.0") == in_order(RELEASE)


def test_an_empty_release_comes_back(store):
    empty = Release(version="1.0", extractor="static", fingerprint="")
    store.write_release(empty)
    assert read_back(store, "1.0") == empty
    assert store.class_rows("1.0") == store.parameters_named("1.0", "x") == store.search("1.0", "x") == ()
    assert store.parameter_names("1.0") == {}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared_store(request, tmp_path_factory) -> Iterator[Store]:
    """One store for all examples of a property."""
    if request.param == "sqlite":
        with open_store(tmp_path_factory.mktemp("shared") / "catalog.db") as store:
            yield store
    else:
        from postgres import new_database

        with new_database(request.getfixturevalue("postgres_server")) as url, open_store(url) as store:
            yield store


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(release=releases())
@example(release=RELEASE)
@example(release=NEXT)
def test_any_release_comes_back_as_it_was_written(shared_store, release):
    shared_store.delete_release(release.version)
    shared_store.write_release(release)
    assert read_back(shared_store, release.version) == in_order(release)


def test_one_class_is_read_by_its_name(store):
    store.write_release(RELEASE)
    assert store.config_class("5.23.0", "LlamaConfig") == LLAMA
    assert store.config_class("5.23.0", "PreTrainedConfig") == BASE
    assert store.config_class("5.23.0", "llamaconfig") is None
    observation = store.observation("5.23.0", "LlamaConfig")
    assert observation is not None
    assert observation.effective == {"num_key_value_heads": 32, "dtype": None}
    assert store.observation("5.23.0", "PreTrainedConfig") is None


def test_class_rows_tell_what_a_list_shows(store):
    store.write_release(RELEASE)
    rows = {row.name: row for row in store.class_rows("5.23.0")}
    assert list(rows) == ["Llama4TextConfig", "LlamaConfig", "PairConfig", "PreTrainedConfig"]
    llama, pair = rows["LlamaConfig"], rows["PairConfig"]
    assert (llama.module, llama.model_types, llama.modality) == (LLAMA.module, ("llama",), "text")
    assert llama.attention == ("multi-head",)
    assert llama.tasks == ("feature-extraction", "text-generation")
    assert (llama.constructs, llama.reason) == (True, None)
    assert rows["Llama4TextConfig"].tasks == ("feature-extraction",), "an architecture counts by its model types, too"
    assert (pair.constructs, pair.reason) == (False, "TypeError: projector is missing")
    assert pair.sub_configs == {"text_config": "LlamaConfig", "vision_config": None}
    assert (pair.deprecated, pair.modality, pair.model_types) == (True, None, ("pair",))
    assert rows["PreTrainedConfig"].is_base
    assert rows["PreTrainedConfig"].constructs is None


def test_architectures_are_read_by_class_and_by_model_type(store):
    store.write_release(RELEASE)
    assert [found.name for found in store.architectures("5.23.0", "LlamaConfig")] == ["LlamaForCausalLM", "LlamaModel"]
    assert [found.name for found in store.architectures("5.23.0", "Llama4TextConfig")] == ["LlamaModel"]
    assert store.architectures("5.23.0", "PairConfig") == ()


def test_releases_are_told_newest_first(store):
    for version in ("4.9.0", "4.10.0", "5.0.0rc1", "5.0.0", "not a version"):
        store.write_release(Release(version=version, extractor="static", fingerprint=version))
    assert [info.version for info in store.releases()] == ["5.0.0", "5.0.0rc1", "4.10.0", "4.9.0", "not a version"]


def test_a_release_knows_its_size_and_when_it_was_written(store):
    store.write_release(RELEASE)
    (info,) = store.releases()
    common = {parameter.name for config in RELEASE.classes if config.is_base for parameter in config.parameters}
    beyond = [p for config in RELEASE.classes if not config.is_base for p in config.parameters if p.name not in common]
    assert (info.classes, info.parameters, info.architectures, info.failures) == (3, len(beyond), 3, 1)
    assert 0 < len(beyond) < sum(len(config.parameters) for config in RELEASE.classes)
    assert info.synced_at.tzinfo is not None


def test_a_release_that_is_not_there_is_named_with_suggestions(store):
    store.write_release(RELEASE)
    with pytest.raises(NotFoundError, match=r"no cataloged release named '5\.23\.1'.*5\.23\.0"):
        store.class_rows("5.23.1")


def test_a_nul_character_survives_in_documents(store):
    odd = ConfigClass(
        name="OddConfig",
        module="m",
        summary="nul \0 here",
        parameters=(Parameter(name="x", position=0, default="a\0b", description="c\0d", default_source="'a\0b'"),),
    )
    store.write_release(Release(version="1", extractor="live", fingerprint="", classes=(odd,)))
    assert store.config_class("1", "OddConfig") == odd
    (use,) = store.parameters_named("1", "x")
    assert use.effective == "a\0b"
    assert store.search("1", "nul")[0].name == "OddConfig"


def test_a_deprecated_class_with_a_required_parameter_keeps_both_facts(store):
    store.write_release(RELEASE)
    (use,) = store.parameters_named("5.23.0", "projector")
    assert use.parameter == PAIR.parameters[2]
    assert use.parameter.required
