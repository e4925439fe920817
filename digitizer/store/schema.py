"""The tables. The same on SQLite and PostgreSQL; migrations/ makes them, a test holds the two together."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

_ID = BigInteger().with_variant(Integer, "sqlite")
_TIME = String(32)
"""Moments are kept as text, ISO 8601 in UTC with microseconds: they sort as they are and read the same everywhere."""


def _id() -> Column[int]:
    return Column("id", _ID, primary_key=True, autoincrement=True)


def _of(table: str, cascade: bool = True, nullable: bool = False) -> ForeignKey | Column[int]:
    name = {"batches": "batch_id"}.get(table, f"{table[:-1]}_id")
    key = ForeignKey(f"{table}.id", ondelete="CASCADE" if cascade else None)
    return Column(name, _ID, key, nullable=nullable)


versions = Table(
    "versions",
    metadata,
    _id(),
    Column("key", String(64), nullable=False, unique=True),
    Column("data", JSON, nullable=False),
)
"""What work was done with: settings, program, models, definitions. key: SHA-256 of data."""

batches = Table(
    "batches",
    metadata,
    _id(),
    Column("source", Text, nullable=False, unique=True),
    Column("run", Integer, nullable=False),
    Column("created", _TIME, nullable=False),
    Column("begun", _TIME, nullable=False),
    Column("ended", _TIME),
)
"""A SOURCE that was given. run: how often it has been run; begun, ended: the last run, ended empty while it lasts."""

documents = Table(
    "documents",
    metadata,
    _id(),
    Column("sha256", String(64), unique=True),
    Column("size", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("pages", Integer, nullable=False),
    Column("version_id", _ID, ForeignKey("versions.id")),
    Column("done", _TIME),
    Column("kept", Text),
    Index("documents_by_state", "state", "id"),
    Index("documents_by_done", "done", "pages"),
)
"""One row for the same bytes, wherever they lie. sha256: NULL where the file could not be read at all.

state: waiting, done, partly (some pages failed), failed. name: that of the first source, as records have it.
kept: where a copy of its bytes lies, NULL where none was asked for.
"""

sources = Table(
    "sources",
    metadata,
    _id(),
    _of("batches"),
    Column("document_id", _ID, ForeignKey("documents.id", ondelete="SET NULL")),
    Column("ordinal", Integer, nullable=False),
    Column("path", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("changed", BigInteger, nullable=False),
    Column("hashed", BigInteger),
    Column("metadata", JSON, nullable=False),
    Column("run", Integer, nullable=False),
    UniqueConstraint("batch_id", "path", name="sources_path"),
    Index("sources_in_order", "batch_id", "ordinal", "document_id", "run"),
    Index("sources_by_document", "document_id", "batch_id"),
)
"""Where documents lie. ordinal: place in the batch; changed, hashed: nanoseconds since 1970 of the file's last change
and of the reading of its bytes; metadata: what a manifest says of it; run: the last run of the batch that saw it.
"""

pages = Table(
    "pages",
    metadata,
    _id(),
    _of("documents"),
    Column("number", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("done", _TIME, nullable=False),
    Column("readings", LargeBinary),
    UniqueConstraint("document_id", "number", name="pages_number"),
)
"""The pages of documents, counted from 1. state: read or failed; readings: kept until the document is whole."""

records = Table(
    "records",
    metadata,
    _id(),
    _of("documents"),
    Column("position", Integer, nullable=False),
    Column("form", Text, nullable=False),
    Column("revision", Text, nullable=False),
    Column("confidence", Float(53), nullable=False),
    Column("pages", JSON, nullable=False),
    Column("tables", JSON, nullable=False),
    Column("versions", JSON, nullable=False),
    Column("metadata", JSON, nullable=False),
    Column("fields", Integer, nullable=False),
    UniqueConstraint("document_id", "position", name="records_position"),
    Index("records_by_form", "form", "document_id", "fields"),
)
"""Forms found, position counted from 0 in the document. tables: pairs of name and number of rows; fields: how many.

