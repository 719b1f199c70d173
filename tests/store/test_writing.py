"""Writing a release: all of it or nothing, the same again changes nothing, and definitions are shared."""

from __future__ import annotations

from dataclasses import replace

import pytest
from samples import LLAMA, NEXT, RELEASE
from sqlalchemy import func, select

from catalog.records import Parameter
from catalog.store import schema
from catalog.store.engine import reading


def count(store, table) -> int:
    with reading(store.engine, store.location) as connection:
        return connection.scalar(select(func.count()).select_from(table))


def test_the_report_tells_what_is_new(store):
    report = store.write_release(RELEASE)
    assert (report.version, report.unchanged) == ("5.23.0", False)
    assert (report.classes_added, report.classes_changed, report.classes_removed) == (4, 0, 0)
    assert (report.definitions_added, report.parameters_added, report.architectures_added) == (4, 14, 3)


def test_the_same_release_again_changes_nothing(store):
    store.write_release(RELEASE)
    (before,) = store.releases()
    report = store.write_release(RELEASE)
    assert report.unchanged
    assert report.definitions_added == report.classes_added == 0
    assert store.releases() == (before,)
    assert store.fingerprint("5.23.0") == "first"
    assert store.fingerprint("5.24.0") is None


def test_releases_share_what_is_the_same_in_them(store):
    store.write_release(RELEASE)
    report = store.write_release(NEXT)
    assert (report.classes_added, report.definitions_added, report.parameters_added) == (3, 1, 1)
    assert report.architectures_added == 0
    assert count(store, schema.definition) == 5
    old, new = store.class_digests("5.23.0"), store.class_digests("5.24.0")
    assert old["Llama4TextConfig"] == new["Llama4TextConfig"]
    assert old["LlamaConfig"] != new["LlamaConfig"]
    assert store.config_class("5.23.0", "LlamaConfig").parameters[0].default == 4096
    assert store.config_class("5.24.0", "LlamaConfig").parameters[0].default == 8192


def test_a_version_read_anew_takes_the_place_of_its_former_content(store):
    store.write_release(RELEASE)
    report = store.write_release(replace(NEXT, version="5.23.0"))
    assert (report.classes_added, report.classes_changed, report.classes_removed) == (0, 1, 1)
    assert [info.fingerprint for info in store.releases()] == ["second"]
    assert [row.name for row in store.class_rows("5.23.0")] == ["Llama4TextConfig", "LlamaConfig", "PreTrainedConfig"]
    assert store.failures("5.23.0") == ()


def test_the_day_of_a_release_is_kept_where_a_later_reading_does_not_tell_it(store):
    store.write_release(replace(RELEASE, released="2026-11-13T10:00:00+00:00"))
    store.write_release(replace(RELEASE, released=None, fingerprint="installed"))
    assert store.releases()[0].released == "2026-11-13T10:00:00+00:00"


def test_what_cannot_be_written_leaves_the_catalog_as_it_was(store):
    store.write_release(RELEASE)
    not_json = Parameter(name="x", position=0, default=float("nan"))
    broken = replace(NEXT, version="5.23.0", classes=(replace(LLAMA, parameters=(not_json,)),))
    with pytest.raises(ValueError, match="JSON"):
        store.write_release(broken)
    late = replace(NEXT, version="5.23.0", failures=(None,))
    with pytest.raises(AttributeError):
        store.write_release(late)
    assert store.fingerprint("5.23.0") == "first"
    assert store.config_class("5.23.0", "LlamaConfig") == LLAMA


def test_a_removed_release_leaves_its_definitions_until_they_are_collected(store):
    store.write_release(RELEASE)
    store.write_release(NEXT)
    assert store.delete_release("5.23.0")
    assert not store.delete_release("5.23.0")
    assert [info.version for info in store.releases()] == ["5.24.0"]
    assert count(store, schema.definition) == 5
    report = store.collect_garbage()
    assert (report.definitions, report.parameters, report.architectures, report.others) == (1, 3, 0, 1)
    assert count(store, schema.definition) == count(store, schema.definition_document) == 4
    assert store.config_class("5.24.0", "LlamaConfig").parameters[0].default == 8192


def test_a_document_that_others_are_kept_against_goes_with_the_last_of_them(store):
    store.write_release(RELEASE)
    store.write_release(NEXT)
    with reading(store.engine, store.location) as connection:
        bases = connection.scalar(select(func.count(schema.definition_document.c.base_id)))
    assert bases == 1, "the changed class is kept against what it was"
    store.delete_release("5.23.0")
    store.collect_garbage()
    assert store.config_class("5.24.0", "LlamaConfig").parameters[0].default == 8192
    store.delete_release("5.24.0")
    assert store.collect_garbage().definitions == 4
    assert count(store, schema.definition) == count(store, schema.definition_document) == 0


def test_search_still_finds_what_is_left_after_collecting(store):
    store.write_release(RELEASE)
    store.write_release(NEXT)
    before = [(hit.kind, hit.name, hit.config_class) for hit in store.search("5.24.0", "hidden size llama")]
    store.delete_release("5.23.0")
    store.collect_garbage()
    assert [(hit.kind, hit.name, hit.config_class) for hit in store.search("5.24.0", "hidden size llama")] == before
    assert store.search("5.24.0", "projector") == ()
    assert store.collect_garbage().definitions == 0


def test_a_collected_definition_can_come_back(store):
    store.write_release(RELEASE)
    store.delete_release("5.23.0")
    store.collect_garbage()
    assert count(store, schema.definition) == 0
    assert store.write_release(RELEASE).definitions_added == 4
    assert store.config_class("5.23.0", "LlamaConfig") == LLAMA
    assert store.search("5.23.0", "rope theta")[0].name == "rope_theta"
