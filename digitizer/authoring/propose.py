"""A form's definition proposed from its print and what was filled in: fields, checkboxes, tables, rules; as YAML."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from digitizer.authoring.consensus import PagePrint, find_prints
from digitizer.authoring.naming import kind_of, name_of, number_of
from digitizer.authoring.owned import Owned, find_owned
from digitizer.authoring.propose_tables import ProposedColumn, ProposedTable, find_table_print, name_columns
from digitizer.authoring.questions import Phrase, Questions, find_questions
from digitizer.document.form import Kind
from digitizer.document.geometry import Box
from digitizer.document.layout import Readings
from digitizer.document.lines import same_line
from digitizer.fields.stacked_pages import UNIT

_LONGEST_LABEL = 300
"""Characters; what is longer and bears no number is a text to read."""
_LONGEST_PLAIN = 110
"""Characters of a label without number or colon; what is longer tells how to fill in the form."""
_SHORT_LABEL = 70
_LEAST_LETTERS, _PARTS, _OFTEN, _LEAST_STAMPED = 2, 2, 0.4, 2
_MOST_PRINT = 60
_LEAST_SHARED = 3
"""Scans on which one of several captions has an entry over it and none two, before they are taken for one label."""
_YES_NO = re.compile(r"\W*(yes|no)\W*", re.I)
_ASKING = re.compile(r"[:$#]\s*$|\bNo\.?\s*$|\(specify\)|^\(.{2,40}\)\s*$|_{2,}")
_SENTENCES = re.compile(r"[a-z)][.;]\s+[A-Z]")
_GIVE = re.compile(r"\(.*\b(?:specify|give|name|explain|describe|state)\b.*\)|\bspecify\b", re.I)
"""A checkbox's label that asks for words, too."""
_JURAT = re.compile(r"subscribed and sworn|\bnotary\b|commission expires", re.I)
_JURAT_GAP = 60
"""Stack units between its texts side by side."""
_HEADING = re.compile(r"following information|^\W*signature\W*$|^continued|^OMB\b|approval expires", re.I)
_STAMP = re.compile(r"\breceived\b|\bfiled\b", re.I)


@dataclass(frozen=True, slots=True)
class ProposedField:
    """A field as proposed. page: counted from 1; box: of its label or checkbox on the reference page, stack units.

    seen: on how many of the scans it is filled in. stamp: the date of a received stamp.
    """

    name: str
    kind: Kind
    label: str
    group: str
    page: int
    box: Box
    seen: int = 0
    near: str = ""
    stamp: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """A definition as proposed. pages: the print it came from; exclusive: names of fields of which one is ticked.

    titles: printed texts that only this form may bear; print: other texts that are no entries.
    """

    fields: tuple[ProposedField, ...]
    tables: tuple[ProposedTable, ...]
    exclusive: tuple[tuple[str, ...], ...]
    titles: tuple[str, ...]
    print: tuple[str, ...]
    pages: tuple[PagePrint, ...]


def propose_form(documents: Sequence[Sequence[Readings]]) -> Proposal:
    """The proposal for a form from the pages of one blank or of several filled documents.

    Raises:
        ValueError: nothing is printed on any page, or nothing that scans share.
    """
    count = max(len(d) for d in documents)
    pages: list[tuple[int, PagePrint]] = []
    known: list[ProposedTable] = []
    for number in range(count):
        same = [d[number] for d in documents if len(d) > number]
        prints = list(find_prints(same))
        known += [t for p in prints for t in find_table_print(p, number + 1, ())[1]]
        printed = _fullest(prints, known)
        # A page that only one document of several has is no page of the form.
        if printed is not None and (len(printed.scans) > 1 or len(documents) == 1):
            pages.append((number + 1, printed))
    if not pages:
        raise ValueError("the scans share no print" if len(documents) > 1 else "nothing is printed on the scan")
    fields: list[ProposedField] = []
    tables: list[ProposedTable] = []
    exclusive: list[tuple[str, ...]] = []
    others: list[str] = []
    for number, page in pages:
        heads, own_tables, taken = find_table_print(page, number, [t.name for t in tables], known)
        questions = find_questions(page, taken)
        owned = find_owned(page, questions.phrases, heads)
        first = len(fields)
        fields += _choices(questions, owned, number, [f.name for f in fields])
        fields += _asked(page, questions, owned, number, [f.name for f in fields])
        exclusive += _exclusive(fields[first:])
        tables += own_tables
        used = {f.label for f in fields} | {f.group for f in fields}
        stamp = _stamp(documents, page, number)
        if stamp is not None and all(f.name != stamp.name for f in fields):
            fields.append(stamp)
        others += [p.text for p in questions.phrases if p.text not in used and len(p.text) > 3]
    titles = _titles(pages[0][1], others)
    return Proposal(
        tuple(_as_read(fields)),
        tuple(name_columns(tables)),
        tuple(exclusive),
        titles,
        tuple(o for o in dict.fromkeys(others) if o not in titles),
        tuple(p for _, p in pages),
    )


