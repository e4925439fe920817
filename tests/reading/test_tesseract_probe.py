from __future__ import annotations

from pathlib import Path

import pytest

from digitizer.errors import MissingComponentError
from digitizer.reading.tesseract_probe import installed_languages, require_tesseract

ANSWERS = """case "$1" in
--version) echo "tesseract 5.3.0"; echo " leptonica-1.82.0";;
--list-langs) echo 'List of available languages in "/usr/share" (2):'; echo eng; echo osd;;
esac"""


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", f"{tmp_path}")
    monkeypatch.delenv("TESSDATA_PREFIX", raising=False)
    return tmp_path


def fake(folder: Path, script: str, mode: int = 0o755) -> None:
    path = folder / "tesseract"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(mode)


def test_version_and_languages(programs: Path) -> None:
    fake(programs, ANSWERS)
    assert require_tesseract("eng") == "5.3.0"
    assert require_tesseract("eng+osd") == "5.3.0"
    assert installed_languages() == ("eng", "osd")


def test_old_versions_answer_on_stderr(programs: Path) -> None:
    fake(programs, f"exec 1>&2\n{ANSWERS}")
    assert require_tesseract("eng") == "5.3.0"


def test_a_missing_program(programs: Path) -> None:
    with pytest.raises(MissingComponentError, match="not installed") as caught:
        require_tesseract("eng")
    assert "apt-get install tesseract-ocr" in caught.value.remedy


def test_a_missing_language(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake(programs, ANSWERS)
    with pytest.raises(MissingComponentError, match="no language deu, chi_sim") as caught:
        require_tesseract("eng+deu+chi_sim")
    assert caught.value.remedy == "sudo apt-get install tesseract-ocr-deu tesseract-ocr-chi-sim"
    monkeypatch.setenv("TESSDATA_PREFIX", "/mine")
    with pytest.raises(MissingComponentError, match="in TESSDATA_PREFIX=/mine"):
        require_tesseract("deu")


def test_a_program_that_does_not_start(programs: Path) -> None:
    (programs / "tesseract").write_text("#!/no/such/interpreter\n")
    (programs / "tesseract").chmod(0o755)
    with pytest.raises(MissingComponentError, match="does not start"):
        require_tesseract("eng")


@pytest.mark.tesseract
def test_the_real_one() -> None:
    assert require_tesseract("eng")[0].isdigit()
