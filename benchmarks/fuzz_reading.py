"""Feeds the reader inputs that nobody would write, and reports what crashes it or takes long.

    python benchmarks/fuzz_reading.py [--inputs 200000] [--seed 0] [--check] [--only N]

A third of the inputs are random bytes, a third damaged specs, a third random structures, written as YAML or JSON and
damaged in half of the cases. Each is decoded, read, silenced, fixed and rendered in all formats; with `--check` its
specs are checked against the installed transformers, too. Chunks run in processes of their own, so that a crash of the
parser itself is seen; an input is made from its number and the seed alone, so that `--only` repeats it.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import yaml

from catalog.specs.diagnostics import Finding
from catalog.specs.faults import Log
from catalog.specs.files import decode
from catalog.specs.fixing import apply_fixes, fix_until_stable
from catalog.specs.loading import LoadedFile, load_text
from catalog.specs.nodes import to_value
from catalog.specs.report import Report, in_order
from catalog.specs.reporters import FORMATS, render
from catalog.specs.suppression import suppress

Check = Callable[[LoadedFile], Iterable[Finding]]

EXAMPLES = Path(__file__).parent.parent / "tests" / "specs"
CHUNK = 5_000
HANG = 10  # seconds after which an input counts as a hang
NAMES = (  # noqa: SIM905
    "model_type config_class checkpoint architecture task release params model_config text_config input_info "
    "model_init_config architectures rope_parameters id2label layer_types hidden_size num_attention_heads bert llama "
    "longformer sequence-default"
).split()
VALUES = "1e-5 yes ~ null true False 012 0x 1_0 1:30 .inf .nan NaN - 1e999 -1 0".split()  # noqa: SIM905
MARKS = ": : - { } [ ] , ' \" &a *a <<: << !!str !!python/x ! |\n >-\n ? # \\ \\u \\ud83d // /* */ @ ` %".split(" ")  # noqa: SIM905
PIECES = [
    *NAMES, *VALUES, *MARKS, "9" * 30, "9" * 5000, ": ", "- ", "? ", "\n", "\n  ", "\n    ", "\t", "  ", "<<: *a",
    "---\n", "...\n", "%YAML 1.1\n", "%TAG ! x\n", " # catalog: ignore[C110]\n", "# catalog: ignore-file[", "\r\n",
    "\r", "\x85", "\u2028", "\ufeff", "\x00", "\x07", "\x7f", "🙂", "e\u0301", "\u202e", "[[[[[[[[", "{a: {a: {a: ",
    "- - - - - - ", "? ? ? ",
]  # fmt: skip


def main() -> int:
    """Run the inputs and print what was found; the exit status is 1 where anything crashed or hung."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--check", action="store_true", help="check the specs against the installed transformers, too")
    parser.add_argument("--only", type=int, help="run one input, by its number")
    options = parser.parse_args()
    check = _checker() if options.check else _unchecked
    seeds = _seeds()
    if options.only is not None:
        path, content = make_input(options.seed, options.only, seeds)
        print(path, content)
        run(path, content, check)
        return 0
    started = time.perf_counter()
    crashes: list[str] = []
    outcomes: Counter[str] = Counter()
    slowest: list[tuple[float, int]] = []
    for first in range(0, options.inputs, CHUNK):
        last = min(first + CHUNK, options.inputs)
        failed, counted, slow = _chunk(options.seed, first, last, seeds, check)
        crashes += failed
        outcomes.update(counted)
        slowest = sorted([*slowest, *slow], reverse=True)[:3]
        print(f"{last:,} of {options.inputs:,}: {len(crashes)} failed", file=sys.stderr)
    elapsed = time.perf_counter() - started
    print(f"{options.inputs:,} inputs in {elapsed:.0f} s ({options.inputs / elapsed:,.0f} a second)")
    print("findings by code:", dict(sorted(outcomes.items())))
    print("slowest inputs:", ", ".join(f"{index} in {seconds * 1000:.0f} ms" for seconds, index in slowest))
    print(f"crashes and hangs: {len(crashes)}")
    for crash in crashes[:20]:
        print(crash)
    return 1 if crashes else 0


