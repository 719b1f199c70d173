"""Rows and jobs survive being written, being cut off, and being read by somebody else."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from misbehaving import job

from catalog.benchmark.job import Care, Job
from catalog.benchmark.rows import append, locked, read_jobs, read_rows, write_jobs
from catalog.builder.plan import BuildPlan
from catalog.errors import CatalogError, UsageError
from catalog.measurements import (
    MODES,
    STATUSES,
    Environment,
    Measurement,
    Memory,
    Subject,
    Timing,
    Workload,
    measurement_to_document,
)
from catalog.model_facts import InputShape

TEXT = st.sampled_from(("", "a", "\u2028", "\x00", '"\\\n\r', "\ud7ff")) | st.text(max_size=3)
COUNT = st.integers(0, 2**70)
SECONDS = st.floats(0, 1e29)
NAMES = TEXT.filter(str.isprintable)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | SECONDS | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def record(kind: type[Any], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Records of a kind whose fields have the types that their annotations name."""
    plain = {
        "str": TEXT,
        "int": COUNT,
        "float": SECONDS,
        "bool": st.booleans(),
        "str | None": maybe(TEXT),
        "int | None": maybe(COUNT),
        "float | None": maybe(SECONDS),
        "bool | None": maybe(st.booleans()),
        "Timing | None": maybe(TIMINGS),
    }
    types = {name: str(field.type) for name, field in kind.__dataclass_fields__.items()}
    return st.builds(kind, **{name: fields[name] if name in fields else plain[types[name]] for name in types})


TIMINGS: st.SearchStrategy[Any] = st.nothing()
TIMINGS = record(Timing)
WORKLOADS = record(Workload, mode=st.sampled_from(MODES), batch_size=st.integers(1, 2**40))
ROWS = record(
    Measurement,
    run=NAMES,
    key=NAMES,
    measured_at=st.datetimes(datetime(2000, 1, 1), datetime(2199, 12, 31), timezones=st.just(UTC)).map(  # noqa: DTZ001
        lambda at: at.strftime("%Y-%m-%dT%H:%M:%SZ")
    ),
    status=st.sampled_from(STATUSES),
    subject=record(
        Subject, scale=st.sampled_from(("tiny", "full", "spec")), params=st.dictionaries(TEXT, JSON, max_size=3)
    ),
    workload=WORKLOADS,
    environment=maybe(record(Environment)),
    inputs=st.lists(record(InputShape, shape=st.lists(COUNT, max_size=3).map(tuple)), max_size=2).map(tuple),
    memory=record(Memory),
    notes=st.lists(TEXT, max_size=2).map(tuple),
)
LENGTHS = st.floats(0, 1e6)
POSITIVE = st.integers(1, 2**40)
PLACES = {name: maybe(POSITIVE) for name in ("sequence_length", "image_size", "new_tokens")}
JOBS = st.builds(
    Job,
    plan=record(BuildPlan, params=st.dictionaries(TEXT, JSON, max_size=3)),
    workload=record(Workload, mode=st.sampled_from(MODES), batch_size=POSITIVE, **PLACES),
    scale=st.sampled_from(("tiny", "full", "spec")),
    care=record(Care, seconds=LENGTHS, warmup_seconds=LENGTHS),
)

SURROGATE = rb'{"plan": {"config_class": "\udc80", "module": ""}}'

one_file = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=30, deadline=None
)


def row(number: int = 0) -> Measurement:
    asked = job("behave", number=number)
    return Measurement(
        run="a",
        key=asked.key,
        measured_at="2026-01-31T12:00:00Z",
        status="crash",
        subject=asked.subject,
        workload=asked.workload,
    )


@one_file
@given(rows=st.lists(ROWS, max_size=3))
def test_rows_come_back_as_they_were(rows: list[Measurement], tmp_path: Path) -> None:
    path = tmp_path / "rows.ndjson"
    path.unlink(missing_ok=True)
    path.touch()
    for item in rows:
        append(path, item)
    assert read_rows(path) == tuple(rows)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"run": "x" * 1000}, "which is no name"),
        ({"run": "a\nb"}, "which is no name"),
        ({"run": "half \ud800"}, "which is no name"),
        ({"measured_at": "0001-01-01T00:00:00+14:00"}, "when nothing was measured"),
        ({"measured_at": "9999-12-31T23:59:59Z"}, "when nothing was measured"),
        ({"flops": 10**400}, "flops is too large"),
        ({"parameters": -1}, "parameters is below zero"),
        ({"workload": {"batch_size": 0}}, "batch_size is 0"),
        ({"inputs": [{"name": "x", "shape": ["a", {}], "dtype": "int64"}]}, "whole numbers belong"),
        ({"notes": [1, {}]}, "notes hold something else than texts"),
        ({"subject": {"config_class": "A", "params": {"a": float("nan")}}}, "not JSON compliant"),
        ({"format": 99}, "A newer version of the catalog wrote it"),
    ],
)
def test_values_that_nothing_was_measured_with_are_told_with_their_place(changes, says, tmp_path: Path) -> None:
    path = tmp_path / "rows.ndjson"
    path.write_text(json.dumps({**measurement_to_document(row()), **changes}) + "\n")
    with pytest.raises(CatalogError) as caught:
        read_rows(path)
    assert says in str(caught.value)
    assert "rows.ndjson:1 is no measurement" in str(caught.value)


