from __future__ import annotations

import contextlib
import json
import time
from pathlib import Path

import pytest

from batch.fakes import CHILD_SECONDS, FakeSteps
from digitizer.batch.run import Outcome, digitize_all
from digitizer.batch.sources import Source
from digitizer.errors import ModelMismatchError
from digitizer.settings import Settings


def document(folder: Path, name: str, pages: int = 1, **bad: str) -> Source:
    """A document for FakeSteps; bad: p1="hang" makes its first page hang, p0 its probing, assembling its end."""
    path = folder / name
    number = bad.pop("number", "")
    names = {key.removeprefix("p") if key != "assembling" else "-1": what for key, what in bad.items()}
    path.write_text(json.dumps({"pages": pages, "bad": names} | ({"number": number} if number else {})))
    return Source(path, name)


def run(
    sources: list[Source], steps: FakeSteps | None = None, serial: bool = False, workers: int = 2, timeout: float = 30
) -> list[Outcome]:
    settings = Settings(workers=workers, page_timeout=timeout, max_memory=1024)
    return list(digitize_all(sources, steps or FakeSteps(), settings, serial=serial))


def kinds(outcome: Outcome) -> list[tuple[int | None, str]]:
    return [(problem.page, problem.kind) for problem in outcome.failures]


@pytest.mark.parametrize("workers", [1, 3])
def test_outcomes_come_in_the_order_of_the_input(tmp_path: Path, workers: int) -> None:
    sources = [document(tmp_path, f"{i}", pages=1 + i % 3, **({"p1": "slow"} if i % 4 == 0 else {})) for i in range(12)]
    outcomes = run(sources, workers=workers)
    assert [outcome.source for outcome in outcomes] == sources
    assert outcomes == run(sources, serial=True)
    assert [r.pages for r in outcomes[2].records] == [(1,), (2,), (3,)]
    assert all(outcome.layout[0] == {"schema": 1, "page": 1} for outcome in outcomes)


@pytest.mark.parametrize(
    ("bad", "kind", "told"),
    [
        ("hang", "timeout", "took longer than 1.5 s"),
        ("spin", "timeout", "took longer than 1.5 s"),
        ("segfault", "crash", "SIGSEGV"),
        ("kill", "crash", "SIGKILL"),
        ("memory", "memory", "more memory"),
        ("fault", "crash", "unexpected ZeroDivisionError in fakes.py:"),
        ("encrypted", "encrypted", "needs a password"),
        ("missing", "missing-component", "poppler is not installed"),
    ],
)
def test_a_bad_page_takes_nothing_else_with_it(tmp_path: Path, bad: str, kind: str, told: str) -> None:
    sources = [document(tmp_path, "a.pdf"), document(tmp_path, "b.pdf", 3, p2=bad), document(tmp_path, "c.pdf")]
    first, second, third = run(sources, workers=1, timeout=1.5)
    assert not first.failures
    assert not third.failures
    assert kinds(second) == [(2, kind)]
    problem = second.failures[0]
    assert told in problem.message
    assert "b.pdf" in problem.message
    assert problem.remedy
    assert problem.document == "b.pdf"
    assert [r.pages for r in second.records] == [(1,), (3,)]
    assert all(record.problems == (problem,) for record in second.records)


def test_a_page_is_told_only_where_it_may_belong(tmp_path: Path) -> None:
    outcome = run([document(tmp_path, "a.pdf", 5, p2="fault")], serial=True)[0]
    assert [bool(record.problems) for record in outcome.records] == [True, True, False, False]


@pytest.mark.parametrize("serial", [True, False])
def test_documents_that_fail_whole(tmp_path: Path, serial: bool) -> None:
    sources = [
        document(tmp_path, "a.pdf", p0="encrypted"),
        document(tmp_path, "b.pdf", 2, p1="fault", p2="encrypted"),
        document(tmp_path, "c.pdf", 2, assembling="fault"),
        document(tmp_path, "d.pdf", 2),
        Source(tmp_path / "gone.pdf", "gone.pdf"),
    ]
    outcomes = run(sources, serial=serial)
    assert [kinds(outcome) for outcome in outcomes] == [
        [(None, "encrypted")],
        [(1, "crash"), (2, "encrypted")],
        [(None, "crash")],
        [],
        [(None, "crash")],
    ]
    assert [len(outcome.records) for outcome in outcomes] == [0, 0, 0, 2, 0]


def test_a_page_whose_worker_was_killed_from_outside_is_tried_again(tmp_path: Path) -> None:
    outcome = run([document(tmp_path, "a.pdf", p1="killed once")])[0]
    assert not outcome.failures
    assert len(outcome.records) == 1


def test_a_page_that_killed_its_worker_is_tried_again_alone(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.mkdir()
    good = [document(tmp_path, f"{k}.pdf", 2) for k in range(6)]
    sources = [document(tmp_path, "bad.pdf", 3, p2="kill"), *good]
    settings = Settings(workers=3, max_memory=1024)
    outcomes = list(digitize_all(sources, FakeSteps(log, slow=0.2), settings))
    assert [kinds(outcome) for outcome in outcomes] == [[(2, "crash")], *[[] for _ in good]]
    # Each call leaves its name and when it came to read, 0.2 s after it began.
    calls = sorted((int(p.name.rpartition("-")[2]) / 1e9, p.name.rpartition("-")[0]) for p in log.iterdir())
    bad = [moment for moment, name in calls if name == "bad.pdf-2"]
    assert len(bad) == 2
    assert not [name for moment, name in calls if moment != bad[1] and abs(moment - bad[1]) < 0.2]


def test_what_a_hanging_page_has_started_is_ended(tmp_path: Path) -> None:
    assert kinds(run([document(tmp_path, "a.pdf", p1="child")], timeout=1)[0]) == [(1, "timeout")]
    assert CHILD_SECONDS not in [argument for arguments in running().values() for argument in arguments]


def test_a_wrong_model_stops_the_run(tmp_path: Path) -> None:
    with pytest.raises(ModelMismatchError, match="another definition") as caught:
        run([document(tmp_path, "a.pdf")], FakeSteps(broken=True))
    assert caught.value.remedy == "make models"
    with pytest.raises(ModelMismatchError):
        run([document(tmp_path, "a.pdf", assembling="mismatch")])


def test_work_ahead_is_bounded(tmp_path: Path) -> None:
    """While the first document has not been taken, only so many others are worked on."""
    log = tmp_path / "log"
    log.mkdir()
    sources = [document(tmp_path, f"{i}") for i in range(60)]
    settings = Settings(workers=1, max_memory=1024)
    outcomes = digitize_all(sources, FakeSteps(log), settings)
    next(outcomes)
    time.sleep(0.5)
    begun = len(list(log.iterdir()))
    outcomes.close()  # type: ignore[attr-defined]
    assert 1 <= begun < 20


def test_workers_are_ended_with_the_run(tmp_path: Path) -> None:
    sources = [document(tmp_path, "a"), document(tmp_path, "b", p1="child")]
    outcomes = digitize_all(sources, FakeSteps(), Settings(workers=2))
    next(outcomes)
    before = set(running())
    outcomes.close()  # type: ignore[attr-defined]
    ended = before - set(running())
    assert len(ended) >= 2


def running() -> dict[int, list[str]]:
    """The command line of every process, by its id."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            found[int(folder.name)] = (folder / "cmdline").read_text().split("\0")
    return found
