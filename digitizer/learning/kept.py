"""Examples of earlier trainings, kept beside the model, so that what new pages teach does not displace the old."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from digitizer.errors import ModelMismatchError
from digitizer.fields import confidence, features
from digitizer.fields import layout_prior as prior
from digitizer.fields.layout_prior import Point
from digitizer.learning.examples import Examples
from digitizer.learning.train_form import Kept

FILE = "examples.npz"
MOST_ROWS = 400_000
"""Pairs kept of all documents together, some 40 MB; beyond it wrong pairs are thinned out, right ones stay."""
PAIR_NAMES = (*features.NAMES, *prior.NAMES)
REMEDY = "train again without --resume, from all documents"


def save_kept(folder: Path, kept: Sequence[Kept], seed: int) -> str:
    """Writes the examples; returns the SHA-256 of the file. Of what was filled in only measures are kept."""
    kept = _thinned(kept, seed)
    pairs = [k.examples for k in kept]
    graded = [k.graded or Examples(np.zeros((0, len(confidence.NAMES)), np.float32), np.zeros(0, bool)) for k in kept]
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        folder / FILE,
        documents=np.array([k.sha256 for k in kept], np.str_),
        groups=np.array([k.group for k in kept], np.str_),
        pair_names=np.array(PAIR_NAMES, np.str_),
        pair_counts=np.array([len(e.answers) for e in pairs], np.int64),
        pair_features=np.concatenate([e.features for e in pairs]).astype(np.float16),
        pair_answers=np.concatenate([e.answers for e in pairs]),
        **_written_offsets(kept),
        evidence_names=np.array(confidence.NAMES, np.str_),
        evidence_counts=np.array([len(e.answers) for e in graded], np.int64),
        evidence=np.concatenate([e.features for e in graded]).astype(np.float32),
        evidence_answers=np.concatenate([e.answers for e in graded]),
    )
    return hashlib.sha256((folder / FILE).read_bytes()).hexdigest()


def load_kept(folder: Path) -> list[Kept]:
    """The examples of an earlier training.

    Raises:
        ModelMismatchError: there are none, they are damaged, or other features were measured.
    """
    path = folder / FILE
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as data:
            arrays = {name: data[name] for name in data.files}
        pairs = _split(arrays["pair_features"].astype(np.float32), arrays["pair_answers"], arrays["pair_counts"])
        graded = _split(arrays["evidence"], arrays["evidence_answers"], arrays["evidence_counts"])
        known = [tuple(arrays["pair_names"].tolist()), tuple(arrays["evidence_names"].tolist())]
        offsets = _read_offsets(arrays, len(arrays["documents"]))
        heads = zip(arrays["documents"].tolist(), arrays["groups"].tolist(), pairs, offsets, graded, strict=True)
        kept = [Kept(d, g, e, o, v if len(v.answers) else None) for d, g, e, o, v in heads]
    except (OSError, KeyError, ValueError, IndexError, BadZipFile) as error:
        raise ModelMismatchError(f"{path}: no examples of an earlier training ({error})", REMEDY) from error
    if known != [PAIR_NAMES, confidence.NAMES]:
        raise ModelMismatchError(f"{path}: other features were measured than this version uses", REMEDY)
    return kept


def _split(rows: NDArray[np.float32], answers: NDArray[np.bool_], counts: NDArray[np.int64]) -> list[Examples]:
    if counts.sum() != len(rows) or len(rows) != len(answers):
        raise ValueError("rows and documents do not fit")
    ends = np.cumsum(counts)[:-1]
    return [Examples(x, y) for x, y in zip(np.split(rows, ends), np.split(answers, ends), strict=True)]


def _written_offsets(kept: Sequence[Kept]) -> dict[str, Any]:
    """Where values stand, as columns: document, slot and phrase by number, and the inches."""
    rows = [(d, s, p, *o) for d, k in enumerate(kept) for s, ways in k.offsets.items() for p, o in ways.items()]
    slots, phrases = sorted({row[1] for row in rows}), sorted({row[2] for row in rows})
    numbers = {name: k for k, name in enumerate(slots)}, {name: k for k, name in enumerate(phrases)}
    return {
        "slots": np.array(slots, np.str_),
        "phrases": np.array(phrases, np.str_),
        "offset_keys": np.array([(d, numbers[0][s], numbers[1][p]) for d, s, p, _, _ in rows], np.int32).reshape(-1, 3),
        "offsets": np.array([(x, y) for *_, x, y in rows], np.float32).reshape(-1, 2),
    }


def _read_offsets(arrays: Mapping[str, NDArray[Any]], documents: int) -> list[dict[str, dict[str, Point]]]:
    slots, phrases = arrays["slots"].tolist(), arrays["phrases"].tolist()
    offsets: list[dict[str, dict[str, Point]]] = [{} for _ in range(documents)]
    for (d, s, p), (x, y) in zip(arrays["offset_keys"].tolist(), arrays["offsets"].tolist(), strict=True):
        offsets[d].setdefault(slots[s], {})[phrases[p]] = (x, y)
    return offsets


def _thinned(kept: Sequence[Kept], seed: int) -> list[Kept]:
    total = sum(len(k.examples.answers) for k in kept)
    if total <= MOST_ROWS:
        return list(kept)
    rng = np.random.default_rng(seed)
    thinned = []
    for k in kept:
        stays = k.examples.answers | (rng.random(len(k.examples.answers)) < MOST_ROWS / total)
        thinned.append(replace(k, examples=Examples(k.examples.features[stays], k.examples.answers[stays])))
    return thinned
