"""Small uncompressed TIFF files written by hand, for what no image library writes."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

SHORT, LONG, RATIONAL = 3, 4, 5
_SHORT_TAGS = (254, 255, 258, 259, 262, 274, 277, 296, 338, 339)


def write_tiff(path: Path, pages: Sequence[tuple[NDArray[Any], Mapping[int, Any]]]) -> Path:
    """A page for each array (height, width[, samples]), with tags besides those that follow from it.

    Tags are numbers, tuples of them, or a fraction's two numbers for 282 and 283.
    """
    out = bytearray(b"II*\0" + struct.pack("<I", 8))
    for k, (pixels, extra) in enumerate(pages):
        data = pixels.tobytes()
        height, width, samples = (*pixels.shape, 1)[:3]
        bits = (8 * pixels.dtype.itemsize,) * samples
        tags: dict[int, Any] = {256: width, 257: height, 258: bits, 259: 1, 262: 1, 277: samples, 278: height}
        tags |= {273: 0, 279: len(data), **extra}
        after = len(out) + 6 + 12 * len(tags)
        values = bytearray()
        entries = bytearray()
        for tag, value in sorted(tags.items()):
            numbers = value if isinstance(value, tuple) else (value,)
            kind = RATIONAL if tag in (282, 283) else SHORT if tag in _SHORT_TAGS else LONG
            packed = struct.pack(f"<{len(numbers)}{'H' if kind == SHORT else 'I'}", *numbers)
            count = 1 if kind == RATIONAL else len(numbers)
            if tag == 273:
                entries += struct.pack("<HHI", tag, kind, count) + b"DATA"
            elif len(packed) <= 4:
                entries += struct.pack("<HHI", tag, kind, count) + packed.ljust(4, b"\0")
            else:
                entries += struct.pack("<HHII", tag, kind, count, after + len(values))
                values += packed.ljust(len(packed) + len(packed) % 2, b"\0")
        place = after + len(values)
        following = place + len(data) + len(data) % 2 if k + 1 < len(pages) else 0
        entries = entries.replace(b"DATA", struct.pack("<I", place))
        out += struct.pack("<H", len(tags)) + entries + struct.pack("<I", following) + values
        out += data + b"\0" * (len(data) % 2)
    path.write_bytes(out)
    return path
