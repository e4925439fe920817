"""A watched folder: which files have settled, and where they go once they are done."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from digitizer.batch import interrupts
from digitizer.batch.discover import scans_below
from digitizer.batch.hands import Settled
from digitizer.batch.listing import look_at
from digitizer.document.record import Problem
from digitizer.store import ledger
from digitizer.store.database import Store
from digitizer.store.ledger import Found

DONE, FAILED = "done", "failed"
REASON = ".reason.txt"


class HotFolder:
    """What is known of a folder from one look to the next; nothing of it is lost with the process.

    settle: seconds for which a file must not have changed.
    """

    def __init__(self, folder: Path, settle: float) -> None:
        self.folder, self._settle = folder, settle
        self._seen: dict[str, tuple[Found, float]] = {}

    def settled(self) -> list[Found]:
        """The files to digitize now: those that nobody is still writing."""
        found = [look_at(path, self._name(path)) for path in self._scans()]
        now = time.monotonic()
        seen = {one.path: one for one in found}
        before = {path: since for path, (one, since) in self._seen.items() if seen.get(path) == one}
        self._seen = {path: (one, before.get(path, now)) for path, one in seen.items()}
        return [one for path, (one, since) in self._seen.items() if now - since >= self._settle or self._is_old(path)]

    def put_away(self, store: Store, batch: int, settled: Settled) -> list[Path]:
        """Moves a document's files to done/ or, with the reason beside it, to failed/; returns where they are now.

        The store is told first: killed in between, the file is found in the folder again and only moved.
        """
        if settled.state == "waiting":
            return []
        moved = []
        for path in (Path(path) for path in settled.paths):
            if not path.is_file():
                continue
            folder = self.folder / (FAILED if settled.failures else DONE)
            with interrupts.held(), store.writing() as connection:
                target = ledger.move(connection, batch, path, folder / path.relative_to(self.folder))
            target.parent.mkdir(parents=True, exist_ok=True)
            if settled.failures:
                target.with_name(target.name + REASON).write_text(_reason(settled.failures), encoding="utf-8")
            path.rename(target)
            moved.append(target)
        return moved

    def _name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def _scans(self) -> Iterator[Path]:
        """The files; a folder that cannot be listed may be one that somebody is still copying."""
        return (path for path in scans_below(self.folder) if not path.is_dir() and not self._is_away(path))

    def _is_away(self, path: Path) -> bool:
        return path.relative_to(self.folder).parts[0] in (DONE, FAILED)

    def _is_old(self, path: str) -> bool:
        """Whether nothing has been done to the file lately, by the clock of its disk; copying keeps st_mtime only."""
        try:
            status = Path(path).stat()
        except OSError:
            return False
        return time.time() - max(status.st_mtime, status.st_ctime) >= self._settle


def _reason(failures: Sequence[Problem]) -> str:
    return "".join(f"{p.kind}: {p.message}\n{f'  remedy: {p.remedy}' if p.remedy else ''}\n" for p in failures)
