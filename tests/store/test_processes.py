"""Several processes at once, and processes that die while they write: nothing is lost, and nothing is half there."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from samples import RELEASE

from catalog.store import open_store

PROCESSES = Path(__file__).parent / "processes"


@pytest.mark.slow
def test_a_writer_killed_at_any_moment_leaves_the_old_or_the_new_catalog(database):
    seed = random.randrange(2**32)
    result = subprocess.run(
        [sys.executable, str(PROCESSES / "killed_writer.py"), database, "30", str(seed)],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert result.returncode == 0, f"seed {seed}: {result.stdout}{result.stderr}"
    outcomes = [line.split() for line in result.stdout.splitlines()]
    assert len(outcomes) == 30
    assert any(before == after for before, after in outcomes), "no writer was killed in time"


@pytest.mark.slow
def test_a_writer_killed_while_it_makes_the_catalog_leaves_one_that_can_be_made(tmp_path):
    code = (
        "import sys; from catalog.store import open_store; print(flush=True); open_store(sys.argv[1]).close();"
        "import time; time.sleep(60)"
    )
    chance = random.Random(0)
    for turn in range(10):
        path = tmp_path / f"{turn}.db"
        child = subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE)
        assert child.stdout is not None
        child.stdout.readline()
        # Importing SQLAlchemy takes most of the time until the file is there, making the catalog a tenth of it.
        while not path.exists() and child.poll() is None:
            time.sleep(0.0005)
        time.sleep(chance.uniform(0, 0.06))
        child.kill()
        child.wait()
        child.stdout.close()
        with open_store(path) as store:
            assert store.releases() == ()
            assert not store.write_release(RELEASE).unchanged


@pytest.mark.slow
def test_a_sweep_killed_at_any_moment_keeps_whole_batches(database):
    with open_store(database) as store:
        store.write_release(RELEASE)
        seen = 0
        for turn in range(4):
            child = subprocess.Popen(
                [sys.executable, str(PROCESSES / "endless_sweep.py"), database, str(turn)], stdout=subprocess.PIPE
            )
            assert child.stdout is not None
            child.stdout.readline()
            time.sleep(random.uniform(0, 0.3))
            child.kill()
            child.wait()
            child.stdout.close()
            _until(lambda: not _sweeps(store))
            facts = store.all_facts("5.23.0")
            assert len(facts) % 10 == 0
            assert len(facts) > seen, "what was written before stays, and a later sweep adds to it"
            assert all(item.summary for item in facts)
            seen = len(facts)


def _sweeps(store) -> int:
    """Connections of others: PostgreSQL's process goes on for a moment after its client was killed."""
    if store.location.is_sqlite:
        return 0
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    return store.run_sql(others, {})[0][0]


def _until(condition) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.slow
def test_four_processes_write_and_read_one_catalog_at_once(database):
    start = time.time() + 1.5
    children = [
        subprocess.Popen(
            [sys.executable, str(PROCESSES / "busy_writer.py"), database, str(number), "5", str(start)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        for number in range(1, 5)
    ]  # fmt: skip
    outputs = [child.communicate(timeout=300)[0] for child in children]
    assert [child.returncode for child in children] == [0, 0, 0, 0], "\n".join(outputs)
    with open_store(database) as store:
        expected = {f"{number}.{turn}.0" for number in range(1, 5) for turn in range(5)} | {"8.8.8", "9.9.9"}
        assert {info.version for info in store.releases()} == expected
        assert store.fingerprint("9.9.9") in {f"{number}.4" for number in range(1, 5)}
        facts = store.all_facts("8.8.8")
        assert {item.architecture for item in facts} == {f"Own{one}x{turn}" for one in range(1, 5) for turn in range(5)}
        assert sum(item.base for item in facts) == 1
