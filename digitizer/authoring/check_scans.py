"""A definition held against scans: labels on no page, labels that several things bear, fields out of reach."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from digitizer.authoring.blank import Reach, reach
from digitizer.document.form import FormDefinition
from digitizer.document.geometry import Box
from digitizer.document.layout import Readings
from digitizer.fields.classifier import FieldClassifier
from digitizer.fields.extract import Drafts, extract
from digitizer.fields.features import own_labels
from digitizer.fields.phrases import LabelMatch, compact
from digitizer.fields.slots import Slot, slots_of
from digitizer.fields.stacked_pages import UNIT, Item, StackedPages
from digitizer.fields.yaml_places import Path as YamlPath

_LIKE = 60.0
"""Likeness (0 to 100) from which a printed text is worth suggesting."""
_EQUAL = 0.05
"""By so much less well read a label may stand elsewhere and yet be the same."""
_NEXT_LINE = 0.12
"""Inches between the lines of a label."""
_AROUND = 3.0
"""Inches around a label within which other print tells it from its like."""
_TELLING = 6
"""Letters from which likeness tells anything."""
_SHOWN = 70


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not fit. where: the place in the definition; what: told with a suggestion if there is one."""

    where: YamlPath
    what: str


@dataclass(frozen=True, slots=True)
class Looked:
    """A document, looked at. reached: what the definition gets hold of; drafts: what would be read."""

    name: str
    reached: Reach
    drafts: Drafts


def look_at(name: str, pages: Sequence[Readings], form: FormDefinition, classifier: FieldClassifier) -> Looked:
    """One document as the definition sees it."""
    reached = reach(list(pages), form, classifier)
    return Looked(name, reached, extract(reached.stack, form, classifier))


def check_against(form: FormDefinition, documents: Sequence[Looked]) -> list[Finding]:
    """What does not fit, in the order of the definition; a label that is on any of the documents is found."""
    findings = [*_unknown(form, documents)]
    slots = slots_of([f for f in form.fields if not f.stamp])
    numbers = {f.name: k for k, f in enumerate(form.fields)}
    for s, slot in enumerate(slots):
        findings += _check_slot(s, slot, slots, ("fields", numbers[slot.leader.name]), documents)
    for t, table in enumerate(form.tables):
        if table.block:
            continue
        matched = [m for d in documents for m in d.reached.tables if m.definition.name == table.name]
        if not matched:
            findings.append(Finding(("tables", t), f"{table.name}: no table with such heads was found on any page"))
            continue
        for c, column in enumerate(table.columns):
            if all(m.assigned[c] is None for m in matched):
                heads = [f"{p.parents} {p.own}".strip() for m in matched for p in m.printed.columns]
                told = f"{table.name}.{column.name}: no column under '{column.labels[0]}'"
                findings.append(Finding(("tables", t, "columns", c, "labels"), told + _suggest(column.labels, heads)))
    return sorted(findings, key=lambda f: [(isinstance(p, str), str(p).zfill(4)) for p in f.where])


def _unknown(form: FormDefinition, documents: Sequence[Looked]) -> Iterator[Finding]:
    """Scans that would not be told to be this form."""
    strange = [d for d in documents if d.reached.sure == 0]
    if strange:
        names = ", ".join(d.name for d in strange[:5])
        told = f"{names}: not told to be '{form.form}'"
        how = (
            _suggest(form.identify, _texts(strange[0].reached.stack)) if form.identify else "; give a title in identify"
        )
        yield Finding(("identify",), told + how)


def _check_slot(
    s: int, slot: Slot, slots: Sequence[Slot], where: YamlPath, documents: Sequence[Looked]
) -> Iterator[Finding]:
    field = slot.leader
    matches = [h for d in documents for h in _matches(d) if h.phrase in slot.labels]
    if not matches:
        if not field.optional:
            told = f"{field.name}: its label '{_short(field.labels[0])}' stands on no page"
            how = _taken(field.labels, documents) or _suggest(field.labels, _all_texts(documents))
            yield Finding((*where, "labels"), told + how)
        return
    for key, text in (("group", field.group), ("near", field.near)):
        if text and all(h.phrase != text for d in documents for h in _matches(d)):
            told = f"{field.name}: its {key} '{_short(text)}' stands on no page"
            yield Finding((*where, key), told + _suggest((text,), _all_texts(documents)))
    twin = next((o.leader.name for o in slots[:s] if _is_twin(slot, o)), None)
    if twin is not None:
        told = f"{field.name}: nothing tells it from {twin}: same label, group and near"
        yield Finding((*where, "labels"), told)
        return
    yield from _ambiguous(s, slot, slots, where, documents)
    if not any(_is_reached(slot, d) for d in documents):
        what = "no checkbox beside it" if slot.is_checkbox else "no room beside, under or over it, and nothing written"
        yield Finding(
            (*where, "labels"), f"{field.name}: out of reach: '{_short(field.labels[0])}' was found, but {what}"
        )


