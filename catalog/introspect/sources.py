"""Where a transformers release is read from without executing it: a folder, a wheel, or one file.

A source lists Python files and gives their text. Paths are POSIX paths relative to the root of the ``transformers``
package (``models/llama/configuration_llama.py``), so that readers need not know what kind of source they have.

Folders and archives may come from anyone. A source therefore opens nothing outside its root, never extracts to disk,
bounds what it holds in memory, and refuses what it does not trust with an error that names the member.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import os
import re
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Protocol, Self

from catalog.errors import IntrospectionError

MAX_FILE_BYTES = 4 * 2**20
"""Largest Python file that is read: parsing one takes up to a hundred times its size. The largest so far has 0.4 MB."""

MAX_TOTAL_BYTES = 512 * 2**20
"""Largest sum of all Python files in an archive, uncompressed. The largest release has 60 MB."""

MAX_RATIO = 200
"""Largest ratio of uncompressed to compressed size of a member above 1 MB. Source code reaches about 12."""

MAX_INDEX_BYTES = 16 * 2**20
"""Largest table of contents of an archive. The largest release has 1 MB."""

_VERSION = re.compile(r"""^__version__\s*=\s*["']([^"'\s]+)["']""", re.MULTILINE)
_METADATA_VERSION = re.compile(r"^Version:\s*(\S+)", re.MULTILINE)
_WHEEL_NAME = re.compile(r"^transformers-([^-]+)-.*\.whl$")
_CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BYTE_ENCODINGS = frozenset({"latin-1", "iso-8859-1", "iso-latin-1", "iso-8859-15", "cp1252"})
_RECORD_DIGEST = re.compile(r"sha256=([-\w]{43})", re.ASCII)
_PACKAGE = "transformers/"
_NO_DATE = (1980, 1, 1)  # where the count of a zip archive's time begins: what reproducible builds write
_END_OF_INDEX = b"PK\x05\x06"
_ZIP64_LOCATOR = b"PK\x06\x07"


class SourceTree(Protocol):
    """Read access to the Python files of one release."""

    @property
    def version(self) -> str:
        """Version of the release, or a stand-in that names the folder or file."""

    def paths(self) -> tuple[str, ...]:
        """All Python files, as sorted POSIX paths relative to the package root."""

    def read(self, path: str) -> str:
        """Text of one of these files, line ends as in Python.

        Raises:
            IntrospectionError: If there is no such file, or it cannot be read or decoded.
        """

    def digest(self, path: str) -> str:
        """SHA-256 of the file's bytes, in hexadecimal.

        Raises:
            IntrospectionError: If there is no such file, or it cannot be read.
        """


def open_source(path: str | os.PathLike[str]) -> FolderSource | WheelSource | FileSource:
    """Open what a user names: a folder, a wheel or a Python file.

    Args:
        path: Installed package folder, checkout, folder of custom code, ``.whl``/``.zip`` archive, or ``.py`` file.

    Returns:
        The source of that kind.

    Raises:
        IntrospectionError: If nothing is there, or it is none of these.
    """
    target = Path(path)
    if target.is_dir():
        return FolderSource(target)
    if not target.is_file():
        raise IntrospectionError(f"{target} does not exist.", remedy="Name a wheel, a folder or a Python file.")
    if target.suffix == ".py":
        return FileSource(target)
    if target.suffix in {".whl", ".zip"}:
        return WheelSource(target)
    raise IntrospectionError(f"{target} is no wheel, folder or Python file.", remedy="Name one of these.")


class FolderSource:
    """An installed ``transformers`` package, a checkout of its repository, or a folder of custom model code.

    Symbolic links to folders are not followed; a link to a Python file is, since some installers place files as links.

    Args:
        path: The package folder itself, or a folder that holds it as ``src/transformers`` or ``transformers``.

    Raises:
        IntrospectionError: If no transformers package and no ``configuration_*.py`` is there.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.root = _package_root(Path(path))
        self._paths: dict[str, None] | None = None  # ordered, and quick to look up
        self._version: str | None = None

    @property
    def version(self) -> str:
        """``__version__`` of the package; ``folder:NAME`` where it states none."""
        if self._version is None:
            init = "__init__.py"
            match = _VERSION.search(self.read(init)) if init in self._known() else None
            self._version = match[1] if match else f"folder:{self.root.resolve().name}"
        return self._version

    def paths(self) -> tuple[str, ...]:
        """All Python files below the root, sorted."""
        return tuple(self._known())

    def _known(self) -> dict[str, None]:
        if self._paths is None:
            self._paths = dict.fromkeys(sorted(self._walk()))
        return self._paths

    def _walk(self) -> list[str]:
        found: list[str] = []
        prefix = len(str(self.root)) + 1
        for folder, folders, files in os.walk(self.root, followlinks=False):
            folders[:] = [name for name in folders if name != "__pycache__" and not name.startswith(".")]
            base = folder[prefix:].replace(os.sep, "/")
            found += [f"{base}/{name}" if base else name for name in files if name.endswith(".py")]
        return found

    def read(self, path: str) -> str:
        """Text of a file; see :meth:`SourceTree.read`."""
        return _decode(self._bytes(path), path)

    def digest(self, path: str) -> str:
        """SHA-256 of a file's bytes; see :meth:`SourceTree.digest`."""
        return hashlib.sha256(self._bytes(path)).hexdigest()

    def _bytes(self, path: str) -> bytes:
        if path not in self._known():
            raise _absent(path, self.root)
        return _read_regular_file(self.root / path, path)