metadata: what barcodes of the document say.
"""

fields = Table(
    "fields",
    metadata,
    _id(),
    _of("records"),
    Column("ordinal", Integer, nullable=False),
    Column("form", Text, nullable=False),
    Column("part", String(8), nullable=False),
    Column("table_name", Text, nullable=False),
    Column("row_number", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("checkbox", Boolean, nullable=False),
    Column("text", Text, nullable=False),
    Column("confidence", Float(53), nullable=False),
    Column("status", String(16), nullable=False),
    Column("page", Integer),
    Column("box", JSON(none_as_null=True)),
    Column("footnotes", JSON, nullable=False),
    Column("hand", Boolean, nullable=False),
    Column("rule", String(32), nullable=False, default="", server_default=""),
    Column("reader", String(8), nullable=False, default="", server_default=""),
    Column("version", Integer, nullable=False),
    Column("alternatives", JSON, nullable=False, default=list, server_default="[]"),
    Index("fields_in_order", "record_id", "ordinal", unique=True),
)
"""Values as digitized, in the order of the record. part: field, cell or footnote; table_name '' and row 0 but in cells.

value: 'true' or 'false' where checkbox; status: as it is now; version: 1 and one more for each correction that applies.
alternatives: what else it may be, the likeliest first.
"""

Index("fields_to_review", fields.c.confidence, fields.c.id, sqlite_where=fields.c.status == "review",
      postgresql_where=fields.c.status == "review")  # fmt: skip
Index("fields_to_review_by_form", fields.c.form, fields.c.confidence, fields.c.id,
      sqlite_where=fields.c.status == "review", postgresql_where=fields.c.status == "review")  # fmt: skip

Index("fields_to_review_by_value", fields.c.form, fields.c.table_name, fields.c.name, fields.c.value,
      fields.c.checkbox, fields.c.confidence, fields.c.id,
      sqlite_where=fields.c.status == "review", postgresql_where=fields.c.status == "review")  # fmt: skip
Index("fields_by_status", fields.c.form, fields.c.status)

corrections = Table(
    "corrections",
    metadata,
    _id(),
    Column("sha256", String(64), nullable=False),
    Column("position", Integer, nullable=False),
    Column("part", String(8), nullable=False),
    Column("table_name", Text, nullable=False),
    Column("row_number", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("read", JSON, nullable=False),
    Column("before", JSON, nullable=False),
    Column("after", JSON, nullable=False),
    Column("who", Text, nullable=False),
    Column("at", _TIME, nullable=False),
    Column("why", Text, nullable=False),
    Index("corrections_by_document", "sha256", "position", "id"),
    Index("corrections_by_time", "at", "who"),
)
"""Appended, never edited. Tied to the document's bytes and the value's place, so that they outlive digitizing anew.

read: what the program had read; before, after: the value before and after the correction.
"""

arrangements = Table(
    "arrangements",
    metadata,
    _id(),
    Column("sha256", String(64), nullable=False),
    Column("position", Integer, nullable=False),
    Column("table_name", Text, nullable=False),
    Column("read", Integer, nullable=False),
    Column("what", String(8), nullable=False),
    Column("row", Integer, nullable=False),
    Column("rows", JSON, nullable=False),
    Column("columns", JSON, nullable=False),
    Column("cells", JSON, nullable=False),
    Column("who", Text, nullable=False),
    Column("at", _TIME, nullable=False),
    Index("arrangements_by_document", "sha256", "position", "id"),
)
"""Rows of tables as people left them; appended, never edited. read: how many were digitized; row: which was meant.

