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

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(r"^```console\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
PYTHON_BLOCK = re.compile(r"^```python\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks() -> list[str]:
    return [match["body"] for match in BLOCK.finditer(README.read_text())]


def commands(block: str) -> list[tuple[str, str]]:
    """The commands of a block, each with the output that follows it."""
    parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    return [(command, output) for command, _, output in (part.partition("\n") for part in parts)]


def run_in_terminal(command: str, environment: dict[str, str]) -> str:
    """What a person sees who types the command into a terminal of 100 columns."""
    leader, follower = pty.openpty()
    ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 100, 0, 0))
    process = subprocess.Popen(
        ["bash", "-c", command], stdin=subprocess.DEVNULL, stdout=follower, stderr=subprocess.DEVNULL,
        env=environment, cwd=ROOT,
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
def environment(installed_database: Path) -> dict[str, str]:
    return {
        **os.environ,
        "CATALOG_DATABASE_URL": f"sqlite:///{installed_database}",
        "NO_COLOR": "1",
        "TERM": "xterm",
        "LANG": "C.UTF-8",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }


def test_readme_has_examples() -> None:
    assert len(blocks()) >= 4


@pytest.mark.parametrize("number", range(len(blocks())))
def test_every_console_block_shows_what_the_commands_print(number: int, environment: dict[str, str]) -> None:
    block = blocks()[number]
    assert commands(block), block
    for command, expected in commands(block):
        printed = run_in_terminal(command, environment)
        if os.environ.get("UPDATE_README"):
            if not re.fullmatch(pattern(expected), printed):
                README.write_text(README.read_text().replace(f"$ {command}\n{expected}", f"$ {command}\n{printed}"))
        else:
            assert re.fullmatch(pattern(expected), printed), f"$ {command}\n{printed}"


def test_the_python_examples_run_and_print_what_their_comments_say(environment: dict[str, str]) -> None:
    examples = [match["body"] for match in PYTHON_BLOCK.finditer(README.read_text())]
    assert examples
    for example in examples:
        done = subprocess.run(
            [sys.executable, "-c", example], env=environment, capture_output=True, text=True, check=False, cwd=ROOT
        )
        assert done.returncode == 0, done.stderr
        expected = re.findall(r"# → (.*)$", example, flags=re.MULTILINE)
        assert expected
        assert done.stdout.splitlines() == expected
