"""The examples of README and of the guides are run as they stand: each ``console`` block, in a terminal of 100 columns.

``UPDATE_DOCUMENTS=1 pytest tests/test_documents.py`` writes the real output into the blocks. In expected output a lone
``…`` stands for anything within a line, and a line of only ``…`` for any number of lines.
"""

import os
import pty
import re
import select
import shutil
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
DOCUMENTS = {path.stem: path for path in (README, *sorted((ROOT / "site" / "pages" / "guides").glob("*.md")))}
BLOCK = re.compile(r"^```console\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
FILE_BLOCK = re.compile(r"^`(?P<name>[\w.]+)`:\n\n```yaml\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
PYTHON_BLOCK = re.compile(r"^```python\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(document: Path) -> list[str]:
    return [match["body"] for match in BLOCK.finditer(document.read_text())]


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
    return "".join(
        "(?:.*\n)*?" if line.strip() == "…" else _line_pattern(line) + "\n" for line in expected.splitlines()
    )


def _line_pattern(line: str) -> str:
    """That of one line; what stands beside something of any width may be shifted."""
    if "…" not in line:
        return re.escape(line)
    return ".*?".join(re.sub(r"(?:\\ )+", " *", re.escape(part)) for part in line.split("…"))


@pytest.fixture(scope="module")
def filled(installed_release: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalog as a reader has it after the first command: the installed release."""
    database = tmp_path_factory.mktemp("documents") / "catalog.db"
    with open_store(database) as store:
        store.write_release(installed_release)
    return database


@pytest.fixture
def environment(filled: Path, tmp_path: Path) -> dict[str, str]:
    """What the commands of one document see: a catalog of their own, in which they may sync what they like."""
    database = tmp_path / "catalog.db"
    shutil.copyfile(filled, database)
    return {
        **{name: value for name, value in os.environ.items() if name != "COLUMNS"},
        "CATALOG_DATABASE_URL": f"sqlite:///{database}",
        "CATALOG_CACHE": str(filled.parent / "cache"),
        "NO_COLOR": "1",
        "TERM": "xterm",
        "LANG": "C.UTF-8",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }


@pytest.fixture(params=DOCUMENTS)
def document(request: pytest.FixtureRequest) -> Path:
    return DOCUMENTS[request.param]


@pytest.fixture
def workplace(tmp_path: Path, document: Path) -> Path:
    """The folder in which the commands run: the document's own files are in it."""
    folder = tmp_path / "workplace"
    folder.mkdir()
    for name, body in FILE_BLOCK.findall(document.read_text()):
        (folder / name).write_text(body)
    return folder


def test_readme_has_examples() -> None:
    assert len(blocks(README)) >= 4


def test_every_console_block_shows_what_the_commands_print(
    environment: dict[str, str], workplace: Path, document: Path
) -> None:
    wrong = []
    for block in blocks(document):
        assert commands(block), block
        for command, expected in commands(block):
            printed = run_in_terminal(command, environment, workplace)
            if re.fullmatch(pattern(expected), printed):
                continue
            if os.environ.get("UPDATE_DOCUMENTS"):
                text = document.read_text()
                document.write_text(text.replace(f"$ {command}\n{expected}", f"$ {command}\n{printed}"))
            else:
                wrong.append(f"$ {command}\n{printed}")
    assert not wrong, "\n".join(wrong)


def test_the_python_examples_run_and_print_what_their_comments_say(
    environment: dict[str, str], workplace: Path, document: Path
) -> None:
    examples = [match["body"] for match in PYTHON_BLOCK.finditer(document.read_text())]
    assert examples or document != README
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
        assert re.fullmatch(pattern("\n".join(expected)), done.stdout)
