"""Whatever is wrong with a database is told in one sentence with its remedy, and nothing is destroyed."""

from __future__ import annotations

import os
import secrets
import sqlite3
import subprocess
import sys
import traceback
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from samples import RELEASE

from catalog.errors import CatalogError, DatabaseError, MissingDependencyError, NoCatalogError, OutdatedDatabaseError
from catalog.store import open_knowledge, open_store
from catalog.store.engine import writing
from catalog.store.migrate import current_revision, downgrade, upgrade
from catalog.store.revisions import HEAD

OPENERS: dict[str, Callable[[str], object]] = {
    "open_store": open_store,
    "open_knowledge": open_knowledge,
    "upgrade": upgrade,
    "current_revision": current_revision,
}


def set_revision(path: Path, revision: str | None) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        if revision is None:
            connection.execute("DELETE FROM alembic_version")
        else:
            connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))


@pytest.fixture
def path(tmp_path) -> Path:
    """A catalog with one release."""
    path = tmp_path / "catalog.db"
    with open_store(path) as store:
        store.write_release(RELEASE)
    return path


@pytest.fixture(params=sorted(OPENERS))
def opener(request) -> Callable[[str], object]:
    return OPENERS[request.param]


def test_a_foreign_sqlite_database_is_refused_and_left_alone(tmp_path, opener):
    path = tmp_path / "mine.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE photos (id INTEGER)")
    before = path.read_bytes()
    with pytest.raises(DatabaseError, match="is not a catalog"):
        opener(str(path))
    assert path.read_bytes() == before


def test_someone_elses_meta_table_does_not_make_a_catalog(tmp_path, opener):
    path = tmp_path / "mine.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE meta (key TEXT, value TEXT)")
        connection.execute("INSERT INTO meta VALUES ('application', 'photos')")
    with pytest.raises(DatabaseError, match="is not a catalog"):
        opener(str(path))


def test_a_foreign_postgresql_database_is_refused_and_left_alone(postgres_url):
    import psycopg

    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE photos (id integer)")
        for opener in OPENERS.values():
            with pytest.raises(DatabaseError, match="is not a catalog"):
                opener(postgres_url)
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        assert tables == [("photos",)]


@pytest.mark.parametrize("content", [b"not a database at all, " * 400, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path, opener, content):
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    with pytest.raises(DatabaseError, match=r"notes\.txt is (not a SQLite database|damaged)"):
        opener(str(path))
    assert path.read_bytes() == content


def test_a_damaged_catalog_is_told_so_and_left_alone(path):
    content = bytearray(path.read_bytes())
    for start in range(4096, len(content), 4096):
        content[start : start + 200] = b"\xaa" * 200
    path.write_bytes(content)
    with pytest.raises(DatabaseError, match=r"is damaged|failed"), open_store(path) as store:
        store.config_class("5.23.0", "LlamaConfig")
    with pytest.raises(DatabaseError, match=r"is damaged|failed"), open_knowledge(path) as knowledge:
        knowledge.config_class("LlamaConfig")
    assert path.read_bytes() == bytes(content)


def test_a_damaged_document_is_told_so(path):
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE definition_document SET body = x'00'")
    with open_store(path) as store, pytest.raises(DatabaseError, match="is damaged"):
        store.config_class("5.23.0", "LlamaConfig")
    with open_knowledge(path) as knowledge, pytest.raises(DatabaseError, match="is damaged"):
        knowledge.config_class("LlamaConfig")


def test_a_catalog_that_misses_a_table_is_told_so_and_nothing_is_written(database):
    with open_store(database) as store:
        with writing(store.engine, store.location, timeout=5) as connection:
            connection.exec_driver_sql("DROP TABLE definition_sub_config")
        with pytest.raises(DatabaseError, match=r"failed.*definition_sub_config"):
            store.write_release(RELEASE)
        assert store.releases() == ()


def test_a_folder_is_no_database(tmp_path, opener):
    with pytest.raises(DatabaseError, match=r"is a folder|cannot be opened"):
        opener(str(tmp_path))


def test_a_file_in_place_of_a_folder_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseError, match="cannot be opened"):
        open_store(tmp_path / "file" / "catalog.db")


def test_an_empty_file_becomes_a_catalog(tmp_path):
    path = tmp_path / "catalog.db"
    path.touch()
    with open_store(path) as store:
        assert store.releases() == ()


def test_an_empty_database_stays_empty_unless_a_catalog_is_wanted(database):
    if "://" not in database:
        Path(database).touch()
    with pytest.raises(NoCatalogError, match="catalog sync"):
        open_store(database, create=False)
    with pytest.raises(NoCatalogError, match="catalog sync"):
        open_knowledge(database)
    assert current_revision(database) is None


