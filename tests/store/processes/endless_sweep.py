"""Records facts in batches of ten until it is killed.

Usage: endless_sweep.py DATABASE NUMBER. Prints a line once the first batch is written.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from model_fact_samples import LLAMA_MODEL

from catalog import Catalog
from catalog.model_facts import ModelFacts


def sweep(number: int) -> Iterator[ModelFacts]:
    """Facts of ever new architectures."""
    for place in itertools.count():
        if place == 10:
            sys.stdout.write("begun\n")
            sys.stdout.flush()
        yield replace(LLAMA_MODEL, architecture=f"Sweep{number}x{place}", parameters=place, base=False)


if __name__ == "__main__":
    with Catalog.open(sys.argv[1]) as catalog:
        catalog.record_facts(sweep(int(sys.argv[2])), batch_size=10)
