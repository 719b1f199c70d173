"""A PostgreSQL server for tests: a private one in a temporary folder, or the one that the environment names.

``CATALOG_TEST_POSTGRES_URL`` names a server (and a database on it to connect to first) whose user may make databases.
Without it, the newest server installed here is started for the session, as another user where the tests run as root.
Tests that need it are skipped where there is none, and fail where ``CI=true``.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

ENVIRONMENT_VARIABLE = "CATALOG_TEST_POSTGRES_URL"
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "log_min_messages": "fatal",
}


@dataclass(frozen=True)
class Server:
    """A running server.

    Attributes:
        url: URL of a database to connect to first, ``postgresql://…``.
        password: Password of its user over TCP; ``None`` where it is not ours.
        port: TCP port on 127.0.0.1; ``None`` where it is not ours.
    """

    url: str
    password: str | None = None
    port: int | None = None

    def url_of(self, database: str) -> str:
        parts = urlsplit(self.url)
        return urlunsplit(parts._replace(path=f"/{database}"))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A running PostgreSQL."""
    psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed") if not _ci() else __import__("psycopg")
    assert psycopg
    given = os.environ.get(ENVIRONMENT_VARIABLE)
    if given:
        yield Server(given.replace("postgresql+psycopg://", "postgresql://"))
        return
    binaries = _binaries()
    if binaries is None:
        reason = f"there is no PostgreSQL server here, and {ENVIRONMENT_VARIABLE} names none"
        if _ci():
            pytest.fail(reason)
        pytest.skip(reason)
    with _private_server(binaries) as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: Server) -> Iterator[str]:
    """URL of an empty database, which is removed after the test."""
    with new_database(postgres_server) as url:
        yield url


@contextmanager
def new_database(server: Server) -> Iterator[str]:
    """An empty database for the time of the block."""
    import psycopg

    name = f"catalog_test_{secrets.token_hex(6)}"
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        try:
            yield server.url_of(name)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _ci() -> bool:
    return os.environ.get("CI") == "true"


def _binaries() -> Path | None:
    """Folder of the newest server's programs."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    found = shutil.which("initdb")
    candidates = [*([Path(found).resolve().parent] if found else []), *folders]
    return next((folder for folder in reversed(candidates) if (folder / "postgres").exists()), None)


@contextmanager
def _private_server(binaries: Path) -> Iterator[Server]:
    # Not beneath pytest's folder, which other users may not enter.
    root = Path(tempfile.mkdtemp(prefix="catalog-postgres-"))
    prefix = _prefix(root)
    password = secrets.token_hex(8)
    (root / "password").write_text(password)
    (root / "password").chmod(0o644)
    try:
        made = subprocess.run(
            [
                *prefix, str(binaries / "initdb"), "-D", str(root / "data"), "-U", "catalog", "-E", "UTF8",
                "--no-locale", "--no-sync", "--auth-local=trust", "--auth-host=scram-sha-256",
                f"--pwfile={root / 'password'}",
            ],
            cwd=root, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert made.returncode == 0, f"initdb failed: {made.stdout}{made.stderr}"
        port = _free_port()
        settings = {**SETTINGS, "port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": root}
        options = [option for name, value in settings.items() for option in ("-c", f"{name}={value}")]
        with (root / "log").open("wb") as log:
            server = subprocess.Popen(
                [*prefix, str(binaries / "postgres"), "-D", str(root / "data"), *options],
                cwd=root, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        try:
            url = f"postgresql://catalog@/postgres?host={root}&port={port}"
            _wait(server, url, root / "log")
            yield Server(url, password, port)
        finally:
            server.send_signal(signal.SIGQUIT)
            server.wait(timeout=30)
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _wait(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    """Wait until the server answers."""
    import psycopg

    deadline = time.monotonic() + 60
    while True:
        assert server.poll() is None, f"the server ended: {log.read_text(errors='replace')}"
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            assert time.monotonic() < deadline, f"the server does not answer: {log.read_text(errors='replace')}"
            time.sleep(0.05)
        else:
            return


def _prefix(folder: Path) -> list[str]:
    """What a program of the server is begun with.

    It ends with this process, however that ends, and lays down root's rights, which the server refuses to run with; the
    folder becomes the other user's.
    """
    setpriv = shutil.which("setpriv")
    prefix = [setpriv, "--pdeathsig", "QUIT"] if setpriv else []
    if os.geteuid() != 0:
        return [*prefix, "--"] if prefix else []
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    os.chown(folder, user.pw_uid, user.pw_gid)
    return [*(prefix or ["setpriv"]), f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
