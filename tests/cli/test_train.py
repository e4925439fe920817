from __future__ import annotations

import csv
import json
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from digitizer.cli import main

Call = Callable[..., tuple[int, str, str]]

FORM = """form: loan-card
title: Library loan card
identify: [LIBRARY LOAN CARD]
fields:
  - {name: borrower, kind: name, labels: [Name of borrower]}
  - {name: title, kind: text, labels: [Title of book]}
  - {name: dateOfLoan, kind: date, labels: [Date of loan]}
  - {name: returnedLate, kind: checkbox, labels: [Returned late]}
"""
BORROWERS = ("Timothy Bixby", "Ada Lovelace", "Grace Hopper", "Alan Turing", "Emmy Noether")
TITLES = ("The Moonstone", "Middlemarch", "Bleak House", "Dracula", "Walden")


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Call]:
    """Runs the command line in this process; gives exit code, stdout and stderr."""
    before = signal.getsignal(signal.SIGTERM)

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["digitizer", *map(str, arguments)])
        with pytest.raises(SystemExit) as caught:
            main()
        told = capfd.readouterr()
        return int(caught.value.code or 0), told.out, told.err

    yield run
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A folder with a definition, and folders for scans and truth."""
    for name in ("forms", "scans", "truth"):
        (tmp_path / name).mkdir()
    (tmp_path / "forms" / "loan-card.yaml").write_text(FORM)
    return tmp_path


def card(number: int) -> dict[str, str | bool]:
    date = f"200{number % 9 + 1}-0{number % 9 + 1}-1{number % 10}"
    return {
        "borrower": BORROWERS[number % 5],
        "title": TITLES[number // 2 % 5],
        "dateOfLoan": date,
        "returnedLate": number % 2 == 0,
    }


def draw(path: Path, values: dict[str, str | bool]) -> None:
    """A card at 200 dpi with ruled boxes and typed entries."""
    image = Image.new("L", (1100, 620), 255)
    pen = ImageDraw.Draw(image)
    small, large = ImageFont.load_default(24), ImageFont.load_default(30)
    pen.text((360, 40), "LIBRARY LOAN CARD", 0, large)
    rows = (("Name of borrower", "borrower"), ("Title of book", "title"), ("Date of loan", "dateOfLoan"))
    for row, (label, name) in enumerate(rows):
        top = 100 + 120 * row
        pen.rectangle((60, top, 1040, top + 110), outline=0, width=3)
        pen.text((75, top + 8), label, 0, small)
        pen.text((95, top + 55), str(values[name]), 0, large)
    pen.rectangle((75, 500, 103, 528), outline=0, width=3)
    pen.text((120, 500), "Returned late", 0, small)
    if values["returnedLate"]:
        pen.line((80, 505, 98, 523), 0, 4)
        pen.line((98, 505, 80, 523), 0, 4)
    image.save(path, dpi=(200, 200))


def key(library: Path, number: int, **more: str | bool) -> None:
    data = {"form": "loan-card", "fields": card(number) | more}
    (library / "truth" / f"card{number:02}.json").write_text(json.dumps(data))


def arguments(library: Path, *more: object, truth: Path | None = None) -> list[object]:
    return [
        *("train", "loan-card", "--scans", library / "scans", "--truth", truth or library / "truth"),
        *("--forms", library / "forms", "--out", library / "models", "--report", library / "report"),
        *("--cache", library / "cache", "--workers", 1, *more),
    ]


def test_fewer_than_ten_documents_are_too_few(call: Call, library: Path) -> None:
    for number in range(9):
        key(library, number)
        (library / "scans" / f"card{number:02}.png").touch()
    code, _, told = call(*arguments(library))
    assert code == 2
    assert "only 9 documents with scan and truth" in told


def test_scans_and_truths_without_each_other_are_told(call: Call, library: Path) -> None:
    for number in range(3):
        key(library, number)
        (library / "scans" / f"card{number + 1:02}.png").touch()
    code, _, told = call(*arguments(library))
    assert code == 2
    assert "truth-without-scan: card00: left out" in told
    assert "scan-without-truth: card03: left out" in told
    assert "only 2 documents" in told


def test_no_scan_of_any_truth_is_no_input(call: Call, library: Path) -> None:
    key(library, 1)
    assert call(*arguments(library))[0] == 4


def test_a_mistyped_field_is_told_with_the_one_that_was_meant(call: Call, library: Path) -> None:
    fields = {"borower": "Ada", "title": "", "shelf": "7"}
    (library / "truth" / "a.json").write_text(json.dumps({"form": "loan-card", "fields": fields}))
    code, _, told = call(*arguments(library))
    assert code == 2
    assert "'borower' (did you mean 'borrower'?)" in told


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--group-by", "borower"], "did you mean 'borrower'?"),
        (["--resume"], "no earlier training to resume"),
    ],
)
def test_what_cannot_be_is_told(call: Call, library: Path, more: list[str], told: str) -> None:
    key(library, 1)
    (library / "scans" / "card01.png").touch()
    code, _, message = call(*arguments(library, *more))
    assert code == 2
    assert told in message


def test_a_truth_of_other_forms_is_told(call: Call, library: Path) -> None:
    (library / "truth" / "a.json").write_text(json.dumps({"form": "tax-return", "fields": {}}))
    code, _, told = call(*arguments(library))
    assert code == 2
    assert "no truth for the form 'loan-card', only for tax-return" in told


def test_scans_that_cannot_be_read_are_no_input(call: Call, library: Path) -> None:
    for number in range(10):
        key(library, number)
        (library / "scans" / f"card{number:02}.png").write_text("no picture")
    code, _, told = call(*arguments(library))
    assert code == 4
    assert "none of the scans could be read" in told


@pytest.mark.tesseract
@pytest.mark.slow
def test_a_form_is_learned_used_and_learned_further(call: Call, library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITIZER_DOUBLE", "false")
    for number in range(12):
        draw(library / "scans" / f"card{number:02}.png", card(number))
    (library / "scans" / "broken.png").write_text("no picture")
    table = library / "truth.csv"
    with table.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "branch", *card(0)])
        for number in range(12):
            values = card(number) | ({"title": "What Is Not There"} if number == 3 else {})
            writer.writerow([f"card{number:02}.png", number // 2, *values.values()])
        writer.writerow(["broken.png", "", "", "", "", ""])
    code, told, progress = call(*arguments(library, "--group-by", "branch", truth=table))
    assert code == 5, progress
    assert "learned:   loan-card from 12 documents of 6 groups" in told
    bundle = library / "models" / "loan-card"
    card_json = json.loads((bundle / "card.json").read_text())["models"]["classifier"]
    assert card_json["data"]["documents"] == 12
    assert card_json["scores"]["values"]["share"] > 0.8
    unaligned = json.loads((library / "report" / "unaligned.json").read_text())
    assert ("card03.png", "title", "What Is Not There") in [(m["document"], m["field"], m["keyed"]) for m in unaligned]
    assert (library / "report" / "validation.html").is_file()

    # What was learned is used by whoever names the folder.
    fresh = card(33)
    draw(library / "fresh.png", fresh)
    code, _, _ = call(
        "run", library / "fresh.png", "--forms", library / "models", "--out", library / "out", "--workers", 1
    )
    assert code == 0
    record = json.loads((library / "out" / "records.jsonl").read_text())
    assert {n: f["value"] for n, f in record["fields"].items()} == fresh
    assert record["versions"]["model"] == card_json["sha256"][:12]

    # Two more, of which the old ones are remembered without their scans.
    for path in (library / "scans").iterdir():
        path.unlink()
    for number in (20, 21):
        draw(library / "scans" / f"card{number}.png", card(number))
        key(library, number)
    code, told, progress = call(*arguments(library, "--resume"))
    assert code == 0, progress
    assert "from 2 documents of 2 groups, and 12 of earlier trainings" in told
    data = json.loads((bundle / "card.json").read_text())["models"]["classifier"]["data"]
    assert data["documents"] == 14


@pytest.mark.tesseract
@pytest.mark.slow
def test_a_form_is_learned_from_a_blank(call: Call, library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITIZER_DOUBLE", "none")
    draw(library / "blank.png", {"borrower": "", "title": "", "dateOfLoan": "", "returnedLate": False})
    code, told, progress = call(
        *("train", "loan-card", "--blank", library / "blank.png", "--drawn", 10, "--forms", library / "forms"),
        *("--out", library / "models", "--report", library / "report", "--cache", library / "cache", "--workers", 1),
    )
    assert code == 0, progress
    assert "4 places" in told
    card_json = json.loads((library / "models" / "loan-card" / "card.json").read_text())["models"]["classifier"]
    assert card_json["data"]["documents"] == 10
    assert card_json["data"]["blank"]["drawn"] == 10
    assert card_json["data"]["blank"]["fields"] == 4
    assert card_json["scores"]["values"]["share"] > 0.7

    # What people keyed later is learned on top of it, however little it is.
    for number in (20, 21):
        draw(library / "scans" / f"card{number}.png", card(number))
        key(library, number)
    code, told, progress = call(*arguments(library, "--resume"))
    assert code == 0, progress
    assert "from 2 documents of 2 groups, and 10 of earlier trainings" in told


def test_a_blank_stands_alone(call: Call, library: Path) -> None:
    code, _, told = call(*arguments(library, "--blank", library / "blank.png"))
    assert code == 2
    assert "--blank stands alone" in told


@pytest.mark.tesseract
def test_a_blank_of_another_form_is_told_before_anything_is_drawn(call: Call, library: Path) -> None:
    draw(library / "blank.png", {"borrower": "", "title": "", "dateOfLoan": "", "returnedLate": False})
    form = next((library / "forms").rglob("*.yaml"))
    asked = "".join(
        f"  - {{name: f{n}, kind: text, labels: [Question {'abcdefghijklm'[n]} of the survey]}}\n" for n in range(13)
    )
    borrower = "  - {name: borrower, kind: name, labels: [Name of borrower]}\n"
    form.write_text(f"form: loan-card\nfields:\n{borrower}{asked}")
    code, _, told = call(
        *("train", "loan-card", "--blank", library / "blank.png", "--forms", library / "forms"),
        *("--out", library / "m", "--report", library / "report"),
    )
    assert code == 2
    assert "of the fields of 'loan-card' 1 have a place on it, 13 none" in told


@pytest.mark.parametrize("option", ["--out", "--report"])
def test_a_folder_that_cannot_be_written_is_told_before_anything_is_read(
    call: Call, library: Path, option: str
) -> None:
    for number in range(10):
        key(library, number)
        (library / "scans" / f"card{number:02}.png").touch()
    (library / "taken").touch()
    code, _, told = call(*arguments(library, option, library / "taken" / "m"))
    assert code == 2
    assert "cannot be written" in told
    assert f"choose another {option}" in told
    assert "empty:" not in told


@pytest.mark.tesseract
def test_a_scan_without_any_label_of_the_form_is_no_blank_of_it(call: Call, library: Path) -> None:
    Image.new("L", (1100, 620), 255).save(library / "blank.png", dpi=(200, 200))
    code, _, told = call(
        "train", "loan-card", "--blank", library / "blank.png", "--forms", library / "forms", "--out", library / "m"
    )
    assert code == 2
    assert "no field of 'loan-card' has a place on it" in told
