"""README's examples are run as they stand: each ``console`` block, in a terminal of 100 columns.

``UPDATE_README=1 pytest tests/test_readme.py`` writes the real output into the blocks. In expected output a lone
``…`` stands for anything within a line, and a line of only ``…`` for any number of lines.
"""

import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
from fcntl import ioctl
from pathlib import Path

import pytest

from catalog.records import Release
from catalog.store import open_store

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(r"^```console\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
FILE_BLOCK = re.compile(r"^`(?P<name>[\w.]+)`:\n\n```yaml\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
PYTHON_BLOCK = re.compile(r"^```python\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks() -> list[str]:
    return [match["body"] for match in BLOCK.finditer(README.read_text())]


def commands(block: str) -> list[tuple[str, str]]:
    """The commands of a block, each with the output that follows it."""
    parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    return [(command, output) for command, _, output in (part.partition("\n") for part in parts)]


def run_in_terminal(command: str, environment: dict[str, str], folder: Path) -> str:
    """What a person sees who types the command into a terminal of 100 columns."""
    leader, follower = pty.openpty()
    ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 100, 0, 0))
    process = subprocess.Popen(
        ["bash", "-c", command], stdin=subprocess.DEVNULL, stdout=follower, stderr=subprocess.DEVNULL,
        env=environment, cwd=folder,
    )  # fmt: skip
    os.close(follower)
    chunks = []
    while True:
        ready, _, _ = select.select([leader], [], [], 60)
        if not ready:
            process.kill()
            pytest.fail(f"{command} printed nothing for a minute")
        try:
            chunk = os.read(leader, 65536)
        except OSError:  # Linux reports the closed terminal as an error
            break
        if not chunk:
            break
        chunks.append(chunk)
    os.close(leader)
    process.wait(60)
    text = b"".join(chunks).decode().replace("\r\n", "\n")
    return "\n".join(line.rstrip() for line in text.rstrip().splitlines()) + "\n"


def pattern(expected: str) -> str:
    """The regular expression that expected output stands for."""
    lines = [
        "(?:.*\n)*?" if line.strip() == "…" else ".*?".join(map(re.escape, line.split("…"))) + "\n"
        for line in expected.splitlines()
    ]
    return "".join(lines)


@pytest.fixture(scope="module")
def environment(installed_release: Release, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A catalog as README's reader has it: the installed release, and the published ones that README syncs."""
    folder = tmp_path_factory.mktemp("readme")
    with open_store(folder / "catalog.db") as store:
        store.write_release(installed_release)
    return {
        **{name: value for name, value in os.environ.items() if name != "COLUMNS"},
        "CATALOG_DATABASE_URL": f"sqlite:///{folder / 'catalog.db'}",
        "CATALOG_CACHE": str(folder / "cache"),
        "NO_COLOR": "1",
        "TERM": "xterm",
        "LANG": "C.UTF-8",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the commands run: README's own files are in it."""
    folder = tmp_path_factory.mktemp("workplace")
    for name, body in FILE_BLOCK.findall(README.read_text()):
        (folder / name).write_text(body)
    return folder


def test_readme_has_examples() -> None:
    assert len(blocks()) >= 4


def test_every_console_block_shows_what_the_commands_print(environment: dict[str, str], workplace: Path) -> None:
    wrong = []
    for block in blocks():
        assert commands(block), block
        for command, expected in commands(block):
            printed = run_in_terminal(command, environment, workplace)
            if re.fullmatch(pattern(expected), printed):
                continue
            if os.environ.get("UPDATE_README"):
                README.write_text(README.read_text().replace(f"$ {command}\n{expected}", f"$ {command}\n{printed}"))
            else:
                wrong.append(f"$ {command}\n{printed}")
    assert not wrong, "\n".join(wrong)


def test_the_python_examples_run_and_print_what_their_comments_say(
    environment: dict[str, str], workplace: Path
) -> None:
    examples = [match["body"] for match in PYTHON_BLOCK.finditer(README.read_text())]
    assert examples
    for example in examples:
        done = subprocess.run(
            [sys.executable, "-c", example],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            cwd=workplace,
        )
        assert done.returncode == 0, done.stderr
        expected = re.findall(r"# → (.*)$", example, flags=re.MULTILINE)
        assert expected
        assert done.stdout.splitlines() == expected
