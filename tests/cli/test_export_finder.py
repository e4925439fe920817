"""The scans of records are found again by their bytes, wherever they lie now."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from export.test_ownership import FIELDS, record
from PIL import Image

from digitizer.cli.export import Finder
from digitizer.errors import InputError
from digitizer.export.items import Item
from digitizer.imaging.load import probe
from digitizer.settings import Settings

SETTINGS = Settings()


def scan(path: Path, grey: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((200, 300), grey, np.uint8)).save(path, dpi=(200, 200))
    return path


def item(path: Path, where: str = "") -> Item:
    found = replace(record(FIELDS), document=path.name, sha256=probe(path, SETTINGS).sha256)
    return Item(1, found, path=where)


def test_where_it_lay_or_by_name_and_content_below_the_folder(tmp_path: Path) -> None:
    scan(tmp_path / "scans" / "1" / "a.png", 200)
    wanted = scan(tmp_path / "scans" / "2" / "a.png", 255)
    assert Finder(None, SETTINGS).find(item(wanted, str(wanted))).path == wanted
    assert Finder(tmp_path / "scans", SETTINGS).find(item(wanted, str(tmp_path / "gone.png"))).path == wanted


def test_a_scan_that_changed_is_gone(tmp_path: Path) -> None:
    wanted = item(scan(tmp_path / "a.png", 255), str(tmp_path / "a.png"))
    scan(tmp_path / "a.png", 100)
    with pytest.raises(InputError, match="gone or has changed") as raised:
        Finder(None, SETTINGS).find(wanted)
    assert "--scans" in raised.value.remedy
