from __future__ import annotations

import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import cv2
import numpy as np
import pytest

from digitizer.batch.reading_cache import ReadingCache
from digitizer.cli.forms import editing
from digitizer.errors import NoInputError, UsageError
from digitizer.settings import Settings

FORM = "form: a\nfields:\n  - {name: x, kind: text, labels: [X]}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A definition and a scan."""
    monkeypatch.setattr(editing, "open_reading_cache", lambda *_: ReadingCache(tmp_path / "cache", "key"))
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "form.yaml").write_text(FORM)
    assert cv2.imwrite(str(tmp_path / "scan.png"), np.full((60, 80), 255, np.uint8))
    return tmp_path


@pytest.mark.parametrize("given", ["a", "a/form.yaml", "."])
def test_the_definition_is_found(folder: Path, given: str) -> None:
    bench = editing.make_bench(folder / given, [str(folder / "scan.png")], Settings())
    assert bench.path == folder / "a" / "form.yaml"
    assert [d.name for d in bench.scans] == ["scan.png"]
    assert bench.settings.double == "none"


def test_what_cannot_be_edited_is_told(folder: Path) -> None:
    scan = [str(folder / "scan.png")]
    (folder / "b").mkdir()
    with pytest.raises(UsageError, match="which definition"):
        editing.make_bench(folder / "b", scan, Settings())
    (folder / "b" / "form.yaml").write_text(FORM)
    with pytest.raises(UsageError, match="which definition"):
        editing.make_bench(folder, scan, Settings())
    with pytest.raises(UsageError, match="which definition"):
        editing.make_bench(folder / "none", scan, Settings())
    with pytest.raises(NoInputError):
        editing.make_bench(folder / "a", [str(folder / "none.png"), str(folder / "a")], Settings())
    (folder / "b" / "form.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="cannot be read"):
        editing.make_bench(folder / "b", scan, Settings())


@pytest.mark.tesseract
def test_it_serves_until_interrupted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    command = [sys.executable, "-m", "digitizer", "forms", "edit", folder / "a", folder / "scan.png", "--port", "0"]
    server = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        address = re.findall(r"http://127.0.0.1:\d+/", server.stdout.readline())[0]
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(address, timeout=60) as answer:
            assert b"scan.png" in answer.read()
        server.send_signal(signal.SIGINT)
        assert server.wait(60) in (0, 130)
    finally:
        server.kill()
        server.communicate()
