"""What was measured, as the catalog keeps, finds and compares it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from measured_samples import ACCELERATOR, LAPTOP, measurement, timing

from catalog import Catalog
from catalog.benchmark.export import to_ndjson
from catalog.errors import CatalogError, DatabaseError, NotFoundError, UsageError
from catalog.measurements import Measurement
from catalog.store.rows import Recorded

LLAMA = measurement(model_type="llama", run="2026-11-20-120000")
LLAMA_GPU = measurement(model_type="llama", run="gpu", environment=ACCELERATOR, device="cuda", dtype="bfloat16")
GPT2 = measurement("GPT2Config", "GPT2Model", run="2026-11-20-120000")
FAILED = measurement("ChildConfig", "ChildModel", status="crash", reason="Signal 11.", run="2026-11-20-120000")
ROWS = (LLAMA, LLAMA_GPU, GPT2, FAILED)


def again(*rows: Measurement, run: str, **changes: object) -> tuple[Measurement, ...]:
    """The same requests in another run, a day later."""
    return tuple(replace(row, run=run, measured_at="2026-11-21T12:00:00Z", **changes) for row in rows)


@pytest.fixture
def measured(catalog):
    catalog.record_measurements(ROWS)
    return catalog


def write(path: Path, *rows: Measurement, end: str = "") -> Path:
    path.write_text(to_ndjson(rows) + end, encoding="utf-8")
    return path


# Finding


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("llama", {LLAMA.key, LLAMA_GPU.key}),
        ("LlamaConfig", {LLAMA.key, LLAMA_GPU.key}),
        ("transformers.LlamaConfig", {LLAMA.key, LLAMA_GPU.key}),
        ("llama_alias", {LLAMA.key, LLAMA_GPU.key}),
        (" LlamaModel ", {LLAMA.key, LLAMA_GPU.key}),
        ("gpt2", {GPT2.key}),
        ("dual-model", set()),
        ("LlamaForCausalLM", set()),
    ],
)
def test_a_model_goes_by_each_of_its_names(measured, name, rows):
    assert {row.key for row in measured.measurements(name)} == rows


def test_a_wrong_name_gets_suggestions(measured):
    with pytest.raises(NotFoundError, match="Did you mean 'llama'"):
        measured.measurements("lama")
    with pytest.raises(NotFoundError, match="Did you mean 'LlamaModel'"):
        measured.measurements("LlamaModell")
    with pytest.raises(UsageError, match="TwinAConfig, TwinBConfig"):
        measured.measurements("twin")
    measured.record_measurements([measurement("TwinAConfig", "TwinModel", model_type="twin", run="gpu")])
    assert len(measured.measurements("twin")) == 1


def test_measurements_need_no_cataloged_release(tmp_path):
    with Catalog.open(tmp_path / "empty.db") as catalog:
        assert (catalog.measurements(), catalog.runs()) == ((), ())
        catalog.record_measurements(ROWS)
        assert catalog.measurements("llama") == catalog.measurements("LlamaModel") != ()
        assert catalog.measurements(release="5.23.0", status="measured") == catalog.measurements(status="measured")
        with pytest.raises(NotFoundError, match="Did you mean 'llama'"):
            catalog.measurements("lama")


@pytest.mark.parametrize(
    ("filters", "error", "message"),
    [
        ({"mode": "backward"}, UsageError, "no mode 'backward'. One of: forward, train, generate"),
        ({"scale": "huge"}, UsageError, "no scale 'huge'"),
        ({"status": "ok"}, UsageError, "no status 'ok'. One of: measured, crash"),
        ({"run": "cpu"}, NotFoundError, "no run named 'cpu'. Did you mean 'gpu'"),
        ({"release": "4.1"}, NotFoundError, "no measured transformers release named '4.1'. Did you mean '5.23.0'"),
    ],
)
def test_a_wrong_filter_says_what_there_is(measured, filters, error, message):
    with pytest.raises(error, match=message.replace(".", r"\.")):
        measured.measurements(**filters)


def test_a_release_may_be_a_series_and_cataloged_ones_without_rows_are_no_error(measured):
    assert len(measured.measurements(release="5.23")) == len(ROWS)
    assert len(measured.measurements(release="5")) == len(ROWS)
    assert measured.measurements(release="4.9.0") == ()


def test_the_history_is_there_besides_the_latest_rows(measured):
    measured.record_measurements(again(LLAMA, run="later", latency=timing(0.5)))
    (latest,) = measured.measurements("llama", device="cpu")
    assert latest.run == "later"
    assert [row.run for row in measured.measurements("llama", device="cpu", latest=False)] == [LLAMA.run, "later"]


def test_a_run_is_deleted_by_its_name(measured):
    with pytest.raises(NotFoundError, match="Did you mean 'gpu'"):
        measured.delete_run("gpus")
    assert measured.delete_run("gpu") == 1
    assert [run.name for run in measured.runs()] == [LLAMA.run]


# Files


def test_a_file_may_be_imported_twice(catalog, tmp_path):
    file = write(tmp_path / "laptop.ndjson", *ROWS)
    assert catalog.import_measurements(file).recorded == Recorded(new=len(ROWS))
    assert catalog.import_measurements(str(file)).recorded == Recorded(known=len(ROWS))
    assert set(map(repr, catalog.measurements())) == set(map(repr, ROWS))


def test_rows_without_a_run_belong_to_one_that_is_called_like_the_file(catalog, tmp_path):
    catalog.import_measurements(write(tmp_path / "laptop.ndjson", *again(LLAMA, run="")))
    assert [run.name for run in catalog.runs()] == ["laptop"]


def test_a_last_line_that_was_cut_off_is_left_out_and_noted(catalog, tmp_path):
    found = catalog.import_measurements(write(tmp_path / "killed.ndjson", *ROWS, end='{"format":1,"ru'))
    assert found.recorded == Recorded(new=len(ROWS))
    assert "cut off" in found.notes[0]


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        "{}",
        "[]",
        '{"format": 99}',
        '{"format": 1, "key": "k"}',
        json.dumps("x"),
        '{"format": 1, "key": NaN}',
    ],
)
def test_a_bad_line_is_named_and_nothing_is_kept(catalog, tmp_path, line):
    file = write(tmp_path / "bad.ndjson", LLAMA)
    file.write_text(file.read_text() + line + "\n" + to_ndjson([GPT2]))
    with pytest.raises(CatalogError, match=r"bad\.ndjson:2"):
        catalog.import_measurements(file)
    assert catalog.measurements() == ()


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("measured_at", "yesterday", "measured_at is 'yesterday', which is no time"),
        ("status", "fine", "there is no status 'fine'"),
        ("workload", {"batch_size": "many"}, "batch_size is 'many', where a whole number belongs"),
        ("workload", {"mode": "backward"}, "there is no mode 'backward'"),
        ("subject", {"config_class": "A", "scale": "huge"}, "there is no scale 'huge'"),
        ("parameters", True, "parameters is True, where"),
        ("latency", {"p50": "fast"}, "p50 is 'fast'"),
        ("notes", "one", "notes is 'one', where a list belongs"),
        ("inputs", [{"name": "x", "shape": 3, "dtype": "int64"}], "shape is 3, where a list belongs"),
        ("colour", "red", "colour"),
    ],
)
def test_a_value_that_does_not_fit_is_named(catalog, tmp_path, field, value, message):
    document = {**json.loads(to_ndjson([LLAMA])), field: value}
    file = tmp_path / "odd.ndjson"
    file.write_text(json.dumps(document) + "\n")
    with pytest.raises(CatalogError, match=message) as caught:
        catalog.import_measurements(file)
    assert "odd.ndjson:1" in caught.value.message
    assert catalog.measurements() == ()


def test_a_file_that_cannot_be_read_is_told(catalog, tmp_path):
    for path in (tmp_path / "none.ndjson", tmp_path):
        with pytest.raises(CatalogError, match="cannot be read"):
            catalog.import_measurements(path)
    empty = tmp_path / "empty.ndjson"
    empty.touch()
    assert catalog.import_measurements(empty).recorded == Recorded()


# What comes with the package


@pytest.fixture
def published(tmp_path, monkeypatch):
    """The folder of files that come with the package."""
    folder = tmp_path / "data" / "benchmarks"
    folder.mkdir(parents=True)
    monkeypatch.setattr("catalog.query.measurements.resource_folder", lambda name: tmp_path / name)
    return folder


def test_published_measurements_are_taken_in_once(catalog, published):
    assert catalog.import_published().files == 0
    write(published / "laptop.ndjson", LLAMA, GPT2)
    write(published / "gpu.ndjson", LLAMA_GPU)
    assert catalog.import_published().recorded == Recorded(new=3)
    assert catalog.import_published().files == 0
    write(published / "laptop.ndjson", LLAMA, GPT2, FAILED)
    found = catalog.import_published()
    assert (found.recorded, found.files) == (Recorded(new=1, known=2), 1)


def test_what_was_deleted_stays_so_until_it_is_asked_for(catalog, published):
    write(published / "gpu.ndjson", LLAMA_GPU)
    catalog.import_published()
    catalog.delete_run("gpu")
    assert catalog.import_published().recorded == Recorded()
    assert catalog.runs() == ()
    assert catalog.import_published(again=True).recorded == Recorded(new=1)


def test_a_published_file_that_is_bad_stops_no_other(catalog, published):
    (published / "a.ndjson").write_text("nonsense\n{}\n")
    write(published / "b.ndjson", LLAMA)
    found = catalog.import_published()
    assert found.recorded == Recorded(new=1)
    assert "a.ndjson:1" in found.failures[0]


def test_a_folder_in_place_of_a_published_file_stops_no_other(catalog, published):
    (published / "a.ndjson").mkdir()
    write(published / "b.ndjson", LLAMA)
    found = catalog.import_published()
    assert found.recorded == Recorded(new=1)
    assert "a.ndjson" in found.failures[0]


def test_a_sync_takes_in_what_comes_with_the_package(catalog, published, tmp_path):
    source = tmp_path / "configuration_tiny.py"
    source.write_text(
        "class TinyConfig(PretrainedConfig):\n    model_type = 'tiny'\n    def __init__(self, size=1): ...\n"
    )
    write(published / "laptop.ndjson", LLAMA, GPT2)
    report = catalog.sync_path(source)
    assert (report.measurements, report.measurement_failures) == (2, ())
    assert catalog.sync_path(source).measurements == 0


def test_a_sync_goes_on_where_measurements_cannot_be_written(catalog, published, tmp_path, monkeypatch):
    source = tmp_path / "configuration_tiny.py"
    source.write_text(
        "class TinyConfig(PretrainedConfig):\n    model_type = 'tiny'\n    def __init__(self, size=1): ...\n"
    )
    write(published / "laptop.ndjson", LLAMA)

    def refuse(*_: object, **__: object) -> None:
        raise DatabaseError("The database is full.")

    monkeypatch.setattr(catalog._store, "record_measurements", refuse)
    report = catalog.sync_path(source)
    assert (report.changed, report.failed, report.measurements) == (True, (), 0)
    assert report.measurement_failures == ("The database is full.",)


# Comparing


@pytest.fixture
def twice(measured):
    """Two runs: what Llama takes doubled, GPT-2 fails."""
    slower = again(LLAMA, run="2026-11-21-120000", latency=timing(0.0246))
    failing = again(measurement("GPT2Config", "GPT2Model", status="timeout"), run="2026-11-21-120000")
    measured.record_measurements([*slower, *failing])
    return measured


@pytest.mark.parametrize(
    "sides",
    [
        ("latest~1", "latest"),
        ("2026-11-20", "2026-11-21-120000"),
        ("run=2026-11-20", "run=2026-11-21"),
        (" 2026-11-20-12 ", "run=2026-11-21-120000,device=cpu"),
    ],
)
def test_two_runs_are_compared(twice, sides):
    if "latest~1" in sides:
        twice.delete_run("gpu")
    comparison = twice.compare_measurements(*sides)
    assert dict(comparison.counts) == {"slower": 1, "newly-failing": 1, "only-before": 1}
    assert comparison.pairs[0].ratio == pytest.approx(2)
    assert (comparison.before, comparison.after) != ("", "")
    assert comparison.differences == ()
    assert twice.compare_measurements(*sides, name="gpt2").counts == {"newly-failing": 1}


def test_two_filters_are_compared_without_what_they_filter_by(measured):
    comparison = measured.compare_measurements("device=cpu", "device=cuda,dtype=bfloat16", name="llama")
    assert comparison.compared == 1
    assert comparison.ignored == ("device", "dtype")
    assert {"gpu", "torch"} <= {item.field for item in comparison.differences}


def test_a_file_is_compared_without_being_imported(measured, tmp_path):
    file = write(tmp_path / "here.ndjson", *again(LLAMA, run="here"))
    assert measured.compare_measurements("2026-11-20", str(file)).counts == {"same": 1, "only-before": 2}
    assert [run.name for run in measured.runs()] == ["gpu", LLAMA.run]


@pytest.mark.parametrize(
    "text", ["gpu=example", "torch=2.13", "torch=2.13.0,threads=1,model=llama", "processor=cpu 2000"]
)
def test_machines_are_filtered_by_a_part_of_their_names(measured, text):
    assert measured.select_measurements(text).rows


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("latest~9", "latest", "There is no run latest~9: the catalog has 2 runs"),
        ("gpuu", "latest", "no run named 'gpuu'. Did you mean 'gpu'"),
        ("gpu", "gpu", "gpu and gpu are the same measurements"),
        ("2026-11", "gpu", "was asked for in gpu, too. Device is cpu in the one and cuda in the other"),
        ("attention=flash", "gpu", "No measurement fits attention=flash. Of what was measured, attention is one of"),
        ("torch=1.0", "latest", "torch is one of: 2.13.0+cpu, 2.13.0+cu130"),
        ("torch=2.1", "latest", "No measurement fits torch=2.1"),
        ("model=lama", "latest", "Did you mean 'llama'"),
        ("none.ndjson", "latest", "none.ndjson cannot be read"),
        ("run=gpuu", "latest", "no run named 'gpuu'"),
        ("", "latest", "empty text"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_explained(measured, before, after, message):
    with pytest.raises(CatalogError) as caught:
        measured.compare_measurements(before, after)
    assert message in str(caught.value)


def test_the_beginning_of_several_runs_names_none(measured):
    measured.record_measurements(again(LLAMA, run="gpu-2") + again(LLAMA, run="gpu-3"))
    assert measured.select_measurements("gpu").name == "gpu"
    with pytest.raises(UsageError, match="beginning of several runs: gpu, gpu-2, gpu-3"):
        measured.select_measurements("g")


def test_nothing_is_compared_where_nothing_was_measured(catalog):
    for text in ("latest", "attention=eager"):
        with pytest.raises(CatalogError, match="catalog bench run"):
            catalog.select_measurements(text)


def test_a_model_that_a_side_lacks_is_told(measured):
    with pytest.raises(CatalogError, match="gpu has no measurement of gpt2"):
        measured.compare_measurements(LLAMA.run, "gpu", name="gpt2")
    assert LAPTOP != ACCELERATOR
