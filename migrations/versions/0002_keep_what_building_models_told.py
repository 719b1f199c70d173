"""Keep what building models told.

Revision: 0002
Follows: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: tuple[str, ...] | None = None
depends_on: tuple[str, ...] | None = None

# Names are sorted and looked up by prefix in the order of code points.
NAME = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables of facts. Nothing else changes."""
    op.create_table(
        "facts_document",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facts_document")),
        sa.UniqueConstraint("digest", name=op.f("uq_facts_document_digest")),
    )
    op.create_table(
        "model_facts",
        sa.Column("release_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("config_class", NAME, nullable=False),
        sa.Column("architecture", NAME, nullable=False),
        sa.Column("base", sa.Boolean(), nullable=False),
        sa.Column("failure_kind", sa.String(), nullable=True),
        sa.Column("forward_mode", sa.String(), nullable=True),
        sa.Column("forward_failure_kind", sa.String(), nullable=True),
        sa.Column("parameters", sa.BigInteger(), nullable=True),
        sa.Column("active_parameters", sa.BigInteger(), nullable=True),
        sa.Column("flops", sa.BigInteger(), nullable=True),
        sa.Column("torch", sa.String(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("facts_document_id", sa.Integer(), nullable=False),
        sa.Column("summary_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["facts_document_id"],
            ["facts_document.id"],
            name=op.f("fk_model_facts_facts_document_id_facts_document"),
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_model_facts_release_id_release"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["summary_id"], ["facts_document.id"], name=op.f("fk_model_facts_summary_id_facts_document")
        ),
        sa.PrimaryKeyConstraint("release_id", "config_class", "architecture", name=op.f("pk_model_facts")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_model_facts_facts_document_id"), "model_facts", ["facts_document_id"])
    op.create_index(op.f("ix_model_facts_summary_id"), "model_facts", ["summary_id"])


def downgrade() -> None:
    """Remove the facts; the releases stay."""
    op.drop_table("model_facts")
    op.drop_table("facts_document")
