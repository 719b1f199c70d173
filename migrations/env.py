"""Alembic's environment. The package runs it with a connection; the command ``alembic`` runs it for developers.

The command works on the database that ``CATALOG_DATABASE_URL`` names.
"""

from __future__ import annotations

from typing import Literal

from alembic import context
from sqlalchemy import Connection

from catalog.store import postgresql_schema, schema
from catalog.store.engine import make_engine, writing
from catalog.store.location import locate


def include_name(
    name: str | None,
    type_: Literal["schema", "table", "column", "index", "unique_constraint", "foreign_key_constraint"],
    _parents: object,
) -> bool:
    """Leave SQLite's full-text index and its shadow tables out of comparisons: it is no table of the metadata."""
    sqlite = context.get_context().dialect.name == "sqlite"
    return not (sqlite and type_ == "table" and name is not None and name.partition("_")[0] == "search")


def run(connection: Connection) -> None:
    """Run the migrations on a connection, within its transaction if it has one."""
    sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection,
        target_metadata=schema.metadata if sqlite else [schema.metadata, postgresql_schema.metadata],
        include_name=include_name,
        render_as_batch=True,
        compare_type=True,
        # SQLite can roll back its DDL as well, since our connections begin their transactions themselves.
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("Migrations need a database: they look at it before they change it.")

given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    location = locate()
    engine = make_engine(location, timeout=60.0, foreign_keys=False)
    with writing(engine, location, timeout=60.0) as connection:
        run(connection)
    engine.dispose()
