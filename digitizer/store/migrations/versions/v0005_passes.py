"""Second passes and known answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Adds the tables."""
    op.create_table(
        "second_passes",
        sa.Column("field_id", ID, autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("first_who", sa.Text(), nullable=False),
        sa.Column("first", sa.JSON(), nullable=False),
        sa.Column("second_who", sa.Text()),
        sa.Column("second", sa.JSON()),
        sa.Column("third_who", sa.Text()),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["field_id"], ["fields.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("field_id"),
    )
    op.create_index("second_passes_by_state", "second_passes", ["state", "at"])
    op.create_table(
        "known_asked",
        sa.Column("field_id", ID, autoincrement=False, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["field_id"], ["fields.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("field_id", "who"),
    )
    op.create_table(
        "checks",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("right", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("checks_by_who", "checks", ["who", "right"])
