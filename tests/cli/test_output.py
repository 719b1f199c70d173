"""Streams: what goes where, pipes, colours, and what a user sees of an exception."""

from __future__ import annotations

import io
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from catalog.cli import main
from catalog.cli.errors import describe, mask_passwords
from catalog.cli.output import Column, clean, write_table
from catalog.errors import DatabaseError, MissingDependencyError, NotFoundError

from_program = (sys.executable, "-c", "import sys; from catalog.cli import main; sys.exit(main())")


def on_terminal(*arguments: str, columns: int = 100, **environment: str) -> str:
    """What a person sees who runs ``catalog`` at a terminal of that width."""
    leader, follower = pty.openpty()
    import fcntl
    import struct
    import termios

    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    env = {**os.environ, "TERM": "xterm-256color", **environment}
    for name in ("NO_COLOR", "COLUMNS", "FORCE_COLOR"):
        if name not in environment:
            env.pop(name, None)
    process = subprocess.Popen(
        [*from_program, *arguments], stdin=follower, stdout=follower, stderr=follower, env=env, close_fds=True
    )
    os.close(follower)
    chunks = []
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if select.select([leader], [], [], 0.1)[0]:
            try:
                chunk = os.read(leader, 65536)
            except OSError:  # the other side is closed
                break
            if not chunk:
                break
            chunks.append(chunk)
        elif process.poll() is not None:
            break
    process.wait(timeout=60)
    os.close(leader)
    return b"".join(chunks).decode()


def test_a_terminal_gets_colours_within_its_width(database) -> None:
    seen = on_terminal("show", "llama")
    assert "\x1b[" in seen
    plain = re.sub(r"\x1b\[[0-9;]*m", "", seen)
    assert max(map(len, plain.splitlines())) <= 100
    assert "num_key_value_heads" in plain


def test_no_color_is_heeded(database) -> None:
    seen = on_terminal("show", "llama", NO_COLOR="1")
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]m", seen)


@pytest.mark.parametrize("columns", [20, 40, 200])
def test_any_width_works(database, columns: int) -> None:
    seen = on_terminal("list", "--has", "sliding_window", columns=columns)
    assert "Traceback" not in seen


def test_a_pipe_gets_whole_lines_without_colours(run) -> None:
    page = run("show", "llama").out
    assert "\x1b" not in page
    row = next(line for line in page.splitlines() if line.startswith("rope_parameters"))
    assert "{'rope_theta': 10000.0, 'rope_type': 'default'}" in row
    assert "Dictionary containing the configuration parameters for the RoPE embeddings." in row
    assert all(line == line.rstrip() for line in page.splitlines())


def test_messages_go_to_stderr(run) -> None:
    result = run("list", "--has", "sliding_window")
    assert "models of transformers" in result.err
    assert "models of transformers" not in result.out


@pytest.mark.parametrize(("reader", "status"), [("true", {141}), ("head -1", {0, 141})])
@pytest.mark.parametrize("command", ["list --json", "list", "show llama"])
def test_a_reader_that_leaves_early_causes_no_noise(database, command: str, reader: str, status: set[int]) -> None:
    program = f"{sys.executable} -c 'import sys; from catalog.cli import main; sys.exit(main())' {command}"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {program} | {reader}"], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.returncode in status, "141 is what a shell gives for any program that SIGPIPE ends"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_behind_stdout_is_told(database) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*from_program, "show", "llama"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 2
    assert done.stderr == "Error: No space left on device.\n"


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_closed_streams_are_no_error(database, closed: str) -> None:
    program = f"{sys.executable} -c 'import sys; from catalog.cli import main; sys.exit(main())' show llama {closed}"
    done = subprocess.run(["bash", "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_terminal_without_unicode_gets_substitutes(spawn) -> None:
    result = spawn("search", "theta", env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert result.status == 0
    assert result.out.isascii()


def test_interrupting_ends_with_130(database) -> None:
    # A process started in the background may inherit that it ignores the signal.
    program = (
        "import os, signal, sys, catalog.cli as c\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "c._run = lambda _: os.kill(os.getpid(), signal.SIGINT)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program + "sys.exit(c.main(['list']))"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (130, "Interrupted.\n")
    assert signal.SIGINT


def test_an_unexpected_exception_is_one_line_with_a_way_to_more(monkeypatch, capsys) -> None:
    def fail(_: list[str]) -> int:
        raise RuntimeError("boom\nacross lines, at postgresql://me:hunter2@db/x")

    monkeypatch.setattr("catalog.cli._run", fail)
    assert main(["list"]) == 2
    told = capsys.readouterr().err
    assert "unexpected RuntimeError: boom across lines" in told
    assert "CATALOG_DEBUG=1" in told
    assert "Traceback" not in told
    assert "hunter2" not in told
    monkeypatch.setenv("CATALOG_DEBUG", "1")
    assert main(["list"]) == 2
    told = capsys.readouterr().err
    assert "Traceback" in told
    assert "hunter2" not in told


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (NotFoundError("model", "lama", suggestions=("llama",)), 1, "Did you mean 'llama'?"),
        (DatabaseError("broken", remedy="Mend it."), 2, "broken\nMend it."),
        (MissingDependencyError("psycopg", extra="postgres"), 2, "transformers-catalog[postgres]"),
        (KeyboardInterrupt(), 130, "Interrupted."),
        (FileNotFoundError(2, "No such file", "/x"), 2, "/x: No such file."),
        (MemoryError(), 2, "not enough memory"),
        (RecursionError("deep"), 2, "RecursionError: deep"),
        (KeyError("x"), 2, "KeyError: 'x'"),
    ],
)
def test_every_exception_has_its_message_and_status(error: BaseException, status: int, words: str) -> None:
    report = describe(error)
    assert report.exit_status == status
    assert words in report.message


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("postgresql://me:secret@host:5432/db", "postgresql://me:***@host:5432/db"),
        ("postgresql://:secret@host/db", "postgresql://:***@host/db"),
        ("at http://host:8080/path nothing", "at http://host:8080/path nothing"),
        ("postgresql://host/db?password=secret&x=1", "postgresql://host/db?password=***&x=1"),
        ("host=h password=secret user=u", "host=h password=*** user=u"),
        ("sqlite:////tmp/catalog.db", "sqlite:////tmp/catalog.db"),
    ],
)
def test_passwords_are_masked(text: str, masked: str) -> None:
    assert mask_passwords(text) == masked


def test_tables_align_wide_characters_and_drop_empty_columns(monkeypatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    write_table((Column("A"), Column("EMPTY"), Column("N", align="right")), [("模型", "", "1"), ("ab", "", "10")])
    assert stream.getvalue().splitlines() == ["A      N", "模型   1", "ab    10"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb\t c", "a b c"),
        ("\x1b[2J", "\\x1b[2J"),
        ("\x00\x7f", "\\x00\\x7f"),
        ("\u202eevil", "\\u202eevil"),
        ("é模", "é模"),
    ],
)
def test_control_characters_are_written_out(text: str, shown: str) -> None:
    assert clean(text) == shown
