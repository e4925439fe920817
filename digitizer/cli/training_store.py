"""What `digitizer train --store` learns from: records that people corrected, their scans read where they lie."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from digitizer.batch.sources import Source, hash_file, is_url
from digitizer.cli.console import tell_problems
from digitizer.cli.training_blank import Drawn
from digitizer.cli.training_input import Keyed, check_names, group_of
from digitizer.document.form import FormDefinition
from digitizer.document.record import Problem
from digitizer.errors import NoInputError
from digitizer.evaluation.reviewed import truth_of
from digitizer.store.database import open_store
from digitizer.store.quality import Reviewed, reviewed_of


@dataclass(frozen=True, slots=True)
class Lessons:
    """keyed: scans with what is known of them; reviewed: what people answered, by name of the source.

    blank: what the scans were drawn from, None where people filled them in.
    """

    keyed: tuple[Keyed, ...]
    reviewed: dict[str, Reviewed] = field(default_factory=dict)
    blank: Drawn | None = None


def from_store(url: str, form: FormDefinition, group_by: str) -> Lessons:
    """The documents of a form at whose values people have looked.

    Raises:
        NoInputError: nobody has looked at any, or none of their scans is there. UsageError: as training_input.match.
    """
    with open_store(url, create=False) as store, store.reading() as connection:
        found = reviewed_of(connection, form.form)
    if not found:
        raise NoInputError(f"{url}: nobody has looked at any value of '{form.form}'", "digitizer review --store URL")
    names = _names(found)
    truths = {name: truth_of(one) for name, one in zip(names, found, strict=True)}
    check_names(truths, form, group_by)
    keyed: list[Keyed] = []
    reviewed: dict[str, Reviewed] = {}
    gone: list[str] = []
    for name, one in zip(names, found, strict=True):
        path = _path(one)
        if path is None:
            gone.append(name)
            continue
        keyed.append(Keyed(Source(path, name), truths[name], group_of(truths[name], name, group_by)))
        reviewed[name] = one
    if gone:
        told = f"{', '.join(gone[:8])}{f' and {len(gone) - 8} more' if len(gone) > 8 else ''}: left out"
        tell_problems([Problem("scan-gone", told, "put the scans back where they were digitized")])
    if not keyed:
        raise NoInputError(f"{url}: none of the scans is where it was digitized", "put them back")
    return Lessons(tuple(keyed), reviewed)


def _names(found: Sequence[Reviewed]) -> list[str]:
    """A name for each document; where several share a stem the beginning of their SHA-256 tells them apart."""
    stems = Counter(PurePosixPath(one.record.document).stem for one in found)
    return [
        one.record.document if stems[path.stem] == 1 else f"{path.stem}-{one.record.sha256[:8]}{path.suffix}"
        for one in found
        for path in [PurePosixPath(one.record.document)]
    ]


def _path(one: Reviewed) -> Path | None:
    """Where the very bytes lie that the answers were given for."""
    for place in one.paths:
        try:
            if not is_url(place) and hash_file(place)[0] == one.record.sha256:
                return Path(place)
        except OSError:
            continue
    return None
