"""What `digitizer train` learns from: scans with keyed values, a store that people corrected, or a filled-in blank."""

from __future__ import annotations

import difflib
import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from digitizer.authoring.blank import Blank, look_at_blank
from digitizer.authoring.drawing.damage import Damaged
from digitizer.authoring.drawing.nouns import ScannedPage
from digitizer.authoring.drawing.saving import save_filing
from digitizer.authoring.fill_blank import Filled, fill_blank
from digitizer.batch.sources import Source, discover, hash_file, is_url
from digitizer.cli.console import notices, output, tell_problems
from digitizer.document.form import FormDefinition
from digitizer.document.record import Problem, Value
from digitizer.document.truth import Truth, TruthValue
from digitizer.errors import NoInputError, UsageError
from digitizer.evaluation.reviewed import truth_of
from digitizer.evaluation.truth import document_stem, load_truths
from digitizer.evaluation.truth_table import read_truth_table
from digitizer.fields.classifier import general_classifier
from digitizer.imaging.load import probe
from digitizer.pipeline import read_page
from digitizer.resources import models_folder
from digitizer.settings import Settings
from digitizer.store.database import open_store
from digitizer.store.quality import Reviewed, reviewed_of

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


_LEAST_PLACES = 0.25
"""Share of a form's fields that have a place on its blank; other forms share a label or two, such as Name and Date."""
_IS_IT = "is it a blank of this form? `digitizer forms check` tells what was found"


@dataclass(frozen=True, slots=True)
class Drawn:
    """Filled copies of a blank. sha256: of the blank's file; fields, cells: how many are filled in on it."""

    keyed: tuple[Keyed, ...]
    sha256: str
    fields: int
    cells: int

    def told(self) -> dict[str, object]:
        """For the model's card."""
        return {"sha256": self.sha256, "drawn": len(self.keyed), "fields": self.fields, "cells": self.cells}


def draw_from_blank(path: Path, form: FormDefinition, count: int, folder: Path, settings: Settings, seed: int) -> Drawn:
    """Fills the blank so many times and saves the scans in a folder, which must stay until they are read.

    Raises:
        UsageError: none of the form's fields is found on it, or next to none. DigitizerError: it cannot be read.
    """
    document = probe(path, settings)
    pages = [read_page(document, number, settings) for number in range(1, document.pages + 1)]
    blank = look_at_blank(document, pages, form, general_classifier(models_folder()), settings)
    if not blank.answers:
        told = f"{path}: no field of '{form.form}' has a place on it: {blank.label_count} of its labels were found"
        raise UsageError(told, _IS_IT)
    missing = sum(len(u.slot.fields) for u in blank.unreached)
    if not blank.tables and len(blank.answers) < _LEAST_PLACES * (len(blank.answers) + missing):
        told = f"{path}: of the fields of '{form.form}' {len(blank.answers)} have a place on it, {missing} none"
        raise UsageError(told, _IS_IT)
    _tell_unreached(path, blank)
    keyed = []
    with notices().status("filling in the blank"):
        for number in range(count):
            filled = fill_blank(blank, number, seed)
            name = f"drawn-{number + 1:03}.tif"
            save_filing(folder / name, [_scan(d) for d in filled.scans])
            truth = _truth(form, filled)
            keyed.append(Keyed(Source(folder / name, name), truth, group_of(truth, name, "")))
    cells = sum(len(t.rows) * sum(p is not None for p in t.rows[0]) for t in blank.tables)
    output().print(
        f"blank:     {len(blank.answers)} places and {cells} cells of tables, filled in {count} times",
        markup=False,
        soft_wrap=True,
    )
    return Drawn(tuple(keyed), document.sha256, len(blank.answers), cells)


def _tell_unreached(path: Path, blank: Blank) -> None:
    names = [f.name for u in blank.unreached for f in u.slot.fields]
    if names:
        told = f"{path.name}: no place for {', '.join(names)}: not learned"
        tell_problems([Problem("no-place", told, "digitizer forms check NAME SCAN tells why")])


def _scan(damaged: Damaged) -> ScannedPage:
    return ScannedPage(damaged.pixels, damaged.dpi, damaged.bilevel, (), damaged.from_page, damaged.turned)


def _truth(form: FormDefinition, filled: Filled) -> Truth:
    rows = {name: tuple(_keyed(row) for row in table) for name, table in filled.rows.items()}
    return Truth(form.form, _keyed(filled.values), rows)


def _keyed(values: Mapping[str, Value]) -> dict[str, TruthValue]:
    return {name: TruthValue(value) for name, value in values.items()}


@dataclass(frozen=True, slots=True)
class Given:
    """keyed: scans with what is known of them; reviewed: what people answered, by name of the source.

    blank: what the scans were drawn from, None where people filled them in.
    """

    keyed: tuple[Keyed, ...]
    reviewed: dict[str, Reviewed] = field(default_factory=dict)
    blank: Drawn | None = None


def from_store(url: str, form: FormDefinition, group_by: str) -> Given:
    """The documents of a form at whose values people have looked.

    Raises:
        NoInputError: nobody has looked at any, or none of their scans is there. UsageError: as match.
    """
    with open_store(url, create=False) as store, store.reading() as connection:
        found = reviewed_of(connection, form.form)
    if not found:
        raise NoInputError(f"{url}: nobody has looked at any value of '{form.form}'", "digitizer review --store URL")
    names = _names(found)
    truths = {name: truth_of(one) for name, one in zip(names, found, strict=True)}
    check_names(truths, form, group_by)
    keyed: list[Keyed] = []
    reviewed: dict[str, Reviewed] = {}
    gone: list[str] = []
    for name, one in zip(names, found, strict=True):
        path = _path(one)
        if path is None:
            gone.append(name)
            continue
        keyed.append(Keyed(Source(path, name), truths[name], group_of(truths[name], name, group_by)))
        reviewed[name] = one
    if gone:
        told = f"{', '.join(gone[:8])}{f' and {len(gone) - 8} more' if len(gone) > 8 else ''}: left out"
        tell_problems([Problem("scan-gone", told, "put the scans back where they were digitized")])
    if not keyed:
        raise NoInputError(f"{url}: none of the scans is where it was digitized", "put them back")
    return Given(tuple(keyed), reviewed)


def _names(found: Sequence[Reviewed]) -> list[str]:
    """A name for each document; where several share a stem the beginning of their SHA-256 tells them apart."""
    stems = Counter(PurePosixPath(one.record.document).stem for one in found)
    return [
        one.record.document if stems[path.stem] == 1 else f"{path.stem}-{one.record.sha256[:8]}{path.suffix}"
        for one in found
        for path in [PurePosixPath(one.record.document)]
    ]


def _path(one: Reviewed) -> Path | None:
    """Where the very bytes lie that the answers were given for."""
    for place in one.paths:
        try:
            if not is_url(place) and hash_file(place)[0] == one.record.sha256:
                return Path(place)
        except OSError:
            continue
    return None
