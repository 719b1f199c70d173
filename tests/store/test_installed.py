"""The installed transformers in a catalog: every class comes back, the file is small, searches find what is meant."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.records import Release
from catalog.specs.memory import ReleaseKnowledge
from catalog.store import SqliteKnowledge, Store, open_store

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request, tmp_path_factory, installed_release) -> Iterator[Store]:
    if request.param == "sqlite":
        with open_store(tmp_path_factory.mktemp("installed") / "catalog.db") as store:
            store.write_release(installed_release)
            yield store
    else:
        from postgres import new_database

        with new_database(request.getfixturevalue("postgres_server")) as url, open_store(url) as store:
            store.write_release(installed_release)
            yield store


def test_every_class_comes_back(filled: Store, installed_release: Release):
    version = installed_release.version
    written = {config.name: config for config in installed_release.classes}
    assert {config.name: config for config in filled.config_classes(version)} == written
    assert filled.observations(version) == tuple(sorted(installed_release.observations, key=lambda o: o.config_class))
    assert filled.model_types(version) == installed_release.model_types
    assert filled.failures(version) == installed_release.failures
    assert filled.vocabularies(version) == dict(installed_release.vocabularies)
    architectures = {architecture.name: architecture for architecture in filled.architectures(version)}
    assert architectures == {architecture.name: architecture for architecture in installed_release.architectures}


def test_every_parameter_comes_back_in_the_pivot(filled: Store, installed_release: Release):
    version = installed_release.version
    declared = {
        (config.name, parameter.name): parameter
        for config in installed_release.classes
        for parameter in config.parameters
        if not config.is_base
    }
    names = sorted({name for _, name in declared})
    for name in names[::20]:
        uses = {use.config_class: use.parameter for use in filled.parameters_named(version, name)}
        own = {config: parameter for (config, of), parameter in declared.items() if of == name}
        assert {config: uses[config] for config in own} == own


def test_writing_it_again_changes_nothing(filled: Store, installed_release: Release):
    assert filled.write_release(installed_release).unchanged
    report = filled.write_release(installed_release, force=True)
    assert (report.classes_added, report.classes_changed, report.definitions_added, report.parameters_added) == (0,) * 4


@pytest.mark.parametrize(
    ("query", "kind", "name", "config_class"),
    [
        ("hidden size llama", "parameter", "hidden_size", "LlamaConfig"),
        ("LlamaConfig.num_key_value_heads", "parameter", "num_key_value_heads", "LlamaConfig"),
        ("llama", "config_class", "LlamaConfig", "LlamaConfig"),
        ("LlamaConfig", "config_class", "LlamaConfig", "LlamaConfig"),
        ("XLMRoBERTa", "config_class", "XLMRobertaConfig", "XLMRobertaConfig"),
        ("wav2vec2", "config_class", "Wav2Vec2Config", "Wav2Vec2Config"),
        ("gpt neox", "config_class", "GPTNeoXConfig", "GPTNeoXConfig"),
        ("rope theta", "parameter", "rope_theta", None),
        ("window sliding", "parameter", "sliding_window", None),
        ("bert vocab size", "parameter", "vocab_size", "BertConfig"),
        ("mixture of experts", "parameter", None, None),
        ("period of the rope embeddings", "parameter", None, None),
    ],
)
def test_searches_find_what_is_meant(filled: Store, installed_release: Release, query, kind, name, config_class):
    hits = [hit for hit in filled.search(installed_release.version, query, limit=10) if hit.kind == kind]
    assert hits, query
    assert name in (None, hits[0].name)
    assert config_class in (None, hits[0].config_class)


def test_the_checker_finds_every_class_in_the_file(filled: Store, installed_release: Release):
    path = filled.location.path
    if path is None:
        pytest.skip("the catalog is on a server")
    memory = ReleaseKnowledge(installed_release)
    with SqliteKnowledge(path) as knowledge:
        assert knowledge.class_names() == memory.class_names()
        assert knowledge.model_types() == memory.model_types()
        for name in memory.class_names():
            assert knowledge.config_class(name) == memory.config_class(name)
            assert knowledge.effective(name) == memory.effective(name)
            for task in ("text-generation", "feature-extraction", "text-classification"):
                assert knowledge.architecture_for_task(name, task) == memory.architecture_for_task(name, task)
        for model_type in memory.model_types():
            assert knowledge.class_of_model_type(model_type) == memory.class_of_model_type(model_type)


def test_a_release_is_a_small_file(filled: Store):
    path = filled.location.path
    if path is None:
        pytest.skip("the catalog is on a server")
    filled.engine.dispose()
    size = sum(file.stat().st_size for file in Path(path.parent).iterdir())
    assert size < 20_000_000
