"""Barcodes on a page, and what their texts say: where a document begins, and metadata of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from digitizer.document.geometry import Box

BARCODE = "barcode"
"""The name under which texts that name nothing themselves are kept."""

_PATCH = re.compile(r"PATCH[ -]?[TtIiVv12346]+", re.IGNORECASE)
_NAMED = re.compile(r"([A-Za-z][\w .-]{0,39})=(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Code:
    """A barcode. symbology: code128 or qr; box: in pixels of the scan as it came in."""

    text: str
    symbology: str
    box: Box

    @property
    def separates(self) -> bool:
        """Whether its page is a separator sheet: it says PATCHT or another of the patch codes' names."""
        return _PATCH.fullmatch(self.text.strip()) is not None


def metadata_of(codes: Iterable[Code]) -> dict[str, str]:
    """What codes say of their document: NAME=VALUE, a line each; other texts under `barcode`. Each text counts once."""
    found: dict[str, list[str]] = {}
    for code in codes:
        for line in () if code.separates else code.text.splitlines():
            named = _NAMED.fullmatch(line.strip())
            name, value = (named[1].strip(), named[2].strip()) if named else (BARCODE, line.strip())
            if value and value not in found.setdefault(name, []):
                found[name].append(value)
    return {name: "; ".join(values) for name, values in found.items() if values}
