from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np
import pytest
from PIL import Image

from digitizer.errors import DigitizerError, NoInputError
from tools import bench
from tools.bench import Bench, Round, choose_documents, extract_pages, measure, tell
from tools.processes import Finished, run_measured
from tools.stages import clocks


def scan(path: Path, size: tuple[int, int] = (60, 40)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), np.full(size, 255, np.uint8))
    return path


def test_memory_of_a_worker_is_told_apart_from_its_parent() -> None:
    child = "import time; x = b'x' * 80_000_000; time.sleep(0.4)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}], check=True)"
    finished = run_measured([sys.executable, "-c", parent])
    assert 80 < finished.worker_peak < 150
    assert finished.peak >= finished.worker_peak
    assert finished.seconds > 0.4


def test_a_program_that_fails_is_told_with_what_it_said() -> None:
    with pytest.raises(DigitizerError, match="no such luck"):
        run_measured([sys.executable, "-c", "import sys; sys.exit('no such luck')"])
    with pytest.raises(DigitizerError, match="cannot be started"):
        run_measured(["/no/such/program"])


def test_clocks_time_functions_and_put_them_back() -> None:
    module = ModuleType("m")
    module.slow = slow = lambda seconds: time.sleep(seconds) or seconds  # type: ignore[attr-defined]
    with clocks(module, ("slow", "absent")) as spent:
        assert module.slow(0.02) == 0.02
        assert module.slow(seconds=0.01) == 0.01
    assert set(spent) == {"slow"}
    assert spent["slow"] >= 0.03
    assert module.slow is slow


def test_documents_come_from_all_folders_and_all_over_each(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        for number in range(8):
            scan(tmp_path / folder / f"{number}.png")
        (tmp_path / folder / "notes.txt").write_text("no scan", encoding="utf-8")
    chosen = choose_documents([tmp_path / "one", tmp_path / "two"], 4)
    assert [path.relative_to(tmp_path).as_posix() for path in chosen] == [
        "one/0.png",
        "one/4.png",
        "two/0.png",
        "two/4.png",
    ]


def test_documents_whose_truth_is_an_unknown_form_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "truth").mkdir()
    for name, form in (("a", "no-such-form"), ("b", "sec-form-4")):
        scan(tmp_path / "scans" / "office" / f"{name}.png")
        (tmp_path / "truth" / f"{name}.json").write_text(json.dumps({"form": form, "fields": {}}), encoding="utf-8")
    scan(tmp_path / "scans" / "office" / "c.png")
    assert [path.stem for path in choose_documents([tmp_path / "scans" / "office"], 9)] == ["b", "c"]


def test_a_folder_without_scans_is_told(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "absent"):
        with pytest.raises(NoInputError, match="no scans"):
            choose_documents([folder], 3)


def test_pages_keep_size_and_resolution(tmp_path: Path) -> None:
    file = tmp_path / "two.tif"
    pages = [Image.new("1", (120, 80), 1), Image.new("1", (90, 70), 1)]
    pages[0].save(file, save_all=True, append_images=pages[1:], dpi=(200, 200), compression="group4")
    (tmp_path / "pages").mkdir()
    told = []
    for path in extract_pages([file], tmp_path / "pages"):
        with Image.open(path) as image:
            told.append((image.size, image.mode, round(image.info["dpi"][0])))
    assert told == [((120, 80), "1", 200), ((90, 70), "1", 200)]


def test_both_sides_are_measured_by_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []

    def run(command: list[str]) -> Finished:
        order.append(Path(command[0]).name[:9])
        return Finished(3.0, 50.0, 0.0) if command[0] == "tesseract" else Finished(1.5, 400.0, 300.0)

    monkeypatch.setattr(bench, "run_measured", run)
    monkeypatch.setattr(bench, "time_stages", lambda documents, settings: {"load": 0.25, "other": 0.75})
    result = measure([scan(tmp_path / "a.png")], tmp_path, 2)
    assert [name == "tesseract" for name in order] == [True, False, False, True]
    assert result.ratio == 2.0
    assert (result.worker_memory, result.whole_memory, result.tesseract_memory) == (300.0, 400.0, 50.0)
    told = "\n".join(tell(result))
    assert "2.00 times as fast" in told
    assert "once a run: about 0.5 s" in told
    assert "load           250.0 ms a page  25.0%" in told


def test_the_median_and_its_spread_are_told() -> None:
    rounds = (Round(4.0, 2.0), Round(9.0, 3.0), Round(10.0, 2.0))
    result = Bench(("a",), 2, rounds, 1.0, 2.0, 3.0, {})
    data = result.as_json()
    assert data["ratio"] == {"median": 3.0, "lowest": 2.0, "highest": 5.0}
    assert data["pages_a_second"] == {"tesseract": round(2 / 9, 4), "digitizer": 1.0}
    assert json.loads(json.dumps(data)) == data
