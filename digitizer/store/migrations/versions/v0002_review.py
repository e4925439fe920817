"""What the review screen keeps: who has which value on the screen, users, sessions, keys of the API."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_DOUBTFUL = sa.text("status = 'review'")


def upgrade() -> None:
    """Adds the tables and the indexes that review asks by."""
    op.create_index(
        "fields_to_review_by_value",
        "fields",
        ["form", "table_name", "name", "value", "id"],
        sqlite_where=_DOUBTFUL,
        postgresql_where=_DOUBTFUL,
    )
    op.create_index("fields_by_status", "fields", ["form", "status"])
    op.create_index("corrections_by_time", "corrections", ["at", "who"])
    op.create_table(
        "holds",
        sa.Column("field_id", ID, autoincrement=False, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("until", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["field_id"], ["fields.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("field_id"),
    )
    op.create_index("holds_by_owner", "holds", ["owner"])
    op.create_table(
        "users",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("created", sa.String(length=32), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    _make_keys()


def _make_keys() -> None:
    for table, columns in (
        ("sessions", [("csrf", sa.String(length=64)), ("until", sa.String(length=32))]),
        ("tokens", [("label", sa.Text()), ("created", sa.String(length=32))]),
    ):
        op.create_table(
            table,
            sa.Column("id", ID, autoincrement=True, nullable=False),
            sa.Column("user_id", ID, nullable=False),
            sa.Column("digest", sa.String(length=64), nullable=False),
            *[sa.Column(name, kind, nullable=False) for name, kind in columns],
            sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
            sa.PrimaryKeyConstraint("id"),
            sa.UniqueConstraint("digest"),
        )
