from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

Call = Callable[..., tuple[int, str, str]]

FORM = """form: berth
title: Berth permit
identify: [BERTH PERMIT]
fields:
  - {name: owner, kind: name, labels: [Name of owner]}
  - {name: vessel, kind: text, labels: [Name of the ship]}
  - {name: insured, kind: checkbox, labels: [Insured]}
"""


@pytest.fixture
def forms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DIGITIZER_DOUBLE", "none")
    (tmp_path / "berth.yaml").write_text(FORM)
    return tmp_path


def draw(path: Path, owner: str = "", vessel: str = "", insured: bool = False) -> Path:
    """A permit at 200 dpi."""
    image = Image.new("L", (1700, 1100), 255)
    pen = ImageDraw.Draw(image)
    small, large = ImageFont.load_default(28), ImageFont.load_default(34)
    pen.text((600, 60), "BERTH PERMIT", 0, ImageFont.load_default(48))
    for row, (label, value) in enumerate((("1. Name of owner", owner), ("2. Name of vessel", vessel))):
        top = 200 + 160 * row
        pen.rectangle((100, top, 1500, top + 140), outline=0, width=3)
        pen.text((115, top + 10), label, 0, small)
        pen.text((140, top + 70), value, 0, large)
    pen.rectangle((100, 600, 136, 636), outline=0, width=3)
    pen.text((160, 600), "Insured", 0, small)
    if insured:
        pen.line((106, 606, 130, 630), 0, 5)
        pen.line((130, 606, 106, 630), 0, 5)
    pen.text((100, 800), "Keep this permit on board and show it to the harbour master when asked.", 0, small)
    image.save(path, dpi=(200, 200))
    return path


@pytest.mark.tesseract
def test_a_definition_is_held_to_scans(call: Call, forms: Path) -> None:
    blank = draw(forms / "blank.png")
    code, told, _ = call("forms", "check", forms / "berth.yaml", blank)
    assert code == 2
    assert f"{forms / 'berth.yaml'}:6:40: vessel: its label 'Name of the ship' stands on no page" in told
    assert "1 scan: 2 of 3 fields have a place; 1 to look at" in told
    (forms / "berth.yaml").write_text(FORM.replace("Name of the ship", "2. Name of vessel"))
    code, told, _ = call("forms", "check", "berth", blank, "--forms", forms)
    assert code == 0, told
    assert "1 scan: 3 of 3 fields have a place; nothing to look at" in told


def test_what_is_no_definition_is_told(call: Call, forms: Path) -> None:
    code, _, told = call("forms", "check", "birth", forms / "blank.png", "--forms", forms)
    assert code == 2
    assert "birth: no form definition" in told
    assert "berth" in told.split("remedy", 1)[1]


def test_scans_go_with_one_definition(call: Call, forms: Path) -> None:
    (forms / "other.yaml").write_text(FORM.replace("form: berth", "form: yacht"))
    code, _, told = call("forms", "check", forms / "berth.yaml", forms / "other.yaml", forms / "blank.png")
    assert code == 2
    assert "name the one definition that the scans are of" in told


@pytest.mark.tesseract
def test_a_blank_becomes_a_definition_that_works(call: Call, forms: Path) -> None:
    blank = draw(forms / "blank.png")
    code, told, _ = call("forms", "new", "permit", blank, "--out", forms / "mine")
    assert code == 0
    folder = forms / "mine" / "permit"
    assert f"{folder / 'form.yaml'}: 3 fields, 0 table columns, from 1 scan\n" in told
    with Image.open(folder / "page-1.png") as picture:
        assert picture.size[0] > 800
    assert call("forms", "check", folder / "form.yaml", blank)[0] == 0
    written = (folder / "form.yaml").read_text()
    assert 'labels: ["1. Name of owner"]' in written
    assert "kind: checkbox" in written


@pytest.mark.tesseract
def test_filled_scans_alone_become_a_definition_too(call: Call, forms: Path) -> None:
    people = (("Ada Lovelace", "Kittiwake", True), ("Alan Turing", "Halcyon", False), ("Grace Hopper", "Curlew", True))
    scans = [draw(forms / f"{k}.png", *person) for k, person in enumerate(people)]
    code, told, _ = call("forms", "new", "permit", *scans, "--out", forms / "mine")
    assert code == 0
    written = (forms / "mine" / "permit" / "form.yaml").read_text()
    assert "filled in on 3 of 3" in written
    assert "filled in on 2 of 3" in written
    assert "Lovelace" not in written
    assert "from 3 scans" in told


def test_a_definition_that_is_there_is_not_written_over(call: Call, forms: Path) -> None:
    (forms / "mine" / "permit").mkdir(parents=True)
    (forms / "mine" / "permit" / "form.yaml").write_text(FORM)
    code, _, told = call("forms", "new", "permit", forms / "blank.png", "--out", forms / "mine")
    assert code == 2
    assert "is there already" in told
    assert (forms / "mine" / "permit" / "form.yaml").read_text() == FORM


def test_an_id_must_do_as_a_file_name(call: Call, forms: Path) -> None:
    code, _, told = call("forms", "new", "my permit", forms / "blank.png", "--out", forms / "mine")
    assert code == 2
    assert "does not do as a form's id" in told


@pytest.mark.tesseract
def test_scans_that_share_no_print_are_no_form(call: Call, forms: Path) -> None:
    Image.new("L", (1700, 1100), 255).save(forms / "white.png", dpi=(200, 200))
    code, _, told = call("forms", "new", "permit", forms / "white.png", "--out", forms / "mine")
    assert code == 2
    assert "no form was found" in told
    assert not (forms / "mine").exists()


def test_no_scan_that_can_be_read_is_no_input(call: Call, forms: Path) -> None:
    (forms / "broken.png").write_text("no picture")
    assert call("forms", "new", "permit", forms / "broken.png", "--out", forms / "mine")[0] == 4
