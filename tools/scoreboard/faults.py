"""The pages of faults: the folder's own program runs the digitizer on them and tells which are not right."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from digitizer.errors import DigitizerError, UsageError
from tools.scoreboard.score import Scored
from tools.scoreboard.sets import pick


def score_faults(folder: Path, sample: int) -> list[Scored]:
    """Each page right or not. sample: so many of them, 0 for all.

    Raises:
        UsageError: the folder or its program is missing. DigitizerError: the program failed.
    """
    check = folder / "check.py"
    if not check.is_file():
        raise UsageError(f"{check} is missing", "the scoreboard needs the scans beside the repository, or --shared DIR")
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    names = pick(sorted(expected), sample)
    # A page may have to read like another one, which must then be there as well.
    needed = {*names, *(expected[n]["like"] for n in names if "like" in expected[n])}
    with tempfile.TemporaryDirectory(prefix="scoreboard-") as place:
        pages = Path(place)
        for name in needed:
            (pages / name).symlink_to((folder / name).resolve())
        (pages / "expected.json").write_text(json.dumps({n: expected[n] for n in sorted(needed)}), encoding="utf-8")
        program = pages / "digitizer"
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m digitizer "$@"\n', encoding="utf-8")
        program.chmod(0o755)
        root = Path(__file__).resolve().parents[2]
        path = os.pathsep.join(filter(None, (str(root), os.environ.get("PYTHONPATH"))))
        command = [sys.executable, str(check), "--digitizer", str(program), str(pages)]
        done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": path})
    lines = done.stdout.splitlines()
    if not lines or not lines[-1].endswith("as they should be"):
        raise DigitizerError(f"{check} failed: {(done.stderr or done.stdout)[-500:].strip()}")
    wrong = {name for name in needed if any(line.startswith(f"{name}: ") for line in lines)}
    return [Scored("faults", "", name, {"flawless": (int(name not in wrong), 1)}) for name in names]