def test_a_missing_file_is_made_with_its_folder_only_if_wanted(tmp_path):
    path = tmp_path / "a" / "b" / "catalog.db"
    with pytest.raises(DatabaseError, match="catalog sync"):
        open_store(path, create=False)
    assert not (tmp_path / "a").exists()
    open_store(path).close()
    open_store(path, create=False).close()


def test_an_outdated_catalog_is_refused_with_the_command_that_upgrades_it(path, monkeypatch):
    monkeypatch.setattr("catalog.store.revisions.REVISIONS", ("0000", HEAD))
    set_revision(path, "0000")
    for opener in (open_store, open_knowledge):
        with pytest.raises(OutdatedDatabaseError, match="catalog database upgrade"):
            opener(path)


def test_a_catalog_from_the_future_is_refused_with_the_command_that_upgrades_the_package(path):
    set_revision(path, "9999")
    for opener in OPENERS.values():
        if opener is not current_revision:
            with pytest.raises(OutdatedDatabaseError, match="pip install --upgrade"):
                opener(str(path))
    with pytest.raises(OutdatedDatabaseError, match="pip install --upgrade"):
        downgrade(path, revision="base")
    assert current_revision(path) == "9999"


def test_a_catalog_without_a_revision_is_refused(path):
    set_revision(path, None)
    for opener in (open_store, open_knowledge):
        with pytest.raises(DatabaseError, match="without a schema revision"):
            opener(path)


def test_an_outdated_postgresql_catalog_is_refused(postgres_url):
    import psycopg

    open_store(postgres_url).close()
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(OutdatedDatabaseError, match="pip install --upgrade"):
        open_store(postgres_url)


def test_a_locked_catalog_can_be_read_and_refuses_to_be_written(path):
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with open_store(path, timeout=0.1) as store:
            assert store.fingerprint("5.23.0") == "first"
            with pytest.raises(DatabaseError, match="locked by another process"):
                store.write_release(replace(RELEASE, fingerprint="other"))
        other.execute("ROLLBACK")
    with open_store(path) as store:
        assert store.fingerprint("5.23.0") == "first"


def test_a_new_file_that_another_process_holds_is_told_as_locked(tmp_path):
    path = tmp_path / "catalog.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DatabaseError, match="locked by another process"):
            open_store(path, timeout=0.1)


def test_a_locked_postgresql_catalog_refuses_to_be_written(postgres_url):
    with open_store(postgres_url, timeout=0.2) as store, open_store(postgres_url) as other:
        store.write_release(RELEASE)
        with writing(other.engine, other.location, timeout=1):
            with pytest.raises(DatabaseError, match="locked by another writer"):
                store.write_release(replace(RELEASE, fingerprint="other"))
            assert store.fingerprint("5.23.0") == "first"


def test_a_full_disk_is_told_and_the_catalog_is_as_it_was(path):
    with open_store(path) as store:
        with store.engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            (pages,) = driver.execute("PRAGMA page_count").fetchone()
            driver.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(DatabaseError, match="disk is full"):
            store.write_release(replace(_large(), fingerprint="other"))
        assert store.fingerprint("5.23.0") == "first"
        assert store.search("5.23.0", "rope_theta") != ()


def _large():
    summary = " ".join(f"word{number}" for number in range(20_000))
    return replace(RELEASE, classes=tuple(replace(config, summary=summary) for config in RELEASE.classes))


WRITER = """
import resource, signal, sys
from dataclasses import replace
sys.path.insert(0, sys.argv[2])
from samples import RELEASE
from catalog.errors import DatabaseError
from catalog.store import open_store
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]),) * 2)
summary = " ".join(f"word{number}" for number in range(40_000))
large = replace(RELEASE, fingerprint="other", classes=tuple(replace(c, summary=summary) for c in RELEASE.classes))
try:
    with open_store(sys.argv[1]) as store:
        store.write_release(large)
except DatabaseError as error:
    print(error)
"""


def test_a_file_that_may_not_grow_is_told_and_the_catalog_is_as_it_was(path):
    tests = Path(__file__).parent.parent
    size = path.stat().st_size + 100_000
    result = subprocess.run(
        [sys.executable, "-c", WRITER, str(path), str(tests), str(size)], capture_output=True, text=True, check=True
    )
    assert "disk" in result.stdout, result.stderr
    with open_store(path) as store:
        assert store.fingerprint("5.23.0") == "first"


