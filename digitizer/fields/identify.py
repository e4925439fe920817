"""Which pages of a file are which document, told by separator sheets, and of a document which form, or none known."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz, process

from digitizer.document.codes import Code, metadata_of
from digitizer.document.form import FormDefinition
from digitizer.document.layout import Readings
from digitizer.document.record import OTHER
from digitizer.fields.phrases import compact
from digitizer.fields.printed import phrases_of

_LEAST_LETTERS = 8
_MOST_LETTERS = 40
"""A long question tells no more than this many letters of it would."""
_FOUND = 82.0
_SURELY_SAID = 88.0
_SHARE = 0.25
"""Of what a form asks, the share that must be found on its first page."""
_NAMED_TWICE = 2
"""So many texts that only this form prints do for a revision that asks little of what the others ask."""
_KIN = 70.0
"""From so alike on two labels are one question under two numbers or in two wordings."""
_STRAY = 0.15
"""Of an unknown page's letters, the share that must be a form's print for it to look like a page gone astray."""
_STRAY_LETTERS = 40
_GOING_ON = 0.04
"""Of a page's letters, the share that must be the form's print not seen before, for the page to go on with it."""


@dataclass(frozen=True, slots=True)
class FormPages:
    """form: an id, or OTHER. pages: indices into the document's pages, in order. revision: "" where none is told.

    stray: the form of which an OTHER page looks like a further page, though it follows none; "" for most.
    """

    form: str
    pages: tuple[int, ...]
    confidence: float
    revision: str = ""
    stray: str = ""


@dataclass(frozen=True, slots=True)
class _Evidence:
    """named: how many of the texts that only this form prints are here; share: of what it asks, by letters.

    found: the form's phrases found, compacted.
    """

    named: int
    share: float
    found: frozenset[str]

    def starts(self) -> bool:
        """Whether this is a form's first page."""
        return self.named > 0 and (self.share >= _SHARE or self.named >= _NAMED_TWICE)


def find_forms(pages: Sequence[Readings], forms: Mapping[str, FormDefinition]) -> list[FormPages]:
    """Runs of pages, each a form or OTHER; a page that goes on from the last form's page belongs to it.

    A blank page (a back, with some dirt) stands by itself and parts no form; any other page that is no form does.
    """
    found: list[FormPages] = []
    seen: set[str] = set()
    last = -1
    for number, page in enumerate(pages):
        text = compact("".join(r.text for r in page.lines))
        evidence = _Weighed(text, forms)
        starts = {n: e for n in forms if (e := evidence.of_start(n)) is not None}
        before = found[last] if last >= 0 else None
        if starts:
            best = _best(text, starts, forms)
            found.append(FormPages(best, (number,), _confidence(starts[best])))
            seen, last = set(starts[best].found), len(found) - 1
        elif (
            before is not None
            and text
            and _goes_on(
                evidence.of(before.form), forms[before.form], seen, text, [pages[k] for k in before.pages], page
            )
        ):
            found[last] = replace(before, pages=(*before.pages, number))
            seen |= evidence.of(before.form).found
        else:
            likeness = 1 - max((evidence.of(n).share for n in forms), default=0.0)
            found.append(FormPages(OTHER, (number,), likeness, stray=evidence.stray()))
            last = last if len(text) < _LEAST_LETTERS else -1
    return [
        replace(f, revision=find_revision(forms[f.form], [pages[k] for k in f.pages])) if f.form in forms else f
        for f in found
    ]


def _best(text: str, starts: Mapping[str, _Evidence], forms: Mapping[str, FormDefinition]) -> str:
    """Which of the forms that may start on a page does: by what it asks and the others do not.

    Forms that are kin ask alike: a question that another has under another number counts only where it is said better.
    """
    asked = {n: _asked(forms[n]) for n in starts}
    own = {n: asked[n].difference(*(asked[o] for o in starts if o != n)) for n in starts}
    said = {labels: _said(text, labels) for labels in set().union(*own.values())}

    def rank(name: str) -> tuple[float, float, int]:
        rivals = [labels for n in starts if n != name for labels in own[n]]
        won = {
            labels
            for labels in own[name]
            if said[labels] >= _FOUND and all(said[labels] > said[r] for r in rivals if _are_kin(labels, r))
        }
        share = _letters(won) / _letters(own[name]) if own[name] else 0.5
        return share, starts[name].share, starts[name].named

    return max(starts, key=rank) if len(starts) > 1 else next(iter(starts))


def _said(text: str, labels: tuple[str, ...]) -> float:
    """How well the best of the labels stands in the text, 0 to 100."""
    return max(fuzz.partial_ratio(label, text) for label in labels)


