"""What was read of a page as bytes: plain JSON, so that reading it back from a store can run nobody's code."""

from __future__ import annotations

import zlib
from functools import cache

from pydantic import TypeAdapter

from digitizer.document.layout import Readings

_LEVEL = 1
"""zlib's fastest: JSON shrinks to a tenth with it, and higher levels gain little."""


def pack(readings: Readings) -> bytes:
    """The readings as compressed JSON."""
    return zlib.compress(_adapter().dump_json(readings), _LEVEL)


def unpack(data: bytes) -> Readings:
    """The inverse of pack.

    Raises:
        ValueError: the bytes are something else.
    """
    try:
        return _adapter().validate_json(zlib.decompress(data))
    except zlib.error as error:
        raise ValueError(f"not the readings of a page: {error}") from error


@cache
def _adapter() -> TypeAdapter[Readings]:
    return TypeAdapter(Readings)
