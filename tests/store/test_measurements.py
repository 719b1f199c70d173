"""Measurements in the store: nothing is lost or there twice, whatever comes in which order."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from measured_samples import ACCELERATOR, LAPTOP, measurement, timing

from catalog.errors import DatabaseError, UsageError
from catalog.measurements import Measurement
from catalog.store import Store, open_store
from catalog.store.rows import MeasurementFilters, Recorded

EVERYTHING = MeasurementFilters()
FIRST, SECOND = "2026-11-20T12:00:00Z", "2026-11-20T13:00:00Z"
ROW = measurement(model_type="llama")
ROWS = (
    ROW,
    measurement(model_type="llama", batch_size=4, sequence_length=256, median=0.05),
    measurement(
        model_type="llama", environment=ACCELERATOR, device="cuda:0", dtype="bfloat16", run="gpu", scale="full"
    ),
    measurement(model_type="llama", mode="generate", new_tokens=8, attention="eager"),
    measurement("BertConfig", "BertModel", status="timeout", reason="It took longer than 60 s.", environment=None),
    measurement("BertConfig", "BertForMaskedLM", mode="train", compile=True),
)


def stored(store: Store, filters: MeasurementFilters = EVERYTHING, *, latest: bool = False) -> tuple[Measurement, ...]:
    return store.measurements(filters, latest=latest)


def test_a_measurement_is_read_as_it_was_written(store):
    assert store.record_measurements(ROWS) == Recorded(new=len(ROWS))
    assert sorted(stored(store), key=repr) == sorted(ROWS, key=repr)


def test_the_same_again_changes_nothing(store):
    store.record_measurements(ROWS)
    assert store.record_measurements([*ROWS, *ROWS]) == Recorded(known=2 * len(ROWS))
    assert store.record_measurements([]) == Recorded()
    assert sorted(stored(store), key=repr) == sorted(ROWS, key=repr)


def test_of_two_rows_of_a_run_and_key_the_newer_one_stays(store):
    older, newer = replace(ROW, measured_at=FIRST), replace(ROW, measured_at=SECOND, latency=timing(0.02))
    assert store.record_measurements([newer, older]) == Recorded(new=1, known=1)
    assert stored(store) == (newer,)
    newest = replace(ROW, measured_at="2026-11-20T15:30:00+02:00", latency=timing(0.03))
    assert store.record_measurements([older, newest]) == Recorded(known=1, replaced=1)
    assert stored(store) == (newest,)
    again = replace(ROW, run="another")
    assert store.record_measurements([again]) == Recorded(new=1)
    assert len(stored(store)) == 2


def test_what_was_interrupted_gives_way_to_what_came_to_an_end(store):
    interrupted = measurement(model_type="llama", status="interrupted", reason="It was stopped.", measured_at=SECOND)
    assert interrupted.key == ROW.key
    store.record_measurements([interrupted])
    store.record_measurements([ROW])
    store.record_measurements([interrupted])
    assert stored(store) == (ROW,)


def test_the_order_of_files_does_not_matter(store):
    rows = (
        ROW,
        replace(ROW, latency=timing(0.5)),
        replace(ROW, measured_at=SECOND, environment=ACCELERATOR),
    )
    found = set()
    for number, order in enumerate(itertools.permutations(rows)):
        run = f"run-{number}"
        for row in order:
            store.record_measurements([replace(row, run=run)])
        (row,) = stored(store, MeasurementFilters(run=run))
        found.add(repr(replace(row, run="")))
    assert len(found) == 1


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"names": ("llama",)}, 4),
        ({"names": ("BertConfig",)}, 2),
        ({"names": ("BertForMaskedLM",)}, 1),
        ({"names": ("bert", "LlamaConfig")}, 4),
        ({"names": ()}, 0),
        ({"run": "gpu"}, 1),
        ({"run": "gp"}, 0),
        ({"releases": ("5.23.0",)}, 6),
        ({"releases": ("5.22.0",)}, 0),
        ({"mode": "generate"}, 1),
        ({"device": "cuda"}, 1),
        ({"device": "cuda:0"}, 1),
        ({"device": "cuda:1"}, 0),
        ({"device": "%"}, 0),
        ({"dtype": "bfloat16"}, 1),
        ({"scale": "full"}, 1),
        ({"attention": "sdpa"}, 5),
        ({"attention": "eager"}, 0),
        ({"compile": True}, 1),
        ({"batch_size": 4, "sequence_length": 256}, 1),
        ({"status": "timeout"}, 1),
        ({"status": "measured"}, 5),
        ({"names": ("llama",), "mode": "forward", "device": "cpu"}, 2),
    ],
)
def test_lists_are_narrowed_by_what_rows_are(filled, filters, count):
    assert len(stored(filled, MeasurementFilters(**filters))) == count


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request, tmp_path_factory):
    """A catalog that is only read."""
    from postgres import new_database

    if request.param == "sqlite":
        with open_store(tmp_path_factory.mktemp("measured") / "catalog.db") as store:
            store.record_measurements(ROWS)
            yield store
        return
    with new_database(request.getfixturevalue("postgres_server")) as url, open_store(url) as store:
        store.record_measurements(ROWS)
        yield store


def test_the_latest_row_of_each_machine_and_setting_counts(store):
    faster = replace(ROW, run="second", measured_at=SECOND, latency=timing(0.01))
    elsewhere = replace(ROW, run="elsewhere", environment=replace(LAPTOP, processor="Another CPU"))
    newer_torch = replace(ROW, run="torch", environment=replace(LAPTOP, torch="2.14.0"))
    same_place = replace(ROW, run="commit", environment=replace(LAPTOP, commit="another", system="Linux-6.2"))
    store.record_measurements([ROW, faster, elsewhere, newer_torch, same_place])
    assert {row.run for row in stored(store, latest=True)} == {"second", "elsewhere", "torch"}
    assert {row.run for row in stored(store, MeasurementFilters(run="commit"), latest=True)} == {"commit"}


def test_a_newer_failure_takes_the_place_of_an_older_success_on_the_same_machine(store):
    other = replace(measurement("BertConfig", "BertModel", measured_at=SECOND), run="second")
    failed = replace(
        measurement(model_type="llama", status="crash", measured_at=SECOND), run="second", environment=None
    )
    store.record_measurements([ROW, other, failed])
    assert {row.status for row in stored(store, MeasurementFilters(names=("llama",)), latest=True)} == {"crash"}
    assert stored(store, MeasurementFilters(names=("llama",), status="measured"), latest=True) == ()
    assert stored(store, MeasurementFilters(names=("llama",), status="measured")) == (ROW,)


def test_an_interruption_hides_nothing(store):
    stopped = replace(measurement(model_type="llama", status="interrupted", measured_at=SECOND), run="second")
    store.record_measurements([ROW, stopped])
    assert stored(store, latest=True) == (ROW,)


def test_a_process_that_could_not_tell_ran_where_most_of_its_run_did(store):
    silent = measurement("BertConfig", "BertModel", status="crash", environment=None)
    elsewhere = measurement("GPT2Config", "GPT2Model", environment=replace(LAPTOP, transformers="5.22.0"))
    store.record_measurements([silent])
    assert stored(store, MeasurementFilters(releases=("5.23.0",))) == ()
    store.record_measurements([ROW, measurement(batch_size=2), elsewhere])
    assert silent in stored(store, MeasurementFilters(releases=("5.23.0",)))
    assert stored(store, MeasurementFilters(releases=("5.22.0",))) == (elsewhere,)


def test_runs_are_told_newest_first(store):
    assert store.runs() == ()
    store.record_measurements(ROWS)
    store.record_measurements([replace(ROW, run="later", measured_at="2026-11-21T01:00:00+01:00")])
    later, gpu, first = store.runs()
    assert (later.name, later.first_measured_at, later.last_measured_at) == (
        "later",
        "2026-11-21T00:00:00Z",
        "2026-11-21T00:00:00Z",
    )
    assert (first.rows, first.measured, dict(first.statuses)) == (5, 4, {"measured": 4, "timeout": 1})
    assert first.environment == LAPTOP
    assert first.environments == (LAPTOP,)
    assert (first.scales, first.modes, first.devices) == (("tiny",), ("forward", "generate", "train"), ("cpu",))
    assert (gpu.name, gpu.environment, gpu.dtypes, gpu.releases) == ("gpu", ACCELERATOR, ("bfloat16",), ("5.23.0",))
    assert store.run_names() == ("2026-11-20-120000", "gpu", "later")


def test_deleting_a_run_takes_its_rows_and_nothing_else(store):
    store.record_measurements(ROWS)
    assert store.delete_run("none") is None
    assert store.delete_run("gpu") == 1
    assert [run.name for run in store.runs()] == ["2026-11-20-120000"]
    assert store.run_sql("SELECT count(*) FROM benchmark_environment", {})[0][0] == 1
    assert store.delete_run("2026-11-20-120000") == 5
    assert (stored(store), store.runs(), store.measured_names(), store.measured_releases()) == ((), (), frozenset(), ())
    for table in ("measurement", "benchmark_run", "benchmark_environment"):
        assert store.run_sql(f"SELECT count(*) FROM {table}", {})[0][0] == 0


def test_garbage_is_an_environment_that_no_row_has(store):
    store.record_measurements([ROW])
    store.record_measurements([replace(ROW, measured_at=SECOND, environment=ACCELERATOR)])
    assert store.run_sql("SELECT count(*) FROM benchmark_environment", {})[0][0] == 2
    assert store.collect_garbage().others == 1
    assert stored(store)[0].environment == ACCELERATOR


def test_a_file_is_remembered_by_its_content(store):
    assert store.known_files([b"one"]) == frozenset()
    store.record_measurements(ROWS, file=(b"one", "laptop.ndjson"))
    store.record_measurements(ROWS, file=(b"one", "renamed.ndjson"))
    store.record_measurements([], file=(b"empty", "empty.ndjson"))
    assert store.known_files([b"one", b"two", b"empty"]) == {b"one", b"empty"}
    assert store.run_sql("SELECT name, row_count FROM benchmark_file ORDER BY id", {}) == [
        ("laptop.ndjson", 6),
        ("empty.ndjson", 0),
    ]


ODD = st.text(st.characters(codec=None), min_size=1, max_size=20)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=ODD, reason=ODD, number=st.integers(0, 2**70), seconds=st.floats(0, 1e300))
def test_odd_texts_and_large_numbers_are_kept(store, name, reason, number, seconds):
    row = measurement("LlamaConfig", name, status="crash", reason=reason, run="odd", parameters=1)
    row = replace(row, parameters=number, latency=timing(seconds), workload=replace(row.workload, batch_size=number))
    store.record_measurements([replace(row, key=f"{number}")])
    (found,) = stored(store)
    assert found.parameters == number
    assert found.latency == timing(seconds)
    # Half of a surrogate pair is no text that a database can hold.
    assert found.subject.architecture == name.encode("utf-8", "replace").decode()
    assert found.reason == reason.encode("utf-8", "replace").decode()
    store.delete_run("odd")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"run": ""}, "belongs to no run"),
        ({"measured_at": "yesterday"}, "'yesterday' is no time"),
        ({"latency": timing(float("nan"))}, "A figure of LlamaConfig is no number"),
    ],
)
def test_a_row_that_nobody_could_find_or_read_is_refused(store, change, message):
    with pytest.raises(UsageError, match=message):
        store.record_measurements([measurement(batch_size=8), replace(ROW, **change)])
    assert stored(store) == ()


def test_measurements_stay_when_their_release_goes(store):
    from samples import RELEASE

    store.write_release(RELEASE)
    store.record_measurements(ROWS)
    store.delete_release(RELEASE.version)
    store.collect_garbage()
    assert len(stored(store)) == len(ROWS)


def test_a_damaged_document_is_told(store):
    from sqlalchemy import update

    from catalog.store import schema

    store.record_measurements([ROW])
    with store.engine.connect() as connection, connection.begin():
        connection.execute(update(schema.measurement).values(body=b"no document"))
    with pytest.raises(DatabaseError, match="damaged"):
        stored(store)