rows: numbers of the rows in their order; columns: of rows added, with whether each is a checkbox; cells: row, column,
value before and after of what the change did to values.
"""

problems = Table(
    "problems",
    metadata,
    _id(),
    _of("documents"),
    _of("records", nullable=True),
    Column("ordinal", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("remedy", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("page", Integer),
    Column("fields", JSON, nullable=False),
    Index("problems_by_document", "document_id", "record_id", "ordinal"),
    Index("problems_by_record", "record_id"),
)
"""Problems of a record, or, where record_id is NULL, failures of a document or its pages."""

leases = Table(
    "leases",
    metadata,
    Column("document_id", _ID, ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("owner", Text, nullable=False),
    Column("until", _TIME, nullable=False),
    Index("leases_by_owner", "owner"),
)
"""Who works on a document now."""

audit = Table(
    "audit",
    metadata,
    _id(),
    Column("at", _TIME, nullable=False),
    Column("who", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("about", Text, nullable=False),
)
"""What was done to the store itself, such as forgetting a document. Holds no values."""

holds = Table(
    "holds",
    metadata,
    Column("field_id", _ID, ForeignKey("fields.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("owner", Text, nullable=False),
    Column("until", _TIME, nullable=False),
    Index("holds_by_owner", "owner"),
)
"""Which operator has which value on the screen now."""

users = Table(
    "users",
    metadata,
    _id(),
    Column("name", Text, nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("password", Text, nullable=False),
    Column("created", _TIME, nullable=False),
    Column("active", Boolean, nullable=False),
)
"""Who may review. role: operator, reviewer or admin; password: its argon2 hash."""

sessions = Table(
    "sessions",
    metadata,
    _id(),
    _of("users"),
    Column("digest", String(64), nullable=False, unique=True),
    Column("csrf", String(64), nullable=False),
    Column("until", _TIME, nullable=False),
)
"""Who is logged in. digest: SHA-256 of the cookie, which is kept nowhere here; csrf: what every change must bring."""

tokens = Table(
    "tokens",
    metadata,
    _id(),
    _of("users"),
    Column("digest", String(64), nullable=False, unique=True),
    Column("label", Text, nullable=False),
    Column("created", _TIME, nullable=False),
)
"""Keys with which programs use the API as a user. digest: SHA-256 of the key."""

second_passes = Table(
    "second_passes",
    metadata,
    Column("field_id", _ID, ForeignKey("fields.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("state", String(8), nullable=False),
    Column("first_who", Text, nullable=False),
    Column("first", JSON, nullable=False),
    Column("second_who", Text),
    Column("second", JSON(none_as_null=True)),
    Column("third_who", Text),
    Column("at", _TIME, nullable=False),
    Index("second_passes_by_state", "state", "at"),
)
"""Values that are keyed again. state: second or third (whose answer is waited for), done."""

known_asked = Table(
    "known_asked",
    metadata,
    Column("field_id", _ID, ForeignKey("fields.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("who", Text, primary_key=True),
    Column("answered", Boolean, nullable=False),
)
"""Values whose answer is known and that someone is asked, or was."""

checks = Table(
    "checks",
    metadata,
    _id(),
    Column("at", _TIME, nullable=False),
    Column("who", Text, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("form", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("right", Boolean, nullable=False),
    Index("checks_by_who", "who", "right"),
)
"""Answers held against others: kind second (two agreed), third (a third settled it) or known. Holds no values."""

events = Table(
    "events",
    metadata,
    _id(),
    Column("at", _TIME, nullable=False),
    Column("kind", String(16), nullable=False),
    _of("documents"),
)
"""What happened to documents: digitized, or reviewed to the end; webhooks tell it in this order."""

hooks = Table(
    "hooks",
    metadata,
    _id(),
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("after", BigInteger, nullable=False),
    Column("created", _TIME, nullable=False),
)
"""Who is told of events. secret: in clear, as deliveries are signed with it; after: the last event it has taken."""

replies = Table(
    "replies",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("at", _TIME, nullable=False),
    Index("replies_by_time", "at"),
)
"""Replies to requests with an idempotency key, kept for a day. key: digest of it, of the path and of who asked."""
