"""Measures how many planted faults the checker finds, at the right parameter.

Every configuration class of the installed transformers gets one fault of each kind that its fields allow, drawn with
a seed: another parameter, another misspelling, another number each time (see ``planted_faults.py``). A fault counts as
found only if a finding of severity ``error`` names its parameter.

    python benchmarks/validation_recall.py
    python benchmarks/validation_recall.py --seeds 5 --misses misses.txt
    python benchmarks/validation_recall.py --transformers       # what transformers itself refuses, for comparison
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from planted_faults import MAKERS, Fault, configuration_classes, constructed, faults


def spec_of(fault: Fault, cls: type, dialect: str) -> dict[str, Any] | None:
    """The spec in a dialect; ``None`` where the dialect cannot name the class."""
    if dialect == "native":
        return {"config_class": fault.class_name, "params": fault.params}
    model_type = getattr(cls, "model_type", "")
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING_NAMES

    if CONFIG_MAPPING_NAMES.get(model_type) != fault.class_name:
        return None
    if dialect == "huggingface":
        return {"architectures": [], "transformers_version": "5.0.0", "model_type": model_type, **fault.params}
    return {
        "input_info": {"input_source": "data", "input_name": "text", "input_type": "sequence"},
        "model_config": {"model_type": model_type, "pretrained_model": False, "model_init_config": fault.params},
    }


def among_defaults(cls: type, params: dict[str, Any]) -> dict[str, Any]:
    """The parameters of a fault among all values that the class writes of itself."""
    instance = constructed(cls)
    document: dict[str, Any] = {} if instance is None else json.loads(instance.to_json_string(use_diff=False))
    for name, value in params.items():
        inner = document.get(name)
        document[name] = {**inner, **value} if isinstance(inner, dict) and isinstance(value, dict) else value
    return document


def refused(cls: type, params: dict[str, Any]) -> bool:
    """Whether transformers itself refuses the parameters."""
    try:
        cls(**params)
    except Exception:  # noqa: BLE001 - any refusal counts
        return True
    return False


def main() -> int:
    """Plant, check and print the table.

    Returns:
        0 if at least 99 % of the faults were found, else 1.
    """
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=1, help="how often every fault is drawn anew")
    parser.add_argument("--first-seed", type=int, default=0, help="the first seed")
    parser.add_argument("--dialect", choices=("native", "eir", "huggingface"), default="native")
    parser.add_argument("--full", action="store_true", help="plant each fault among all of the class's own values")
    parser.add_argument("--misses", type=Path, help="file to write every miss to")
    parser.add_argument("--transformers", action="store_true", help="count what transformers itself refuses")
    options = parser.parse_args()

    from catalog.introspect import read_installed
    from catalog.specs.checker import Checker
    from catalog.specs.loading import load_mapping
    from catalog.specs.memory import ReleaseKnowledge

    classes = configuration_classes()
    by_name = {cls.__name__: cls for cls in classes}
    checker = Checker(ReleaseKnowledge(read_installed()))
    planted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    rejected: Counter[str] = Counter()
    misses: list[str] = []
    seconds = 0.0
    for seed in range(options.first_seed, options.first_seed + options.seeds):
        for drawn in faults(classes, seed):
            fault = drawn
            if options.full:
                everything = among_defaults(by_name[fault.class_name], fault.params)
                fault = dataclasses.replace(fault, params=everything)
            spec = spec_of(fault, by_name[fault.class_name], options.dialect)
            if spec is None:
                continue
            planted[fault.kind] += 1
            started = time.perf_counter()
            loaded = load_mapping(spec)
            findings = [finding for item in loaded.specs for finding in checker.check(item)]
            seconds += time.perf_counter() - started
            if any(item.severity == "error" and item.parameter == fault.parameter for item in findings):
                found[fault.kind] += 1
            else:
                others = [f"{item.severity} {item.code} {item.parameter}" for item in findings]
                misses.append(f"{fault.kind}\t{fault.class_name}\t{fault.parameter}\t{fault.params}\t{others}")
            if options.transformers and refused(by_name[fault.class_name], fault.params):
                rejected[fault.kind] += 1

    print(f"{'fault':32}{'planted':>8}{'found':>8}{'recall':>9}{'transformers':>14}")
    for kind in (*MAKERS, "all"):
        total = sum(planted.values()) if kind == "all" else planted[kind]
        hits = sum(found.values()) if kind == "all" else found[kind]
        refusals = sum(rejected.values()) if kind == "all" else rejected[kind]
        share = f"{refusals / total:13.1%}" if options.transformers and total else ""
        print(f"{kind:32}{total:8}{hits:8}{hits / total if total else 1:9.2%} {share}")
    print(f"{sum(planted.values()) / seconds:,.0f} specs a second, reading included, each class learned on the way")
    if options.misses:
        options.misses.write_text("\n".join(misses) + "\n", encoding="utf-8")
    return 0 if sum(found.values()) >= 0.99 * sum(planted.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
