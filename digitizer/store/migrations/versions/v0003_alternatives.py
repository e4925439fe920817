"""What else a value may be, for the keys 1 to 3 of the review screen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Adds the column."""
    op.add_column("fields", sa.Column("alternatives", sa.JSON(), nullable=False, server_default="[]"))
