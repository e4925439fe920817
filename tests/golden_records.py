"""Golden records: what was read from a sample once, kept as JSON, compared with tolerance.

Boxes may differ by a few pixels and confidences by a little: another OpenCV or scikit-learn moves them without harm.
Values, rows, notes and problems may not differ.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

BOX_TOLERANCE = 3
CONFIDENCE_TOLERANCE = 0.05
FOLDER = Path(__file__).parent / "golden"


def regenerating(asked: bool) -> bool:
    """Whether golden records are to be written anew; never in CI, where nobody reads the difference.

    Raises:
        RuntimeError: it was asked for in CI.
    """
    if asked and os.environ.get("CI"):
        raise RuntimeError("golden records are not regenerated in CI")
    return asked


def write_golden(name: str, records: Sequence[dict[str, Any]], folder: Path = FOLDER) -> None:
    """Keeps records without their versions, which change with every release."""
    kept = [{key: value for key, value in record.items() if key != "versions"} for record in records]
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_golden(name: str, folder: Path = FOLDER) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return found


def differences(found: Any, golden: Any, path: str = "") -> Iterator[str]:
    """Where two records differ by more than the tolerances, a line for each place."""
    key = path.rpartition(".")[2]
    if isinstance(found, dict) and isinstance(golden, dict):
        yield from _in_keys(found, golden, path)
    elif isinstance(found, list) and isinstance(golden, list) and key != "box":
        if len(found) != len(golden):
            yield f"{path}: {len(found)} of them, golden {len(golden)}"
        for k, (one, other) in enumerate(zip(found, golden, strict=False)):
            yield from differences(one, other, f"{path}[{k}]")
    elif not _alike(key, found, golden):
        yield f"{path}: {found!r}, golden {golden!r}"


def _in_keys(found: dict[str, Any], golden: dict[str, Any], path: str) -> Iterator[str]:
    ignored = {"versions"}
    if found.get("confidence") != golden.get("confidence"):
        # A confidence that moved within its tolerance may cross the threshold.
        ignored.add("status")
    for name in sorted((found.keys() | golden.keys()) - ignored):
        if name in found and name in golden:
            yield from differences(found[name], golden[name], f"{path}.{name}")
        else:
            yield f"{path}.{name}: only in {'the golden record' if name in golden else 'the new one'}"


def _alike(key: str, found: Any, golden: Any) -> bool:
    if key == "box" and found and golden:
        return max(abs(a - b) for a, b in zip(_edges(found), _edges(golden), strict=True)) <= BOX_TOLERANCE
    if key == "confidence":
        return bool(abs(found - golden) <= CONFIDENCE_TOLERANCE)
    return bool(found == golden)


def _edges(box: Sequence[int]) -> tuple[int, int, int, int]:
    x, y, width, height = box
    return x, y, x + width, y + height
