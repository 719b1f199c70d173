"""How long the site takes to build, next to mkdocs alone over the same Markdown, and how large it is.

Run with: python benchmarks/site_build.py [--database URL] [--release V]

The catalog must be synced already. Three builds are timed: the whole site into a new folder, the same again with
nothing changed, and once more after one model changed. Then bare ``mkdocs build``, without a plugin, builds the very
Markdown that the whole build made. Seconds are wall time; processor time stands beside it, because other programs slow
only the former down. Memory is the largest resident set of all processes of a build taken together.
"""

from __future__ import annotations

import argparse
import gzip
import os
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

BUILD = (
    "import sys; from pathlib import Path; from catalog import Catalog; from catalog.site.build import build_site\n"
    "with Catalog.open(sys.argv[1] or None) as catalog:\n"
    "    report = build_site(catalog, Path(sys.argv[2]), release=sys.argv[4] or None, work=Path(sys.argv[3]))\n"
    "print(report.rendered, report.pages, round(report.generating, 2), round(report.rendering, 2))\n"
)
BARS = {"seconds": 90.0, "memory": 1.5e9, "ratio": 2.0, "site": 120e6, "page": 120e3, "table": 150e3}


@dataclass
class Cost:
    """What a program took: wall and processor seconds, and bytes of memory."""

    wall: float = 0.0
    processor: float = 0.0
    memory: int = 0
    output: str = ""


def main() -> int:
    """Time the builds and print the table.

    Returns:
        0 if every bar is met, else 1.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", default=os.environ.get("CATALOG_DATABASE_URL", ""), help="the synced catalog")
    parser.add_argument("--release", default="", help="release to show (default: the newest one)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        arguments = (options.database, str(place / "site"), str(place / "work"), options.release)
        build = [sys.executable, "-c", BUILD, *arguments]
        whole = measure(build)
        same = measure(build)
        change_one_model(place / "work" / "docs")
        changed = measure(build)
        bare = measure_mkdocs(place)
        return report(place / "site", {"whole": whole, "again": same, "one changed": changed, "mkdocs alone": bare})


def measure(command: list[str]) -> Cost:
    """Run a program and watch what it takes, its children included."""
    cost = Cost()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    done = threading.Event()
    watcher = threading.Thread(target=watch, args=(process.pid, cost, done))
    watcher.start()
    cost.output, errors = process.communicate()
    cost.wall = time.perf_counter() - started
    done.set()
    watcher.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cost.processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if process.returncode != 0:
        raise SystemExit(errors)
    return cost


def watch(pid: int, cost: Cost, done: threading.Event) -> None:
    """Note the largest memory of a process and its descendants; pages that they share count once for each."""
    while not done.wait(0.05):
        cost.memory = max(cost.memory, sum(map(resident, family(pid))))


def family(pid: int) -> list[int]:
    """A process and its descendants."""
    found = [pid]
    for one in found:
        try:
            children = [Path(path, "children").read_text() for path in Path(f"/proc/{one}/task").iterdir()]
        except OSError:
            continue
        found += [int(child) for text in children for child in text.split()]
    return found


def resident(pid: int) -> int:
    """Resident memory of a process in bytes; 0 where it has ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()
    except (OSError, IndexError):
        return 0


def change_one_model(docs: Path) -> None:
    """Let the next build find another text on one model's page than the one it makes."""
    page = docs / "models" / "LlamaConfig" / "index.md"
    page.write_text(page.read_text(encoding="utf-8") + "\nAs it was before the change.\n", encoding="utf-8")


def measure_mkdocs(place: Path) -> Cost:
    """Build the same Markdown with mkdocs alone."""
    configuration = place / "work" / "mkdocs.yml"
    text = re.sub(r"(?m)^site_dir: .*$", f"site_dir: {place / 'bare'}", configuration.read_text(encoding="utf-8"))
    bare = place / "work" / "bare.yml"
    bare.write_text(text, encoding="utf-8")
    return measure([sys.executable, "-m", "mkdocs", "build", "-q", "-f", str(bare)])


def report(site: Path, costs: dict[str, Cost]) -> int:
    """Print the figures; 0 if every bar is met, else 1."""
    print(f"{'':14}{'wall s':>8}{'CPU s':>8}{'MB':>7}  rendered, pages, s generating, s rendering")
    for name, cost in costs.items():
        print(f"{name:14}{cost.wall:8.1f}{cost.processor:8.1f}{cost.memory / 1e6:7.0f}  {cost.output.strip()}")
    files = [path for path in site.rglob("*") if path.is_file()]
    pages = sorted(compressed_page(path) for path in site.glob("models/*/index.html"))
    tables = sorted(compressed_page(path) for path in site.glob("benchmarks/**/index.html"))
    whole, bare = costs["whole"], costs["mkdocs alone"]
    figures = {
        "seconds": whole.wall,
        "memory": float(whole.memory),
        "ratio": whole.wall / bare.wall,
        "site": float(sum(path.stat().st_size for path in files)),
        "page": float(pages[-1]),
        "table": float(tables[-1]),
    }
    print(f"ratio in processor time {whole.processor / bare.processor:.2f}; {len(files):,} files; ")
    print(f"model page with what it loads, compressed: median {pages[len(pages) // 2]:,}, largest {pages[-1]:,} bytes")
    for name, figure in figures.items():
        print(f"{name:8}{figure:16,.2f}  bar {BARS[name]:14,.1f}  {'met' if figure <= BARS[name] else 'MISSED'}")
    return 0 if all(figure <= BARS[name] for name, figure in figures.items()) else 1


def compressed_page(path: Path) -> int:
    """Size of a page and of the styles and scripts that it names, each compressed as a server does."""
    loaded = {path}
    for tag in re.findall(r"<(?:script|link)\b[^>]*>", path.read_text(encoding="utf-8")):
        found = re.search(r'(?:src|href)="?([^"\s>]+)', tag)
        target = (path.parent / found[1].partition("?")[0]).resolve() if found else path
        if target.is_file() and target.suffix in {".js", ".css", ".svg", ".png"}:
            loaded.add(target)
    return sum(_compressed(file) for file in loaded)


_SIZES: dict[Path, int] = {}


def _compressed(file: Path) -> int:
    if file not in _SIZES:
        _SIZES[file] = len(gzip.compress(file.read_bytes(), 6))
    return _SIZES[file]


if __name__ == "__main__":
    sys.exit(main())
