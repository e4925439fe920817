from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from batch.fakes import CHILD_SECONDS, FakeSteps
from batch.test_run import document
from batch.test_run import running as running_processes

from cli.conftest import Call
from digitizer.batch.output import Summary
from digitizer.cli import COMMANDS, load_command, run
from digitizer.errors import MissingComponentError

FORM = "form: card\nfields:\n  - {name: date, kind: date, labels: [Date]}\n"


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_all_is_well(call: Call, tmp_path: Path) -> None:
    scans, out = tmp_path / "scans", tmp_path / "out"
    scans.mkdir()
    document(scans, "a.pdf", 2)
    document(scans, "b.pdf")
    code, told, progress = call("run", scans, "--out", out, "--layout", "--show")
    assert code == 0
    assert [record["document"]["name"] for record in lines(out / "records.jsonl")] == ["a.pdf", "a.pdf", "b.pdf"]  # type: ignore[index]
    assert lines(out / "problems.jsonl") == []
    assert len(lines(out / "layout.jsonl")) == 3
    assert progress.splitlines() == ["[1/2] a.pdf: form, form", "[2/2] b.pdf: form"]
    assert "and 1 more records" in told
    assert "values accepted" in told
    assert str(out / "records.jsonl") in told
    assert "next:" in told


def test_some_fail(call: Call, tmp_path: Path) -> None:
    document(tmp_path, "a.pdf", 2, p1="encrypted")
    document(tmp_path, "b [red]x.pdf", p0="fault")
    code, told, progress = call("run", tmp_path, tmp_path / "gone.pdf", "--out", tmp_path / "out")
    assert code == 5
    assert [p["kind"] for p in lines(tmp_path / "out" / "problems.jsonl")] == ["not-found", "encrypted", "crash"]
    assert "problems.jsonl" in told
    assert "Traceback" not in progress
    assert "b [red]x.pdf" in progress
    assert "needs a password - remove the password" in progress


def test_a_name_that_is_no_utf_8_ends_no_run(call: Call, tmp_path: Path) -> None:
    scans = tmp_path / "scans"
    scans.mkdir()
    document(scans, "a.pdf")
    latin = Path(os.fsdecode(os.fsencode(scans) + b"/b\xe4r\n.pdf"))
    try:
        (scans / "a.pdf").rename(latin)
    except OSError:
        pytest.skip("the file system takes UTF-8 alone")
    document(scans, "c.pdf")
    code, _, progress = call("run", scans, "--out", tmp_path / "out")
    assert code == 0
    documents = [record["document"]["name"] for record in lines(tmp_path / "out" / "records.jsonl")]  # type: ignore[index]
    assert documents == ["b\\udce4r\n.pdf", "c.pdf"]
    assert progress.splitlines()[0] == r"[1/2] b\udce4r\n.pdf: form"
    code, _, progress = call("batch", scans, "--store", tmp_path / "archive.db")
    assert code == 5
    assert "rename it: its name is not in UTF-8" in progress


def test_an_empty_name_is_told(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document(tmp_path, "a.pdf")
    monkeypatch.chdir(tmp_path)
    code, _, progress = call("run", "", "--out", tmp_path / "out")
    assert code == 4
    assert "an empty name" in progress
    assert call("batch", "", "--store", tmp_path / "archive.db")[0] == 4


def test_nothing_can_be_read(call: Call, tmp_path: Path) -> None:
    assert call("run", tmp_path / "gone.pdf", "--out", tmp_path / "out")[0] == 4
    document(tmp_path, "a.pdf", p0="encrypted")
    code, told, _ = call("run", tmp_path / "a.pdf", "--out", tmp_path / "out")
    assert code == 4
    assert "nothing could be digitized" in told


def test_pages_of_no_known_form_are_told_but_for_blank_ones(tmp_path: Path) -> None:
    summary = Summary(documents=3, pages=3, forms=Counter(other=3), problems=Counter(blank=1))
    told = "\n".join(run._next_steps(summary, run.RunOptions(tmp_path)))
    assert "2 pages are of no form known here: digitizer forms new" in told
    summary = Summary(documents=2, pages=2, forms=Counter(other=1, form=1), problems=Counter(blank=1))
    assert "no form known" not in "\n".join(run._next_steps(summary, run.RunOptions(tmp_path)))


def test_a_missing_component(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str) -> str:
        raise MissingComponentError("Tesseract is not installed", "sudo apt-get install tesseract-ocr")

    document(tmp_path, "a.pdf")
    document(tmp_path, "b.pdf", p1="missing")
    assert call("run", tmp_path, "--out", tmp_path / "out")[0] == 3
    monkeypatch.setattr(run, "require_tesseract", missing)
    code, told, error = call("run", tmp_path, "--out", tmp_path / "other")
    assert (code, told) == (3, "")
    assert error.splitlines() == [
        "error: Tesseract is not installed",
        "  remedy: sudo apt-get install tesseract-ocr",
    ]
    assert not (tmp_path / "other").exists()


def test_a_wrong_model(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "Digitizing", lambda *_: FakeSteps(broken=True))
    document(tmp_path, "a.pdf")
    code, _, error = call("run", tmp_path, "--out", tmp_path / "out")
    assert code == 6
    assert "error: the model is for another definition" in error


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["run"], "INPUT"),
        (["run", "a.pdf"], "--out"),
        (["run", "a.pdf", "--out", "o", "--workers", "-1"], "--workers: input should be greater than or equal to 0"),
        (["run", "a.pdf", "--out", "o", "--dpi", "9999"], "--dpi: input should be less than or equal to 1200"),
        (["run", "a.pdf", "--out", "o", "--dpi", "many"], "--dpi"),
        (["run", "a.pdf", "--out", "o", "--form", "sec-form-44"], "known forms: "),
        (["run", "a.pdf", "--out", "o", "--forms", "/no/such/folder"], "no form definition here"),
        (["run", "a.pdf", "--out", "/dev/null/o"], "cannot be written"),
        (["evaluate", "--scans", "/no/such", "--truth", "/no/such"], "no truth files"),
        (["forms", "show", "sec-form-44"], "no form 'sec-form-44'"),
        (["forms", "check", "/no/such.yaml"], "/no/such.yaml:1:1: cannot be read"),
        (["digitise"], "digitise"),
    ],
)
def test_bad_arguments(call: Call, arguments: list[str], told: str) -> None:
    code, _, error = call(*arguments)
    assert code == 2
    assert told in error
    assert "Traceback" not in error


