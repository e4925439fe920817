"""The pictures of docs/how-it-works.md: all stages are drawn, small enough for a page, and the kept ones are shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tools.walkthrough import WIDTH, main

STAGES = ["scan", "segment", "read", "fields", "record"]


@pytest.mark.tesseract
def test_every_stage_of_a_known_form_is_drawn(root: Path, tmp_path: Path) -> None:
    main(str(root / "scans" / "form4-photo.jpg"), str(tmp_path))
    assert {path.name for path in tmp_path.iterdir()} == {f"how-{stage}.png" for stage in STAGES}
    for path in tmp_path.iterdir():
        assert path.stat().st_size < 200_000, path.name
        with Image.open(path) as picture:
            assert picture.width == WIDTH
            assert len(picture.convert("RGB").getcolors(1 << 20) or ()) > 2, path.name


@pytest.mark.tesseract
def test_of_a_form_that_is_not_known_no_fields_are_drawn(root: Path, tmp_path: Path) -> None:
    main(str(root / "scans" / "other-form.pdf"), str(tmp_path))
    assert {path.name for path in tmp_path.iterdir()} == {f"how-{stage}.png" for stage in STAGES[:3]}


def test_the_page_shows_each_picture(root: Path) -> None:
    text = (root / "docs" / "how-it-works.md").read_text(encoding="utf-8")
    assert [stage for stage in STAGES if f"](how-{stage}.png)" not in text] == []
