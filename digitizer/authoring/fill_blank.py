"""A blank filled in with made-up entries where its fields are, and what then truly stands in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

import numpy as np

from digitizer.authoring.answer_places import Answer
from digitizer.authoring.blank import Blank, BlankTable
from digitizer.authoring.drawing.damage import damage
from digitizer.authoring.drawing.effects import Noise
from digitizer.authoring.drawing.inking import (
    MARKS,
    Machine,
    choose_machine,
    mark_by_hand,
    pitch_of,
    typed_x,
    width_of,
    write,
)
from digitizer.authoring.drawing.made_up import MadeUp
from digitizer.authoring.drawing.nouns import DPI, Damaged, Family
from digitizer.authoring.drawing.ticks import Hand
from digitizer.authoring.drawing.words import Words
from digitizer.document.form import FieldDefinition, FormDefinition
from digitizer.document.geometry import Box
from digitizer.document.page import Pixels
from digitizer.document.record import Value
from digitizer.fields.drafts import Content, draft_value
from digitizer.fields.slots import Slot
from digitizer.reading.values import normalise

_FAMILIES: tuple[Family, ...] = ("office", "archive", "archive", "office", "clean", "archive", "office", "copier")
"""Damage in turn."""
_BLANK, _BLANK_REQUIRED, _BLANK_CELL = 0.2, 0.02, 0.12
_TICKED, _ANSWERED = 0.3, 0.85
_ELSEWHERE = 0.15
"""How often people write beside a label where there is more room under it, or the other way round."""
_TRIES = 8
_SET_IN = 0.2
"""Inches by which an entry may begin to the right of where it could."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled form, scanned. values: of the fields; rows: of the tables, by column. Both as read without any error."""

    scans: tuple[Damaged, ...]
    values: Mapping[str, Value]
    rows: Mapping[str, tuple[Mapping[str, Value], ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Who fills a form: one machine, one pen, one stock of things to say."""

    rng: Random
    noise: Noise
    machine: Machine
    made: MadeUp
    hand: Hand | None


def fill_blank(blank: Blank, number: int, seed: int) -> Filled:
    """The blank, filled in and scanned; the same number and seed give the same scan."""
    rng, noise = Random(f"fill-{seed}-{number}"), np.random.default_rng([seed, number, 11])
    machine = choose_machine(noise)
    by_hand = rng.random() < (0.35 if machine.typed else 0.6)
    hand = MARKS[int(noise.integers(len(MARKS)))] if by_hand else None
    writer = _Writer(rng, noise, machine, MadeUp(Words(rng)), hand)
    pages = [page.copy() for page in blank.pages]
    values: dict[str, Value] = {}
    ticked = _choose_ticks(blank, rng)
    for answer in (a for a in blank.answers if a.mark):
        name = answer.slot.leader.name
        if name in ticked:
            _tick(pages[answer.page], answer.box, writer)
        values |= {f.name: name in ticked for f in answer.slot.fields}
    entries = _entries(blank, writer)
    for answer, lines, box in entries:
        if lines:
            _put(pages[answer.page], lines, box, answer.ruled, writer)
        values |= truth_of(answer.slot, lines)
    rows = {}
    for table in blank.tables:
        if table.definition.name not in rows:
            rows[table.definition.name] = _fill_table(pages[table.page], table, blank.form, writer)
    family = _FAMILIES[number % len(_FAMILIES)]
    return Filled(tuple(damage(page, family, noise, 0) for page in pages), values, rows)


def truth_of(slot: Slot, lines: Sequence[str]) -> dict[str, Value]:
    """What the slot's fields hold where these lines stand and are read without error."""
    if not lines:
        return {f.name: "" for f in slot.fields}
    tops = tuple(range(0, 40 * len(lines), 40))
    content = Content(tuple(lines), (), 1.0, True, None, None, "", tops=tops)
    last = max(f.line for f in slot.fields)
    return {f.name: draft_value(f, content, 1.0, 1.0, last).value for f in slot.fields}


def _choose_ticks(blank: Blank, rng: Random) -> set[str]:
    """Names of the checkboxes to tick, such that the form's rules hold."""
    boxes = [a.slot.leader.name for a in blank.answers if a.mark]
    ticked = {name for name in boxes if rng.random() < _TICKED}
    for rule in blank.form.rules:
        own = [n for n in rule.fields if n in boxes]
        if rule.kind == "exclusive" and own:
            ticked -= set(own)
            ticked |= {rng.choice(own)} if rng.random() < _ANSWERED else set()
    for rule in blank.form.rules:
        own = [n for n in rule.fields if n in boxes]
        if rule.kind == "at_least_one" and own and not ticked & set(own):
            ticked.add(rng.choice(own))
    return ticked


def _tick(page: Pixels, box: Box, writer: _Writer) -> None:
    if writer.hand is None:
        typed_x(page, box, writer.machine, writer.noise)
    else:
        mark_by_hand(page, box, writer.hand, writer.noise)


def _entries(blank: Blank, writer: _Writer) -> list[tuple[Answer, list[str], Box]]:
    """What to write for each slot that is no checkbox, and where, such that the form's rules hold."""
    required = {n for r in blank.form.rules if r.kind == "required" and not r.table for n in r.fields}
    chosen: dict[str, tuple[Answer, list[str], Box]] = {}
    for answer in (a for a in blank.answers if not a.mark):
        names = {f.name for f in answer.slot.fields}
        elsewhere = answer.other is not None and writer.rng.random() < _ELSEWHERE
        box = answer.other if answer.other is not None and elsewhere else answer.box
        blank_here = writer.rng.random() < (_BLANK_REQUIRED if names & required else _BLANK)
        lines = [] if blank_here else _say(answer.slot.fields, box, answer.ruled, blank.form, writer)
        chosen[answer.slot.leader.name] = (answer, lines, box)
    for rule in blank.form.rules:
        own = [n for n in rule.fields if n in chosen and chosen[n][1] and len(chosen[n][0].slot.fields) == 1]
        if rule.table or len(own) < 2:
            continue
        if rule.kind == "same":
            for name in own[1:]:
                chosen[name] = (chosen[name][0], chosen[own[0]][1], chosen[name][2])
        elif rule.kind == "order":
            texts = sorted((chosen[n][1] for n in own), key=lambda t: str(normalise("date", t[0]).value))
            for name, text in zip(own, texts, strict=True):
                chosen[name] = (chosen[name][0], text, chosen[name][2])
    return list(chosen.values())


def _say(fields: Sequence[FieldDefinition], box: Box, ruled: bool, form: FormDefinition, writer: _Writer) -> list[str]:
    """Lines of an entry that fit into a place; none where nothing does."""
    most = 1 if ruled else max(1, box.height // pitch_of(writer.machine))
    parts = sorted({f.line: f for f in fields}.items())
    for _ in range(_TRIES):
        if len(parts) > 1:
            lines = [" ".join(writer.made.entry(f, 1, form.rules)) for _, f in parts][:most]
        else:
            lines = writer.made.entry(parts[0][1], min(most, 3), form.rules)[:most]
        if lines and all(lines) and all(width_of(line, writer.machine) <= box.width for line in lines):
            return lines
    return []


def _put(page: Pixels, lines: list[str], box: Box, ruled: bool, writer: _Writer) -> Box:
    """Writes an entry: on its line, or somewhere at the left and the top of its place."""
    height = pitch_of(writer.machine) * len(lines)
    slack_x = max(0, box.width - max(width_of(line, writer.machine) for line in lines))
    left = box.x + round(min(slack_x, _SET_IN * DPI) * writer.rng.random() ** 2)
    slack = box.height - height
    if ruled:
        top = box.bottom - height + round(writer.noise.normal(0, 0.01) * DPI)
    elif slack <= 0:
        top = round(box.center[1] - height / 2)
    else:
        top = box.y + round(min(slack, writer.machine.drop * DPI + slack * 0.6 * writer.rng.random() ** 2))
    return write(page, lines, left, top, writer.machine, writer.noise)


def _fill_table(
    page: Pixels, table: BlankTable, form: FormDefinition, writer: _Writer
) -> tuple[Mapping[str, Value], ...]:
    """Fills some of the rows from the top, most cells of each."""
    count = min(len(table.rows), round(len(table.rows) * writer.rng.random() ** 1.5))
    rows = []
    for places in table.rows[:count]:
        row: dict[str, Value] = {}
        for k, (column, box) in enumerate(zip(table.definition.columns, places, strict=True)):
            if box is None or row.get(column.name):
                row.setdefault(column.name, "")
                continue
            lines = [] if k and writer.rng.random() < _BLANK_CELL else _say((column,), box, True, form, writer)
            if lines:
                _put(page, lines, box, False, writer)
                row |= column.implies
            row[column.name] = truth_of(Slot((column,)), lines)[column.name]
        if any(row.values()):
            rows.append(row)
    return tuple(rows)
