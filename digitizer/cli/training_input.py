"""What `digitizer train` learns from: scans matched with their truths, field names checked, groups told."""

from __future__ import annotations

import difflib
import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from digitizer.batch.sources import Source, discover
from digitizer.cli.console import tell_problems
from digitizer.document.form import FormDefinition
from digitizer.document.record import Problem
from digitizer.errors import NoInputError, UsageError
from digitizer.evaluation.truth import Truth, document_stem, load_truths
from digitizer.evaluation.truth_table import read_truth_table

LEAST_DOCUMENTS = 10
_NAMED = 8
"""Documents named in a notice; of more the number is told."""


@dataclass(frozen=True, slots=True)
class Keyed:
    """A scan with its truth. group: documents of one group are never parted by tests."""

    source: Source
    truth: Truth
    group: str


def match(scans: Path, truth: Path, form: FormDefinition, group_by: str) -> list[Keyed]:
    """The scans of a form with what was keyed from them; tells which have no partner.

    Raises:
        UsageError: no truth is of that form, or it names fields that the form has not. NoInputError: no scan has one.
    """
    everything = read_truth_table(truth, form) if truth.suffix.lower() == ".csv" else load_truths(truth)
    truths = {stem: t for stem, t in everything.items() if t.form == form.form}
    if not truths:
        others = ", ".join(sorted({t.form for t in everything.values()}))
        raise UsageError(f"{truth}: no truth for the form '{form.form}', only for {others}", 'see "form" in the files')
    check_names(truths, form, group_by)
    sources, problems = discover([str(scans)])
    tell_problems(problems)
    stems = {document_stem(source.name) for source in sources}
    _tell_alone("truth-without-scan", [s for s in truths if s not in stems], f"no scan of that name in {scans}")
    _tell_alone("scan-without-truth", [s for s in stems if s not in everything], f"no truth of that name in {truth}")
    keyed = [
        Keyed(source, truths[stem], group_of(truths[stem], stem, group_by))
        for source in sources
        if (stem := document_stem(source.name)) in truths
    ]
    if not keyed:
        raise NoInputError(f"{scans}: no scan that any truth belongs to", "the truth of NAME.pdf is NAME.json")
    return keyed


def check_names(truths: Mapping[str, Truth], form: FormDefinition, group_by: str) -> None:
    """Whether the truths' fields are the form's; of what is merely not of the form the user is told.

    Raises:
        UsageError: a name looks like a mistyped one of a field that nothing was keyed for, or nobody knows group_by.
    """
    known = [*(f.name for f in form.fields), *(t.name for t in form.tables)]
    used = {n for t in truths.values() for n in (*t.fields, *t.tables)}
    columns = {n for t in truths.values() for n in t.more}
    unkeyed = [n for n in known if n not in used]
    strange = sorted((used | columns) - set(known) - {group_by})
    wrong = [(n, c[0]) for n in strange if (c := difflib.get_close_matches(n, unkeyed, n=1, cutoff=0.75))]
    if wrong:
        told = "; ".join(f"'{name}' (did you mean '{close}'?)" for name, close in wrong)
        remedy = f"rename it in the truth; `digitizer forms show {form.form}` lists the fields"
        raise UsageError(f"no such field in {form.form}: {told}", remedy)
    if strange:
        told = f"not learned, as {form.form} has no such field: {', '.join(strange)}"
        tell_problems([Problem("unknown-field", told, "add it to the definition, or leave it")])
    if group_by and group_by not in used | columns:
        close = difflib.get_close_matches(group_by, sorted(used | columns), n=1)
        hint = f"; did you mean '{close[0]}'?" if close else ""
        raise UsageError(f"--group-by {group_by}: no such field or column in the truth{hint}", "name one that is keyed")


def require_enough(count: int) -> None:
    """Raises UsageError where there are too few documents to learn from."""
    if count < LEAST_DOCUMENTS:
        told = f"only {count} document{'s' if count != 1 else ''} with scan and truth; learning takes {LEAST_DOCUMENTS}"
        raise UsageError(told, "key more documents; until then the form works by its labels alone")


def require_folder(folder: Path, remedy: str) -> None:
    """Makes a folder, where it is not there; raises UsageError where nothing can be written into it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise UsageError(f"{folder}: cannot be written (no permission)", remedy)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written ({error.strerror})", remedy) from error


def group_of(truth: Truth, stem: str, group_by: str) -> str:
    """The document's group; one for which it was not keyed is a group of its own."""
    value = truth.fields[group_by].value if group_by in truth.fields else truth.more.get(group_by, "")
    # Names of files are alike (scan-001, scan-002) and would be merged as spellings of one group; digests are not.
    return str(value).strip() or hashlib.sha256(stem.encode()).hexdigest()


def _tell_alone(kind: str, names: Iterable[str], why: str) -> None:
    ordered: Sequence[str] = sorted(names)
    if ordered:
        more = f" and {len(ordered) - _NAMED} more" if len(ordered) > _NAMED else ""
        tell_problems([Problem(kind, f"{', '.join(ordered[:_NAMED])}{more}: left out", why)])
