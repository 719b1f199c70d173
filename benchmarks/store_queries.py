"""How large a catalog is, how long it takes to write, and how long its queries take, below the Python API.

Run with: python benchmarks/store_queries.py [--releases 1] [--repeats 20] [--database URL]

The installed transformers is read once and written to a new catalog. With ``--releases N``, N - 1 later releases
follow, each with 15 % of its classes and architectures changed, which is more than most releases change: so the
figures for a catalog of all releases can be had without downloading them. Pivot and search are timed over many names
and queries; a percentile is one over all of them. Wall time is what the bars are for; processor time stands beside it,
since it says more on a machine that does other things as well.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from catalog.introspect import read_installed
from catalog.records import Architecture, ConfigClass, Release
from catalog.store import Store, locate, open_knowledge, open_store

SIZE_BAR = 40_000_000
ALL_RELEASES_SIZE_BAR = 150_000_000
WRITE_BAR = 1.5
QUERY_BAR = 10.0
CHECKER_BAR = 15.0
CHURN = 0.15

QUERIES = (
    "llama", "LlamaConfig", "hidden size llama", "LlamaConfig.num_key_value_heads", "rope theta", "rope_theta",
    "sliding window", "sliding_window", "dropout", "attention dropout bert", "number of attention heads",
    "number of attention heads in the encoder", "XLMRoBERTa", "wav2vec2", "gpt neox", "key value heads",
    "mixture of experts", "experts per token", "layer norm epsilon", "vocab size", "bert vocab size", "clip vision",
    "vision config", "text_config", "image size patch", "max position embeddings",
    "base period of the rope embeddings", "activation function", "gelu", "initializer range", "tie word embeddings",
    "whisper encoder layers", "LlamaForCausalLM", "text-generation", "image classification", "tokenizer", "the",
    "model", "size", "h", "hiden_size", "日本語",
)  # fmt: skip


def main() -> int:
    """Write a catalog, time its queries and print the table.

    Returns:
        0 if every bar is met, else 1.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--releases", type=int, default=1, help="how many releases the catalog holds (default 1)")
    parser.add_argument("--repeats", type=int, default=20, help="how often each query runs (default 20)")
    parser.add_argument("--database", help="an empty database to fill (default: a SQLite file that goes away again)")
    options = parser.parse_args()
    release = read_installed()
    print(
        f"transformers {release.version}: {len(release.classes)} classes, "
        f"{sum(len(config.parameters) for config in release.classes)} parameters, "
        f"{len(release.architectures)} architectures"
    )
    with tempfile.TemporaryDirectory() as folder:
        database = options.database or str(Path(folder, "catalog.db"))
        with open_store(database) as store:
            met = [_write(store, release, options.releases)]
            newest = store.releases()[0].version
            met += [_time_pivot(store, newest, options.repeats), _time_search(store, newest, options.repeats)]
        met.append(_size(database, SIZE_BAR if options.releases == 1 else ALL_RELEASES_SIZE_BAR))
        met.append(_time_checker(database, options.repeats))
    return 0 if all(met) else 1


def _write(store: Store, release: Release, count: int) -> bool:
    started = time.process_time()
    report = store.write_release(release)
    used = time.process_time() - started
    print(
        f"{'first release':34}{report.seconds:10.2f} s  (processor {used:.2f} s)"
        f"   {_verdict(report.seconds, WRITE_BAR, 's')}"
    )
    print(f"{'the same again':34}{store.write_release(release).seconds:10.4f} s")
    later = [store.write_release(item).seconds for item in _later(release, count - 1)]
    if later:
        print(f"{'each of ' + str(len(later)) + ' later releases':34}{statistics.median(later):10.2f} s")
    return report.seconds < WRITE_BAR


