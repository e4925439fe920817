"""Look-up lists in files of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from digitizer.errors import DefinitionError
from digitizer.fields.definitions import load_definition

CARD = """form: card
identify: [LOAN CARD]
fields:
  - {name: branch, kind: code, labels: ["Branch"], values_file: lists/branches.txt}
  - {name: reader, kind: name, labels: ["Reader"], values_file: readers.txt}
"""


def write(folder: Path, text: str = CARD, branches: bytes = b"# of the town\nNB\n\nSB \nNB\n") -> Path:
    (folder / "lists").mkdir(parents=True, exist_ok=True)
    (folder / "lists" / "branches.txt").write_bytes(branches)
    (folder / "readers.txt").write_text("Zoë Ålund\n", encoding="utf-8")
    path = folder / "form.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_list_is_the_vocabulary_of_a_code_and_the_words_of_other_kinds(tmp_path: Path) -> None:
    branch, reader = load_definition(write(tmp_path)).fields
    assert branch.values == ("NB", "SB")
    assert (reader.values, reader.words) == ((), ("Zoë Ålund",))


def test_a_change_of_a_list_is_a_change_of_the_definition(tmp_path: Path) -> None:
    before = load_definition(write(tmp_path)).sha256
    assert load_definition(write(tmp_path, branches=b"NB\n")).sha256 != before


def test_an_extending_form_finds_the_list_beside_the_other(tmp_path: Path) -> None:
    write(tmp_path / "card")
    (tmp_path / "slip").mkdir()
    child = tmp_path / "slip" / "form.yaml"
    child.write_text("form: slip\nextends: card\nidentify: [SLIP]\nfields: [branch]\n")
    assert load_definition(child).fields[0].values == ("NB", "SB")


@pytest.mark.parametrize(
    ("text", "branches", "what"),
    [
        (CARD.replace("branches", "nothing"), b"NB\n", "cannot be read: No such file"),
        (CARD, b"\xff\xfe\x00", "cannot be read: not UTF-8 text"),
        (CARD, b"# none\n", "holds 0 values"),
        (CARD.replace("values_file: l", "values: [NB], values_file: l"), b"NB\n", "give one of them"),
        (CARD.replace("kind: code, ", ""), b"NB\n", "needs the field's 'kind'"),
    ],
)
def test_what_is_wrong_with_a_list_is_told_at_its_place(tmp_path: Path, text: str, branches: bytes, what: str) -> None:
    path = write(tmp_path, text, branches)
    with pytest.raises(DefinitionError, match=what) as caught:
        load_definition(path)
    assert str(caught.value).startswith(f"{path}:4:")
