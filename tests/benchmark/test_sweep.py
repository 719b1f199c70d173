from pathlib import Path

from catalog.benchmark.events import Event, Finished, Staged, Started
from catalog.benchmark.job import Care, Job
from catalog.benchmark.options import SweepOptions
from catalog.benchmark.rows import read_rows
from catalog.benchmark.sweep import sweep
from catalog.builder.plan import BuildPlan

SMALL = {
    "hidden_size": 32,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "vocab_size": 99,
}


def bert(architecture: str = "BertModel") -> Job:
    return Job(
        plan=BuildPlan(
            config_class="BertConfig",
            module="transformers.models.bert.configuration_bert",
            model_type="bert",
            architecture=architecture,
            params=SMALL,
        ),
        scale="tiny",
        care=Care(seconds=0.02, rounds=2, least_runs=2, warmup_seconds=0.1, flops=False, memory=False, estimate=False),
    )


def test_real_models_become_rows_and_are_not_run_again(tmp_path: Path) -> None:
    output, events = tmp_path / "rows.ndjson", list[Event]()
    jobs = [bert(), bert("BertForMaskedLM"), bert()]
    summary = sweep(jobs, output, SweepOptions(threads=1), listener=events.append)
    rows = read_rows(output)
    assert [row.key for row in rows] == [job.key for job in jobs[:2]]
    assert {row.status for row in rows} == {"measured"}
    assert {row.run for row in rows} == {summary.run}
    assert all(row.latency and row.environment and row.peak_flops for row in rows)
    assert all(0 < (row.start_seconds or 0) < (row.seconds or 0) for row in rows)
    assert [type(event) for event in events if not isinstance(event, Staged)] == [Started, Finished] * 2
    assert (summary.total, summary.done, summary.left, summary.statuses) == (2, 2, 0, {"measured": 2})

    again = sweep(jobs, output)
    assert (again.run, again.known, again.done, again.statuses) == (summary.run, 2, 2, {})
    assert read_rows(output) == rows
