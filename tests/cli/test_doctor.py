from __future__ import annotations

from pathlib import Path

import pytest
import typer

from digitizer.cli.doctor import doctor, examine


@pytest.mark.tesseract
def test_all_there(capsys: pytest.CaptureFixture[str]) -> None:
    needed = [finding for finding in examine("eng") if finding.needed]
    assert not [finding for finding in needed if finding.remedy]
    assert {"digitizer", "python", "tesseract", "language eng", "pdftoppm", "models"} <= {f.component for f in needed}


def test_what_is_missing_is_told_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(typer.Exit) as caught:
        doctor()
    assert caught.value.exit_code == 3
    told = capsys.readouterr().out
    assert "tesseract: sudo apt-get install tesseract-ocr tesseract-ocr-eng" in told
    assert "pdftoppm: sudo apt-get install poppler-utils" in told
    assert "chromium: sudo apt-get install chromium" in told
