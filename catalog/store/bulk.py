"""Many rows at once, as fast as each database takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Table, insert


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows of equal columns, of which there are two at least.

    The values are what the drivers take, so SQLAlchemy leaves the rows alone: a release is tens of thousands of them,
    and looking at each would take as long as writing it. PostgreSQL takes them by ``COPY``.

    Args:
        connection: Connection in the writer's transaction.
        table: The table.
        rows: Column → value.
    """
    if not rows:
        return
    names = list(rows[0])
    pick = itemgetter(*names)
    if connection.dialect.name == "sqlite":
        columns = insert(table).compile(dialect=connection.dialect, column_keys=names)
        order = itemgetter(*(columns.positiontup or names))
        connection.exec_driver_sql(columns.string, [order(row) for row in rows])
        return
    quote = connection.dialect.identifier_preparer.quote
    target = f"{quote(table.name)} ({', '.join(map(quote, names))})"
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(pick(row))
