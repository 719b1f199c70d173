"""Sources read what is a release and refuse what is none, naming it."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.errors import IntrospectionError
from catalog.introspect import sources
from catalog.introspect.sources import FileSource, FolderSource, WheelSource, open_source

CONFIGURATION = "models/bert/configuration_bert.py"
FILES = {
    "__init__.py": b'__version__ = "9.9.9"\n',
    "configuration_utils.py": b"class PreTrainedConfig: ...\n",
    CONFIGURATION: b"class BertConfig: ...\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A package folder."""
    root = tmp_path / "transformers"
    for path, data in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    return root


def wheel(path: Path, members: dict[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> Path:
    """Write an archive with these members."""
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, compress_type=compression)
    return path


def packaged(extra: dict[str, bytes] | None = None) -> dict[str, bytes]:
    """Members of a wheel of the package, with further ones."""
    return {f"transformers/{path}": data for path, data in FILES.items()} | (extra or {})


class TestFolder:
    def test_lists_python_files_relative_to_the_package(self, folder):
        (folder / "models/bert/README.md").write_text("x")
        (folder / "__pycache__").mkdir()
        (folder / "__pycache__/a.py").write_text("x")
        assert FolderSource(folder).paths() == tuple(sorted(FILES))

    @pytest.mark.parametrize("place", [".", "..", "../checkout"])
    def test_finds_the_package_in_a_checkout(self, folder, place):
        (folder.parent / "checkout/src").mkdir(parents=True)
        (folder.parent / "checkout/src/transformers").symlink_to(folder)
        source = FolderSource(folder / place)
        assert source.version == "9.9.9"
        assert source.read(CONFIGURATION) == "class BertConfig: ...\n"

    def test_takes_a_folder_of_custom_code(self, tmp_path):
        (tmp_path / "configuration_mine.py").write_text("class MineConfig: ...")
        source = FolderSource(tmp_path)
        assert source.paths() == ("configuration_mine.py",)
        assert source.version == f"folder:{tmp_path.name}"

    def test_refuses_a_folder_without_a_package(self, tmp_path):
        with pytest.raises(IntrospectionError, match="holds no transformers package"):
            FolderSource(tmp_path)

    @pytest.mark.parametrize(
        "path", ["../secret.py", "/etc/passwd", "models", "", "models//bert/configuration_bert.py"]
    )
    def test_reads_nothing_that_it_does_not_list(self, folder, path):
        (folder.parent / "secret.py").write_text("x")
        with pytest.raises(IntrospectionError, match="There is no Python file"):
            FolderSource(folder).read(path)

    def test_follows_links_to_python_files_only(self, folder, tmp_path):
        (tmp_path / "real.py").write_text("x = 1")
        (tmp_path / "secret").write_text("password")
        (folder / "linked.py").symlink_to(tmp_path / "real.py")
        (folder / "spying.py").symlink_to(tmp_path / "secret")
        (folder / "loop").symlink_to(folder)
        source = FolderSource(folder)
        assert source.read("linked.py") == "x = 1"
        assert not any(path.startswith("loop/") for path in source.paths())
        with pytest.raises(IntrospectionError, match=r"spying\.py is no regular Python file"):
            source.read("spying.py")

    def test_refuses_devices_and_large_files(self, folder, monkeypatch):
        os.mkfifo(folder / "pipe.py")
        source = FolderSource(folder)
        with pytest.raises(IntrospectionError, match=r"pipe\.py is no regular Python file"):
            source.read("pipe.py")
        monkeypatch.setattr(sources, "MAX_FILE_BYTES", 10)
        with pytest.raises(IntrospectionError, match="above 10"):
            source.read("__init__.py")


class TestFile:
    def test_is_a_source_of_one_file(self, tmp_path):
        file = tmp_path / "configuration_mine.py"
        file.write_text("class MineConfig: ...")
        source = FileSource(file)
        assert source.paths() == (file.name,)
        assert source.read(file.name) == "class MineConfig: ..."
        assert source.version == "file:configuration_mine"
        with pytest.raises(IntrospectionError):
            source.read("other.py")

    def test_open_source_tells_the_kinds_apart(self, folder, tmp_path):
        file = tmp_path / "configuration_mine.py"
        file.write_text("")
        archive = wheel(tmp_path / "a.whl", packaged())
        assert [type(open_source(path)) for path in (folder, file, archive)] == [FolderSource, FileSource, WheelSource]
        (tmp_path / "notes.txt").write_text("")
        for path in ("notes.txt", "absent.whl"):
            with pytest.raises(IntrospectionError):
                open_source(tmp_path / path)


class TestWheel:
    def test_agrees_with_the_folder(self, folder, tmp_path):
        source, installed = WheelSource(wheel(tmp_path / "t.whl", packaged())), FolderSource(folder)
        assert source.paths() == installed.paths()
        assert source.version == installed.version
        for path in source.paths():
            assert source.read(path) == installed.read(path)
            assert source.digest(path) == installed.digest(path) == hashlib.sha256(FILES[path]).hexdigest()

    def test_version_comes_from_the_metadata_first(self, tmp_path):
        metadata = {
            "transformers-1.2.3.dist-info/METADATA": b"Metadata-Version: 2.1\nName: transformers\nVersion: 1.2.3\n"
        }
        with WheelSource(wheel(tmp_path / "t.whl", packaged(metadata))) as source:
            assert source.version == "1.2.3"

    def test_records_digests_are_taken_on_trust_only(self, tmp_path):
        record = f"transformers/{CONFIGURATION},sha256={'A' * 43},5\n".encode()
        archive = wheel(tmp_path / "t.whl", packaged({"transformers-9.9.9.dist-info/RECORD": record}))
        assert WheelSource(archive, trust_record=True).digest(CONFIGURATION) == "00" * 32
        assert WheelSource(archive).digest(CONFIGURATION) == hashlib.sha256(FILES[CONFIGURATION]).hexdigest()

    @pytest.mark.parametrize(
        "name",
        [
            "/transformers/a.py",
            "transformers/../a.py",
            "transformers/./a.py",
            "../transformers/a.py",
            "transformers//a.py",
            "C:/transformers/a.py",
            "transformers/C:a.py",
            "transformers\\a.py",
            "transformers/a\\..\\b.py",
            "other/a.py",
        ],
    )
    def test_leaves_out_members_that_lead_elsewhere(self, tmp_path, name):
        source = WheelSource(wheel(tmp_path / "t.whl", packaged({name: b"x"})))
        assert source.paths() == tuple(sorted(FILES))
        with pytest.raises(IntrospectionError):
            source.read(name)

    def test_leaves_out_symbolic_links(self, tmp_path):
        archive = wheel(tmp_path / "t.whl", packaged())
        link = zipfile.ZipInfo("transformers/link.py")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        with zipfile.ZipFile(archive, "a") as file:
            file.writestr(link, "/etc/passwd")
        assert WheelSource(archive).paths() == tuple(sorted(FILES))

    def test_refuses_a_bomb_by_ratio(self, tmp_path):
        archive = wheel(tmp_path / "t.whl", packaged({"transformers/bomb.py": b" " * (2 * 2**20)}))
        with pytest.raises(IntrospectionError, match=r"bomb\.py.*compressed more than"):
            WheelSource(archive)

    def test_refuses_a_large_member_and_a_large_sum(self, tmp_path, monkeypatch):
        archive = wheel(tmp_path / "t.whl", packaged(), compression=zipfile.ZIP_STORED)
        monkeypatch.setattr(sources, "MAX_TOTAL_BYTES", 30)
        with pytest.raises(IntrospectionError, match="above 30"):
            WheelSource(archive)
        monkeypatch.setattr(sources, "MAX_FILE_BYTES", 10)
        with pytest.raises(IntrospectionError, match=r"\.py.*above 10"):
            WheelSource(archive)

    @pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    def test_refuses_methods_that_decompress_without_bound(self, tmp_path, method):
        with pytest.raises(IntrospectionError, match="deflated or stored"):
            WheelSource(wheel(tmp_path / "t.whl", packaged(), compression=method))

    def test_a_member_that_lies_about_its_size_is_damaged(self, tmp_path):
        archive = wheel(tmp_path / "t.whl", packaged(), compression=zipfile.ZIP_DEFLATED)
        data = archive.read_bytes()
        archive.write_bytes(data.replace(len(FILES[CONFIGURATION]).to_bytes(4, "little"), (3).to_bytes(4, "little")))
        with pytest.raises(IntrospectionError, match="is damaged"):
            WheelSource(archive).read(CONFIGURATION)

    @pytest.mark.parametrize("data", [b"", b"PK\x05\x06", b"no archive", b"PK\x05\x06" + b"\0" * 18, b"\x7fELF" * 100])
    def test_refuses_what_is_no_wheel(self, tmp_path, data):
        file = tmp_path / "t.whl"
        file.write_bytes(data)
        with pytest.raises(IntrospectionError, match=r"t\.whl"):
            WheelSource(file)

    def test_refuses_a_wheel_cut_short_and_one_of_something_else(self, tmp_path):
        archive = wheel(tmp_path / "t.whl", packaged())
        archive.write_bytes(archive.read_bytes()[:-30])
        with pytest.raises(IntrospectionError):
            WheelSource(archive)
        with pytest.raises(IntrospectionError, match="holds no transformers package"):
            WheelSource(wheel(tmp_path / "o.whl", {"other/a.py": b""}))

    def test_refuses_a_table_of_contents_that_fills_the_memory(self, tmp_path, monkeypatch):
        monkeypatch.setattr(sources, "MAX_INDEX_BYTES", 100)
        with pytest.raises(IntrospectionError, match="table of contents"):
            WheelSource(wheel(tmp_path / "t.whl", packaged()))


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xef\xbb\xbfx = 1\r\n", "x = 1\n"),
        (b"# -*- coding: latin-1 -*-\nx = '\xe9'\n", "# -*- coding: latin-1 -*-\nx = 'é'\n"),
        ("x = 'ä'\n".encode(), "x = 'ä'\n"),
    ],
)
def test_decodes_as_python_does(tmp_path, data, text):
    file = tmp_path / "a.py"
    file.write_bytes(data)
    assert FileSource(file).read("a.py") == text


