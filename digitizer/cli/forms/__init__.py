"""`digitizer forms`: which forms are known, whether a definition is right, and how one is made."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from digitizer.cli.console import notices, output
from digitizer.cli.settings import make_settings
from digitizer.document.form import FieldDefinition, FormDefinition
from digitizer.errors import UsageError
from digitizer.fields.acceptance import GROUPS, NEVER, Acceptance, fewest_for
from digitizer.fields.definitions import (
    check_definition,
    find_definitions,
    load_definitions,
    locate_definition,
)
from digitizer.resources import models_folder

Folders = Annotated[
    list[Path] | None, typer.Option("--forms", metavar="FOLDER", help="Definitions of your own; may be repeated.")
]

app = typer.Typer(help="The form definitions.", invoke_without_command=True, add_completion=False)


@app.callback()
def _default(context: typer.Context) -> None:
    """The form definitions."""
    if context.invoked_subcommand is None:
        list_forms()


@app.command("list")
def list_forms(forms: Folders = None) -> None:
    """Every form that is known."""
    table = Table("form", "title", "fields", "tables", header_style="dim", box=SIMPLE_HEAD, pad_edge=False)
    for definition in load_definitions([models_folder(), *(forms or [])]).values():
        tables = ", ".join(t.name for t in definition.tables)
        table.add_row(definition.form, definition.title, str(len(definition.fields)), tables)
    output().print(table)


@app.command("show")
def show_form(
    form: Annotated[str, typer.Argument(metavar="ID", help="Which form, as `forms list` names it.")],
    forms: Folders = None,
    max_error: Annotated[
        float | None, typer.Option(metavar="SHARE", help="Share of wrong values promised among the accepted.")
    ] = None,
) -> None:
    """What a form asks for, with its printed labels, and from which confidence on its values are accepted."""
    models, own = models_folder(), forms or []
    definitions = load_definitions([models, *own])
    definition = choose(form, definitions)
    console = output()
    console.print(f"{definition.form}: {definition.title}", markup=False)
    console.print(_table("field", definition.fields))
    for table in definition.tables:
        console.print(_table(table.name, table.columns))
    for rule in definition.rules:
        where = f" in {rule.table}" if rule.table else ""
        console.print(f"rule: {rule.kind} of {', '.join(rule.fields)}{where}", markup=False)
    # Here, not above: scikit-learn and its kin take seconds, and `forms` alone needs none of them.
    from digitizer.fields.classifier import trained_as
    from digitizer.fields.confidence import find_acceptance

    trained = trained_as(definition.form, definitions, (models, *own))
    console.print(_acceptance(find_acceptance(models, trained, own, make_settings(max_error=max_error).max_error)))


@app.command("check")
def check_forms(
    files: Annotated[
        list[str],
        typer.Argument(metavar="NAME|FILE... [SCAN...]", help="A definition, or several; scans to hold it to."),
    ],
    forms: Folders = None,
) -> None:
    """Says what is wrong with a definition, with file, line and column; with scans, what of it is not found on them."""
    definitions, scans = _part(files, forms or [])
    checked = [(path, _check(path)) for path in definitions]
    if scans and len(checked) > 1:
        raise UsageError("several definitions and scans", "name the one definition that the scans are of")
    if scans:
        # Here, not above: `forms` alone needs none of what reads scans.
        from digitizer.cli.forms.checking import check_on_scans

        if check_on_scans(*checked[0], scans, make_settings()):
            raise typer.Exit(UsageError.exit_code)


def _part(given: Sequence[str], forms: Sequence[Path]) -> tuple[list[Path], list[str]]:
    """Which of the arguments are definitions, and which scans.

    Raises:
        UsageError: none is a definition.
    """
    folders = [models_folder(), *forms]
    definitions: list[Path] = []
    scans: list[str] = []
    for argument in given:
        path = Path(argument)
        if path.suffix.lower() in (".yaml", ".yml"):
            definitions.append(path)
        elif path.is_dir() and find_definitions(path):
            definitions += find_definitions(path)
        elif (not definitions or not path.exists()) and (named := locate_definition(argument, folders)) is not None:
            definitions.append(named)
        else:
            scans.append(argument)
    if not definitions:
        known = ", ".join(load_definitions(folders))
        raise UsageError(f"{given[0]}: no form definition", f"give a form.yaml, a folder of them, or one of: {known}")
    return definitions, scans


def _check(path: Path) -> FormDefinition:
    definition, remarks = check_definition(path)
    for remark in remarks:
        notices().print(f"{remark}", markup=False, soft_wrap=True)
    columns = sum(len(t.columns) for t in definition.tables)
    told = f"{path}: fine: form {definition.form}, {len(definition.fields)} fields"
    output().print(f"{told}, {columns} table columns", markup=False, soft_wrap=True)
    return definition


@app.command("new")
def new_form(
    form: Annotated[str, typer.Argument(metavar="NAME", help="The new form's id.")],
    scans: Annotated[list[str], typer.Argument(metavar="SCAN...", help="One blank, or several filled scans.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FOLDER", help="Folder of your definitions.")] = Path(
        "forms"
    ),
) -> None:
    """Proposes a definition from one blank or several filled scans: form.yaml and a picture of each page."""
    # Here, not above: `forms` alone needs none of what reads scans.
    from digitizer.cli.forms.proposing import propose

    propose(form, scans, out, make_settings())


@app.command("revisions")
def revisions_of(
    form: Annotated[str, typer.Argument(metavar="NAME|FILE", help="The form that the scans are of.")],
    scans: Annotated[list[str], typer.Argument(metavar="SCAN...", help="Scans of it, of whatever revisions.")],
    forms: Folders = None,
) -> None:
    """Parts scans of a form by their print, and tells what the definition needs for layouts that it does not know."""
    definitions, _ = _part([form], forms or [])
    # Here, not above: `forms` alone needs none of what reads scans.
    from digitizer.cli.forms.checking import tell_revisions

    tell_revisions(definitions[0], check_definition(definitions[0])[0], scans, make_settings())


@app.command("edit")
def edit_form(
    form: Annotated[Path, typer.Argument(metavar="FORM", help="A form.yaml, or its folder.")],
    scans: Annotated[
        list[str], typer.Argument(metavar="SCAN...", help="Scans to try it on: files, folders, patterns.")
    ],
    port: Annotated[int, typer.Option(min=0, max=65535, metavar="N", help="0: any that is free.")] = 8001,
) -> None:
    """Opens a definition in the browser, on the page: rename, retype, merge, split, add; tried at once on the scans."""
    from digitizer.cli.forms.editing import edit

    edit(form, scans, port, make_settings())


def choose(form: str, definitions: dict[str, FormDefinition]) -> FormDefinition:
    """The definition of that id.

    Raises:
        UsageError: there is none; the message names those that there are.
    """
    if form not in definitions:
        raise UsageError(f"no form '{form}'", f"known forms: {', '.join(definitions)}")
    return definitions[form]


def _acceptance(acceptance: Acceptance) -> Table:
    title = f"accepted so that at most {acceptance.max_error:g} are wrong"
    table = Table("values", "graded", "accepted from", header_style="dim", box=SIMPLE_HEAD, pad_edge=False, title=title)
    for group in GROUPS:
        threshold, count = acceptance.thresholds.get(group, NEVER), acceptance.graded.get(group, 0)
        few = count < fewest_for(acceptance.max_error)
        why = (
            f"none: {fewest_for(acceptance.max_error)} graded values are needed" if few else "none: too many are wrong"
        )
        table.add_row(group, f"{count}", why if threshold == NEVER else f"{threshold:.4f}")
    return table


def _table(noun: str, fields: tuple[FieldDefinition, ...]) -> Table:
    table = Table(noun, "kind", "printed label", header_style="dim", box=SIMPLE_HEAD, pad_edge=False)
    for definition in fields:
        under = f"{definition.group}: " if definition.group else ""
        table.add_row(definition.name, definition.kind, under + " / ".join(definition.labels))
    return table
