"""Migrations: they make what the code expects, lose no rows on the way, and are all or nothing."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from measured_samples import ACCELERATOR, measurement
from model_fact_samples import ALL
from samples import NEXT, RELEASE
from sqlalchemy import MetaData, create_engine, select

from catalog.errors import DatabaseError, OutdatedDatabaseError
from catalog.resources import resource_folder
from catalog.store import open_knowledge, open_store, revisions
from catalog.store.engine import make_engine, reading
from catalog.store.location import locate
from catalog.store.migrate import check, current_revision, downgrade, make_config, upgrade

NEWER = '''
"""A revision that only this test has: it rebuilds tables in SQLite, and takes it back."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "HEAD"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("definition") as batch:
        batch.add_column(sa.Column("license", sa.String(), nullable=False, server_default="apache-2.0"))
        batch.alter_column("module", existing_type=sa.String(), nullable=True)
    with op.batch_alter_table("release") as batch:
        batch.alter_column("seconds", new_column_name="duration", existing_type=sa.Float(), existing_nullable=False)
    FAIL


def downgrade():
    with op.batch_alter_table("release") as batch:
        batch.alter_column("duration", new_column_name="seconds", existing_type=sa.Float(), existing_nullable=False)
    with op.batch_alter_table("definition") as batch:
        batch.alter_column("module", existing_type=sa.String(), nullable=False)
        batch.drop_column("license")
