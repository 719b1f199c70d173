"""Writes releases and reads what others write, beside other processes that do the same.

Usage: busy_writer.py DATABASE NUMBER COUNT START. Begins at the time START, so that all make the catalog at once.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from model_fact_samples import ALL, LLAMA_MODEL
from samples import LLAMA, RELEASE

from catalog.store import open_knowledge, open_store

SHARED = "8.8.8"


def main(database: str, number: int, count: int, start: float) -> None:
    """Write `count` releases of its own and one that all write."""
    time.sleep(max(0.0, start - time.time()))
    with open_store(database) as store:
        store.write_release(replace(RELEASE, version=SHARED, fingerprint=SHARED))
        for turn in range(count):
            version = f"{number}.{turn}.0"
            classes = (
                *RELEASE.classes,
                replace(LLAMA, name=f"Own{number}x{turn}Config", model_type=f"own{number}{turn}"),
            )
            store.write_release(replace(RELEASE, version=version, fingerprint=version, classes=classes))
            store.write_release(replace(RELEASE, version="9.9.9", fingerprint=f"{number}.{turn}", classes=classes))
            assert store.record_facts(ALL, release=version) == len(ALL)
            # All processes write facts of one class of one release, each an architecture of its own.
            own = replace(LLAMA_MODEL, architecture=f"Own{number}x{turn}", base=turn == 0)
            store.record_facts([own], release=SHARED)
            assert len(store.all_facts(version)) == len(ALL)
            assert len(store.parameters_named(version, "hidden_size")) == 3
            assert store.search(version, "rope theta")[0].name == "rope_theta"
            for info in store.releases():
                rows = store.class_rows(info.version)
                assert len(rows) == 5 - (info.version == SHARED), f"{info.version} has {len(rows)} classes"
            with open_knowledge(database) as knowledge:
                assert knowledge.config_class("LlamaConfig") == LLAMA
                assert len(knowledge.class_names()) == 4


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