def _fullest(prints: Sequence[PagePrint], known: Sequence[ProposedTable]) -> PagePrint | None:
    """The first print with most columns that have heads: others lack tables, or parts of their heads."""

    def columns(page: PagePrint) -> int:
        return sum(bool(c.label) for t in find_table_print(page, 1, (), known)[1] for c in t.columns)

    return max(prints, key=columns, default=None)


def _as_read(fields: Sequence[ProposedField]) -> list[ProposedField]:
    """Page by page, line by line, from left to right."""
    rows: list[list[ProposedField]] = []
    for field in sorted(fields, key=lambda f: (f.page, f.box.center[1])):
        last = rows[-1][0] if rows else None
        if last and last.page == field.page and same_line(last.box, field.box):
            rows[-1].append(field)
        else:
            rows.append([field])
    return [f for row in rows for f in sorted(row, key=lambda f: f.box.x)]


def _choices(questions: Questions, owned: Owned, page: int, taken: list[str]) -> list[ProposedField]:
    """A field for each checkbox that has a label."""
    fields: list[ProposedField] = []
    for choice in questions.choices:
        if choice.label is None:
            continue
        label = questions.phrases[choice.label].text
        group = questions.phrases[choice.group].text if choice.group is not None else ""
        name = name_of(label, group, [*taken, *(f.name for f in fields)])
        fields.append(ProposedField(name, "checkbox", label, group, page, choice.box, owned.ticked(choice.box)))
    return fields


def _asked(page: PagePrint, questions: Questions, owned: Owned, number: int, taken: list[str]) -> list[ProposedField]:
    """A field for each phrase that asks for something to be written."""
    beside = {c.label: c for c in questions.choices if c.label is not None}
    groups = {c.group for c in questions.choices}
    fields: list[ProposedField] = []
    sworn, rows = _jurat(questions.phrases), _caption_rows(questions.phrases, owned)
    for n, phrase in enumerate(questions.phrases):
        if n in sworn or any(n in row[1:] for row in rows):
            continue
        choice = beside.get(n)
        asks = _asks_beside(owned, n, phrase) if choice is not None else _asks(page, owned, n, phrase, n in groups)
        if not asks:
            continue
        group = questions.phrases[choice.group].text if choice and choice.group is not None else _over(questions, n)
        names = [*taken, *(f.name for f in fields)]
        name = name_of(f"{phrase.text} text" if choice is not None else phrase.text, group, names)
        row = next((r for r in rows if r[0] == n), [n])
        label = " ".join(questions.phrases[k].text for k in row)
        box = Box.around([questions.phrases[k].box for k in row])
        entries = {scan: text for k in row for scan, text in owned.entries(k).items()}
        kind = kind_of(label, list(entries.values()))
        fields.append(ProposedField(name, kind, label, group, number, box, len(entries)))
    return _without_headings(fields)


def _caption_rows(phrases: Sequence[Phrase], owned: Owned) -> list[list[int]]:
    """Captions in brackets side by side over which one entry runs, as a name over (Last) (First) (Middle)."""
    captions = [n for n, p in enumerate(phrases) if p.text.startswith("(") and len(p.text) <= _SHORT_LABEL]
    rows: list[list[int]] = []
    for n in sorted(captions, key=lambda n: phrases[n].box.x):
        here = phrases[n]
        row = next(
            (r for r in rows if phrases[r[-1]].cell == here.cell and _is_level(phrases[r[-1]].box, here.box)), None
        )
        # Where some scan has an entry over each, they are asked for one by one.
        if row is not None and not any(owned.entries(k).keys() & owned.entries(n).keys() for k in row):
            row.append(n)
        else:
            rows.insert(0, [n])
    filled = [{scan for k in row for scan in owned.entries(k)} for row in rows]
    return [row for row, scans in zip(rows, filled, strict=True) if len(row) > 1 and len(scans) >= _LEAST_SHARED]


