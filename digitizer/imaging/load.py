"""Files to pages: what kind of file it is by its bytes, how many pages it has, and each page in grey."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from digitizer.document.page import PageImage, PageRef
from digitizer.errors import (
    DigitizerError,
    EmptyDocumentError,
    InputError,
    TooLargeError,
    TruncatedError,
    UnsupportedError,
)
from digitizer.imaging import pdf, raster
from digitizer.names import in_utf8
from digitizer.settings import Settings

FileKind = Literal["pdf", "tiff", "png", "jpeg"]

_HEAD = 1024
_TAIL = 1 << 20
_SIGNATURES: tuple[tuple[bytes, FileKind], ...] = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"II+\x00", "tiff"),
    (b"MM\x00+", "tiff"),
)


@dataclass(frozen=True, slots=True)
class Document:
    """A file that can be digitized. name: the file's name; sha256: of its bytes, hex; pages: how many it has."""

    path: Path
    name: str
    sha256: str
    pages: int
    kind: FileKind

    def ref(self, page: int) -> PageRef:
        return PageRef(self.name, self.sha256, page)


@dataclass(frozen=True, slots=True)
class _Fingerprint:
    """The bytes at both ends of a file, its SHA-256 and its size."""

    head: bytes
    tail: bytes
    sha256: str
    size: int


def probe(path: Path, settings: Settings) -> Document:
    """What the file is; nothing is decoded yet.

    Raises:
        InputError: it cannot be digitized, in the kind that says why (encrypted, truncated, empty, …).
    """
    with _naming(path):
        fingerprint = _fingerprint(path)
        if fingerprint.size == 0:
            raise EmptyDocumentError(f"{path}: the file is empty", "Scan or copy it again.")
        kind = _kind(fingerprint.head)
        if kind is None:
            remedy = "Give PDF, TIFF, PNG or JPEG files; the name does not matter, the content does."
            raise UnsupportedError(f"{path}: not a PDF, TIFF, PNG or JPEG", remedy)
        if kind == "pdf":
            _check_pdf_end(path, fingerprint)
            pages = pdf.count_pages(path)
        else:
            pages = raster.count_pages(path, kind)
        if pages == 0:
            raise EmptyDocumentError(f"{path}: the file has no pages", "Scan or export it again.")
        if pages > settings.max_pages:
            message = f"{path}: {pages} pages, more than the {settings.max_pages} allowed"
            raise TooLargeError(message, "Split the file or raise DIGITIZER_MAX_PAGES.")
        return Document(path, in_utf8(path.name), fingerprint.sha256, pages, kind)


def load_page(document: Document, page: int, settings: Settings) -> PageImage:
    """One page of it, counted from 1, in grey and in its native resolution.

    Raises:
        InputError: that page cannot be digitized, in the kind that says why.
        MissingComponentError: a page needs rendering and poppler is not installed.
    """
    with _naming(document.path):
        if not 1 <= page <= document.pages:
            raise InputError(f"{document.path}: there is no page {page}, the file has {document.pages}")
        if not document.path.is_file():
            raise InputError(f"{document.path}: the file is gone", "Put it back and run again.")
        if document.kind == "pdf":
            drawn = pdf.load_page(document.path, page, settings)
            bilevel = drawn.printed is None and raster.is_bilevel(drawn.pixels)
            return PageImage(document.ref(page), drawn.pixels, drawn.dpi, bilevel, drawn.printed, drawn.complaint)
        pixels, dpi = raster.load_page(document.path, document.kind, page, settings)
        return PageImage(document.ref(page), pixels, dpi, raster.is_bilevel(pixels))


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Lets only our own errors out: decoders raise whatever they please on broken files."""
    try:
        yield
    except DigitizerError:
        raise
    except FileNotFoundError as error:
        raise InputError(f"{path}: the file is gone", "Put it back and run again.") from error
    except PermissionError as error:
        raise InputError(f"{path}: no permission to read the file", "Give read permission and run again.") from error
    except MemoryError as error:
        raise TooLargeError(f"{path}: not enough memory to decode it", "Scan at a lower resolution.") from error
    except Exception as error:
        raise InputError(
            f"{path}: cannot be read ({error})", "Open it in a viewer; scan or export it again."
        ) from error


def _fingerprint(path: Path) -> _Fingerprint:
    digest = hashlib.sha256()
    head, tail, size = b"", b"", 0
    if path.is_dir():
        if not os.access(path, os.R_OK | os.X_OK):
            raise InputError(f"{path}: no permission to list the folder", "Give read permission and run again.")
        raise InputError(f"{path}: a folder, not a file")
    if path.exists() and not path.is_file():
        # Whoever opens a pipe waits until someone writes to it, and a device may never end.
        raise InputError(f"{path}: a pipe or a device, not a file", "Save what it holds to a file.")
    with path.open("rb") as stream:
        while chunk := stream.read(_TAIL):
            digest.update(chunk)
            head = head or chunk[:_HEAD]
            tail = (tail + chunk)[-_TAIL:]
            size += len(chunk)
    return _Fingerprint(head, tail, digest.hexdigest(), size)


def _kind(head: bytes) -> FileKind | None:
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    # Readers accept a PDF header anywhere in the first kilobyte; mail gateways put bytes before it. A text that
    # merely speaks of PDF has no version there.
    return "pdf" if re.search(rb"%PDF-\d", head) else None


def _check_pdf_end(path: Path, fingerprint: _Fingerprint) -> None:
    """PDF readers repair a cut-off file in silence and lose its last pages: say so instead.

    Raises:
        TruncatedError: the end of the file is missing.
    """
    end = fingerprint.tail.rfind(b"%%EOF")
    rest = fingerprint.tail[end:] if end >= 0 else b""
    linear = re.search(rb"/Linearized\b[^>]*?/L\s+(\d+)", fingerprint.head, re.DOTALL)
    short = linear is not None and int(linear[1]) > fingerprint.size
    if end < 0 or short or re.search(rb"\d\s+\d+\s+obj\b", rest):
        raise TruncatedError(f"{path}: the end of the PDF is missing", "Copy or download the file again.")
