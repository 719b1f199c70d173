"""Keeps measurements in a file: one JSON object a line, written at once, so that a sweep can be ended at any moment.

A process that ends while it writes leaves at most its last line cut off. Whoever writes next removes that part, and
whoever reads skips it; any other line that is no measurement is an error.
"""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, TypeVar

from catalog.benchmark.job import Job, job_from_document, job_to_document
from catalog.benchmark.soundness import check_soundness
from catalog.errors import CatalogError, UsageError
from catalog.measurements import FORMAT, Measurement, measurement_from_document, measurement_to_document

_T = TypeVar("_T")

Report = Callable[[str], None]
"""Takes a sentence for the user."""

_COUNTS: Final = ("batch_size", "sequence_length", "image_size", "new_tokens")
_BLOCK: Final = 2**16


def append(path: Path, measurement: Measurement) -> None:
    """Write one measurement to the end of a file, and onto the disk before this returns.

    Args:
        path: The file; it is made where there is none.
        measurement: The row.

    Raises:
        CatalogError: If it cannot be written. The file then ends as it did before.
    """
    line = _line(measurement_to_document(measurement))
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o644)
        try:
            _mend(file)
            end = os.fstat(file).st_size
            try:
                _write(file, line)
                os.fsync(file)
            except OSError:
                with suppress(OSError):
                    os.ftruncate(file, end)
                raise
        finally:
            os.close(file)
    except OSError as error:
        raise CatalogError(f"{path} cannot be written: {error.strerror or error}.") from error


def read_rows(path: Path, *, report: Report | None = None) -> tuple[Measurement, ...]:
    """Read the measurements of a file.

    Args:
        path: A file that :func:`append` wrote.
        report: Called with a sentence where the last line is cut off.

    Returns:
        The rows in their order.

    Raises:
        CatalogError: If the file cannot be read, or a line is no measurement; it names file, line and remedy.
    """
    return tuple(_records(path, _measurement, what="measurement", report=report))


def read_jobs(path: Path) -> tuple[Job, ...]:
    """Read a file of jobs.

    Args:
        path: A file that :func:`write_jobs` wrote.

    Raises:
        CatalogError: If the file cannot be read, or a line is no job; it names file, line and remedy.
    """
    return tuple(_records(path, _job, what="job", report=None))


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep other sweeps from a file while this one writes it; the file is made where there is none.

    Args:
        path: The file.

    Raises:
        CatalogError: If it cannot be opened for writing.
        UsageError: If another process writes it, or it is no file but a device or a pipe.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise UsageError(f"{path} is no file that rows can be kept in.")
    try:
        file = path.open("ab")
    except OSError as error:
        raise CatalogError(f"{path} cannot be written: {error.strerror or error}.") from error
    with file:
        try:
            import fcntl  # noqa: PLC0415  # Windows has none

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UsageError(
                f"Another sweep is writing {path}.", remedy="Wait for its end, or write to another file."
            ) from error
        except (ImportError, OSError):  # neither Windows nor some network file systems can
            pass
        yield


def write_jobs(path: Path, jobs: Iterable[Job]) -> None:
    """Write jobs, one JSON object a line, so that they can be carried to another machine.

    Args:
        path: The file; what it held is replaced, all at once.
        jobs: The jobs.

    Raises:
        CatalogError: If it cannot be written.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(b"".join(_line(job_to_document(job)) for job in jobs))
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise CatalogError(f"{path} cannot be written: {error.strerror or error}.") from error


def _measurement(document: Any) -> Measurement:
    row = measurement_from_document(document)
    check_soundness(row)
    return row


def _job(document: Any) -> Job:
    """The job, if its row can be written and read: wrong types are told here, and not by a worker or a reader."""
    job = job_from_document(document)
    row = Measurement(
        key=job.key,
        measured_at="2026-01-01T00:00:00Z",
        status="interrupted",
        subject=job.subject,
        workload=job.workload,
    )
    measurement_from_document(measurement_to_document(row))
    for name, value in dataclasses.asdict(job.workload).items():
        if name in _COUNTS and value is not None and value < 1:
            raise ValueError(f"{name} is {value}, where 1 or more belongs")
    for name, value in dataclasses.asdict(job.care).items():
        if not isinstance(value, int | float) or not 0 <= value < float("inf"):
            raise ValueError(f"{name} is {value!r}, where a number or a truth belongs")
    if not isinstance(job.plan.module, str):
        raise ValueError(f"module is {job.plan.module!r}, where a text belongs")
    return job


def _line(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace") + b"\n"


def _write(file: int, content: bytes) -> None:
    while content:
        content = content[os.write(file, content) :]


def _mend(file: int) -> None:
    """Let a file end with a whole line: complete a last line that lacks its end only, and remove one that was cut."""
    size = os.fstat(file).st_size
    tail, start = b"", size
    while start > 0 and b"\n" not in tail:
        begin = max(0, start - _BLOCK)
        os.lseek(file, begin, os.SEEK_SET)
        tail, start = os.read(file, start - begin) + tail, begin
    last = tail.rpartition(b"\n")[2]
    if not last:
        return
    if _is_whole(last):
        _write(file, b"\n")
    else:
        os.ftruncate(file, size - len(last))


def _is_whole(line: bytes) -> bool:
    try:
        measurement_from_document(json.loads(line))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return False
    return True


def _records(path: Path, make: Callable[[Any], _T], *, what: str, report: Report | None) -> Iterable[_T]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CatalogError(f"{path} cannot be read: {error.strerror or error}.") from error
    lines = content.split(b"\n")
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        document = None
        try:
            document = json.loads(line.decode("utf-8-sig"))
            if not isinstance(document, dict):
                raise ValueError("it is no JSON object")  # told like any other bad line
            yield make(document)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            if number == len(lines) and what == "measurement" and _is_cut(line):
                if report is not None:
                    report(f"The last line of {path} was cut off when its writer was ended; it is left out.")
                return
            raise CatalogError(
                f"{path}:{number} is no {what}: {_why(error)}.",
                remedy=_remedy(document),
            ) from error


def _remedy(document: Any) -> str:
    written = document.get("format") if isinstance(document, dict) else None
    if isinstance(written, int) and written > FORMAT:
        return "A newer version of the catalog wrote it: update this one."
    return "Remove the line, or make the file again with the version of the catalog that wrote it."


def _is_cut(line: bytes) -> bool:
    """True for a line without an end that is no JSON: what is left of one that was being written."""
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return line.lstrip().startswith((b"{", b"\0"))
    return False


def _why(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"it lacks {error}"
    if isinstance(error, json.JSONDecodeError):
        return f"it is no JSON ({error.msg} at column {error.colno})"
    if isinstance(error, UnicodeDecodeError):
        return "it is no UTF-8"
    return str(error).removesuffix(".").replace(".__init__()", "")
