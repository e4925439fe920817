"""A record as tables for people: what was found, where, and how sure it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from digitizer.batch.output import Summary
from digitizer.document.record import OTHER, Field, Record, Row

ROWS_ACROSS = 3
"""Table rows stand side by side, as many as a terminal of 100 columns holds."""


def show_record(record: Record) -> RenderableType:
    """Fields, then tables, then footnotes; blanks are counted, not listed."""
    pages = ", ".join(map(str, record.pages))
    head = Text(f"{record.document}, page {pages}: {record.form}", style="bold")
    head.append(f" ({percent(record.form_confidence)})", style="dim")
    if record.form == OTHER:
        return Group(head, Text("  no known form\n", style="dim"))
    parts: list[RenderableType] = [head, show_fields(record.fields.items())]
    for name, rows in record.tables.items():
        parts += show_rows(name, rows)
    if record.footnotes:
        parts.append(show_fields(record.footnotes.items(), "footnote"))
    parts += [Text(f"! {problem.message}", style="yellow") for problem in record.problems]
    return Group(*parts, Text())


def show_fields(fields: Iterable[tuple[str, Field]], noun: str = "field") -> Table:
    """A line for each field that is filled in."""
    table = Table(noun, "value", "sure", "", header_style="dim", box=box.SIMPLE_HEAD, pad_edge=False)
    table.columns[2].justify = "right"
    blank = 0
    for name, field in fields:
        if field.value in ("", False) and field.status != "review":
            blank += 1
        else:
            table.add_row(name, show_value(field), percent(field.confidence), show_status(field))
    if blank:
        table.caption = f"and {blank} blank"
        table.caption_justify = "left"
    return table


def show_rows(name: str, rows: Sequence[Row]) -> list[RenderableType]:
    """The rows of a table side by side, a line for each column that is filled in somewhere."""
    shown: list[RenderableType] = []
    for start in range(0, len(rows), ROWS_ACROSS):
        block = rows[start : start + ROWS_ACROSS]
        table = Table(name, header_style="dim", box=box.SIMPLE_HEAD, pad_edge=False)
        for number in range(start + 1, start + len(block) + 1):
            table.add_column(f"row {number}")
            table.add_column("sure", justify="right")
        for column in dict.fromkeys(column for row in rows for column in row):
            fields = [row.get(column) for row in block]
            if any(field is not None and (field.value != "" or field.status == "review") for field in fields):
                cells = (
                    (show_value(f), Text(percent(f.confidence), style=style(f))) if f else ("", "") for f in fields
                )
                table.add_row(column, *(part for cell in cells for part in cell))
        shown.append(table)
    return shown


def show_value(field: Field) -> Text:
    """The value, coloured by how sure it is, with the footnotes it names."""
    value = {True: "yes", False: "no"}.get(field.value, field.value) if isinstance(field.value, bool) else field.value
    text = Text(str(value) if value != "" else "(blank)", style=style(field))
    for note in field.footnotes:
        text.append(f" [{note}]", style="dim")
    return text


def show_status(field: Field) -> Text:
    """Whether a person should look at it."""
    return Text("look", style="yellow") if field.status == "review" else Text("")


def style(field: Field) -> str:
    """Accepted values plain, doubtful ones yellow, those that are likelier wrong than right red."""
    if field.status != "review":
        return ""
    return "yellow" if field.confidence >= 0.5 else "red"


def percent(probability: float) -> str:
    """As a percentage that never claims certainty: 99.97% is not 100%."""
    if probability >= 1:
        return "100%"
    return f"{min(100 * probability, 99.9):.1f}%" if probability > 0.99 else f"{100 * probability:.0f}%"


def show_summary(summary: Summary, titles: Mapping[str, str]) -> Table:
    """A run in numbers."""
    table = Table(show_header=False, box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_row("documents", str(summary.documents))
    if summary.unread:
        table.add_row("  of which nothing could be read", str(summary.unread))
    table.add_row("pages", str(summary.pages))
    for form, count in sorted(summary.forms.items()):
        title = "pages of no known form" if form == OTHER else titles.get(form, form)
        table.add_row(f"records: {title}", str(count))
    table.add_row("values accepted", str(summary.accepted))
    table.add_row("values to review", str(summary.review))
    for kind, count in sorted(summary.problems.items()):
        table.add_row(f"problems: {kind}", str(count))
    return table
