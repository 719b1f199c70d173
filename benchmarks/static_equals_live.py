"""Does reading a release from its source give what importing it gives, digest for digest?

Each release is installed into a virtual environment of its own, without torch, and read both ways there: live by
importing it, static from its files. Needs pip and the package index.

    python benchmarks/static_equals_live.py 4.24.0 4.30.2 4.34.0 4.40.2 4.48.3 4.52.4 4.57.6 5.0.0
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RELEASES = ("4.24.0", "4.30.2", "4.34.0", "4.40.2", "4.48.3", "4.52.4", "4.57.6", "5.0.0")

COMPARE = """
from pathlib import Path
import transformers
from catalog.introspect import read_installed
from catalog.introspect.sources import FolderSource
from catalog.introspect.static import read_source
from catalog.records import digest, to_document

live = {c.name: digest(to_document(c)) for c in read_installed().classes}
static = {c.name: digest(to_document(c)) for c in read_source(FolderSource(Path(transformers.__file__).parent)).classes}
differing = sorted(name for name in live.keys() | static.keys() if live.get(name) != static.get(name))
print(transformers.__version__, len(live), "classes,", len(differing), "differ", *differing[:5])
"""


def compare(version: str, folder: Path) -> str:
    """Install one release and read it both ways; returns the line that says what came of it."""
    home = folder / version
    venv.create(home, with_pip=True)
    python = home / ("Scripts" if os.name == "nt" else "bin") / "python"
    packages = [f"transformers=={version}", "griffelib", "docutils", "pyyaml", "platformdirs"]
    installed = subprocess.run(
        [str(python), "-m", "pip", "install", "-q", *packages], capture_output=True, text=True, check=False
    )
    if installed.returncode:
        return f"{version} does not install on this Python: {installed.stderr.strip().splitlines()[-1]}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([str(python), "-c", COMPARE], capture_output=True, text=True, check=False, env=environment)
    return done.stdout.strip() or f"{version} failed: {done.stderr.strip().splitlines()[-1]}"


def main() -> None:
    """Compare the releases that are named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("releases", nargs="*", default=RELEASES)
    with tempfile.TemporaryDirectory() as folder:
        for version in parser.parse_args().releases:
            print(compare(version, Path(folder)), flush=True)


if __name__ == "__main__":
    sys.exit(main())