class FileSource:
    """One Python file of its own, such as a custom ``configuration_*.py``.

    Args:
        path: The file.

    Raises:
        IntrospectionError: If it is no Python file.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._file = Path(path)
        if self._file.suffix != ".py" or not self._file.is_file():
            raise IntrospectionError(f"{self._file} is no Python file.")

    @property
    def version(self) -> str:
        """``file:NAME``, since a single file belongs to no release."""
        return f"file:{self._file.stem}"

    def paths(self) -> tuple[str, ...]:
        """The file's name."""
        return (self._file.name,)

    def read(self, path: str) -> str:
        """Text of the file; see :meth:`SourceTree.read`."""
        return _decode(self._bytes(path), path)

    def digest(self, path: str) -> str:
        """SHA-256 of the file's bytes; see :meth:`SourceTree.digest`."""
        return hashlib.sha256(self._bytes(path)).hexdigest()

    def _bytes(self, path: str) -> bytes:
        if path != self._file.name:
            raise _absent(path, self._file)
        return _read_regular_file(self._file, path)


class WheelSource:
    """A release straight from its wheel; nothing is written to disk.

    Only members below ``transformers/`` that end in ``.py`` count. Members with an absolute path, a drive letter, a
    backslash or ``..``, and symbolic links, are left out. Use as a context manager to close the file.

    Args:
        path: The archive.
        trust_record: Take digests from the wheel's own ``RECORD`` instead of reading each file. Right for a wheel that
            came through pip from an index; wrong for one from an unknown hand, which may state what it likes there.

    Raises:
        IntrospectionError: If it is no zip archive, is damaged, holds no transformers package, or exceeds the bounds.
    """

    def __init__(self, path: str | os.PathLike[str], *, trust_record: bool = False) -> None:
        self._file = Path(path)
        _check_index(self._file)
        try:
            self._zip = zipfile.ZipFile(self._file)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise IntrospectionError(f"{self._file} is no readable wheel: {error}.") from error
        try:
            self._members = _python_members(self._zip, self._file)
            self._version = self._find_version()
            self._record = self._read_record() if trust_record else {}
        except BaseException:
            self._zip.close()
            raise
        self._last: tuple[str, bytes] | None = None

    @property
    def version(self) -> str:
        """Version of the wheel, from its metadata, its code or its file name."""
        return self._version

    @property
    def built(self) -> str | None:
        """Date (ISO 8601) of the newest member, when the wheel was built; ``None`` where its builder left none."""
        newest = max((member.date_time[:3] for member in self._zip.infolist()), default=_NO_DATE)
        return None if newest <= _NO_DATE else "{:04}-{:02}-{:02}".format(*newest)

    def paths(self) -> tuple[str, ...]:
        """All Python files of the package, sorted."""
        return tuple(self._members)

    def read(self, path: str) -> str:
        """Text of a file; see :meth:`SourceTree.read`."""
        return _decode(self._bytes(path), path)

    def digest(self, path: str) -> str:
        """SHA-256 of a file's bytes; see :meth:`SourceTree.digest`."""
        recorded = self._record.get(_PACKAGE + path) if path in self._members else None
        return recorded or hashlib.sha256(self._bytes(path)).hexdigest()

    def close(self) -> None:
        """Close the archive."""
        self._zip.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _bytes(self, path: str) -> bytes:
        # A digest is usually followed by a read of the same file: the last one is kept.
        if self._last is None or self._last[0] != path:
            member = self._members.get(path)
            if member is None:
                raise _absent(path, self._file)
            self._last = (path, _read_member(self._zip, member, self._file))
        return self._last[1]

    def _find_version(self) -> str:
        metadata = self._find_info("METADATA")
        match = _METADATA_VERSION.search(metadata) if metadata else None
        if match is None and "__init__.py" in self._members:
            init = _read_member(self._zip, self._members["__init__.py"], self._file)
            match = _VERSION.search(_decode(init, "__init__.py"))
        match = match or _WHEEL_NAME.match(self._file.name)
        if match is None:
            raise IntrospectionError(f"{self._file} does not say which version of transformers it is.")
        return match[1]

    def _find_info(self, name: str) -> str | None:
        """Text of a file of the wheel's ``.dist-info`` folder."""
        for member in self._zip.infolist():
            if re.fullmatch(rf"transformers-[^/]*\.dist-info/{name}", member.filename):
                _check_member(member, self._file)
                return _decode(_read_member(self._zip, member, self._file), member.filename)
        return None

    def _read_record(self) -> dict[str, str]:
        """Digests that the wheel states for its files, in hexadecimal."""
        digests = {}
        for row in csv.reader((self._find_info("RECORD") or "").splitlines()):
            if len(row) >= 2 and (match := _RECORD_DIGEST.fullmatch(row[1])):
                digests[row[0]] = base64.urlsafe_b64decode(match[1] + "=").hex()
        return digests


