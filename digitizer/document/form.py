"""Form definitions: what a form asks for, under which printed labels. Data, never code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

Kind = Literal["text", "name", "address", "date", "number", "money", "code", "checkbox"]
RuleKind = Literal["exclusive", "at_least_one", "required", "order", "same", "range", "sum", "running_total"]
RULE_KINDS: tuple[RuleKind, ...] = get_args(RuleKind)
KINDS: tuple[Kind, ...] = ("text", "name", "address", "date", "number", "money", "code", "checkbox")


@dataclass(frozen=True, slots=True)
class FieldDefinition:
    """A field of the form or a column of a table.

    labels: texts printed beside it, any of which may stand. group: the heading or question it belongs to.
    item: its number on the form. near: another text that stands close by. values: vocabulary of a code.
    pattern: regular expression; its first group that matched is the value, out of all that is written in the place.
    line: which line of an entry of several lines is meant, counted from 1; 0: all of them.
    implies: columns that get a fixed value wherever this one is filled in.
    words: words and phrases that entries often hold; what was nearly read as one of them is put right.
    optional: prints without it exist; where its label is not found, nor its group, the record has no key for it.
    stamp: the date of the received stamp, which stands anywhere.
    day_first: its dates are written day before month where three numbers do not tell.
    """

    name: str
    kind: Kind
    labels: tuple[str, ...]
    group: str = ""
    item: str = ""
    near: str = ""
    values: tuple[str, ...] = ()
    pattern: str = ""
    line: int = 0
    implies: Mapping[str, str] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    optional: bool = False
    stamp: bool = False
    day_first: bool = False


@dataclass(frozen=True, slots=True)
class TableDefinition:
    """A table: ruled rows under column heads, or (block) a block of labelled fields that repeats.

    titles: headings printed above it. first: whether a lone block is no row of it (it repeats only if there are more).
    """

    name: str
    columns: tuple[FieldDefinition, ...]
    titles: tuple[str, ...] = ()
    block: bool = False

    def column_names(self) -> tuple[str, ...]:
        """Each column's name once, in the order of the definition (two printed columns may feed one name)."""
        return tuple(dict.fromkeys(c.name for c in self.columns))


@dataclass(frozen=True, slots=True)
class FootnoteDefinition:
    """Numbered notes in running text. heading: printed above them; ends: texts at which they are over."""

    heading: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleDefinition:
    """A check over fields, or with `table` over the columns of each of its rows.

    kind: exclusive, at_least_one, required, order (dates in the order named), same (equal values), range (least to
    most), sum (a column's numbers add up to a field: column, then field), running_total (total, amount and the sign's
    column: row for row the total goes up or down by the amount; `minus`: signs of what goes down; `by`: columns whose
    values keep separate totals apart).
    """

    kind: RuleKind
    fields: tuple[str, ...]
    table: str = ""
    by: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()
    least: str = ""
    most: str = ""


@dataclass(frozen=True, slots=True)
class FormDefinition:
    """A form.

    identify: texts that only this form prints; print: further printed texts that are never entries. revisions: by a
    revision's name, what its pages print as theirs; where several are found, as "formerly …", the first counts.
    edgar: the type of document that EDGAR takes it as; its names are then those of EDGAR's ownership XML. extends: the
    form that it was written on, whose models are its own until it has some.
    """

    form: str
    title: str
    fields: tuple[FieldDefinition, ...]
    tables: tuple[TableDefinition, ...] = ()
    footnotes: FootnoteDefinition | None = None
    rules: tuple[RuleDefinition, ...] = ()
    identify: tuple[str, ...] = ()
    print: tuple[str, ...] = ()
    revisions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sha256: str = ""
    edgar: str = ""
    extends: str = ""

    def named(self, name: str) -> FieldDefinition:
        """The field of that name.

        Raises:
            KeyError: the form has none.
        """
        for definition in self.fields:
            if definition.name == name:
                return definition
        raise KeyError(name)
