from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitizer.batch.batch_files import HotFolder, list_source
from digitizer.batch.sources import SUFFIXES, discover, hash_file
from digitizer.errors import InputError
from digitizer.imaging.load import probe
from digitizer.settings import Settings


def make(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")


def names(*inputs: object) -> list[str]:
    return [source.name for source in discover([str(given) for given in inputs])[0]]


def test_a_folder_gives_all_scans_below_it_in_order(tmp_path: Path) -> None:
    make(tmp_path, "b.PDF", "a.tif", "z/a.jpeg", "m/n/x.png", "m/readme.txt", ".hidden/a.pdf", ".a.pdf")
    assert names(tmp_path) == ["a.tif", "b.PDF", "m/n/x.png", "z/a.jpeg"]


def test_a_file_named_outright_is_taken_whatever_its_name(tmp_path: Path) -> None:
    make(tmp_path, "scan.001")
    assert names(tmp_path / "scan.001") == ["scan.001"]


def test_patterns_mean_the_scans_among_what_they_match(tmp_path: Path) -> None:
    make(tmp_path, "a.pdf", "a.json", "b.001", "deep/c.tif", "deep/c.json")
    assert names(tmp_path / "*") == ["a.pdf", "deep/c.tif"]
    assert names(tmp_path / "*.001") == ["b.001"]
    assert names(tmp_path / "**" / "*.tif") == ["c.tif"]


def test_a_name_with_brackets_is_a_name_first(tmp_path: Path) -> None:
    make(tmp_path, "scan [1].pdf", "scan 1.pdf")
    assert names(tmp_path / "scan [1].pdf") == ["scan [1].pdf"]


def test_the_same_name_in_two_folders_is_told_apart(tmp_path: Path) -> None:
    make(tmp_path, "one/a.pdf", "two/a.pdf")
    assert names(tmp_path / "one", tmp_path / "two") == ["one/a.pdf", "two/a.pdf"]
    assert names(tmp_path / "one/a.pdf", tmp_path / "two/a.pdf") == ["one/a.pdf", "two/a.pdf"]
    assert names(tmp_path / "one", tmp_path / "one/a.pdf") == ["a.pdf"]


def test_names_do_not_depend_on_where_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "one/a.pdf", "one/b/c.pdf")
    monkeypatch.chdir(tmp_path / "one")
    assert names(".") == names("../one") == names(tmp_path / "one") == ["a.pdf", "b/c.pdf"]


def test_a_linked_file_keeps_the_name_of_its_link(tmp_path: Path) -> None:
    make(tmp_path, "store/0001.pdf")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "filing.pdf").symlink_to(tmp_path / "store" / "0001.pdf")
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in")
    assert names(tmp_path / "in") == ["filing.pdf"]


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    make(tmp_path, "a.pdf", "empty/readme.txt")
    sources, problems = discover([str(tmp_path / "a.pdf"), str(tmp_path / "b.pdf"), str(tmp_path / "empty")])
    assert [source.name for source in sources] == ["a.pdf"]
    assert [problem.kind for problem in problems] == ["not-found", "empty-folder"]
    assert str(tmp_path / "b.pdf") in problems[0].message
    assert discover([]) == ([], [])


FOLDERS = st.lists(st.text("ab", min_size=1, max_size=3), max_size=3).map("/".join)
FILES = st.tuples(FOLDERS, st.text("xyz", min_size=1, max_size=2), st.sampled_from(sorted(SUFFIXES)))


@given(st.lists(FILES, min_size=1, max_size=8, unique=True))
def test_names_tell_documents_apart(
    tmp_path_factory: pytest.TempPathFactory, files: list[tuple[str, str, str]]
) -> None:
    root = tmp_path_factory.mktemp("in")
    for folder, stem, suffix in files:
        make(root, os.path.join(folder, stem + suffix))  # noqa: PTH118
    sources, problems = discover([str(root)])
    assert not problems
    assert len({source.name for source in sources}) == len(sources) == len(files)
    assert all((root / source.name).samefile(source.path) for source in sources)


def test_an_empty_name_is_not_the_folder_where_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "a.pdf")
    monkeypatch.chdir(tmp_path)
    sources, problems = discover([""])
    assert sources == []
    assert [p.kind for p in problems] == ["not-found"]


def test_names_that_are_no_utf_8_are_written_so_that_texts_take_them(tmp_path: Path) -> None:
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/b\xe4r.pdf")).write_bytes(b"")
    except OSError:
        pytest.skip("the file system takes UTF-8 alone")
    (source,), _ = discover([str(tmp_path)])
    assert source.name.encode("utf-8") == rb"b\udce4r.pdf"
    assert source.path.is_file()
    (problem,) = discover([os.fsdecode(b"b\xe4r.pdf")])[1]
    assert problem.document.encode("utf-8") == rb"b\udce4r.pdf"


def test_a_folder_that_cannot_be_listed_is_not_left_out_in_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, "a.pdf", "locked/b.pdf", "z.pdf")
    lock(monkeypatch, tmp_path / "locked")
    assert names(tmp_path) == ["a.pdf", "z.pdf", "locked"]
    with pytest.raises(InputError, match="locked: no permission to list the folder"):
        probe(tmp_path / "locked", Settings())
    assert [found.name for found in list_source(str(tmp_path))] == ["a.pdf", "z.pdf", "locked"]
    with pytest.raises(PermissionError, match="no permission to list the folder"):
        hash_file(str(tmp_path / "locked"))
    # Nobody moves a folder to failed/ that is still being copied.
    assert [found.name for found in HotFolder(tmp_path, 0.0).settled()] == ["a.pdf", "z.pdf"]


def lock(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Takes the permission to list a folder away, also where tests run as root."""
    scandir, access = os.scandir, os.access

    def refuse(path: str) -> object:
        if Path(path) == folder:
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != folder and access(path, mode))
