"""How many specs a second one core checks, next to python-jsonschema on the same specs.

Run with: python benchmarks/validation_speed.py [--specs 5000]

A folder of specs over all configuration classes is written, a dozen parameters each, and checked twice: by the
checker (find, read, check, every class learned on the way), and by ``jsonschema`` with the schema of each spec's class
and PyYAML's C loader. Making the schemas' validators is timed apart. Figures are processor time.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft7Validator

from catalog.introspect import read_installed
from catalog.records import Release
from catalog.specs.checker import Checker
from catalog.specs.json_schema import json_schema
from catalog.specs.loading import load_path
from catalog.specs.memory import ReleaseKnowledge
from catalog.specs.validation import Validation

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def main() -> int:
    """Write the specs, time both checkers and print the figures.

    Returns:
        0 if at least 2,000 specs a second were checked, else 1.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--specs", type=int, default=5000, help="how many specs (default 5000)")
    count = parser.parse_args().specs
    release = read_installed()
    knowledge = ReleaseKnowledge(release)
    gc.freeze()  # the command reads facts one by one and has no such heap to walk
    with tempfile.TemporaryDirectory() as folder:
        classes = write_specs(release, Path(folder), count)

        started = time.process_time()
        report = Validation(Checker(knowledge).check).validate([folder])
        ours = time.process_time() - started

        started = time.process_time()
        for number in range(count):
            load_path(str(Path(folder, f"{number}.yaml")))
        reading = time.process_time() - started

        started = time.process_time()
        validators = {name: Draft7Validator(json_schema(knowledge, name, dialect="native")) for name in set(classes)}
        making = time.process_time() - started
        started = time.process_time()
        faulty = 0
        for number, name in enumerate(classes):
            document = yaml.load(Path(folder, f"{number}.yaml").read_bytes(), _LOADER)
            faulty += not validators[name].is_valid(document)
        theirs = time.process_time() - started

    print(f"checker:     {count / ours:8,.0f} specs a second, {report.counts['error']} errors")
    print(f"  of which reading, with positions: {reading / ours:.0%} ({count / reading:,.0f} a second)")
    print(f"jsonschema:  {count / theirs:8,.0f} specs a second, {faulty} refused, and {making:.1f} s for the schemas")
    print(f"ratio:       {theirs / ours:8.1f}")
    return 0 if count / ours >= 2000 else 1


def write_specs(release: Release, folder: Path, count: int) -> list[str]:
    """Write specs of default values in random choice, and return the class of each."""
    draw = random.Random(0)
    classes = [config for config in release.classes if not config.is_base]
    names = []
    for number in range(count):
        config = classes[number % len(classes)]
        plain = [item for item in config.parameters if isinstance(item.default, int | float | str)]
        lines = [f"config_class: {config.name}", "params:" if plain else "params: {}"]
        for item in draw.sample(plain, min(len(plain), 12)):
            text = json.dumps(item.default)
            short = isinstance(item.default, float) and "." not in text  # 1e-05, which YAML 1.1 takes for a string
            lines.append(f"  {item.name}: {text.replace('e-', '.0e-') if short else text}")
        (folder / f"{number}.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        names.append(config.name)
    return names


if __name__ == "__main__":
    sys.exit(main())
