"""Whether a value was read from a picture or spelt out by the file itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Adds the column."""
    op.add_column("fields", sa.Column("reader", sa.String(8), nullable=False, server_default=""))