def _is_level(one: Box, other: Box) -> bool:
    return same_line(one, other)


def _asks(page: PagePrint, owned: Owned, n: int, phrase: Phrase, question: bool) -> bool:
    """Whether a phrase is the label of something to be filled in. question: checkboxes answer it."""
    text, scans = phrase.text, len(page.scans)
    entries, room, line = owned.entries(n), owned.room(n), owned.lines[n]
    numbered, asking = bool(number_of(text)), bool(_ASKING.search(text))
    letters = sum(c.isalpha() for c in text)
    if _HEADING.search(text) or (text.isupper() and not (numbered or line or entries)):
        return False
    if not numbered and len(text) > _LONGEST_PLAIN and not asking:
        return False
    if letters < _LEAST_LETTERS or _YES_NO.fullmatch(text) or (len(text) > _LONGEST_LABEL and not numbered):
        return False
    if text[:1].islower() and not line:
        return False
    if not numbered and len(_SENTENCES.findall(text)) > 1:
        return False
    if question:
        return line
    if scans > 1 and len(entries) >= max(2, _OFTEN * scans):
        return numbered or asking or line or (phrase.cell is not None and len(text) <= _SHORT_LABEL)
    if not room:
        return False
    return asking or numbered or line or (phrase.cell is not None and len(text) <= _SHORT_LABEL and letters > 3)


def _jurat(phrases: Sequence[Phrase]) -> set[int]:
    """The texts of what a notary fills in, no filer, and those between them: nobody keys that."""
    sworn = [p.box for p in phrases if _JURAT.search(p.text) and len(p.text) <= _LONGEST_PLAIN]
    if not sworn:
        return set()
    around = Box.around(sworn)

    def inside(box: Box) -> bool:
        return around.y <= box.center[1] < around.bottom and any(box.overlap_x(s) > -_JURAT_GAP for s in sworn)

    return {n for n, p in enumerate(phrases) if p.box in sworn or (inside(p.box) and not number_of(p.text))}


def _asks_beside(owned: Owned, n: int, phrase: Phrase) -> bool:
    """Whether something is to be written after a checkbox's label, too."""
    return bool(_GIVE.search(phrase.text)) or owned.lines[n]


def _without_headings(fields: Sequence[ProposedField]) -> list[ProposedField]:
    """The fields without the questions that are asked part by part, as '8. Name and address: Name … Address …'."""
    parts = [f.group for f in fields]
    return [f for f in fields if parts.count(f.label) < _PARTS]


def _over(questions: Questions, n: int) -> str:
    """The numbered question over a plain label of its cell, such as 'Name' under '8. What is …'."""
    phrase = questions.phrases[n]
    if number_of(phrase.text):
        return ""
    above = [
        p
        for p in questions.phrases
        if p.cell == phrase.cell and p.cell is not None and number_of(p.text) and p.box.bottom <= phrase.box.center[1]
    ]
    return max(above, key=lambda p: p.box.bottom).text if above else ""


def _exclusive(fields: Sequence[ProposedField]) -> list[tuple[str, ...]]:
    """Names of the checkboxes Yes and No of each question."""
    found: list[tuple[str, ...]] = []
    for field in fields:
        if field.kind == "checkbox" and re.fullmatch(r"\W*yes\W*", field.label, re.I):
            partners = [
                f
                for f in fields
                if f.kind == "checkbox" and f.group == field.group and re.fullmatch(r"\W*no\W*", f.label, re.I)
            ]
            near = min(partners, key=lambda f: abs(f.box.y - field.box.y) + abs(f.box.x - field.box.x), default=None)
            if near is not None:
                found.append((field.name, near.name))
    return found