def _are_kin(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return any(fuzz.ratio(a, b) >= _KIN for a in one for b in other)


def find_revision(form: FormDefinition, pages: Sequence[Readings]) -> str:
    """The first of the form's revisions whose text stands on a line of these pages; a letter may be misread."""
    lines = [c for page in pages for r in page.lines if (c := compact(r.text))]
    for name, texts in form.revisions.items():
        wanted = [compact(t) for t in texts]
        if any(w in line or fuzz.ratio(w, line) >= _SURELY_SAID for w in wanted for line in lines):
            return name
    return ""


class _Weighed:
    """What speaks for each form on a page, weighed when it is asked for: of most forms not even a title is there."""

    def __init__(self, text: str, forms: Mapping[str, FormDefinition]) -> None:
        self._text, self._forms = text, forms
        self._known: dict[str, _Evidence] = {}

    def of(self, name: str) -> _Evidence:
        if name not in self._known:
            self._known[name] = _evidence(self._text, self._forms[name])
        return self._known[name]

    def of_start(self, name: str) -> _Evidence | None:
        """The evidence that this is the form's first page; None where it is not."""
        titles = _titles(self._forms[name])
        if titles and not _found(self._text, titles):
            return None
        return evidence if (evidence := self.of(name)).starts() else None

    def stray(self) -> str:
        """The form whose print the page bears much of; "" where it bears little of any."""
        letters = {n: sum(map(len, _longest(self.of(n).found))) for n in self._forms}
        best = max(letters, key=letters.__getitem__, default="")
        return best if best and letters[best] >= max(_STRAY_LETTERS, _STRAY * len(self._text)) else ""


def _longest(texts: Collection[str]) -> set[str]:
    """The texts without those that another contains."""
    return {c for c in texts if not any(c != o and c in o for o in texts)}


def _evidence(text: str, form: FormDefinition) -> _Evidence:
    phrases = _phrases(form)
    if not text or not phrases:
        return _Evidence(0, 0.0, frozenset())
    found = _found(text, phrases)
    titles = _titles(form)
    asked = _asked(form) or {(c,) for c in phrases}
    named = len(titles & found) if titles else _NAMED_TWICE - 1
    return _Evidence(named, _share(asked, found), found)


def _share(asked: Collection[tuple[str, ...]], found: frozenset[str]) -> float:
    """Of what is asked, the share that was found, by letters."""
    return _letters([labels for labels in asked if not found.isdisjoint(labels)]) / _letters(asked)


def _letters(asked: Collection[tuple[str, ...]]) -> int:
    return sum(min(_MOST_LETTERS, max(map(len, labels))) for labels in asked)


def _phrases(form: FormDefinition) -> frozenset[str]:
    return frozenset(c for p in phrases_of(form) if len(c := compact(p)) >= _LEAST_LETTERS)


def _titles(form: FormDefinition) -> frozenset[str]:
    """The texts that only this form prints."""
    return _phrases(form).intersection(map(compact, form.identify))


def _found(text: str, phrases: Collection[str]) -> frozenset[str]:
    """Those of the phrases that the text holds, a few letters misread."""
    exact = {c for c in phrases if c in text}
    rest = sorted(set(phrases) - exact)
    if not rest or not text:
        return frozenset(exact)
    scores = process.cdist([text], rest, scorer=fuzz.partial_ratio, score_cutoff=_FOUND)[0]
    return frozenset(exact) | {c for c, score in zip(rest, scores, strict=True) if score > 0}


def _asked(form: FormDefinition) -> set[tuple[str, ...]]:
    """What the form asks: the labels of each field, column and group; the prints' different words for one are one."""
    wanted: list[Iterable[str]] = []
    for definition in (*form.fields, *(c for t in form.tables for c in t.columns)):
        wanted += [definition.labels, (definition.group,)]
    wanted += [t.titles for t in form.tables]
    told = (tuple(c for w in texts if len(c := compact(w)) >= _LEAST_LETTERS) for texts in wanted)
    return {labels for labels in told if labels}


def _confidence(evidence: _Evidence) -> float:
    return float(min(0.999, 0.5 + max(evidence.share, _SHARE * (evidence.named - 1))))


def _goes_on(
    evidence: _Evidence,
    form: FormDefinition,
    seen: set[str],
    text: str,
    before: Sequence[Readings],
    page: Readings,
) -> bool:
    """Whether a page without a title is a form's next: a cell cut in two, its print, or a form not at its end yet.

    seen: the form's phrases on its pages before. A stamp or a head that stands on every page, attached ones too,
    tells nothing; heads of a table do: they are printed again where it goes on.
    """
    if any(c.open_top for c in page.layout.cells) and any(c.open_bottom for c in before[-1].layout.cells):
        return True
    again = {compact(p) for t in form.tables for p in (*t.titles, *(w for c in t.columns for w in c.labels))}
    telling = _longest({c for c in evidence.found if c not in seen or c in again})
    return sum(map(len, telling)) >= _GOING_ON * len(text) or not _is_ended(form, before)


def _is_ended(form: FormDefinition, pages: Sequence[Readings]) -> bool:
    """Whether what the form prints after all entries stands on these pages already."""
    closing = [compact(p) for p in (form.footnotes.ends if form.footnotes else ())]
    text = compact("".join(r.text for p in pages for r in p.lines))
    long = [c for c in closing if len(c) >= _LEAST_LETTERS]
    return not long or any(fuzz.partial_ratio(c, text) >= _FOUND for c in long)


@dataclass(frozen=True, slots=True)
class Part:
    """A document within a file. sheets: separator pages before it; metadata: what its own codes say, no other's."""

    pages: tuple[Readings, ...]
    stacks: tuple[Readings, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)


def split(pages: Sequence[Readings]) -> list[Part]:
    """The documents of a file, separator sheets and their blank backs taken out.

    Sheets that follow each other count as one. A file of nothing but sheets is a document of its own.
    """
    parts: list[tuple[list[Readings], list[Readings]]] = [([], [])]
    for page in pages:
        stacks, own = parts[-1]
        if _is_sheet(page):
            if own:
                parts.append(([page], []))
            else:
                stacks.append(page)
        elif not own and stacks and page.layout.ref.page == stacks[-1].layout.ref.page + 1 and _is_blank(page):
            stacks.append(page)
        else:
            own.append(page)
    if not any(own for _, own in parts):
        return [Part(tuple(pages), (), metadata_of(_codes(pages)))]
    return [Part(tuple(own), tuple(stacks), metadata_of(_codes([*stacks, *own]))) for stacks, own in parts]


def _is_sheet(page: Readings) -> bool:
    return any(code.separates for code in page.codes)


def _is_blank(page: Readings) -> bool:
    return not page.codes and not any(reading.text for reading in page.lines)


def _codes(pages: Sequence[Readings]) -> list[Code]:
    return [code for page in pages for code in page.codes]
