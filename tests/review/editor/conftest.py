"""A loan card drawn as it is read, and an editor for its definition; nothing here runs OCR."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import cv2
import httpx
import numpy as np
import pytest
from factories import Text, at, page_of, table_cells

from digitizer.batch.reading_cache import ReadingCache
from digitizer.batch.scans import Scans
from digitizer.document.geometry import Box
from digitizer.document.layout import Mark, Readings
from digitizer.document.page import PageRef
from digitizer.imaging.load import Document, probe
from digitizer.review.editor.app import make_editor
from digitizer.review.editor.bench import Bench
from digitizer.settings import Settings

from ..conftest import running

FORM = """# Proposed from 2 filled scans
form: loan-card
title: Library loan card
identify: [LIBRARY LOAN CARD]
fields:
  - {name: borrowr, kind: name, labels: ["1. Name of borrower"], item: "1"}  # filled in on 2 of 2
  - {name: dateLoan, kind: date, labels: ["2. Date of loan"], item: "2"}
  - {name: late, kind: checkbox, labels: ["Returned late"]}
rules:
  - {kind: required, fields: [borrowr, dateLoan]}
"""
NAMES = ("ADA LOVELACE", "GRACE HOPPER")
DATES = ("11/17/2009", "02/03/2001")
PRINT = [
    ("LIBRARY LOAN CARD", 600, 60),
    ("1. Name of borrower", 110, 210),
    ("2. Date of loan", 910, 210),
    ("3. Title of the book", 110, 410),
    ("4. Branch office", 910, 410),
    ("Returned late", 150, 610),
    ("Renewed", 550, 610),
    ("Lost", 950, 610),
]
CELLS = table_cells([100, 900, 1600], [200, 400, 600])


def card(number: int) -> tuple[list[Text], list[Mark]]:
    """What stands on a card: its print and what was filled in."""
    texts: list[Text] = []
    entries = [(NAMES[number], 130, 270), (DATES[number], 930, 270), (("EMMA", "WALDEN")[number], 130, 470)]
    for told, x, y in [*PRINT, *entries]:
        cell = next((k for k, c in enumerate(CELLS) if c.box.holds(x + 1, y + 1)), None)
        texts.append((told, at(x, y, told), cell))
    marks = [Mark(Box(x, 610, 26, 26), x == 110 and number == 0, 0.99) for x in (110, 510, 910)]
    return texts, marks


def drawn(folder: Path, number: int) -> tuple[Document, Readings]:
    """The scan of a card, and what reading it gives."""
    texts, marks = card(number)
    pixels = np.full((2200, 1700), 255, np.uint8)
    for told, (x, y, *_), *_ in texts:
        cv2.putText(pixels, told, (x, y + 20), cv2.FONT_HERSHEY_SIMPLEX, 0.75, 0, 2)
    for box in [*(m.box for m in marks), *(c.box for c in CELLS)]:
        cv2.rectangle(pixels, (box.x, box.y), (box.right, box.bottom), 0, 2)
    path = folder / f"card-{number + 1}.png"
    assert cv2.imwrite(str(path), pixels)
    document = probe(path, Settings())
    page = page_of(texts, CELLS, marks)
    ref = PageRef(document.name, document.sha256, 1)
    return document, replace(page, layout=replace(page.layout, ref=ref))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    path = tmp_path / "forms" / "loan-card" / "form.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(FORM, encoding="utf-8")
    cache = ReadingCache(tmp_path / "cache", "key")
    documents = []
    for number in range(2):
        document, page = drawn(tmp_path, number)
        cache.put(document.sha256, 1, page)
        documents.append(document)
    return Bench(path, tuple(documents), Settings(), cache, Scans(Settings()))


def editing(bench: Bench) -> AbstractContextManager[str]:
    """The address of an editor that runs for the length of the block."""
    return running(make_editor(bench))


@pytest.fixture
def client(bench: Bench) -> Iterator[httpx.Client]:
    headers = {"x-csrf-token": "local"}
    with (
        editing(bench) as address,
        httpx.Client(base_url=address, headers=headers, trust_env=False, timeout=60) as client,
    ):
        yield client
