"""The schema in SQL, one snapshot a database, so that a change of it is seen in review.

To take them anew: ``CATALOG_UPDATE_SNAPSHOTS=1 pytest tests/store/test_schema_snapshot.py``. A change needs a revision.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from catalog.store import postgresql_schema, schema

SNAPSHOTS = Path(__file__).parent / "snapshots"
DIALECTS = {
    "sqlite": (sqlite.dialect(), [schema.metadata]),
    "postgresql": (postgresql.dialect(), [schema.metadata, postgresql_schema.metadata]),
}


@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_the_schema_is_the_one_of_the_snapshot(name):
    dialect, metadatas = DIALECTS[name]
    statements = []
    for table in sorted((table for metadata in metadatas for table in metadata.tables.values()), key=lambda t: t.name):
        statements.append(str(CreateTable(table).compile(dialect=dialect)).strip())
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        statements += [str(CreateIndex(index).compile(dialect=dialect)).strip() for index in indexes]
    text = "".join(f"{statement.replace(chr(9), '    ')};\n\n" for statement in statements)
    text = "\n".join(line.rstrip() for line in text.strip().splitlines()) + "\n"
    file = SNAPSHOTS / f"{name}.sql"
    if os.environ.get("CATALOG_UPDATE_SNAPSHOTS"):
        SNAPSHOTS.mkdir(exist_ok=True)
        file.write_text(text)
    assert text == file.read_text()
