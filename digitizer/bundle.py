"""Saved models: skops files of reviewed types only, each with a card that says what it is. Knows sklearn persistence.

A folder holds NAME.skops and card.json; the card has a key for each model of the folder under "models".
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

import sklearn
import skops
import skops.io

import digitizer
from digitizer.errors import MissingComponentError, ModelMismatchError

T = TypeVar("T")

REMEDY = "run 'make models'"

TRUSTED = (
    # Reviewed: holders of numpy arrays and numbers, with no code of their own that runs on loading.
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.tree._tree.Tree",
    "sklearn.utils._bunch.Bunch",
)
"""Types that a model file may hold beside those that skops trusts by itself; nothing else is ever loaded."""


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


def save_model(estimator: Any, folder: Path, name: str, card: Mapping[str, Any]) -> dict[str, Any]:
    """Writes an estimator and its card entry; returns the entry with SHA-256 and versions added.

    The same estimator gives the same bytes. Entries of other models in the folder's card stay.

    Raises:
        ModelMismatchError: the estimator holds types outside the reviewed list and could not be loaded again.
    """
    buffer = io.BytesIO()
    skops.io.dump(estimator, buffer)
    data = _reproducible(buffer.getvalue())
    _refuse_strange_types(data, name)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.skops").write_bytes(data)
    entry = {**card, "sha256": hashlib.sha256(data).hexdigest(), "versions": _versions()}
    models = _read_card(folder)["models"] if (folder / "card.json").exists() else {}
    models[name] = entry
    text = json.dumps({"models": dict(sorted(models.items()))}, indent=1, sort_keys=True) + "\n"
    (folder / "card.json").write_text(text, encoding="utf-8")
    return entry


def load_model(folder: Path, name: str) -> tuple[Any, dict[str, Any]]:
    """The estimator of that name and its card entry.

    Raises:
        MissingComponentError: there is no such model.
        ModelMismatchError: file and card do not fit, another scikit-learn made it, or it holds strange types.
    """
    path = folder / f"{name}.skops"
    if not path.is_file() or not (folder / "card.json").is_file():
        raise MissingComponentError(f"{path}: no such model", REMEDY)
    entry = _read_card(folder)["models"].get(name)
    if not isinstance(entry, dict):
        raise ModelMismatchError(f"{folder / 'card.json'}: says nothing of {name}", REMEDY)
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != entry.get("sha256"):
        raise ModelMismatchError(f"{path}: not the file that card.json describes", REMEDY)
    made, here = str(entry.get("versions", {}).get("scikit-learn", "?")), sklearn.__version__
    if made.split(".")[:2] != here.split(".")[:2]:
        raise ModelMismatchError(f"{path}: made by scikit-learn {made}, this is {here}", REMEDY)
    _refuse_strange_types(data, name)
    return skops.io.loads(data, trusted=list(TRUSTED)), entry


def find_model(folder: Path, name: str) -> tuple[Any, dict[str, Any]] | None:
    """As load_model; None where the folder has no such model.

    Raises:
        ModelMismatchError: as load_model.
    """
    return load_model(folder, name) if (folder / f"{name}.skops").is_file() else None


def card_of(folder: Path, name: str) -> dict[str, Any]:
    """The card entry of that model; empty where the folder holds none.

    Raises:
        ModelMismatchError: the card is none.
    """
    if not (folder / f"{name}.skops").is_file() or not (folder / "card.json").is_file():
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
    return {"digitizer": digitizer.__version__, "scikit-learn": sklearn.__version__, "skops": skops.__version__}


def _refuse_strange_types(data: bytes, name: str) -> None:
    """Raises ModelMismatchError where the file holds a type that is neither skops' own nor on the reviewed list."""
    try:
        strange = sorted(set(skops.io.get_untrusted_types(data=data)) - set(TRUSTED))
    except (BadZipFile, KeyError, ValueError, TypeError) as error:
        raise ModelMismatchError(f"model {name}: not a skops file: {error}", REMEDY) from error
    if strange:
        raise ModelMismatchError(f"model {name}: holds types that were not reviewed: {', '.join(strange)}", REMEDY)


def _reproducible(data: bytes) -> bytes:
    """The same archive with objects numbered in order, not by their address in memory, and no time of writing."""
    source = ZipFile(io.BytesIO(data))
    schema = source.read("schema.json").decode()
    order = {number: str(i) for i, number in enumerate(dict.fromkeys(re.findall(r'"__id__": (\d+)', schema)))}
    schema = re.sub(r'"__id__": (\d+)', lambda m: f'"__id__": {order[m[1]]}', schema)
    renamed = {name: _renumbered(name, order) for name in source.namelist() if name != "schema.json"}
    for old, new in renamed.items():
        schema = schema.replace(f'"{old}"', f'"{new}"')
    members = {new: source.read(old) for old, new in renamed.items()} | {"schema.json": schema.encode()}
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as target:
        for name in sorted(members):
            entry = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            target.writestr(entry, members[name], compress_type=ZIP_DEFLATED, compresslevel=9)
    return buffer.getvalue()


def _renumbered(name: str, order: Mapping[str, str]) -> str:
    stem, dot, ending = name.partition(".")
    return f"object-{order.get(stem, stem)}{dot}{ending}"