def _package_root(path: Path) -> Path:
    for folder in (path, path / "src" / "transformers", path / "transformers"):
        if (folder / "__init__.py").is_file() and (folder / "configuration_utils.py").is_file():
            return folder
    if path.is_dir() and any(path.glob("configuration_*.py")):
        return path
    raise IntrospectionError(
        f"{path} holds no transformers package.",
        remedy="Name the package folder, a checkout of the repository, or a folder with a configuration_*.py.",
    )


def _read_regular_file(file: Path, path: str) -> bytes:
    try:
        status = file.stat()
        # A link may lead anywhere; only what is a Python file there too is opened.
        if not stat.S_ISREG(status.st_mode) or (file.is_symlink() and file.resolve().suffix != ".py"):
            raise IntrospectionError(f"{path} is no regular Python file.")
        if status.st_size > MAX_FILE_BYTES:
            raise _too_large(path, status.st_size)
        return file.read_bytes()
    except OSError as error:
        raise IntrospectionError(f"{path} cannot be read: {error.strerror or error}.") from error


def _check_index(file: Path) -> None:
    """Refuse an archive whose table of contents alone would fill the memory, before zipfile reads it whole."""
    try:
        with file.open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(0, size - 2**16 - 64))
            tail = stream.read()
    except OSError as error:
        raise IntrospectionError(f"{file} cannot be read: {error.strerror or error}.") from error
    end = tail.rfind(_END_OF_INDEX)
    if end < 0 or len(tail) < end + 22:
        raise IntrospectionError(f"{file} is no wheel: it is not a zip archive, or it is cut short.")
    index_size = int.from_bytes(tail[end + 12 : end + 16], "little")
    # No release needs the 64-bit form, in which the size would stand elsewhere.
    if index_size > MAX_INDEX_BYTES or tail[max(0, end - 20) : end].startswith(_ZIP64_LOCATOR):
        raise IntrospectionError(f"{file} is refused: its table of contents is larger than any release's.")