'''


@pytest.fixture
def with_newer_revision(tmp_path, monkeypatch):
    """Makes the migrations folder one revision longer; the text given takes part in its upgrade."""

    def extend(statement: str = "pass") -> None:
        folder = tmp_path / "migrations"
        shutil.copytree(resource_folder("migrations"), folder, dirs_exist_ok=True)
        (folder / "versions" / "9999_test.py").write_text(
            NEWER.replace("HEAD", revisions.HEAD).replace("FAIL", statement)
        )
        monkeypatch.setattr("catalog.store.migrate.resource_folder", lambda name: folder)
        monkeypatch.setattr("catalog.store.migrate.REVISIONS", (*revisions.REVISIONS, "9999"))

    return extend


def empty(database: str) -> str:
    """A database that is there, without tables."""
    if "://" not in database:
        Path(database).touch()
    return database


def rows(database: str) -> dict[str, Any]:
    """All rows of all tables, in an order that does not depend on the database."""
    engine = make_engine(locate(database), timeout=5)
    found = {}
    with engine.connect() as connection:
        metadata = MetaData()
        metadata.reflect(connection, only=lambda name, _: name.partition("_")[0] != "search")
        for table in metadata.sorted_tables:
            found[table.name] = sorted(
                (tuple(sorted(row._mapping.items())) for row in connection.execute(select(table))), key=repr
            )
    engine.dispose()
    return found


def test_the_code_knows_the_revisions_of_the_folder():
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        script = ScriptDirectory.from_config(make_config(connection))
    engine.dispose()
    assert tuple(reversed([revision.revision for revision in script.walk_revisions()])) == revisions.REVISIONS
    assert script.get_heads() == [revisions.HEAD]


def test_alembic_finds_nothing_to_change(database):
    open_store(database).close()
    check(database)
    assert current_revision(database) == revisions.HEAD


def test_migrations_make_what_a_new_catalog_has(database, tmp_path, request):
    open_store(database).close()
    created = schema_of(database)
    downgrade(database, revision="base")
    assert upgrade(database) == (None, revisions.HEAD)
    assert schema_of(database) == created
    check(database)


def schema_of(database: str) -> list[tuple[Any, ...]]:
    """All that defines the tables, in an order that does not depend on how they were made."""
    if "://" not in database:
        with closing(sqlite3.connect(database)) as connection:
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            found = connection.execute("SELECT name, coalesce(sql, '') FROM sqlite_master").fetchall()
        return sorted([*((name, normalised(sql)) for name, sql in found), ("application_id", str(application))])
    import psycopg

    with psycopg.connect(database) as connection:
        columns = connection.execute(
            "SELECT table_name, column_name, data_type, is_nullable, collation_name, column_default"
            " FROM information_schema.columns WHERE table_schema = 'public'"
        ).fetchall()
        indexes = connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
        ).fetchall()
        constraints = connection.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
        ).fetchall()
    return sorted(columns, key=repr) + sorted(indexes) + sorted(constraints)


def normalised(sql: str) -> str:
    """A CREATE statement without layout, its parts in alphabetical order."""
    text = re.sub(r"\s+", " ", sql.replace('"', "")).strip()
    head, _, rest = text.partition("(")
    body, _, tail = rest.rpartition(")")
    return f"{head.strip()} {sorted(part.strip() for part in re.split(r',(?![^(]*[)])', body))} {tail.strip()}"


def test_a_catalog_is_removed_by_going_back_to_the_base_and_can_be_made_again(database):
    with open_store(database) as store:
        store.write_release(RELEASE)
    assert downgrade(database, revision="base") == (revisions.HEAD, None)
    assert set(rows(database)) == {"alembic_version"}
    assert current_revision(database) is None
    with open_store(database) as store:
        assert store.releases() == ()
        store.write_release(RELEASE)
        assert store.search("5.23.0", "rope theta")[0].name == "rope_theta"
    assert current_revision(database) == revisions.HEAD


def test_the_command_of_alembic_works_on_the_named_database(tmp_path):
    root = resource_folder("migrations").parent
    if not (root / "pyproject.toml").exists():
        pytest.skip("the package is installed without its checkout")
    path = tmp_path / "catalog.db"
    open_store(path).close()
    for arguments in (["check"], ["downgrade", "base"], ["upgrade", "head"], ["check"]):
        subprocess.run(
            [sys.executable, "-m", "alembic", *arguments],
            cwd=root, env={**os.environ, "CATALOG_DATABASE_URL": str(path)}, check=True, capture_output=True,
        )  # fmt: skip
    assert current_revision(path) == revisions.HEAD


def test_an_empty_database_is_brought_to_the_newest_schema(database):
    assert upgrade(empty(database)) == (None, revisions.HEAD)
    with open_store(database, create=False) as store:
        store.write_release(RELEASE)
        assert store.search("5.23.0", "rope theta")[0].name == "rope_theta"


def test_a_catalog_that_is_up_to_date_is_left_alone(database):
    with open_store(database) as store:
        store.write_release(RELEASE)
    before = rows(database)
    assert upgrade(database) == (revisions.HEAD, revisions.HEAD)
    assert rows(database) == before


def test_no_row_is_lost_on_the_way_up_and_down(database, with_newer_revision):
    with open_store(database) as store:
        store.write_release(RELEASE)
        store.write_release(NEXT)
        store.record_facts(ALL)
        store.record_measurements(MEASURED)
    before, tables = rows(database), schema_of(database)
    with_newer_revision()
    assert upgrade(database) == (revisions.HEAD, "9999")
    between = rows(database)
    assert {name: len(found) for name, found in between.items()} == {n: len(found) for n, found in before.items()}
    assert all(("license", "apache-2.0") in row for row in between["definition"])
    assert {dict(row)["duration"] for row in between["release"]} == {1.5}
    assert downgrade(database, revision=revisions.HEAD) == ("9999", revisions.HEAD)
    assert rows(database) == before
    assert [name for name, *_ in schema_of(database)] == [name for name, *_ in tables]
    with open_store(database) as store:
        assert store.search("5.23.0", "rope theta")[0].name == "rope_theta"
        store.delete_release("5.23.0")
        assert store.collect_garbage().definitions == 1


MEASURED = (
    measurement(),
    measurement(environment=ACCELERATOR, device="cuda", dtype="bfloat16"),
    measurement("BertConfig", "BertModel", status="timeout", reason="It took longer than 60 s.", environment=None),
)
MEASURED_TABLES = ("benchmark_environment", "benchmark_file", "benchmark_run", "measurement")


def test_facts_come_and_go_with_their_revision_and_all_else_stays(database):
    with open_store(database) as store:
        store.write_release(RELEASE)
        store.write_release(NEXT)
        store.record_facts(ALL)
    downgrade(database, revision="0002")
    before = rows(database)
    assert downgrade(database, revision="0001") == ("0002", "0001")
    between = rows(database)
    kept = {name: found for name, found in before.items() if name not in ("facts_document", "model_facts")}
    assert between == kept | {"alembic_version": [(("version_num", "0001"),)]}
    for opener in (open_store, open_knowledge):
        with pytest.raises(OutdatedDatabaseError, match="catalog database upgrade"):
            opener(database)
    assert rows(database) == between
    assert upgrade(database, revision="0002") == ("0001", "0002")
    assert rows(database) == {**before, "facts_document": [], "model_facts": []}
    upgrade(database)
    check(database)
    with open_store(database) as store:
        assert store.record_facts(ALL) == len(ALL)
    downgrade(database, revision="0002")
    assert rows(database) == before


def test_measurements_come_and_go_with_their_revision_and_all_else_stays(database):
    with open_store(database) as store:
        store.write_release(RELEASE)
        store.record_facts([facts for facts in ALL if facts.release == RELEASE.version])
        store.record_measurements(MEASURED, file=(b"digest", "laptop.ndjson"))
    before = rows(database)
    assert all(before[name] for name in MEASURED_TABLES)
    assert downgrade(database, revision="0002") == ("0003", "0002")
    between = rows(database)
    kept = {name: found for name, found in before.items() if name not in MEASURED_TABLES}
    assert between == kept | {"alembic_version": [(("version_num", "0002"),)]}
    for opener in (open_store, open_knowledge):
        with pytest.raises(OutdatedDatabaseError, match="catalog database upgrade"):
            opener(database)
    assert rows(database) == between
    assert upgrade(database) == ("0002", "0003")
    assert rows(database) == {**before, **{name: [] for name in MEASURED_TABLES}}
    check(database)
    with open_store(database) as store:
        assert store.record_measurements(MEASURED).new == len(MEASURED)
    assert {**rows(database), "benchmark_file": []} == {**before, "benchmark_file": []}


def test_a_catalog_that_the_first_revision_made_is_brought_to_the_newest_schema(database):
    assert upgrade(empty(database), revision="0001") == (None, "0001")
    first = schema_of(database)
    assert upgrade(database) == ("0001", revisions.HEAD)
    assert downgrade(database, revision="0001") == (revisions.HEAD, "0001")
    assert schema_of(database) == first


@pytest.mark.parametrize("statement", ["raise RuntimeError('half-way')", "op.execute('SELECT nonsense')"])
def test_a_migration_that_fails_changes_nothing(database, with_newer_revision, statement):
    with open_store(database) as store:
        store.write_release(RELEASE)
    before, tables = rows(database), schema_of(database)
    with_newer_revision(statement)
    with pytest.raises((RuntimeError, DatabaseError), match=r"half-way|nonsense"):
        upgrade(database)
    assert rows(database) == before
    assert schema_of(database) == tables
    with open_store(database) as store:
        assert store.fingerprint("5.23.0") == "first"


def test_a_migration_that_breaks_a_reference_changes_nothing(tmp_path, with_newer_revision):
    database = str(tmp_path / "catalog.db")
    with open_store(database) as store:
        store.write_release(RELEASE)
    before = rows(database)
    with_newer_revision("op.execute('DELETE FROM definition')")
    with pytest.raises(DatabaseError, match="would break the reference"):
        upgrade(database)
    assert rows(database) == before


def test_there_is_nothing_to_migrate_where_there_is_no_catalog(tmp_path):
    for migrate in (upgrade, current_revision, lambda path: downgrade(path, revision="base")):
        with pytest.raises(DatabaseError, match="catalog sync"):
            migrate(tmp_path / "none.db")
    assert not (tmp_path / "none.db").exists()


def test_references_are_checked_while_reading_and_writing(tmp_path):
    with open_store(tmp_path / "catalog.db") as store, reading(store.engine, store.location) as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_a_new_catalog_is_made_without_importing_alembic(tmp_path):
    code = (
        "import sys; from catalog.store import open_store; open_store(sys.argv[1]).close();"
        "print('alembic' in sys.modules, 'sqlalchemy.orm' in sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "new.db")], capture_output=True, text=True, check=True
    )
    assert result.stdout.split() == ["False", "False"]
