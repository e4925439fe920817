"""Separator sheets: where one document ends in a stack and the next begins, and what their barcodes say of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from digitizer.document.codes import Code, metadata_of
from digitizer.document.layout import Readings


@dataclass(frozen=True, slots=True)
class Part:
    """A document within a file. sheets: separator pages before it; metadata: what its own codes say, no other's."""

    pages: tuple[Readings, ...]
    stacks: tuple[Readings, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)


def split(pages: Sequence[Readings]) -> list[Part]:
    """The documents of a file, separator sheets and their blank backs taken out.

    Sheets that follow each other count as one. A file of nothing but sheets is a document of its own.
    """
    parts: list[tuple[list[Readings], list[Readings]]] = [([], [])]
    for page in pages:
        stacks, own = parts[-1]
        if _is_sheet(page):
            if own:
                parts.append(([page], []))
            else:
                stacks.append(page)
        elif not own and stacks and page.layout.ref.page == stacks[-1].layout.ref.page + 1 and _is_blank(page):
            stacks.append(page)
        else:
            own.append(page)
    if not any(own for _, own in parts):
        return [Part(tuple(pages), (), metadata_of(_codes(pages)))]
    return [Part(tuple(own), tuple(stacks), metadata_of(_codes([*stacks, *own]))) for stacks, own in parts]


def _is_sheet(page: Readings) -> bool:
    return any(code.separates for code in page.codes)


def _is_blank(page: Readings) -> bool:
    return not page.codes and not any(reading.text for reading in page.lines)


def _codes(pages: Sequence[Readings]) -> list[Code]:
    return [code for page in pages for code in page.codes]