@one_file
@given(jobs=st.lists(JOBS, max_size=3))
def test_jobs_come_back_as_they_were(jobs: list[Job], tmp_path: Path) -> None:
    path = tmp_path / "jobs.ndjson"
    write_jobs(path, jobs)
    assert read_jobs(path) == tuple(jobs)
    assert [item.key for item in read_jobs(path)] == [item.key for item in jobs]
    assert list(tmp_path.iterdir()) == [path]


@one_file
@given(cut=st.integers(1, 400))
def test_a_line_that_was_cut_off_is_left_out_and_then_removed(cut: int, tmp_path: Path) -> None:
    path, told = tmp_path / "rows.ndjson", list[str]()
    path.unlink(missing_ok=True)
    append(path, row(1))
    whole = path.read_bytes()
    part = json.dumps(measurement_to_document(row(2))).encode()[:cut]
    path.write_bytes(whole + part)
    is_whole = cut >= len(json.dumps(measurement_to_document(row(2))))
    assert read_rows(path, report=told.append) == ((row(1), row(2)) if is_whole else (row(1),))
    assert len(told) == (not is_whole)
    append(path, row(3))
    assert read_rows(path, report=told.append) == ((row(1), row(2), row(3)) if is_whole else (row(1), row(3)))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"hello\n", "rows.ndjson:1 is no measurement: it is no JSON"),
        (b"hello", "rows.ndjson:1 is no measurement: it is no JSON"),
        (b"\n{}\n", "rows.ndjson:2 is no measurement: its format is None"),
        (b"[1]\n", "it is no JSON object"),
        (b'{"format": 2}\n', "its format is 2, and this version reads 1"),
        (b'{"format": 1, "nonsense": 3}\n', "config_class"),
        (b'{"format": 1, "key": "", "status": "x"}\n', "config_class"),
        (b'{"format": 1\n{"format": 1}\n', "rows.ndjson:1"),
        (b"\xff\xfe\n", "it is no UTF-8"),
        (b"[" * 100_000 + b"\n", "rows.ndjson:1"),
    ],
)
def test_other_lines_are_errors_that_name_their_place(content: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / "rows.ndjson"
    path.write_bytes(content)
    with pytest.raises(CatalogError) as caught:
        read_rows(path)
    assert says in caught.value.message
    assert caught.value.remedy


@pytest.mark.parametrize(
    "content", [b"{}\n", b'{"plan": 3}\n', b'{"plan": {"config_class": "A"}}', b'{"format": 1', SURROGATE]
)
def test_lines_that_are_no_jobs_are_errors(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "jobs.ndjson"
    path.write_bytes(content)
    with pytest.raises(CatalogError, match=r"jobs\.ndjson:1 is no job"):
        read_jobs(path)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"workload": {"batch_size": "8"}}, "batch_size is '8', where a whole number belongs"),
        ({"workload": {"batch_size": 0}}, "batch_size is 0, where 1 or more belongs"),
        ({"workload": {"device": 5}}, "device is 5"),
        ({"workload": {"mode": "nonsense"}}, "there is no mode 'nonsense'"),
        ({"workload": {"compile": "yes"}}, "compile is 'yes'"),
        ({"workload": {"speed": 1}}, "speed"),
        ({"workload": 5}, "Workload"),
        ({"scale": "giant"}, "there is no scale 'giant'"),
        ({"care": {"seconds": "x"}}, "seconds is 'x'"),
        ({"care": {"seconds": -1}}, "seconds is -1"),
        ({"plan": {"config_class": "A", "module": "m", "params": 3}}, "params is 3"),
        ({"plan": {"config_class": "A", "module": 3}}, "module is 3"),
        ({"plan": {"config_class": "A"}}, "module"),
    ],
)
def test_jobs_with_wrong_values_are_errors_that_name_them(changes: dict[str, Any], says: str, tmp_path: Path) -> None:
    path = tmp_path / "jobs.ndjson"
    path.write_text(json.dumps({"plan": {"config_class": "A", "module": "m"}, **changes}))
    with pytest.raises(CatalogError, match=r"jobs\.ndjson:1 is no job: ") as caught:
        read_jobs(path)
    assert says in caught.value.message


def test_files_that_are_not_there_or_cannot_be_written_are_told(tmp_path: Path) -> None:
    for path in (tmp_path / "missing" / "rows.ndjson", tmp_path):
        for attempt in (lambda p: append(p, row()), read_rows, read_jobs, lambda p: write_jobs(p, [])):
            with pytest.raises(CatalogError, match="cannot be"):
                attempt(path)
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk here")
def test_a_full_disk_is_told() -> None:
    with pytest.raises(CatalogError, match="No space left"):
        append(Path("/dev/full"), row())


def test_one_sweep_at_a_time_writes_a_file(tmp_path: Path) -> None:
    path = tmp_path / "rows.ndjson"
    with locked(path):
        with pytest.raises(UsageError, match="Another sweep is writing"), locked(path):
            pass
        append(path, row())
    with locked(path):
        pass
    assert read_rows(path) == (row(),)