@pytest.mark.parametrize("data", [b"x = '\xff'", b"a\0b", b"# coding: utf-7\n'+\xff'"])
def test_undecodable_text_is_a_failure_of_that_file(tmp_path, data):
    file = tmp_path / "a.py"
    file.write_bytes(data)
    with pytest.raises(IntrospectionError, match=r"a\.py"):
        FileSource(file).read("a.py")


def _exhaust(path: Path) -> None:
    """Read all that a wheel offers; whatever it holds, only :class:`IntrospectionError` may come out."""
    try:
        with WheelSource(path, trust_record=True) as source:
            for name in source.paths():
                assert ".." not in name.split("/")
                assert not name.startswith("/")
                try:
                    source.digest(name)
                    source.read(name)
                except IntrospectionError:
                    continue
    except IntrospectionError:
        return


names = st.one_of(
    st.sampled_from(["transformers/a.py", "transformers/../a.py", "transformers/__init__.py", "a.py"]),
    st.text(min_size=1, max_size=20).map(lambda name: f"transformers/{name}.py"),
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(members=st.dictionaries(names, st.binary(max_size=60), max_size=6))
def test_any_archive_is_read_or_refused(tmp_path, members):
    file = tmp_path / "any.whl"
    try:
        wheel(file, members)
    except (UnicodeEncodeError, ValueError):
        return
    _exhaust(file)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=8),
    cut=st.integers(0, 40),
)
def test_any_damage_to_an_archive_is_read_or_refused(tmp_path, changes, cut):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in packaged({"transformers-9.9.9.dist-info/RECORD": b"a,sha256=b,1\n"}).items():
            archive.writestr(name, data * 5)
    data = bytearray(buffer.getvalue())
    for position, value in changes:
        data[position % len(data)] = value
    file = tmp_path / "damaged.whl"
    file.write_bytes(bytes(data[: len(data) - cut]))
    _exhaust(file)
