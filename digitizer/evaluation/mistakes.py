"""The page of an evaluation: the scores, then every wrong value with its piece of the scan."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from digitizer.document.record import Field, Record, Value
from digitizer.document.truth import even
from digitizer.evaluation.compare import NoteOutcome, Outcome
from digitizer.evaluation.metrics import Evaluation
from digitizer.evaluation.pages import render, write_page
from digitizer.evaluation.pictures import Scans, crop_uri
from digitizer.evaluation.table import tables
from digitizer.settings import Settings

MAX_MISTAKES = 400
MAX_OF_A_FIELD = 40


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text and whether it differs from the other side."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class MistakeView:
    """A wrong value. crop: picture of its place as a data URI, "" where it has none; wide: it needs the whole width.

    why: what went wrong, where there is more to say than that the two differ.
    """

    document: str
    place: str
    why: str
    read: tuple[Part, ...]
    true: tuple[Part, ...]
    confidence: float | None
    accepted: bool
    crop: str
    wide: bool


@dataclass(frozen=True, slots=True)
class GroupView:
    """The mistakes of one field: how many there are, and those that are shown."""

    name: str
    total: int
    shown: tuple[MistakeView, ...]


@dataclass(frozen=True, slots=True)
class _Mistake:
    """A wrong value or footnote, before its picture is cut. sha256: of the document it came from."""

    document: str
    sha256: str
    name: str
    place: str
    why: str
    truth: Value
    field: Field | None


def write_evaluation_page(
    evaluation: Evaluation, records: Sequence[Record], scans: Mapping[str, Path], path: Path, settings: Settings
) -> None:
    """Writes evaluation.html; scans as in write_report. At most MAX_MISTAKES mistakes are shown with their pictures.

    Raises:
        OSError: it cannot be written there.
    """
    mistakes = _collect(evaluation)
    shown = _within_bounds(mistakes)
    source = Scans(scans, settings)
    views: dict[str, list[MistakeView]] = defaultdict(list)
    # By document and page, so that each page is loaded once; the groups come after.
    for mistake in sorted(shown, key=_page_order):
        views[mistake.name].append(_view(mistake, source))
    counts = Counter(mistake.name for mistake in mistakes)
    groups = [GroupView(name, count, tuple(views[name])) for name, count in counts.most_common()]
    html = render(
        "evaluation.html.j2",
        title="Read against truth",
        tables=tables(evaluation),
        bins=evaluation.confidence.bins,
        groups=groups,
        total=len(mistakes),
        shown=len(shown),
        links=_links(evaluation),
        missing=[c.document for c in evaluation.comparisons if not c.found_form],
        confused=[c for c in evaluation.comparisons if c.found_form and c.found_form != c.form],
        made_by=", ".join(f"{name} {version}" for name, version in records[0].versions.items()) if records else "",
    )
    write_page(path, html)


def _collect(evaluation: Evaluation) -> list[_Mistake]:
    mistakes = []
    for comparison in evaluation.comparisons:
        if not comparison.found_form:
            continue  # Told once for the document, not once for each of its values.
        document, sha256 = comparison.document, comparison.sha256
        for outcome in comparison.outcomes:
            if not outcome.right:
                mistakes.append(
                    _Mistake(
                        document, sha256, outcome.name, _place(outcome), _why(outcome), outcome.truth, outcome.field
                    )
                )
        for note in comparison.notes:
            if not note.right:
                mistakes.append(
                    _Mistake(document, sha256, "footnote texts", note.name, _why(note), note.truth, note.field)
                )
    return mistakes


def _within_bounds(mistakes: Sequence[_Mistake]) -> list[_Mistake]:
    """As many of each field as fit; what was accepted and the surest come first, as they do the most harm."""
    counts: Counter[str] = Counter()
    shown: list[_Mistake] = []
    for mistake in sorted(mistakes, key=_harm):
        counts[mistake.name] += 1
        if counts[mistake.name] <= MAX_OF_A_FIELD and len(shown) < MAX_MISTAKES:
            shown.append(mistake)
    return shown


def _harm(mistake: _Mistake) -> tuple[bool, bool, float]:
    if mistake.field is None:
        return True, True, 0.0
    return False, mistake.field.status != "accepted", -mistake.field.confidence


def _page_order(mistake: _Mistake) -> tuple[str, str, int]:
    return mistake.document, mistake.sha256, (mistake.field.page or 0) if mistake.field else 0


def _view(mistake: _Mistake, source: Scans) -> MistakeView:
    field = mistake.field
    crop, wide = "", False
    if field and field.box and field.page:
        page = source.page(mistake.document, mistake.sha256, field.page)
        if page:
            crop, wide = crop_uri(page, field.box), 3 * field.box.width > page.size[0]
    read, true = parts_of(shown_value(field.value) if field else "", shown_value(mistake.truth))
    return MistakeView(
        document=mistake.document,
        place=mistake.place,
        why=mistake.why,
        read=read,
        true=true,
        confidence=field.confidence if field else None,
        accepted=field is not None and field.status == "accepted",
        crop=crop,
        wide=wide,
    )


def _place(outcome: Outcome) -> str:
    return f"row {outcome.row + 1}" if outcome.row is not None else ""


def _why(outcome: Outcome | NoteOutcome) -> str:
    if outcome.field is None:
        return "nothing came out"
    if isinstance(outcome, NoteOutcome):
        return ""
    if outcome.group == "extra":
        return "there is no such row"
    if outcome.group == "blank":
        return "nothing is written there"
    return "came out blank" if outcome.group == "value" and outcome.field.value == "" else ""


def shown_value(value: Value) -> str:
    """A value as reports show it: boxes ticked or not, texts on one line."""
    if isinstance(value, bool):
        return "☒ ticked" if value else "☐ not ticked"
    return even(value)


def parts_of(read: str, true: str) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Both texts cut where they differ."""
    left: list[Part] = []
    right: list[Part] = []
    for code in Levenshtein.opcodes(read, true):
        differs = code.tag != "equal"
        _append(left, Part(read[code.src_start : code.src_end], differs))
        _append(right, Part(true[code.dest_start : code.dest_end], differs))
    return tuple(left), tuple(right)


def _append(parts: list[Part], part: Part) -> None:
    if part.text and parts and parts[-1].differs == part.differs:
        parts[-1] = Part(parts[-1].text + part.text, part.differs)
    elif part.text:
        parts.append(part)


def _links(evaluation: Evaluation) -> list[tuple[str, str, str]]:
    """Document, place and what is wrong of wrong footnote links, as many as MAX_MISTAKES."""
    told = []
    for c in evaluation.comparisons:
        if not c.found_form:
            continue
        for links, what in ((c.true_links - c.found_links, "missed"), (c.found_links - c.true_links, "made up")):
            for table, row, column, note in sorted(links):
                where = f"row {row + 1}" if row >= 0 else "a row that does not exist"
                told.append((c.document, f"{table}, {where}, {column}: {note}", what))
    return told[:MAX_MISTAKES]