def _taken(labels: Sequence[str], documents: Sequence[Looked]) -> str:
    """Which other text of the definition took a label's words, if one did."""
    wanted = [compact(label) for label in labels]
    takers = {h.phrase for d in documents for h in _matches(d) for w in wanted if w and w in compact(h.phrase)}
    return (
        f"; its words were taken for '{_short(min(takers, key=len))}', which is in the definition, too"
        if takers
        else ""
    )


def _is_twin(one: Slot, other: Slot) -> bool:
    a, b = one.leader, other.leader
    same = (a.labels, a.group, a.near, a.kind == "checkbox") == (b.labels, b.group, b.near, b.kind == "checkbox")
    return same and not (a.item and b.item and a.item != b.item)


def _ambiguous(
    s: int, slot: Slot, slots: Sequence[Slot], where: YamlPath, documents: Sequence[Looked]
) -> Iterator[Finding]:
    """A label that stands in several places with equal right, though nothing says which is meant."""
    field = slot.leader
    if field.near:
        return
    for document in documents:
        matches = document.reached.matches
        own = [matches[int(k)] for k in own_labels(matches, slots)[s]]
        best = max((h.score for h in own), default=0.0)
        equal = [h for h in own if h.score >= best - _EQUAL and h.phrase == own[0].phrase]
        rivals = sum(set(o.labels) & set(slot.labels) != set() for o in slots)
        if len(equal) > rivals:
            stack = document.reached.stack
            pages = sorted({stack.items[h.covered[0][0]].page + 1 for h in equal})
            near = [t for h in equal for t in [_around(stack, h)] if t]
            where_to = f"{len(equal)} times on page {_list(pages)} of {document.name}"
            told = f"{field.name}: '{_short(equal[0].phrase)}' stands {where_to}"
            how = f"; tell which by near, such as {' or '.join(repr(t) for t in dict.fromkeys(near))}" if near else ""
            yield Finding((*where, "labels"), told + how)
            return


def _is_reached(slot: Slot, document: Looked) -> bool:
    names = {f.name for f in slot.fields}
    placed = any(a.slot.leader.name in names for a in document.reached.answers)
    drafts = [d for n, d in document.drafts.fields.items() if n in names]
    return placed or any(d.text or d.engine == "mark" for d in drafts)


def _matches(document: Looked) -> Sequence[LabelMatch]:
    return document.reached.matches


def _around(stack: StackedPages, match: LabelMatch) -> str:
    """The print nearest above or left of a label."""
    page = stack.items[match.covered[0][0]].page
    own = {i for i, _, _ in match.covered}
    others = [
        i
        for k, i in enumerate(stack.items)
        if i.page == page
        and k not in own
        and sum(c.isalpha() for c in i.text) > 3
        and i.box.y <= match.box.y
        and not (i.box.overlap_y(match.box) > 0 and i.box.x > match.box.x)
    ]
    nearest = min(others, key=lambda i: _distance(i.box, match.box), default=None)
    return _short(nearest.text, 40) if nearest and _distance(nearest.box, match.box) < _AROUND * UNIT else ""


def _distance(one: Box, other: Box) -> float:
    dx = max(0, one.x - other.right, other.x - one.right)
    dy = max(0, one.y - other.bottom, other.y - one.bottom)
    return float(dx + dy)


def _all_texts(documents: Sequence[Looked]) -> list[str]:
    return [t for d in documents for t in _texts(d.reached.stack)]


def _texts(stack: StackedPages) -> list[str]:
    """Lines as read, and lines joined with the next one or two under them."""
    items = [i for i in stack.items if any(c.isalpha() for c in i.text)]
    texts: list[str] = []
    for item in items:
        texts.append(item.text)
        last, joined = item, item.text
        for _ in range(2):
            under = _under(items, last)
            if under is None:
                break
            last, joined = under, f"{joined} {under.text}"
            texts.append(joined)
    return texts


def _under(items: Sequence[Item], item: Item) -> Item | None:
    below = [
        i
        for i in items
        if i.page == item.page
        and -4 <= i.box.y - item.box.bottom <= _NEXT_LINE * UNIT
        and abs(i.box.x - item.box.x) < 0.4 * UNIT
    ]
    return min(below, key=lambda i: i.box.y, default=None)


def _suggest(wanted: Sequence[str], texts: Sequence[str]) -> str:
    """The printed text most like one of these, as it may be copied into the definition."""
    pairs = [(compact(w), compact(t), t) for w in wanted for t in texts if compact(t)]
    # Short texts are alike by chance.
    scored = [(fuzz.ratio(w, t) * min(1.0, len(w) / _TELLING), text) for w, t, text in pairs]
    score, text = max(scored, default=(0.0, ""), key=lambda pair: pair[0])
    return f"; nearest print: '{_short(text)}'" if score >= _LIKE else "; nothing printed is like it"


def _short(text: str, most: int = _SHOWN) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _list(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers))
