from __future__ import annotations

import pickle
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from factories import at, page_of

from digitizer import pipeline
from digitizer.batch import reading_cache
from digitizer.batch.reading_cache import ReadingCache, ReadPages, open_reading_cache
from digitizer.document.layout import Readings
from digitizer.errors import UsageError
from digitizer.imaging.load import Document
from digitizer.settings import Settings

PAGE = page_of([("Name", at(100, 100, "Name"))])
DOCUMENT = Document(Path("a.pdf"), "a.pdf", "5" * 64, 3, "pdf")


def test_pages_come_back_in_order_and_those_that_failed_are_left_out(tmp_path: Path) -> None:
    cache = ReadingCache(tmp_path, "k")
    for number in (3, 1):
        layout = replace(PAGE.layout, ref=replace(PAGE.layout.ref, page=number))
        cache.put(DOCUMENT.sha256, number, replace(PAGE, layout=layout))
    pages = cache.pages(DOCUMENT)
    assert [p.layout.ref.page for p in pages] == [1, 3]
    assert {p.layout.ref.document for p in pages} == {"a.pdf"}
    assert pages[0].lines == PAGE.lines


def test_a_damaged_file_is_as_good_as_none(tmp_path: Path) -> None:
    cache = ReadingCache(tmp_path, "k")
    cache.put("ab", 1, PAGE)
    path = cache.path("ab", 1)
    path.write_bytes(path.read_bytes()[:-9])
    assert cache.get("ab", 1) is None
    assert cache.get("ab", 2) is None
    path.write_bytes(b"not zlib at all")
    assert cache.get("ab", 1) is None


def test_a_page_kept_by_an_earlier_version_runs_no_code_and_is_as_good_as_none(tmp_path: Path) -> None:
    cache = ReadingCache(tmp_path, "k")
    cache.put("ab", 1, PAGE)
    cache.path("ab", 1).write_bytes(zlib.compress(pickle.dumps(PAGE)))
    assert cache.get("ab", 1) is None


def test_what_is_on_the_shelf_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []

    def read_page(document: Document, page: int, settings: Settings) -> Readings:
        read.append(page)
        return PAGE

    monkeypatch.setattr(pipeline, "read_page", read_page)
    steps = ReadPages(Settings(), ReadingCache(tmp_path, "k"))
    for page in (1, 2, 1):
        steps.read(DOCUMENT, page)
    assert read == [1, 2]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_cache, "require_tesseract", lambda _: "5.3.0")


@pytest.mark.usefixtures("told")
def test_other_settings_have_another_shelf_and_limits_have_not(tmp_path: Path) -> None:
    key = open_reading_cache(tmp_path, Settings()).key
    assert open_reading_cache(tmp_path, Settings(workers=7, page_timeout=5)).key == key
    assert open_reading_cache(tmp_path, Settings(dpi=300)).key != key


@pytest.mark.usefixtures("told")
def test_another_tesseract_has_another_shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = open_reading_cache(tmp_path, Settings()).key
    monkeypatch.setattr(reading_cache, "require_tesseract", lambda _: "5.4.0")
    assert open_reading_cache(tmp_path, Settings()).key != key


@pytest.mark.usefixtures("told")
def test_a_folder_that_others_can_write_to_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    with pytest.raises(UsageError, match="other users"):
        open_reading_cache(tmp_path, Settings())