def _later(release: Release, count: int) -> Iterable[Release]:
    """Releases that follow, each with some classes and architectures changed."""
    chance = random.Random(0)
    classes, architectures = list(release.classes), list(release.architectures)
    for number in range(1, count + 1):
        for place in chance.sample(range(len(classes)), int(CHURN * len(classes))):
            classes[place] = _changed_class(classes[place], number, chance)
        for place in chance.sample(range(len(architectures)), int(CHURN * len(architectures))):
            architectures[place] = _changed_architecture(architectures[place], number)
        yield replace(
            release,
            version=f"{release.version}.{number}",
            fingerprint=f"{release.fingerprint}-{number}",
            classes=tuple(classes),
            architectures=tuple(architectures),
        )


def _changed_class(config: ConfigClass, number: int, chance: random.Random) -> ConfigClass:
    parameters = list(config.parameters)
    for place in chance.sample(range(len(parameters)), (len(parameters) + 3) // 4):
        text = parameters[place].description or ""
        parameters[place] = replace(parameters[place], description=f"{text} Changed in {number}.")
    return replace(config, parameters=tuple(parameters))


def _changed_architecture(architecture: Architecture, number: int) -> Architecture:
    forward = tuple(
        replace(parameter, description=f"{parameter.description or ''} Changed in {number}.")
        for parameter in architecture.forward[:2]
    )
    return replace(architecture, forward=forward + architecture.forward[2:])


def _time_pivot(store: Store, release: str, repeats: int) -> bool:
    counts = store.parameter_names(release)
    common = sorted(counts, key=lambda name: -counts[name])
    names = [*common[:20], *common[20::40]]
    return _print(
        f"pivot, {len(names)} names",
        {name: _times(lambda n=name: store.parameters_named(release, n), repeats) for name in names},
        QUERY_BAR,
    )


def _time_search(store: Store, release: str, repeats: int) -> bool:
    return _print(
        f"search, {len(QUERIES)} queries",
        {query: _times(lambda q=query: store.search(release, q), repeats) for query in QUERIES},
        QUERY_BAR,
    )


def _time_checker(database: str, repeats: int) -> bool:
    def look_up() -> None:
        with open_knowledge(database) as knowledge:
            name = knowledge.class_of_model_type("llama")
            assert name is not None
            assert knowledge.config_class(name) is not None

    return _print("checker: open and first class", {"llama": _times(look_up, repeats)}, CHECKER_BAR)


def _size(database: str, bar: int) -> bool:
    path = locate(database).path
    if path is None:
        return True
    size = path.stat().st_size
    print(f"{'size of the file':34}{size / 1e6:10.1f} MB  {_verdict(size / 1e6, bar / 1e6, 'MB')}")
    return size < bar


def _times(call: Callable[[], object], repeats: int) -> list[tuple[float, float]]:
    """Wall and processor time of each run in milliseconds, after one to warm up."""
    call()
    times = []
    for _ in range(repeats):
        wall, processor = time.perf_counter(), time.process_time()
        call()
        times.append(((time.perf_counter() - wall) * 1000, (time.process_time() - processor) * 1000))
    return times


def _print(name: str, times: dict[str, list[tuple[float, float]]], bar: float) -> bool:
    wall = sorted(run[0] for runs in times.values() for run in runs)
    processor = sorted(run[1] for runs in times.values() for run in runs)
    p95 = wall[int(len(wall) * 0.95)]
    medians = {key: statistics.median(run[0] for run in runs) for key, runs in times.items()}
    slowest = max(medians, key=lambda key: medians[key])
    print(
        f"{name:34}{statistics.median(wall):10.2f} ms{p95:8.2f} ms p95"
        f"  (processor {statistics.median(processor):.2f}, {processor[int(len(processor) * 0.95)]:.2f})"
        f"   {_verdict(p95, bar, 'ms')}; slowest {slowest!r} {medians[slowest]:.2f} ms"
    )
    return p95 < bar


def _verdict(value: float, bar: float, unit: str) -> str:
    return f"below {bar:g} {unit}: {'met' if value < bar else 'MISSED'}"


if __name__ == "__main__":
    sys.exit(main())
