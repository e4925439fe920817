"""A proposed definition as commented YAML, for a person to correct."""

from __future__ import annotations

import json

from digitizer.authoring.naming import number_of
from digitizer.authoring.propose import Proposal, ProposedField
from digitizer.authoring.propose_tables import ProposedColumn

_MOST_PRINT = 60


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