def _stamp(documents: Sequence[Sequence[Readings]], page: PagePrint, number: int) -> ProposedField | None:
    """The date of a received stamp, where several scans bear one."""
    if len(documents) < _LEAST_STAMPED:
        return None
    found: list[tuple[str, Box]] = []
    for document in documents:
        lines = (
            zip(document[number - 1].layout.lines, document[number - 1].lines, strict=True)
            if number <= len(document)
            else ()
        )
        said = [
            (r.text, line.box)
            for line, r in lines
            if re.search(r"\breceived\b", r.text, re.I) and len(r.text) <= _SHORT_LABEL
        ]
        found += said[:1]
    if len(found) < _LEAST_STAMPED:
        return None
    text = max(found, key=lambda f: sum(f[0] == o for o, _ in found))[0]
    box = next((line.box for line in page.lines if line.text == text), Box(40, 40, 40, 40))
    return ProposedField("receivedDate", "date", text, "", number, box, len(found), stamp=True)


def _titles(page: PagePrint, others: Sequence[str]) -> tuple[str, ...]:
    """The largest lines in the upper third of the first page, which tell the form."""
    height = page.stack.pages[0].layout.size[1] * UNIT / page.stack.pages[0].layout.dpi
    upper = [
        line
        for line in page.lines
        if line.box.bottom < 0.35 * height
        and len(line.text) <= _SHORT_LABEL
        and sum(c.isalpha() for c in line.text) >= 8
        and not _STAMP.search(line.text)
    ]
    known = " ".join(others)
    tall = sorted((line for line in upper if line.text in known), key=lambda line: -line.box.height)
    return tuple(dict.fromkeys(line.text for line in tall[:3]))


def renamed(field: ProposedField, name: str) -> ProposedField:
    """The same field under another name."""
    return replace(field, name=name)


def write_yaml(form: str, proposal: Proposal, scans: int) -> str:
    """The text of form.yaml. scans: from how many documents it was proposed."""
    title = proposal.titles[0] if proposal.titles else form
    source = "one blank" if scans == 1 else f"{scans} filled scans"
    lines = [
        f"# Proposed from {source}; look at every name and kind, then: digitizer forms check",
        "# Kinds: text, name, address, date, number, money, code (with values), checkbox. Every key: docs/forms.md",
        f"form: {form}",
        f"title: {_quoted(title)}",
    ]
    if proposal.titles:
        lines += ["# What only this form prints, to tell it from others.", "identify:"]
        lines += [f"  - {_quoted(text)}" for text in proposal.titles]
    if proposal.fields:
        lines.append("fields:")
    for page in sorted({f.page for f in proposal.fields}):
        lines.append(f"  # page {page}")
        lines += [_field(f, scans) for f in proposal.fields if f.page == page]
    if proposal.tables:
        lines.append("tables:")
    for table in proposal.tables:
        lines += [f"  # page {table.page}", f"  - name: {table.name}"]
        lines += [f"    titles: [{_quoted(table.title)}]"] if table.title else []
        lines += ["    columns:", *(_column(c) for c in table.columns)]
    if proposal.exclusive:
        lines += ["# At most one of them is ticked.", "rules:"]
        lines += [f"  - {{kind: exclusive, fields: [{', '.join(names)}]}}" for names in proposal.exclusive]
    if proposal.print:
        lines += ["# Printed texts that are never entries.", "print:"]
        lines += [f"  - {_quoted(text)}" for text in proposal.print[:_MOST_PRINT]]
    return "\n".join(lines) + "\n"


def _field(field: ProposedField, scans: int) -> str:
    keys = [f"name: {field.name}", f"kind: {field.kind}", f"labels: [{_quoted(field.label)}]"]
    keys += [f"group: {_quoted(field.group)}"] if field.group else []
    item = number_of(field.label) or number_of(field.group)
    keys += [f"item: {_quoted(item)}"] if item else []
    keys += ["stamp: true"] if field.stamp else []
    seen = f"  # filled in on {field.seen} of {scans}" if scans > 1 else ""
    return f"  - {{{', '.join(keys)}}}{seen}"


def _column(column: ProposedColumn) -> str:
    keys = [f"name: {column.name}", f"kind: {column.kind}", f"labels: [{_quoted(column.label)}]"]
    keys += [f"group: {_quoted(column.group)}"] if column.group else []
    return f"      - {{{', '.join(keys)}}}"


def _quoted(text: str) -> str:
    """A text that YAML takes as it is, whatever signs are in it: JSON is YAML."""
    return json.dumps(text, ensure_ascii=False)
