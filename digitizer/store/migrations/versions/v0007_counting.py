"""Indexes from which values that are alike and values of a form are counted; where copies of documents are kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_DOUBTFUL = sa.text("status = 'review'")


def upgrade() -> None:
    """Makes the indexes anew, counts the values that people have added among those of their records, adds a column."""
    op.add_column("documents", sa.Column("kept", sa.Text()))
    op.drop_index("fields_to_review_by_value", "fields")
    op.create_index(
        "fields_to_review_by_value",
        "fields",
        ["form", "table_name", "name", "value", "checkbox", "confidence", "id"],
        sqlite_where=_DOUBTFUL,
        postgresql_where=_DOUBTFUL,
    )
    op.execute("UPDATE records SET fields = (SELECT count(*) FROM fields WHERE fields.record_id = records.id)")
    op.drop_index("records_by_form", "records")
    op.create_index("records_by_form", "records", ["form", "document_id", "fields"])
