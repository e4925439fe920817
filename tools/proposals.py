"""How much of a definition `forms new` would have proposed: its fields and columns by their printed labels.

Found: a proposed field of the same sort (checkbox, column, other) has the label, give or take misreadings, and stands
under the same question. False: what was proposed beyond that. Fields that this revision does not print count as missed.

`python -m tools.proposals FORM SCAN...`
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz

from digitizer.authoring.propose import Proposal, propose_form
from digitizer.document.form import FieldDefinition, FormDefinition
from digitizer.fields.definitions import load_definition
from digitizer.fields.phrases import compact
from digitizer.imaging.load import probe
from digitizer.pipeline import read_page
from digitizer.resources import models_folder
from digitizer.settings import Settings

_SAME, _PART, _SAME_GROUP = 78.0, 88.0, 60.0
_LEAST_PART = 6


@dataclass(frozen=True, slots=True)
class Printed:
    """A field or column by what is printed: table: a column's; checkbox: whether it is one."""

    name: str
    labels: tuple[str, ...]
    group: str
    checkbox: bool
    table: bool


@dataclass(frozen=True, slots=True)
class ProposalScore:
    """found: names of the definition's fields with those proposed for them; missed, false: names of the others."""

    found: tuple[tuple[str, str], ...]
    missed: tuple[str, ...]
    false: tuple[str, ...]

    @property
    def recall(self) -> float:
        return len(self.found) / max(1, len(self.found) + len(self.missed))

    @property
    def wrong(self) -> float:
        """Of what was proposed, the share that is no field of the definition."""
        return len(self.false) / max(1, len(self.false) + len({p for _, p in self.found}))


def score_proposal(form: FormDefinition, proposal: Proposal) -> ProposalScore:
    """Fields of one label, as an issuer's name and its symbol, may share a proposed one; each is else given once."""
    wanted = [_printed(f, table=False) for f in form.fields]
    wanted += [_printed(c, table=True) for t in form.tables if not t.block for c in t.columns]
    offered = [Printed(f.name, (f.label,), f.group, f.kind == "checkbox", False) for f in proposal.fields]
    offered += [
        Printed(f"{t.name}.{c.name}", (c.label, f"{c.group} {c.label}"), c.group, False, True)
        for t in proposal.tables
        for c in t.columns
    ]
    pairs = [(_likeness(w, o), i, j) for i, w in enumerate(wanted) for j, o in enumerate(offered)]
    chosen: dict[int, int] = {}
    for score, i, j in sorted(pairs, key=lambda p: (-p[0], p[1], p[2])):
        free = j not in chosen.values() or any(
            wanted[k].labels == wanted[i].labels and wanted[k].group == wanted[i].group
            for k, other in chosen.items()
            if other == j
        )
        if score > 0 and i not in chosen and free:
            chosen[i] = j
    found = tuple((wanted[i].name, offered[j].name) for i, j in sorted(chosen.items()))
    missed = tuple(w.name for i, w in enumerate(wanted) if i not in chosen)
    false = tuple(o.name for j, o in enumerate(offered) if j not in chosen.values())
    return ProposalScore(found, missed, false)


def _printed(field: FieldDefinition, table: bool) -> Printed:
    return Printed(field.name, field.labels, field.group or field.near, field.kind == "checkbox", table)


def _likeness(wanted: Printed, offered: Printed) -> float:
    """0.0: they are not the same; else how alike label and group are."""
    if wanted.checkbox != offered.checkbox or wanted.table != offered.table:
        return 0.0
    label = max(_alike(a, b) for a in wanted.labels for b in offered.labels)
    if label < _SAME:
        return 0.0
    group = (
        fuzz.partial_ratio(compact(wanted.group), compact(offered.group)) if wanted.group and offered.group else 50.0
    )
    if wanted.checkbox and wanted.group and offered.group and group < _SAME_GROUP:
        return 0.0
    return label + group / 10


def _alike(one: str, other: str) -> float:
    a, b = compact(one), compact(other)
    if not a or not b:
        return 0.0
    whole = fuzz.ratio(a, b)
    part = fuzz.partial_ratio(a, b) if min(len(a), len(b)) >= _LEAST_PART else 0.0
    return max(whole, part if part >= _PART else 0.0)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("form")
    parser.add_argument("scans", nargs="+", type=Path)
    given = parser.parse_args(arguments)
    settings = Settings(double="none")
    documents = []
    for path in given.scans:
        document = probe(path, settings)
        documents.append([read_page(document, n, settings) for n in range(1, document.pages + 1)])
    form = load_definition(models_folder() / given.form / "form.yaml")
    score = score_proposal(form, propose_form(documents))
    told = f"{given.form}: {score.recall:.1%} of {len(score.found) + len(score.missed)} fields proposed"
    sys.stdout.write(f"{told}; {score.wrong:.1%} of the proposed are no fields\n")
    sys.stdout.write(f"missed: {', '.join(score.missed)}\nfalse: {', '.join(score.false)}\n")


if __name__ == "__main__":
    main()
