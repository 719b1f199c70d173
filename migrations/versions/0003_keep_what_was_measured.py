"""Keep what was measured.

Revision: 0003
Follows: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: tuple[str, ...] | None = None
depends_on: tuple[str, ...] | None = None

# Names are sorted and looked up by prefix in the order of code points.
NAME = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables of measurements. Nothing else changes."""
    op.create_table(
        "benchmark_environment",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benchmark_environment")),
        sa.UniqueConstraint("digest", name=op.f("uq_benchmark_environment_digest")),
    )
    op.create_table(
        "benchmark_run",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("environment_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["environment_id"],
            ["benchmark_environment.id"],
            name=op.f("fk_benchmark_run_environment_id_benchmark_environment"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benchmark_run")),
        sa.UniqueConstraint("name", name=op.f("uq_benchmark_run_name")),
    )
    op.create_index(op.f("ix_benchmark_run_environment_id"), "benchmark_run", ["environment_id"])
    op.create_table(
        "measurement",
        sa.Column("run_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", NAME, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("config_class", NAME, nullable=False),
        sa.Column("model_type", NAME, nullable=True),
        sa.Column("architecture", NAME, nullable=False),
        sa.Column("scale", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("dtype", sa.String(), nullable=False),
        sa.Column("attention", sa.String(), nullable=True),
        sa.Column("compile", sa.Boolean(), nullable=False),
        sa.Column("batch_size", sa.BigInteger(), nullable=False),
        sa.Column("sequence_length", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("release", NAME, nullable=True),
        sa.Column("p50", sa.Float(), nullable=True),
        sa.Column("parameters", sa.BigInteger(), nullable=True),
        sa.Column("memory", sa.BigInteger(), nullable=True),
        sa.Column("measured_at", sa.String(), nullable=False),
        sa.Column("environment_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["environment_id"],
            ["benchmark_environment.id"],
            name=op.f("fk_measurement_environment_id_benchmark_environment"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["benchmark_run.id"], name=op.f("fk_measurement_run_id_benchmark_run"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "key", name=op.f("pk_measurement")),
    )
    for column in ("config_class", "model_type", "architecture", "environment_id"):
        op.create_index(op.f(f"ix_measurement_{column}"), "measurement", [column])
    op.create_table(
        "benchmark_file",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.String(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benchmark_file")),
        sa.UniqueConstraint("digest", name=op.f("uq_benchmark_file_digest")),
    )


def downgrade() -> None:
    """Remove the measurements; everything else stays."""
    op.drop_table("benchmark_file")
    op.drop_table("measurement")
    op.drop_table("benchmark_run")
    op.drop_table("benchmark_environment")
