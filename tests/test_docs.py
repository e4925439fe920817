"""What the documentation says is true: its commands exist, its definitions load, its tables are whole."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from digitizer.cli import COMMANDS, load_command
from digitizer.document.form import KINDS, FieldDefinition, FootnoteDefinition, FormDefinition, TableDefinition
from digitizer.fields.definitions import load_definition
from digitizer.fields.lookups import VALUES_FILE
from digitizer.settings import Settings

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
TREE = {name: load_command(name) for name in COMMANDS}


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(), re.DOTALL)


def commands() -> list[list[str]]:
    lines = [line for page in PAGES for block in blocks(page, "sh") for line in block.splitlines()]
    inline = [code for page in PAGES for code in re.findall(r"`((?:make|digitizer) [^`]+)`", page.read_text())]
    return [shlex.split(line) for line in lines + inline]


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_every_command_exists(command: list[str]) -> None:
    program, *arguments = command
    if program == "make":
        assert f"\n{arguments[0]}:" in (ROOT / "Makefile").read_text()
        return
    assert Path(program).name == "digitizer"
    if arguments[0] == "COMMAND":
        return
    found = TREE[arguments[0]]
    while len(arguments) > 1 and arguments[1] in getattr(found, "commands", {}):
        arguments = arguments[1:]
        found = found.commands[arguments[0]]  # type: ignore[attr-defined]
    known = {option for parameter in found.params for option in parameter.opts}
    assert {argument for argument in arguments if argument.startswith("--")} <= known | {"--help"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text()):
        assert (page.parent / target).exists(), target


def test_the_examples_load(tmp_path: Path) -> None:
    for index, text in enumerate(blocks(ROOT / "docs" / "forms.md", "yaml")):
        path = tmp_path / f"{index}.yaml"
        path.write_text(text)
        assert load_definition(path).form == "loan-card"


def rows(page: str, heading: str) -> set[str]:
    """The code words in the first column of the table under a heading."""
    section = (ROOT / "docs" / page).read_text().split(f"## {heading}\n")[1].split("\n## ")[0]
    return {
        name
        for line in section.splitlines()
        if line.startswith("|")
        for name in re.findall("`([^`]+)`", line.split("|")[1])
    }


def test_every_key_of_a_definition_is_told() -> None:
    keys = {
        "The form": FormDefinition,
        "A field, and a column of a table": FieldDefinition,
        "A table": TableDefinition,
        "Footnotes": FootnoteDefinition,
    }
    # A look-up list is read into a field's values or words.
    files_only = {"A field, and a column of a table": {VALUES_FILE}}
    for heading, noun in keys.items():
        known = set(noun.__dataclass_fields__) | files_only.get(heading, set())
        assert rows("forms.md", heading) == known - {"sha256"}
    assert all(f"`{kind}`" in (ROOT / "docs" / "forms.md").read_text() for kind in KINDS)


def test_every_setting_is_told() -> None:
    assert rows("reference.md", "Settings") == set(Settings.model_fields)


def test_every_option_of_run_is_told() -> None:
    known = {option for parameter in TREE["run"].params for option in parameter.opts}  # type: ignore[attr-defined]
    told = {re.split(r"[ ,]", name)[0] for name in rows("digitize.md", "Options")}
    assert told == {option for option in known if option.startswith("--")} - {"--out"}


def test_every_option_of_train_is_told() -> None:
    known = {option for parameter in TREE["train"].params for option in parameter.opts}  # type: ignore[attr-defined]
    told = {re.split(r"[ ,]", name)[0] for name in rows("train.md", "Options")}
    assert {name for name in told if name.startswith("--")} == {option for option in known if option.startswith("--")}


def test_every_option_of_batch_is_told() -> None:
    known = {option for parameter in TREE["batch"].params for option in parameter.opts}  # type: ignore[attr-defined]
    told = {re.split(r"[ ,]", name)[0] for name in rows("batch.md", "Options of batch")}
    assert told == {option for option in known if option.startswith("--")}


def test_every_option_of_review_is_told() -> None:
    known = {option for parameter in TREE["review"].params for option in parameter.opts}  # type: ignore[attr-defined]
    told = {re.split(r"[ ,]", name)[0] for name in rows("review.md", "Options of review")}
    assert told == {option for option in known if option.startswith("--")}
