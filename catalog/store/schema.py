"""The tables, as SQLAlchemy knows them.

Definitions are content-addressed and immutable: a row is found by the digest of its document, and releases point
at rows. What is compared or filtered in SQL has its own column or table; the document beside it is the truth,
from which all of them could be made again. Digests are raw SHA-256. A column of JSON holds canonical JSON text.

Keys are given by the writer, who holds the only write lock, so that no row needs a round trip.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = MetaData(naming_convention=NAMING)
"""Tables of both databases."""


# Names are sorted, and looked up by prefix as a range, in the order of code points on both databases.
Name = String().with_variant(String(collation="C"), "postgresql")


def _id() -> Column[int]:
    return Column("id", Integer, primary_key=True, autoincrement=False)


def _digest() -> Column[bytes]:
    return Column("digest", LargeBinary, nullable=False, unique=True)


def _text() -> Column[int | None]:
    """A column that refers to a description."""
    return Column("text_id", Integer, ForeignKey("text.id"), index=True)


def _to(target: str, *, cascade: bool = False, **options: Any) -> Column[int]:
    """A column that refers to another table, named after it."""
    name = f"{target}_id"
    return Column(
        name, Integer, ForeignKey(f"{target}.id", ondelete="CASCADE" if cascade else None), nullable=False, **options
    )


meta = Table(
    "meta",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", Text, nullable=False),
)

release = Table(
    "release",
    metadata,
    _id(),
    Column("version", Name, nullable=False, unique=True),
    Column("extractor", String, nullable=False),
    Column("fingerprint", String, nullable=False),
    Column("released", String),
    Column("environment", Text, nullable=False),
    Column("synced_at", String, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("class_count", Integer, nullable=False),
    Column("parameter_count", Integer, nullable=False),
    Column("architecture_count", Integer, nullable=False),
    Column("failure_count", Integer, nullable=False),
)

parameter_name = Table(
    "parameter_name",
    metadata,
    _id(),
    Column("name", Name, nullable=False, unique=True),
    Column("search_key", Name, nullable=False, index=True),
)

# Descriptions, each once: a release says many of its 15,000 in the same words.
text = Table(
    "text",
    metadata,
    _id(),
    _digest(),
    Column("body", Text, nullable=False),
)

definition = Table(
    "definition",
    metadata,
    _id(),
    _digest(),
    Column("name", Name, nullable=False, index=True),
    Column("search_key", Name, nullable=False, index=True),
    Column("module", Name, nullable=False),
    Column("model_type", Name, index=True),
    _text(),
    Column("deprecated", Boolean, nullable=False),
    Column("is_base", Boolean, nullable=False),
)

definition_document = Table(
    "definition_document",
    metadata,
    _to("definition", cascade=True, primary_key=True, autoincrement=False),
    Column("base_id", Integer, ForeignKey("definition.id"), index=True),
    Column("body", LargeBinary, nullable=False),
)

definition_sub_config = Table(
    "definition_sub_config",
    metadata,
    _to("definition", cascade=True, primary_key=True, autoincrement=False),
    Column("name", Name, primary_key=True),
    Column("config_class", Name),
    sqlite_with_rowid=False,
)

parameter = Table(
    "parameter",
    metadata,
    _id(),
    _digest(),
    Column("name_id", Integer, ForeignKey("parameter_name.id"), nullable=False),
    Column("annotation", Text),
    Column("type", Text),
    Column("declared_default", Text),
    Column("default_source", Text),
    Column("default_known", Boolean, nullable=False),
    Column("required", Boolean, nullable=False),
    _text(),
    Column("inferred_from", String),
    Column("documented_type", Text),
    Column("documented_default", Text),
    Column("documented_default_text", Text),
    Column("choices", Text),
    Column("choices_source", String),
    Column("minimum", Float),
    Column("maximum", Float),
    Column("exclusive_minimum", Boolean, nullable=False),
    Column("exclusive_maximum", Boolean, nullable=False),
    Column("validators", Text),
    Column("inherited_from", String),
)

# The order of the key answers "which of these definitions have that parameter" with one look-up a definition.
definition_parameter = Table(
    "definition_parameter",
    metadata,
    _to("definition", cascade=True, primary_key=True, autoincrement=False),
    Column("name_id", Integer, ForeignKey("parameter_name.id"), primary_key=True, autoincrement=False),
    Column("position", SmallInteger, primary_key=True, autoincrement=False),
    _to("parameter", index=True),
    sqlite_with_rowid=False,
)

observation = Table(
    "observation",
    metadata,
    _id(),
    _digest(),
    Column("constructs", Boolean, nullable=False),
    Column("reason", Text),
)

observation_value = Table(
    "observation_value",
    metadata,
    _to("observation", cascade=True, primary_key=True, autoincrement=False),
    Column("name_id", Integer, ForeignKey("parameter_name.id"), primary_key=True, autoincrement=False),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

traits = Table(
    "traits",
    metadata,
    _id(),
    _digest(),
    Column("modality", String),
    Column("attention", Text, nullable=False),
)

release_class = Table(
    "release_class",
    metadata,
    _to("release", cascade=True, primary_key=True, autoincrement=False),
    _to("definition", primary_key=True, autoincrement=False, index=True),
    Column("observation_id", Integer, ForeignKey("observation.id"), index=True),
    Column("traits_id", Integer, ForeignKey("traits.id")),
    sqlite_with_rowid=False,
)

architecture = Table(
    "architecture",
    metadata,
    _id(),
    _digest(),
    Column("name", Name, nullable=False, index=True),
    Column("search_key", Name, nullable=False, index=True),
    Column("module", Name),
    Column("config_class", Name, index=True),
    _text(),
)

architecture_document = Table(
    "architecture_document",
    metadata,
    _to("architecture", cascade=True, primary_key=True, autoincrement=False),
    Column("base_id", Integer, ForeignKey("architecture.id"), index=True),
    Column("body", LargeBinary, nullable=False),
)

architecture_task = Table(
    "architecture_task",
    metadata,
    _to("architecture", cascade=True, primary_key=True, autoincrement=False),
    Column("task", Name, primary_key=True),
    sqlite_with_rowid=False,
)

architecture_model_type = Table(
    "architecture_model_type",
    metadata,
    _to("architecture", cascade=True, primary_key=True, autoincrement=False),
    Column("model_type", Name, primary_key=True),
    Index(None, "model_type"),
    sqlite_with_rowid=False,
)

release_architecture = Table(
    "release_architecture",
    metadata,
    _to("release", cascade=True, primary_key=True, autoincrement=False),
    _to("architecture", primary_key=True, autoincrement=False, index=True),
    sqlite_with_rowid=False,
)

model_type = Table(
    "model_type",
    metadata,
    _id(),
    _digest(),
    Column("name", Name, nullable=False, index=True),
    Column("search_key", Name, nullable=False, index=True),
    Column("config_class", Name, nullable=False, index=True),
    Column("processors", Text, nullable=False),
    _text(),
)

release_model_type = Table(
    "release_model_type",
    metadata,
    _to("release", cascade=True, primary_key=True, autoincrement=False),
    _to("model_type", primary_key=True, autoincrement=False, index=True),
    sqlite_with_rowid=False,
)

vocabulary = Table(
    "vocabulary",
    metadata,
    _id(),
    _digest(),
    Column("name", Name, nullable=False),
    Column("words", Text, nullable=False),
)

release_vocabulary = Table(
    "release_vocabulary",
    metadata,
    _to("release", cascade=True, primary_key=True, autoincrement=False),
    _to("vocabulary", primary_key=True, autoincrement=False, index=True),
    sqlite_with_rowid=False,
)

failure = Table(
    "failure",
    metadata,
    _to("release", cascade=True, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("subject", Text, nullable=False),
    Column("stage", String, nullable=False),
    Column("reason", Text, nullable=False),
    sqlite_with_rowid=False,
)

# What building models told. The documents leave out what differs between releases that tell the same, so that these
# share them; the columns are what lists filter and sort by, cut off at the largest number that they hold.
facts_document = Table(
    "facts_document",
    metadata,
    _id(),
    _digest(),
    Column("body", LargeBinary, nullable=False),
)

model_facts = Table(
    "model_facts",
    metadata,
    _to("release", cascade=True, primary_key=True, autoincrement=False),
    Column("config_class", Name, primary_key=True),
    Column("architecture", Name, primary_key=True),
    Column("base", Boolean, nullable=False),
    Column("failure_kind", String),
    Column("forward_mode", String),
    Column("forward_failure_kind", String),
    Column("parameters", BigInteger),
    Column("active_parameters", BigInteger),
    Column("flops", BigInteger),
    Column("torch", String, nullable=False),
    Column("seconds", Float),
    _to("facts_document", index=True),
    Column("summary_id", Integer, ForeignKey("facts_document.id"), index=True),
    sqlite_with_rowid=False,
)

# What was measured. A row is found by its run and by the key of what was asked for. The columns are what lists filter
# and sort by; the document is the whole record, but for the environment, which most rows of a run share. A release is
# a text, since machines that measure may have one that is not cataloged here.
benchmark_environment = Table(
    "benchmark_environment",
    metadata,
    _id(),
    _digest(),
    Column("body", LargeBinary, nullable=False),
)

benchmark_run = Table(
    "benchmark_run",
    metadata,
    _id(),
    Column("name", Name, nullable=False, unique=True),
    Column("environment_id", Integer, ForeignKey("benchmark_environment.id"), index=True),
)

measurement = Table(
    "measurement",
    metadata,
    Column(
        "run_id",
        Integer,
        ForeignKey("benchmark_run.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("key", Name, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("config_class", Name, nullable=False, index=True),
    Column("model_type", Name, index=True),
    Column("architecture", Name, nullable=False, index=True),
    Column("scale", String, nullable=False),
    Column("mode", String, nullable=False),
    Column("device", String, nullable=False),
    Column("dtype", String, nullable=False),
    Column("attention", String),
    Column("compile", Boolean, nullable=False),
    Column("batch_size", BigInteger, nullable=False),
    Column("sequence_length", BigInteger),
    Column("status", String, nullable=False),
    Column("release", Name),
    Column("p50", Float),
    Column("parameters", BigInteger),
    Column("memory", BigInteger),
    Column("measured_at", String, nullable=False),
    Column("environment_id", Integer, ForeignKey("benchmark_environment.id"), index=True),
    Column("body", LargeBinary, nullable=False),
)

# Files of measurements that came with the package, by their content, so that each is read once.
benchmark_file = Table(
    "benchmark_file",
    metadata,
    _id(),
    _digest(),
    Column("name", Text, nullable=False),
    Column("imported_at", String, nullable=False),
    Column("row_count", Integer, nullable=False),
)

alembic_version = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
"""Alembic's own table, as Alembic makes it, so that a new database needs no import of Alembic."""
