from __future__ import annotations

import sqlite3
import zlib

import pytest

from catalog.errors import CatalogError
from catalog.introspect.sources import FolderSource
from catalog.introspect.static import DiskCache, MemoryCache, read_source
from catalog.introspect.static.modules import Modules


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "code"
    folder.mkdir()
    (folder / "configuration_a.py").write_text(
        "from transformers import PretrainedConfig\n"
        "class AConfig(PretrainedConfig):\n"
        "    def __init__(self, size=(1, 2), **kwargs): self.size = size\n"
        "    def validate_size(self): ...\n"
    )
    return FolderSource(folder)


def test_documents_come_back_and_survive_the_process(tmp_path):
    with DiskCache(tmp_path / "sub" / "cache.db") as cache:
        assert cache.get("d", "kind") is None
        cache.put("d", "kind", {"a": [1, None, "é\ud800"]})
    with DiskCache(tmp_path / "sub" / "cache.db") as cache:
        assert cache.get("d", "kind") == {"a": [1, None, "é\ud800"]}
        assert cache.get("d", "other") is None


def test_what_is_kept_gives_the_same_records_and_is_not_parsed_again(tmp_path, source, monkeypatch):
    with DiskCache(tmp_path / "cache.db") as cache:
        first = read_source(source, cache=cache)
        monkeypatch.setattr("catalog.introspect.static.modules.read_file", _fail)
        second = read_source(source, cache=cache)
    assert first.classes == second.classes
    assert first.fingerprint == second.fingerprint
    assert not second.failures


def test_a_memory_cache_keeps_the_documents_used_last_and_asks_the_one_below(tmp_path):
    with DiskCache(tmp_path / "cache.db") as below:
        cache = MemoryCache(entries=2, below=below)
        for number in range(3):
            cache.put(str(number), "kind", number)
        assert [cache.get(str(number), "kind") for number in range(3)] == [0, 1, 2]
    alone = MemoryCache(entries=2)
    for number in range(3):
        alone.put(str(number), "kind", number)
    assert [alone.get(str(number), "kind") for number in range(3)] == [None, 1, 2]


@pytest.mark.parametrize(
    "content", [b"", b"garbage", zlib.compress(b"{"), zlib.compress(b'{"classes": 1}'), zlib.compress(b"[1]")]
)
def test_a_damaged_entry_counts_as_missing(tmp_path, source, content):
    file = tmp_path / "cache.db"
    with DiskCache(file) as cache:
        expected = read_source(source, cache=cache)
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE document SET content = ?", (content,))
    with DiskCache(file) as cache:
        assert read_source(source, cache=cache).classes == expected.classes


def test_a_document_that_inflates_without_end_counts_as_missing(tmp_path):
    file = tmp_path / "cache.db"
    with DiskCache(file) as cache:
        cache.put("d", "kind", 1)
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE document SET content = ?", (zlib.compress(b" " * (65 * 2**20)),))
    with DiskCache(file) as cache:
        assert cache.get("d", "kind") is None


def test_a_file_of_something_else_is_refused_and_left_alone(tmp_path):
    text = tmp_path / "notes.txt"
    text.write_text("not a database, but long enough to be taken for one" * 50)
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE precious (value)")
    for file in (text, other):
        before = file.read_bytes()
        with pytest.raises(CatalogError, match="no cache"):
            DiskCache(file)
        assert file.read_bytes() == before


def test_a_folder_that_cannot_be_made_is_reported(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CatalogError, match="cannot be opened"):
        DiskCache(tmp_path / "file" / "cache.db")


def test_two_connections_share_one_file(tmp_path, source):
    with DiskCache(tmp_path / "cache.db") as one, DiskCache(tmp_path / "cache.db") as other:
        Modules(source, cache=one).facts("configuration_a.py")
        assert Modules(source, cache=other).facts("configuration_a.py") == Modules(source).facts("configuration_a.py")


def _fail(*arguments, **keywords):
    raise AssertionError("parsed again")