def _python_members(archive: zipfile.ZipFile, file: Path) -> dict[str, zipfile.ZipInfo]:
    """Members of the transformers package by path within it, sorted, each within the bounds."""
    members: dict[str, zipfile.ZipInfo] = {}
    for member in archive.infolist():
        name = member.filename
        if not name.startswith(_PACKAGE) or not name.endswith(".py") or not _is_plain(member):
            continue
        _check_member(member, file)
        members[name.removeprefix(_PACKAGE)] = member
    if not members:
        raise IntrospectionError(f"{file} holds no transformers package.")
    total = sum(member.file_size for member in members.values())
    if total > MAX_TOTAL_BYTES:
        raise IntrospectionError(f"{file} is refused: its Python files have {total} bytes, above {MAX_TOTAL_BYTES}.")
    return dict(sorted(members.items()))


def _is_plain(member: zipfile.ZipInfo) -> bool:
    """True for a regular file whose name stays within the archive on every system."""
    # orig_filename: zipfile cuts a name at a NUL byte, and turns backslashes into slashes on Windows.
    name = member.orig_filename
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG) or "\\" in name or ":" in name or "\0" in name:
        return False
    return str(PurePosixPath(name)) == name and ".." not in PurePosixPath(name).parts


def _check_member(member: zipfile.ZipInfo, file: Path) -> None:
    label = f"{member.filename!r} in {file}"
    if member.file_size > MAX_FILE_BYTES:
        raise _too_large(label, member.file_size)
    if member.file_size > 2**20 and member.file_size > MAX_RATIO * max(1, member.compress_size):
        raise IntrospectionError(f"{label} is refused: it is compressed more than {MAX_RATIO} times.")
    # Python decompresses the other methods without a bound; no wheel uses them.
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise IntrospectionError(f"{label} is refused: a wheel's files are deflated or stored, this one is neither.")
    if member.flag_bits & 0x1:
        raise IntrospectionError(f"{label} is encrypted.")


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, file: Path) -> bytes:
    """Content of a member; zipfile itself stops at the size that was checked, and compares the checksum."""
    try:
        return archive.read(member)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
        raise IntrospectionError(f"{member.filename!r} in {file} is damaged: {error}.") from error


def _decode(data: bytes, path: str) -> str:
    """Text of a Python file: UTF-8 unless it declares one of the encodings of one byte a character."""
    if b"\0" in data:
        raise IntrospectionError(f"{path} is no text: it holds NUL bytes.")
    encoding = "utf-8-sig"
    for line in data.split(b"\n", 2)[:2]:
        match = _CODING.match(line)
        if match and (declared := match[1].decode("ascii").lower().replace("_", "-")) in _BYTE_ENCODINGS:
            encoding = declared
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise IntrospectionError(f"{path} is not encoded as {error.encoding}: {error.reason}.") from error
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _absent(path: str, where: Path) -> IntrospectionError:
    return IntrospectionError(f"There is no Python file {path!r} in {where}.")


def _too_large(label: str, size: int) -> IntrospectionError:
    return IntrospectionError(f"{label} is refused: it has {size} bytes, above {MAX_FILE_BYTES}.")