def test_settings_from_the_environment(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITIZER_PAGE_TIMEOUT", "-1")
    code, _, error = call("run", tmp_path, "--out", tmp_path / "out")
    assert code == 2
    assert "DIGITIZER_PAGE_TIMEOUT: input should be greater than 0, not -1" in error


def test_forms(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "card.yaml"
    path.write_text(FORM)
    assert "sec-form-4" in call("forms")[1]
    assert "card" in call("forms", "list", "--forms", tmp_path)[1]
    shown = call("forms", "show", "sec-form-4")[1]
    assert "issuerName" in shown
    assert "nonDerivative" in shown
    extending = call("forms", "show", "sec-form-5")[1]
    assert extending[extending.index("values     graded") :] == shown[shown.index("values     graded") :]
    code, told, _ = call("forms", "check", path)
    assert (code, told) == (0, f"{path}: fine: form card, 1 fields, 0 table columns\n")
    path.write_text(FORM.replace("kind", "kin"))
    code, _, error = call("forms", "check", path)
    assert code == 2
    assert f"{path}:3:18: unknown key 'kin'; did you mean 'kind'?" in error


def test_version_and_help(call: Call) -> None:
    code, told, _ = call("--version")
    assert (code, told.split()[0]) == (0, "digitizer")
    told = call("--help")[1]
    assert all(command in told for command in ("run", "evaluate", "forms", "doctor"))


INTERRUPTED = """
import signal

# A test run in the background of a shell hands down that interrupts are ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
import sys
from batch.fakes import FakeSteps
from digitizer.cli import main, run
if __name__ == "__main__":
    run.Digitizing = lambda *_: FakeSteps()
    run.require_tesseract = lambda _: "5.3.0"
    sys.argv = ["digitizer", "run", {scans!r}, "--out", {out!r}, "--workers", "1"]
    main()
"""


@pytest.fixture
def begun(tmp_path: Path, root: Path) -> Iterator[subprocess.Popen[str]]:
    """A run of nine documents of which the fourth hangs, as soon as three of them are done."""
    scans = tmp_path / "scans"
    scans.mkdir()
    for index in range(9):
        document(scans, f"{index}.pdf", p1="child" if index == 3 else "slow")
    script = tmp_path / "script.py"
    script.write_text(INTERRUPTED.format(scans=str(scans), out=str(tmp_path / "out")))
    environment = {**os.environ, "PYTHONPATH": f"{root}:{root / 'tests'}", "TMPDIR": str(tmp_path)}
    process = subprocess.Popen(
        [sys.executable, str(script)], env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    records = tmp_path / "out" / "records.jsonl"
    wait_until(lambda: process.poll() is not None or (records.exists() and len(lines(records)) >= 3), seconds=240)
    assert process.poll() is None, process.communicate()[1]
    yield process
    process.kill()
    process.communicate()


def wait_until(happened: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert happened()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_keeps_what_is_done(
    tmp_path: Path, begun: subprocess.Popen[str], number: signal.Signals
) -> None:
    begun.send_signal(number)
    error = begun.communicate(timeout=60)[1]
    assert begun.returncode == 130
    assert "interrupted: 3 of 9 documents are done and kept" in error
    assert "Traceback" not in error
    assert len(lines(tmp_path / "out" / "records.jsonl")) == 3
    assert not list(tmp_path.glob("digitizer-*"))


def test_workers_end_with_a_run_that_is_killed(tmp_path: Path, begun: subprocess.Popen[str]) -> None:
    wait_until(lambda: any(CHILD_SECONDS in arguments for arguments in running_processes().values()), seconds=30)
    begun.kill()
    wait_until(lambda: not any(CHILD_SECONDS in arguments for arguments in running_processes().values()), seconds=30)
    assert len(lines(tmp_path / "out" / "records.jsonl")) == 3


def test_the_list_of_commands_tells_what_each_says_of_itself() -> None:
    for name, listed in COMMANDS.items():
        command = load_command(name)
        assert (command.name, command.help) == (name, listed.help)


def test_help_waits_for_none_of_the_libraries_that_read_pages() -> None:
    heavy = "{'numpy', 'pydantic', 'sqlalchemy', 'cv2', 'sklearn', 'scipy', 'digitizer.pipeline'}"
    script = f"import sys\nimport digitizer.cli\nprint(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
