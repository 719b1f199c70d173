"""Make the catalog.

Revision: 0001
Follows: nothing
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0001"
down_revision: str | None = None
branch_labels: tuple[str, ...] | None = None
depends_on: tuple[str, ...] | None = None

# Names are sorted and looked up by prefix in the order of code points.
NAME = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Make all tables, the search index, and the mark that this is a catalog."""
    op.create_table(
        "text",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text")),
        sa.UniqueConstraint("digest", name=op.f("uq_text_digest")),
    )
    op.create_table(
        "architecture",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("search_key", NAME, nullable=False),
        sa.Column("module", NAME, nullable=True),
        sa.Column("config_class", NAME, nullable=True),
        sa.Column("text_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["text_id"], ["text.id"], name=op.f("fk_architecture_text_id_text")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_architecture")),
        sa.UniqueConstraint("digest", name=op.f("uq_architecture_digest")),
    )
    op.create_index(op.f("ix_architecture_text_id"), "architecture", ["text_id"])
    op.create_index(op.f("ix_architecture_config_class"), "architecture", ["config_class"])
    op.create_index(op.f("ix_architecture_name"), "architecture", ["name"])
    op.create_index(op.f("ix_architecture_search_key"), "architecture", ["search_key"])
    op.create_table(
        "definition",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("search_key", NAME, nullable=False),
        sa.Column("module", NAME, nullable=False),
        sa.Column("model_type", NAME, nullable=True),
        sa.Column("text_id", sa.Integer(), nullable=True),
        sa.Column("deprecated", sa.Boolean(), nullable=False),
        sa.Column("is_base", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["text_id"], ["text.id"], name=op.f("fk_definition_text_id_text")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_definition")),
        sa.UniqueConstraint("digest", name=op.f("uq_definition_digest")),
    )
    op.create_index(op.f("ix_definition_text_id"), "definition", ["text_id"])
    op.create_index(op.f("ix_definition_model_type"), "definition", ["model_type"])
    op.create_index(op.f("ix_definition_name"), "definition", ["name"])
    op.create_index(op.f("ix_definition_search_key"), "definition", ["search_key"])
    op.create_table(
        "meta",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meta")),
    )
    op.create_table(
        "model_type",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("search_key", NAME, nullable=False),
        sa.Column("config_class", NAME, nullable=False),
        sa.Column("processors", sa.Text(), nullable=False),
        sa.Column("text_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["text_id"], ["text.id"], name=op.f("fk_model_type_text_id_text")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_type")),
        sa.UniqueConstraint("digest", name=op.f("uq_model_type_digest")),
    )
    op.create_index(op.f("ix_model_type_text_id"), "model_type", ["text_id"])
    op.create_index(op.f("ix_model_type_config_class"), "model_type", ["config_class"])
    op.create_index(op.f("ix_model_type_name"), "model_type", ["name"])
    op.create_index(op.f("ix_model_type_search_key"), "model_type", ["search_key"])
    op.create_table(
        "observation",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("constructs", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation")),
        sa.UniqueConstraint("digest", name=op.f("uq_observation_digest")),
    )
    op.create_table(
        "parameter_name",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("search_key", NAME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parameter_name")),
        sa.UniqueConstraint("name", name=op.f("uq_parameter_name_name")),
    )
    op.create_index(op.f("ix_parameter_name_search_key"), "parameter_name", ["search_key"])
    op.create_table(
        "release",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", NAME, nullable=False),
        sa.Column("extractor", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("released", sa.String(), nullable=True),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("synced_at", sa.String(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("class_count", sa.Integer(), nullable=False),
        sa.Column("parameter_count", sa.Integer(), nullable=False),
        sa.Column("architecture_count", sa.Integer(), nullable=False),
        sa.Column("failure_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
        sa.UniqueConstraint("version", name=op.f("uq_release_version")),
    )
    op.create_table(
        "traits",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("modality", sa.String(), nullable=True),
        sa.Column("attention", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_traits")),
        sa.UniqueConstraint("digest", name=op.f("uq_traits_digest")),
    )
    op.create_table(
        "vocabulary",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vocabulary")),
        sa.UniqueConstraint("digest", name=op.f("uq_vocabulary_digest")),
    )
    op.create_table(
        "architecture_document",
        sa.Column("architecture_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("base_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["base_id"], ["architecture.id"], name=op.f("fk_architecture_document_base_id_architecture")
        ),
        sa.ForeignKeyConstraint(
            ["architecture_id"],
            ["architecture.id"],
            name=op.f("fk_architecture_document_architecture_id_architecture"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("architecture_id", name=op.f("pk_architecture_document")),
    )
    op.create_index(op.f("ix_architecture_document_base_id"), "architecture_document", ["base_id"])
    op.create_table(
        "architecture_model_type",
        sa.Column("architecture_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("model_type", NAME, nullable=False),
        sa.ForeignKeyConstraint(
            ["architecture_id"],
            ["architecture.id"],
            name=op.f("fk_architecture_model_type_architecture_id_architecture"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("architecture_id", "model_type", name=op.f("pk_architecture_model_type")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_architecture_model_type_model_type"), "architecture_model_type", ["model_type"])
    op.create_table(
        "architecture_task",
        sa.Column("architecture_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("task", NAME, nullable=False),
        sa.ForeignKeyConstraint(
            ["architecture_id"],
            ["architecture.id"],
            name=op.f("fk_architecture_task_architecture_id_architecture"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("architecture_id", "task", name=op.f("pk_architecture_task")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "definition_document",
        sa.Column("definition_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("base_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["base_id"], ["definition.id"], name=op.f("fk_definition_document_base_id_definition")),
        sa.ForeignKeyConstraint(
            ["definition_id"],
            ["definition.id"],
            name=op.f("fk_definition_document_definition_id_definition"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("definition_id", name=op.f("pk_definition_document")),
    )
    op.create_index(op.f("ix_definition_document_base_id"), "definition_document", ["base_id"])
    op.create_table(
        "definition_sub_config",
        sa.Column("definition_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("config_class", NAME, nullable=True),
        sa.ForeignKeyConstraint(
            ["definition_id"],
            ["definition.id"],
            name=op.f("fk_definition_sub_config_definition_id_definition"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("definition_id", "name", name=op.f("pk_definition_sub_config")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "failure",
        sa.Column("release_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_failure_release_id_release"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("release_id", "position", name=op.f("pk_failure")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "observation_value",
        sa.Column("observation_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["name_id"], ["parameter_name.id"], name=op.f("fk_observation_value_name_id_parameter_name")
        ),
        sa.ForeignKeyConstraint(
            ["observation_id"],
            ["observation.id"],
            name=op.f("fk_observation_value_observation_id_observation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("observation_id", "name_id", name=op.f("pk_observation_value")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "parameter",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("name_id", sa.Integer(), nullable=False),
        sa.Column("annotation", sa.Text(), nullable=True),
        sa.Column("type", sa.Text(), nullable=True),
        sa.Column("declared_default", sa.Text(), nullable=True),
        sa.Column("default_source", sa.Text(), nullable=True),
        sa.Column("default_known", sa.Boolean(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("text_id", sa.Integer(), nullable=True),
        sa.Column("inferred_from", sa.String(), nullable=True),
        sa.Column("documented_type", sa.Text(), nullable=True),
        sa.Column("documented_default", sa.Text(), nullable=True),
        sa.Column("documented_default_text", sa.Text(), nullable=True),
        sa.Column("choices", sa.Text(), nullable=True),
        sa.Column("choices_source", sa.String(), nullable=True),
        sa.Column("minimum", sa.Float(), nullable=True),
        sa.Column("maximum", sa.Float(), nullable=True),
        sa.Column("exclusive_minimum", sa.Boolean(), nullable=False),
        sa.Column("exclusive_maximum", sa.Boolean(), nullable=False),
        sa.Column("validators", sa.Text(), nullable=True),
        sa.Column("inherited_from", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["name_id"], ["parameter_name.id"], name=op.f("fk_parameter_name_id_parameter_name")),
        sa.ForeignKeyConstraint(["text_id"], ["text.id"], name=op.f("fk_parameter_text_id_text")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parameter")),
        sa.UniqueConstraint("digest", name=op.f("uq_parameter_digest")),
    )
    op.create_index(op.f("ix_parameter_text_id"), "parameter", ["text_id"])
    op.create_table(
        "release_architecture",
        sa.Column("release_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("architecture_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["architecture_id"], ["architecture.id"], name=op.f("fk_release_architecture_architecture_id_architecture")
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_release_architecture_release_id_release"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("release_id", "architecture_id", name=op.f("pk_release_architecture")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_release_architecture_architecture_id"), "release_architecture", ["architecture_id"])
    op.create_table(
        "release_class",
        sa.Column("release_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("definition_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("observation_id", sa.Integer(), nullable=True),
        sa.Column("traits_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["definition.id"], name=op.f("fk_release_class_definition_id_definition")
        ),
        sa.ForeignKeyConstraint(
            ["observation_id"], ["observation.id"], name=op.f("fk_release_class_observation_id_observation")
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_release_class_release_id_release"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["traits_id"], ["traits.id"], name=op.f("fk_release_class_traits_id_traits")),
        sa.PrimaryKeyConstraint("release_id", "definition_id", name=op.f("pk_release_class")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_release_class_definition_id"), "release_class", ["definition_id"])
    op.create_index(op.f("ix_release_class_observation_id"), "release_class", ["observation_id"])
    op.create_table(
        "release_model_type",
        sa.Column("release_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("model_type_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["model_type_id"], ["model_type.id"], name=op.f("fk_release_model_type_model_type_id_model_type")
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_release_model_type_release_id_release"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("release_id", "model_type_id", name=op.f("pk_release_model_type")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_release_model_type_model_type_id"), "release_model_type", ["model_type_id"])
    op.create_table(
        "release_vocabulary",
        sa.Column("release_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("vocabulary_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_release_vocabulary_release_id_release"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["vocabulary_id"], ["vocabulary.id"], name=op.f("fk_release_vocabulary_vocabulary_id_vocabulary")
        ),
        sa.PrimaryKeyConstraint("release_id", "vocabulary_id", name=op.f("pk_release_vocabulary")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_release_vocabulary_vocabulary_id"), "release_vocabulary", ["vocabulary_id"])
    op.create_table(
        "definition_parameter",
        sa.Column("definition_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("parameter_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_id"],
            ["definition.id"],
            name=op.f("fk_definition_parameter_definition_id_definition"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["name_id"], ["parameter_name.id"], name=op.f("fk_definition_parameter_name_id_parameter_name")
        ),
        sa.ForeignKeyConstraint(
            ["parameter_id"], ["parameter.id"], name=op.f("fk_definition_parameter_parameter_id_parameter")
        ),
        sa.PrimaryKeyConstraint("definition_id", "name_id", "position", name=op.f("pk_definition_parameter")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_definition_parameter_parameter_id"), "definition_parameter", ["parameter_id"])
    _create_search_index()
    op.execute("INSERT INTO meta (key, value) VALUES ('application', 'transformers-catalog')")


def _create_search_index() -> None:
    """SQLite has an FTS5 table in place of a table with vectors."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE search USING fts5(words, content='', tokenize='ascii')")
        op.execute("PRAGMA application_id = 1413693780")
        return
    op.create_table(
        "search_document",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_document")),
    )
    op.create_index(
        op.f("ix_search_document_words"),
        "search_document",
        ["words"],
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )


def downgrade() -> None:
    """Remove the catalog from the database."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search")
        op.execute("PRAGMA application_id = 0")
    else:
        op.drop_table("search_document")
    op.drop_table("definition_parameter")
    op.drop_table("release_vocabulary")
    op.drop_table("release_model_type")
    op.drop_table("release_class")
    op.drop_table("release_architecture")
    op.drop_table("parameter")
    op.drop_table("observation_value")
    op.drop_table("failure")
    op.drop_table("definition_sub_config")
    op.drop_table("definition_document")
    op.drop_table("architecture_task")
    op.drop_table("architecture_model_type")
    op.drop_table("architecture_document")
    op.drop_table("vocabulary")
    op.drop_table("traits")
    op.drop_table("release")
    op.drop_table("parameter_name")
    op.drop_table("observation")
    op.drop_table("model_type")
    op.drop_table("meta")
    op.drop_table("definition")
    op.drop_table("architecture")
    op.drop_table("text")
