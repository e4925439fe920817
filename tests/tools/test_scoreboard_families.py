"""The set of drawn families, and models scored on a family that was left out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from digitizer.authoring.drawing.nouns import FAMILIES
from digitizer.errors import MissingComponentError
from tools.scoreboard import families
from tools.scoreboard.families import load_families
from tools.trainers.drawn import LESSONS, deal


def test_damage_comes_equally_often_and_in_every_layout() -> None:
    dealt = [deal(FAMILIES, k, 4) for k in range(12 * len(FAMILIES))]
    assert Counter(dealt) == dict.fromkeys(FAMILIES, 12)
    assert dealt == [deal(FAMILIES, k, 4) for k in range(12 * len(FAMILIES))]
    layouts = {(family, k % 6) for k, family in enumerate(dealt)}
    assert len(layouts) > 4 * len(FAMILIES)


def test_models_learn_from_every_family_and_most_from_plain_scans() -> None:
    assert set(LESSONS) == set(FAMILIES)
    assert [f for f, n in Counter(LESSONS).most_common(2)] == ["bilevel", "office"]


@pytest.mark.slow
def test_each_family_has_the_same_filings_kept_for_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(families, "FAMILIES", ("clean", "fax"))
    home = tmp_path / f"families-{families._digest()}"
    home.mkdir()
    try:
        for number in range(2):
            families._draw(home, number)
    except MissingComponentError as error:
        pytest.skip(str(error))
    drawn = load_families(tmp_path, 2)
    assert [(i.path.name, i.row, i.truth.form) for i in drawn.items] == [
        ("sec-form-4-000-clean.pdf", "clean", "sec-form-4"),
        ("sec-form-3-001-clean.pdf", "clean", "sec-form-3"),
        ("sec-form-4-000-fax.pdf", "fax", "sec-form-4"),
        ("sec-form-3-001-fax.pdf", "fax", "sec-form-3"),
    ]
    assert drawn.items[0].truth == drawn.items[2].truth
    before = [i.path.read_bytes() for i in drawn.items]
    families._draw(home, 0)
    assert [i.path.read_bytes() for i in drawn.items] == before
