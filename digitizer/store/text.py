"""Texts as every database takes them."""

from __future__ import annotations


def clean(text: str) -> str:
    """The text as every database takes it: PostgreSQL has no place for NUL, UTF-8 none for half a surrogate pair."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
