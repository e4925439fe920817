"""Which scan what was keyed belongs to, by name, and whether it is of the form at all."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from digitizer.document.form import FormDefinition
from digitizer.document.record import Problem
from digitizer.document.truth import Truth
from digitizer.errors import UsageError
from digitizer.evaluation.truth import document_stem

_NAMED = 8
"""Documents named in a problem; of more the number is told."""


@dataclass(frozen=True, slots=True)
class Matched:
    """truth: by name of the scan; problems: which scans and truths have no partner, where they were sought."""

    truth: Mapping[str, Truth]
    problems: tuple[Problem, ...]


def match(scans: Sequence[str], truths: Mapping[str, Truth], form: str, places: tuple[str, str]) -> Matched:
    """The scans of a form with what was keyed from them.

    scans: names, as documents have them. truths: of whatever forms, by stem. places: where the scans and the truths
    come from, to be told.
    """
    stems = {document_stem(name) for name in scans}
    alone = [stem for stem, truth in truths.items() if truth.form == form and stem not in stems]
    problems = _alone("truth-without-scan", alone, f"no scan of that name in {places[0]}")
    unkeyed = [stem for stem in stems if stem not in truths]
    problems += _alone("scan-without-truth", unkeyed, f"no truth of that name in {places[1]}")
    found = {name: truths[stem] for name in scans if (stem := document_stem(name)) in truths}
    return Matched({name: truth for name, truth in found.items() if truth.form == form}, tuple(problems))


def _alone(kind: str, names: Iterable[str], why: str) -> list[Problem]:
    ordered = sorted(names)
    more = f" and {len(ordered) - _NAMED} more" if len(ordered) > _NAMED else ""
    return [Problem(kind, f"{', '.join(ordered[:_NAMED])}{more}: left out", why)] if ordered else []


def check_names(truths: Collection[Truth], form: FormDefinition, group_by: str = "") -> list[Problem]:
    """Whether the truths' fields are the form's; what is merely not of the form is a problem.

    Raises:
        UsageError: a name looks like a mistyped one of a field that nothing was keyed for.
    """
    known = [*(f.name for f in form.fields), *(t.name for t in form.tables)]
    used = {n for t in truths for n in (*t.fields, *t.tables)}
    columns = {n for t in truths for n in t.more}
    unkeyed = [n for n in known if n not in used]
    strange = sorted((used | columns) - set(known) - {group_by})
    wrong = [(n, c[0]) for n in strange if (c := difflib.get_close_matches(n, unkeyed, n=1, cutoff=0.75))]
    if wrong:
        told = "; ".join(f"'{name}' (did you mean '{close}'?)" for name, close in wrong)
        remedy = f"rename it in the truth; `digitizer forms show {form.form}` lists the fields"
        raise UsageError(f"no such field in {form.form}: {told}", remedy)
    if not strange:
        return []
    told = f"not learned, as {form.form} has no such field: {', '.join(strange)}"
    return [Problem("unknown-field", told, "add it to the definition, or leave it")]


def check_group(truths: Collection[Truth], group_by: str) -> None:
    """Raises UsageError where nobody keyed what documents are to be grouped by."""
    used = {n for t in truths for n in (*t.fields, *t.tables, *t.more)}
    if group_by and group_by not in used:
        close = difflib.get_close_matches(group_by, sorted(used), n=1)
        hint = f"; did you mean '{close[0]}'?" if close else ""
        raise UsageError(f"--group-by {group_by}: no such field or column in the truth{hint}", "name one that is keyed")


def group_of(truth: Truth, group_by: str) -> str:
    """The document's group, "" where it was not keyed."""
    value = truth.fields[group_by].value if group_by in truth.fields else truth.more.get(group_by, "")
    return str(value).strip()