def _chunk(
    seed: int, first: int, last: int, seeds: list[bytes], check: Check
) -> tuple[list[str], Counter[str], list[tuple[float, int]]]:
    """Run inputs in a process of their own; where it dies, the input it died of is the one after the last it told."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(seed, first, last, seeds, check, sender))
    process.start()
    sender.close()
    crashes: list[str] = []
    outcomes: Counter[str] = Counter()
    times: list[tuple[float, int]] = []
    current = first - 1
    try:
        while True:
            current, seconds, codes, failure = receiver.recv()
            outcomes.update(codes)
            times.append((seconds, current))
            if failure:
                crashes.append(f"input {current}: {failure}")
    except EOFError:
        process.join()
    if process.exitcode:
        crashes.append(f"input {current + 1}: the process died with status {process.exitcode}")
        if current + 2 < last:
            rest = _chunk(seed, current + 2, last, seeds, check)
            return crashes + rest[0], outcomes + rest[1], sorted([*times, *rest[2]], reverse=True)[:3]
    return crashes, outcomes, sorted(times, reverse=True)[:3]


def _work(seed: int, first: int, last: int, seeds: list[bytes], check: Check, sender: Any) -> None:
    def stop(*_: object) -> None:
        raise TimeoutError(f"more than {HANG} s")

    signal.signal(signal.SIGALRM, stop)
    for index in range(first, last):
        path, content = make_input(seed, index, seeds)
        started = time.perf_counter()
        failure, codes = "", []
        signal.setitimer(signal.ITIMER_REAL, HANG)
        try:
            codes = run(path, content, check)
        except BaseException as error:  # noqa: BLE001 (whatever it is, it is what is looked for)
            failure = "".join(traceback.format_exception(error)[-3:])
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        sender.send((index, time.perf_counter() - started, codes, failure))
    sender.close()


def run(path: str, content: bytes, check: Check) -> list[str]:
    """Take one input through all stages.

    Args:
        path: The file's name.
        content: Its bytes.
        check: The checker.

    Returns:
        The codes of what was found.
    """
    log = Log(path)
    source = decode(content, log, is_json=path.endswith(".json"))
    if source is None:
        return [finding.code for finding in log.findings]
    file = load_text(source.text, path, certain=len(content) % 2 == 0)
    for spec in file.specs:
        to_value(spec.root)
    findings = list(check(file))
    left = in_order(suppress(file, findings))
    report = Report(findings=left, files=1, sources={path: file.text})
    for form in FORMATS:
        render(report, form).encode()  # type: ignore[arg-type]  # names of formats, from a list
    apply_fixes(file.text, findings, unsafe=True)
    if any(finding.fix and finding.fix.safe for finding in findings):
        fixed = fix_until_stable(file, check)
        again = file.changed(fixed.text)
        if any(finding.fix and finding.fix.safe for finding in check(again)) and not fixed.skipped:
            codes = {finding.code for finding in check(again) if finding.fix and finding.fix.safe}
            raise AssertionError(f"something is left to fix: {sorted(codes)}")
    return [finding.code for finding in left]


def make_input(seed: int, index: int, seeds: list[bytes]) -> tuple[str, bytes]:
    """The input of a number: a file name and its content."""
    chance = random.Random(f"{seed}-{index}")
    path = chance.choice(["spec.yaml", "spec.yaml", "config.json", "-"])
    kind = index % 3
    if kind == 0:
        alphabet = chance.choice([bytes(range(256)), b" \n\t:-#[]{},'\"&*!|>%@?ab01.\\/", bytes(range(32, 127))])
        return path, bytes(chance.choices(alphabet, k=chance.randrange(0, 120)))
    if kind == 1:
        return path, _damage(chance, chance.choice(seeds))
    value = _structure(chance, 4)
    text = (
        json.dumps(value)
        if path == "config.json"
        else yaml.safe_dump(value, default_flow_style=chance.choice([None, True]))
    )
    content = text.encode("utf-8", "replace")
    return path, _damage(chance, content) if chance.random() < 0.5 else content


def _damage(chance: random.Random, content: bytes) -> bytes:
    for _ in range(chance.randrange(1, 6)):
        start = chance.randrange(len(content) + 1)
        end = min(start + chance.choice([0, 0, 1, 1, 2, 5, 20]), len(content))
        piece = chance.choice(
            [
                b"",
                chance.choice(PIECES).encode(),
                chance.choice(PIECES).encode() * chance.choice([1, 2, 50]),
                content[chance.randrange(len(content) + 1) :][: chance.randrange(40)],
                bytes([chance.randrange(256)]),
            ]
        )
        content = content[:start] + piece + content[end:]
    return content


def _structure(chance: random.Random, depth: int) -> Any:
    kind = chance.randrange(10 if depth else 6)
    if kind < 6:
        return [
            chance.choice(PIECES), chance.randrange(-10, 10**chance.choice([1, 3, 30])), chance.random() * 10, None,
            chance.random() < 0.5, chance.choice(["bert", "llama", "gelu", "float16", "linear", "text-classification"]),
        ][kind]  # fmt: skip
    if kind < 8:
        keys = [
            chance.choice(NAMES) if chance.random() < 0.7 else chance.choice(PIECES) for _ in range(chance.randrange(6))
        ]
        return {key: _structure(chance, depth - 1) for key in keys}
    return [_structure(chance, depth - 1) for _ in range(chance.randrange(5))]


def _seeds() -> list[bytes]:
    """The example specs of the tests."""
    files = (path for path in sorted(EXAMPLES.glob("*valid/*/*")) if path.is_file())
    return [content for path in files if len(content := path.read_bytes()) < 5_000]


def _unchecked(file: LoadedFile) -> Iterable[Finding]:
    return file.findings


def _checker() -> Check:
    from catalog.introspect import read_installed
    from catalog.specs.checker import Checker
    from catalog.specs.memory import ReleaseKnowledge

    checker = Checker(ReleaseKnowledge(read_installed()))
    return lambda file: [*file.findings, *(finding for spec in file.specs for finding in checker.check(spec))]


if __name__ == "__main__":
    sys.exit(main())
