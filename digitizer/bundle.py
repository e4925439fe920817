"""Saved models: plain arrays, which can run nobody's code, each with a card that says what it is.

A folder holds NAME.npz and card.json; the card has a key for each model of the folder under "models".
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

import numpy as np

import digitizer
from digitizer.errors import MissingComponentError, ModelMismatchError
from digitizer.estimators import from_arrays, to_arrays

T = TypeVar("T")

REMEDY = "run 'make models'"

OLD = ".skops"
"""How the files of the first edition ended."""


class LoadedAtNeed(Mapping[str, T]):
    """What a function loads for each of these names, at the first time that it is asked for; most runs see few forms.

    Asking raises what the function raises.
    """

    def __init__(self, names: Iterable[str], load: Callable[[str], T]) -> None:
        self._names = tuple(names)
        self._load = load
        self._loaded: dict[str, T] = {}

    def __getitem__(self, name: str) -> T:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._loaded:
            self._loaded[name] = self._load(name)
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def save_model(model: Any, folder: Path, name: str, card: Mapping[str, Any]) -> dict[str, Any]:
    """Writes a model (estimators.to_arrays tells what that may be) and its card entry; returns the entry as written.

    The same model gives the same bytes. Entries of other models in the folder's card stay.

    Raises:
        TypeError: the model holds what cannot be saved as plain arrays.
    """
    data = _packed(to_arrays(model))
    folder.mkdir(parents=True, exist_ok=True)
    model_file(folder, name).write_bytes(data)
    entry = {**card, "sha256": hashlib.sha256(data).hexdigest(), "versions": _versions()}
    models = _read_card(folder)["models"] if (folder / "card.json").exists() else {}
    models[name] = entry
    text = json.dumps({"models": dict(sorted(models.items()))}, indent=1, sort_keys=True) + "\n"
    (folder / "card.json").write_text(text, encoding="utf-8")
    return entry


def load_model(folder: Path, name: str) -> tuple[Any, dict[str, Any]]:
    """The model of that name and its card entry.

    Raises:
        MissingComponentError: there is no such model.
        ModelMismatchError: file and card do not fit, or the first edition made it.
    """
    path = model_file(folder, name)
    if not path.is_file() and path.with_suffix(OLD).is_file():
        raise ModelMismatchError(f"{path.with_suffix(OLD)}: made by the first edition", "train the form again")
    if not path.is_file() or not (folder / "card.json").is_file():
        raise MissingComponentError(f"{path}: no such model", REMEDY)
    entry = _read_card(folder)["models"].get(name)
    if not isinstance(entry, dict):
        raise ModelMismatchError(f"{folder / 'card.json'}: says nothing of {name}", REMEDY)
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != entry.get("sha256"):
        raise ModelMismatchError(f"{path}: not the file that card.json describes", REMEDY)
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            return from_arrays(dict(arrays)), entry
    except (BadZipFile, KeyError, ValueError, TypeError, EOFError) as error:
        raise ModelMismatchError(f"{path}: not a model: {error}", REMEDY) from error


def model_file(folder: Path, name: str) -> Path:
    """Where a model lies in its folder."""
    return folder / f"{name}.npz"


def has_model(folder: Path, name: str) -> bool:
    """Whether the folder holds that model, be it one of the first edition."""
    path = model_file(folder, name)
    return path.is_file() or path.with_suffix(OLD).is_file()


def find_model(folder: Path, name: str) -> tuple[Any, dict[str, Any]] | None:
    """As load_model; None where the folder has no such model.

    Raises:
        ModelMismatchError: as load_model.
    """
    return load_model(folder, name) if has_model(folder, name) else None


def card_of(folder: Path, name: str) -> dict[str, Any]:
    """The card entry of that model; empty where the folder holds none.

    Raises:
        ModelMismatchError: the card is none.
    """
    if not has_model(folder, name) or not (folder / "card.json").is_file():
        return {}
    entry = _read_card(folder)["models"].get(name)
    return dict(entry) if isinstance(entry, dict) else {}


def _read_card(folder: Path) -> dict[str, Any]:
    path = folder / "card.json"
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ModelMismatchError(f"{path}: {error}", REMEDY) from error
    if not isinstance(card, dict) or not isinstance(card.get("models"), dict):
        raise ModelMismatchError(f"{path}: not a model card", REMEDY)
    return card


def _versions() -> dict[str, str]:
    """Of the program, and of the scikit-learn that fitted the model; for people, nothing rests on them."""
    return {"digitizer": digitizer.__version__, "scikit-learn": version("scikit-learn")}


def _packed(arrays: Mapping[str, Any]) -> bytes:
    """An npz whose bytes depend on the arrays alone: members in order, no time of writing."""
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as target:
        for name in sorted(arrays):
            member = io.BytesIO()
            np.lib.format.write_array(member, np.asarray(arrays[name]), allow_pickle=False)
            entry = ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            target.writestr(entry, member.getvalue(), compress_type=ZIP_DEFLATED, compresslevel=9)
    return buffer.getvalue()
