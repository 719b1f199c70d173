"""The search index of PostgreSQL; SQLite has an FTS5 table in its place (:mod:`catalog.store.fulltext`).

It stands apart from the other tables, since PostgreSQL's dialect takes a tenth of a short command's time to import.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, MetaData, Table
from sqlalchemy.dialects.postgresql import TSVECTOR

from catalog.store.schema import NAMING

metadata = MetaData(naming_convention=NAMING)
"""Tables of PostgreSQL alone."""

search_document = Table(
    "search_document",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("words", TSVECTOR, nullable=False),
    Index(None, "words", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
)
