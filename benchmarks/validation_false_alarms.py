"""Counts what the checker reports on specs that are right.

The sets: the defaults of every configuration class of the installed transformers as a native spec; every class's own
``to_dict()``, as it is saved (dialect huggingface) and as the parameters of a native spec; on request, variants of
these values that transformers accepts; and published files.

    python benchmarks/validation_false_alarms.py
    python benchmarks/validation_false_alarms.py --variants 1 --show
    python benchmarks/validation_false_alarms.py --published published_configs.jsonl --show

A file of published configurations holds one JSON document a line: ``{"source": ..., "config": {...}}``, or the
configuration itself.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from planted_faults import configuration_classes, own_fields

Item = tuple[str, str, str]
"""Name, text and file name of a spec."""


def defaults(classes: list[type]) -> Iterator[Item]:
    """The declared defaults of every class, the common base's included."""
    for cls in classes:
        params = {}
        for field in dataclasses.fields(cls):
            if field.default is not dataclasses.MISSING:
                params[field.name] = field.default
            elif field.default_factory is not dataclasses.MISSING:
                params[field.name] = field.default_factory()
        yield cls.__name__, json.dumps({"config_class": cls.__name__, "params": params}, default=str), "spec.json"


def saved(classes: list[type], *, native: bool) -> Iterator[Item]:
    """What every class writes of itself."""
    for cls in classes:
        try:
            document = json.loads(cls().to_json_string(use_diff=False))
        except Exception as error:  # noqa: BLE001 - two classes do not construct, which is no matter here
            print(f"{cls.__name__} is left out: {str(error).splitlines()[0][:80]}", file=sys.stderr)
            continue
        if native:
            yield cls.__name__, json.dumps({"config_class": cls.__name__, "params": document}), "spec.json"
        elif document.get("model_type"):
            yield cls.__name__, json.dumps({"architectures": None, **document}), "config.json"


def variants(classes: list[type], seed: int) -> Iterator[Item]:
    """Configurations with a few values changed that transformers constructs, as given and as it saves them."""
    for cls in classes:
        draw = random.Random(f"{seed}/{cls.__name__}")
        fields = [field for field in own_fields(cls) if field.default is not dataclasses.MISSING]
        chosen = draw.sample(fields, min(len(fields), draw.choice([1, 2, 4])))
        params = {field.name: value for field in chosen if (value := _changed(field)) is not None}
        try:
            document = json.loads(cls(**params).to_json_string(use_diff=False))
        except Exception:  # noqa: BLE001 - what transformers refuses is no variant
            continue
        yield cls.__name__, json.dumps({"config_class": cls.__name__, "params": params}), "spec.json"
        yield cls.__name__, json.dumps({"config_class": cls.__name__, "params": document}), "spec.json"


def _changed(field: dataclasses.Field[Any]) -> Any:
    """Another value that is as good: sizes doubled, layers and rates halved, flags turned."""
    value, name = field.default, field.name
    if isinstance(value, bool):
        return not value
    if isinstance(value, float):
        return value / 2
    if not isinstance(value, int) or value < 0 or "head" in name or "topk" in name or "per_tok" in name:
        return None
    return value // 2 or value if any(word in name for word in ("layer", "token", "index", "depth")) else value * 2


def published(path: Path) -> Iterator[Item]:
    """The configurations of a file with one a line."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            document: dict[str, Any] = json.loads(line)
            config = document.get("config", document)
            yield str(document.get("source", number)), json.dumps(config), "config.json"


def main() -> int:
    """Check all sets and print the table.

    Returns:
        0 if no class's own values lead to an error, and at most 1 % of the published files do.
    """
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--published", type=Path, action="append", default=[], help="file of published configurations")
    parser.add_argument("--variants", type=int, metavar="SEED", help="also check variants of every class's values")
    parser.add_argument("--show", action="store_true", help="print every error, and every warning on published files")
    options = parser.parse_args()

    from catalog.introspect import read_installed
    from catalog.specs.checker import Checker
    from catalog.specs.loading import load_text
    from catalog.specs.memory import ReleaseKnowledge

    classes = configuration_classes()
    checker = Checker(ReleaseKnowledge(read_installed()))
    sets: dict[str, Iterable[Item]] = {
        "defaults, native": defaults(classes),
        "to_dict(), huggingface": saved(classes, native=False),
        "to_dict(), native": saved(classes, native=True),
    }
    if options.variants is not None:
        sets["variants that transformers constructs"] = variants(classes, options.variants)
    sets |= {f"published, {path.name}": published(path) for path in options.published}
    good = True
    print(f"{'set':40}{'specs':>7}{'with errors':>13}{'share':>8}{'errors':>8}{'warnings':>10}{'infos':>7}")
    for name, items in sets.items():
        total = faulty = 0
        counts: Counter[str] = Counter()
        for label, text, file in items:
            loaded = load_text(text, file)
            findings = [*loaded.findings, *(found for spec in loaded.specs for found in checker.check(spec))]
            total += 1
            faulty += any(found.severity == "error" for found in findings)
            counts.update(found.severity for found in findings)
            for found in findings:
                if options.show and (
                    found.severity == "error" or (found.severity == "warning" and "published" in name)
                ):
                    print(f"  {found.severity} {found.code} {label}: {found.parameter}: {found.message}")
        share = faulty / total if total else 0
        good = good and share <= (0.01 if "published" in name else 0)
        print(f"{name:40}{total:7}{faulty:13}{share:8.2%}{counts['error']:8}{counts['warning']:10}{counts['info']:7}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
