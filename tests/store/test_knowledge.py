"""The checker's view: the same answers from memory, from SQLite without SQLAlchemy, and from a store."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from samples import NEXT, RELEASE, releases

from catalog.errors import DatabaseError, NotFoundError
from catalog.records import Release
from catalog.specs.knowledge import Knowledge
from catalog.specs.memory import ReleaseKnowledge
from catalog.store import SqliteKnowledge, StoreKnowledge, open_knowledge, open_store


def assert_same_answers(one: Knowledge, other: Knowledge, release: Release) -> None:
    assert one.release == other.release
    assert one.class_names() == other.class_names()
    assert one.model_types() == other.model_types()
    assert one.architectures() == other.architectures()
    assert one.tasks() == other.tasks()
    for name in (*one.class_names(), "PreTrainedConfig", "PretrainedConfig", "Unknown"):
        assert one.config_class(name) == other.config_class(name)
        assert dict(one.effective(name)) == dict(other.effective(name))
        for task in (*one.tasks(), "unknown"):
            assert one.architecture_for_task(name, task) == other.architecture_for_task(name, task)
    for model_type in (*one.model_types(), "unknown"):
        assert one.class_of_model_type(model_type) == other.class_of_model_type(model_type)
    for architecture in (*one.architectures(), "Unknown"):
        assert one.architecture_class(architecture) == other.architecture_class(architecture)
    for name in (*release.vocabularies, "unknown"):
        assert one.vocabulary(name) == other.vocabulary(name)
    for parameter in {p.name for config in release.classes for p in config.parameters} | {"unknown"}:
        assert one.classes_with(parameter) == other.classes_with(parameter)


def test_a_store_answers_as_memory_does(store):
    store.write_release(NEXT)
    store.write_release(RELEASE)
    for release in (RELEASE, NEXT):
        assert_same_answers(StoreKnowledge(store, release.version), ReleaseKnowledge(release), release)


def test_a_file_answers_as_memory_does(tmp_path):
    path = tmp_path / "catalog.db"
    with open_store(path) as store:
        store.write_release(RELEASE)
        store.write_release(NEXT)
    for release in (RELEASE, NEXT):
        with SqliteKnowledge(path, release.version) as knowledge:
            assert_same_answers(knowledge, ReleaseKnowledge(release), release)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(release=releases())
def test_a_file_answers_as_memory_does_for_any_release(tmp_path_factory, release):
    path = tmp_path_factory.mktemp("knowledge") / "catalog.db"
    with open_store(path) as store:
        store.write_release(release)
    with SqliteKnowledge(path) as knowledge:
        assert_same_answers(knowledge, ReleaseKnowledge(release), release)


def test_the_newest_release_is_taken_where_none_is_named(database):
    with open_store(database) as store:
        for version in ("5.9.0", "5.10.0", "5.0.0"):
            store.write_release(replace(RELEASE, version=version, fingerprint=version))
    with open_knowledge(database) as knowledge:
        assert knowledge.release == "5.10.0"
    with open_knowledge(database, "5.0.0") as knowledge:
        assert knowledge.release == "5.0.0"
    with pytest.raises(NotFoundError, match=r"5\.9\.0"):
        open_knowledge(database, "5.9.1")


def test_a_catalog_without_releases_says_how_to_fill_it(database):
    open_store(database).close()
    with pytest.raises(DatabaseError, match="catalog sync"):
        open_knowledge(database)


def test_a_missing_catalog_says_how_to_make_it_and_is_not_made(tmp_path):
    path = tmp_path / "none" / "catalog.db"
    with pytest.raises(DatabaseError, match="catalog sync"):
        open_knowledge(path)
    assert not path.parent.exists()


def test_reading_goes_on_while_a_release_is_written(tmp_path):
    from catalog.store.engine import writing
    from catalog.store.write import prepare, write

    path = tmp_path / "catalog.db"
    with open_store(path) as store:
        store.write_release(RELEASE)
        with writing(store.engine, store.location, timeout=1) as connection:
            write(connection, prepare(NEXT), store._fulltext)
            with SqliteKnowledge(path) as knowledge:
                assert knowledge.release == "5.23.0"
                assert knowledge.config_class("LlamaConfig") is not None
    with SqliteKnowledge(path) as knowledge:
        assert knowledge.release == "5.24.0"


CHECKER = """
import sys
from catalog.store.light import open_knowledge
with open_knowledge(sys.argv[1]) as knowledge:
    assert knowledge.config_class("LlamaConfig").parameters
    assert knowledge.classes_with("hidden_size")
    assert knowledge.architecture_for_task("LlamaConfig", "text-generation")
heavy = {"sqlalchemy", "alembic", "torch", "transformers", "rich", "platformdirs", "packaging", "rapidfuzz"}
print(sorted(heavy & set(sys.modules)))
"""


def test_the_checker_imports_nothing_heavy(tmp_path):
    path = tmp_path / "catalog.db"
    with open_store(path) as store:
        store.write_release(RELEASE)
    result = subprocess.run([sys.executable, "-c", CHECKER, str(path)], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
