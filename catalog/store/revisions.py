"""What identifies a catalog database, without importing SQLAlchemy: the checker reads these too."""

from __future__ import annotations

from catalog.errors import DatabaseError, OutdatedDatabaseError

APPLICATION = "transformers-catalog"
"""Value of the row ``application`` in the table ``meta``."""

APPLICATION_ID = 0x54434154
"""SQLite's ``PRAGMA application_id``: "TCAT"."""

REVISIONS = ("0001", "0002", "0003")
"""Schema revisions, oldest first; the last one is what this version of the package reads and writes."""

HEAD = REVISIONS[-1]


def check_revision(found: str | None, *, database: str) -> None:
    """Refuse a database whose schema is not the one of this package.

    Args:
        found: Revision that the database states; ``None`` where it states none.
        database: How the database is called in messages.

    Raises:
        OutdatedDatabaseError: If the schema is older or newer.
        DatabaseError: If the database states no revision, which no catalog does.
    """
    if found == HEAD:
        return
    if found is None:
        raise DatabaseError(
            f"The database {database} is a catalog without a schema revision.",
            remedy="It is damaged: restore a copy, or name another database.",
        )
    if found in REVISIONS:
        raise OutdatedDatabaseError(
            f"The database {database} has the older schema {found}; this version needs {HEAD}.",
            remedy="Upgrade it with: catalog database upgrade",
        )
    raise OutdatedDatabaseError(
        f"The database {database} has the schema {found!r}, which is newer than this version knows.",
        remedy="Upgrade the package: pip install --upgrade transformers-catalog",
    )


def foreign_database(database: str) -> DatabaseError:
    """The error for a database that belongs to something else."""
    return DatabaseError(
        f"The database {database} is not a catalog: it holds other tables.",
        remedy="Name another file or database with --database; nothing in this one was touched.",
    )