AS_ANOTHER_USER = """
import os, sys
from catalog.errors import DatabaseError
from catalog.store import open_knowledge, open_store
from catalog.store.engine import writing
os.setgid(65534); os.setuid(65534)
for open_it in (open_store, open_knowledge):
    try:
        with open_it(sys.argv[1]) as opened:
            if open_it is open_knowledge:
                print("opened open_knowledge", opened.release)
            else:
                print("opened open_store", opened.releases()[0].version)
                opened.delete_release("5.23.0")
    except DatabaseError as error:
        print(error)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_a_catalog_that_may_not_be_written_is_read_and_refuses_to_be_written(tmp_path_factory):
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        path = folder / "catalog.db"
        with open_store(path) as store:
            store.write_release(RELEASE)
        path.chmod(0o644)
        result = subprocess.run(
            [sys.executable, "-c", AS_ANOTHER_USER, str(path)], capture_output=True, text=True, check=False
        )
        assert "opened open_knowledge" in result.stdout, result.stderr + result.stdout
        assert "opened open_store 5.23.0" in result.stdout, result.stderr + result.stdout
        assert "is not writable" in result.stdout
        new = subprocess.run(
            [sys.executable, "-c", AS_ANOTHER_USER, str(folder / "new" / "catalog.db")],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert "Permission denied" in new.stdout, new.stderr
        assert "catalog sync" in new.stdout
        assert not (folder / "new").exists()
        with open_store(path) as store:
            assert store.fingerprint("5.23.0") == "first"


def test_an_unknown_kind_of_database_is_refused():
    for url in ("mysql://u:secret@host/db", "postgresql+psycopg2://u:secret@host/db", "duckdb:///x", "http://x"):
        with pytest.raises(DatabaseError, match="cannot be kept in a database of the kind") as caught:
            open_store(url)
        assert "secret" not in whole_text(caught.value)


def whole_text(error: BaseException) -> str:
    """All that a traceback would show, and the errors that led to it even where it would not."""
    parts = ["".join(traceback.format_exception(error))]
    seen: BaseException | None = error
    while seen is not None:
        parts += [repr(seen), str(seen)]
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return "\n".join(parts)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://user:top-secret@127.0.0.1:1/catalog",
        "postgres://user:top-secret@127.0.0.1:1/catalog",
        "postgresql+psycopg://user:top-secret@host.invalid/catalog",
        "postgresql://user@127.0.0.1:1/catalog?password=top-secret",
        "postgresql://user:top-secret@127.0.0.1:port/catalog",
        "postgresql://user:top-secret@127.0.0.1:1/catalog?nonsense=1",
        "postgresql://user:top-secret@127.0.0.1:1/catalog?sslmode=nonsense",
        "postgresql://user:top-secret@/catalog?host=/nowhere",
    ],
)
def test_a_server_that_cannot_be_reached_is_told_without_the_password(url):
    pytest.importorskip("psycopg")
    with pytest.raises(DatabaseError, match=r"cannot be (reached|understood)|failed") as caught:
        open_store(url)
    assert "top-secret" not in whole_text(caught.value)
    assert "***" in str(caught.value)


def test_a_wrong_password_and_a_missing_database_are_told(postgres_server):
    if postgres_server.password is None:
        pytest.skip("the server is not ours")
    address = f"127.0.0.1:{postgres_server.port}"
    wrong = secrets.token_hex(8)
    with pytest.raises(DatabaseError, match="refused the login") as caught:
        open_store(f"postgresql://catalog:{wrong}@{address}/postgres")
    assert wrong not in whole_text(caught.value)
    with pytest.raises(DatabaseError, match="does not exist") as missing:
        open_store(f"postgresql://catalog:{postgres_server.password}@{address}/nowhere")
    assert postgres_server.password not in whole_text(missing.value)


def test_a_server_that_goes_away_is_told_and_the_store_recovers(postgres_server, postgres_url):
    import psycopg

    from catalog.store.engine import reading

    def lose(store):
        with reading(store.engine, store.location) as connection:
            connection.exec_driver_sql("SELECT 1")
            with psycopg.connect(postgres_server.url, autocommit=True) as admin:
                name = urlsplit(postgres_url).path.strip("/")
                admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
            connection.exec_driver_sql("SELECT 1")

    with open_store(postgres_url) as store:
        store.write_release(RELEASE)
        with pytest.raises(DatabaseError, match="closed the connection"):
            lose(store)
        assert store.fingerprint("5.23.0") == "first"


WITHOUT_PSYCOPG = """
import sys
sys.modules["psycopg"] = None
from catalog.errors import MissingDependencyError
from catalog.store import open_store
try:
    open_store("postgresql://user:top-secret@127.0.0.1/catalog")
except MissingDependencyError as error:
    print(error)
"""


def test_a_missing_driver_names_the_extra_that_brings_it():
    result = subprocess.run([sys.executable, "-c", WITHOUT_PSYCOPG], capture_output=True, text=True, check=True)
    assert "transformers-catalog[postgres]" in result.stdout
    assert "top-secret" not in result.stdout + result.stderr


def test_every_error_is_one_that_the_command_line_knows():
    assert issubclass(DatabaseError, CatalogError)
    assert issubclass(MissingDependencyError, CatalogError)
