"""How long questions about the history take, on a catalog of many releases.

Run with: python benchmarks/history_queries.py --database URL [--names 300]

Three questions are asked about a sample of classes of all releases: the history of the class, that of one of its
parameters, and its diff between two releases. No class is asked about twice, so that nothing is read already but the
common base. A fourth compares all classes of each release with those of the release before it. Figures are the median,
the 95th percentile and the largest time in milliseconds; the last line is the widest comparison there is to make.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable
from itertools import pairwise

from catalog import Catalog

BAR = 50.0


def main() -> int:
    """Time the questions and print the table.

    Returns:
        0 if every bar is met, else 1.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", required=True, help="catalog of many releases")
    parser.add_argument("--names", type=int, default=300, help="how many classes are asked about (default 300)")
    options = parser.parse_args()
    with Catalog.open(options.database, create=False) as catalog:
        releases = [info.version for info in catalog.releases()]
        owners = _classes(catalog, releases)
        names = random.Random(7).sample(sorted(owners), min(options.names, len(owners)))
        catalog.history("PreTrainedConfig")
        third = len(names) // 3
        times = {
            "history(CLASS)": _times([_history(catalog, name) for name in names[:third]]),
            "history(CLASS.PARAM)": _times(
                [_history(catalog, f"{name}.{owners[name]}") for name in names[third : 2 * third] if owners[name]]
            ),
            "diff(OLD, NEW, CLASS)": _times([_diff(catalog, releases, name) for name in names[2 * third :]]),
            "diff(BEFORE, RELEASE)": _times([_whole(catalog, *pair) for pair in pairwise(reversed(releases))]),
        }
        (widest,) = _times([_whole(catalog, "4.57.6", releases[0])])
    print(f"{len(releases)} releases, {len(owners)} classes; milliseconds")
    print(f"{'question':24} {'asked':>6} {'median':>8} {'p95':>8} {'max':>8}")
    met = True
    for question, found in times.items():
        p95 = statistics.quantiles(found, n=20)[-1]
        met = met and p95 <= BAR
        print(f"{question:24} {len(found):6} {statistics.median(found):8.1f} {p95:8.1f} {max(found):8.1f}")
    print(f"{'diff 4.57.6 to the newest':24} {1:6} {widest:8.1f}   all classes, no bar of its own")
    return 0 if met else 1


def _classes(catalog: Catalog, releases: list[str]) -> dict[str, str | None]:
    """Classes of a few releases over time, each with one of its parameters."""
    owners: dict[str, str | None] = {}
    for release in releases[:: max(1, len(releases) // 8)]:
        for summary in catalog.find(release=release):
            owners.setdefault(summary.config_class, None)
    for release in releases[:1]:
        for use in catalog.having("hidden_size", release=release):
            owners[use.config_class] = "hidden_size"
    return owners


def _history(catalog: Catalog, name: str) -> Callable[[], object]:
    return lambda: catalog.history(name)


def _diff(catalog: Catalog, releases: list[str], name: str) -> Callable[[], object]:
    having = [release for release in releases if name in catalog.names(release)]
    return lambda: catalog.diff(having[-1], having[0], name)


def _whole(catalog: Catalog, old: str, new: str) -> Callable[[], object]:
    return lambda: catalog.diff(old, new)


def _times(questions: list[Callable[[], object]]) -> list[float]:
    found = []
    for question in questions:
        start = time.perf_counter()
        question()
        found.append((time.perf_counter() - start) * 1000)
    return found


if __name__ == "__main__":
    sys.exit(main())
