"""Kills processes that write a release, at random moments, and looks at the catalog after each.

Usage: killed_writer.py DATABASE ROUNDS SEED. Prints one line a round: what the catalog held before and after.
Forks, so that a round costs no import; therefore not within pytest's process.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from samples import LLAMA, RELEASE

from catalog.records import Release
from catalog.store import Store, open_store

VERSION = "5.23.0"
CLASSES = 60


def release(number: int) -> Release:
    """A release whose every class tells its number."""
    classes = tuple(
        replace(LLAMA, name=f"Model{place}Config", model_type=f"model{place}", summary=f"number {number}")
        for place in range(CLASSES)
    )
    return replace(RELEASE, version=VERSION, fingerprint=str(number), classes=classes, observations=(), traits=())


def state(database: str) -> str:
    """Number of the release that the catalog holds; fails if it holds half of one."""
    with open_store(database) as store:
        _wait_for_the_dead(store)
        (info,) = store.releases()
        classes = list(store.config_classes(VERSION))
        assert {config.summary for config in classes} == {f"number {info.fingerprint}"}, "two releases are mixed"
        assert len(classes) == info.classes == CLASSES
        assert len(store.parameters_named(VERSION, "hidden_size")) == CLASSES
        assert len(store.search(VERSION, "model7 hidden size", limit=1)) == 1
        assert len(store.architectures(VERSION)) == info.architectures
        if store.location.is_sqlite:
            assert store.run_sql("PRAGMA integrity_check", {}) == [("ok",)]
            assert store.run_sql("PRAGMA foreign_key_check", {}) == []
        return info.fingerprint


def _wait_for_the_dead(store: Store) -> None:
    """PostgreSQL's process goes on for a moment after its client was killed, and may still commit."""
    if not store.location.is_sqlite:
        others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        while store.run_sql(others, {})[0][0]:
            time.sleep(0.01)


def write_in_a_child(database: str, number: int) -> int:
    """Process that writes the release and ends."""
    child = os.fork()
    if child == 0:
        try:
            with open_store(database) as store:
                store.write_release(release(number))
        finally:
            os._exit(0)
    return child


def main(database: str, rounds: int, seed: int) -> None:
    """Kill the writer `rounds` times."""
    chance = random.Random(seed)
    started = time.perf_counter()
    os.waitpid(write_in_a_child(database, 0), 0)
    duration = time.perf_counter() - started
    assert state(database) == "0"
    for number in range(1, rounds + 1):
        before = state(database)
        child = write_in_a_child(database, number)
        time.sleep(chance.uniform(0, 1.1 * duration))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        after = state(database)
        assert after in (before, str(number)), f"{before} became {after} in round {number}"
        sys.stdout.write(f"{before} {after}\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
