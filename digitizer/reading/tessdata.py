"""Tesseract's own model of a language: the layers of its line network, out of its file of trained data.

The layout of the file is that of Tesseract 4 and 5 (src/ccutil/tessdatamanager.h, src/lstm/network.cpp).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitizer.reading.wordlist import WordList, read_word_list

Matrix = NDArray[np.float32]

_LSTM, _WORDS, _CHARACTERS, _CODES = 17, 19, 21, 22
"""Numbers of the components that we need."""
_SPACE = 0
_INPUT, _CONVOLVE, _MAXPOOL, _SERIES, _REVERSED, _TRANSPOSED = (
    "Input",
    "Convolve",
    "Maxpool",
    "Series",
    "RTLReversed",
    "XYTranspose",
)
_RECURRENT, _SUMMARY, _TANH, _SOFTMAX = "LSTM", "SummLSTM", "Tanh", "Softmax"
_OWN_RATES = 64
"""Flag of a group of layers with learning rates of their own."""
_INTEGERS = 1
"""Flag of weights kept as integers with a scale for each row."""


class UnknownModelError(ValueError):
    """The file holds a network that is built otherwise than those we know how to run."""


@dataclass(frozen=True, slots=True)
class Recurrent:
    """A layer of long short-term memory (Hochreiter and Schmidhuber, 1997), ready to run; n: its outputs.

    across: (4, inputs, n) from what comes in, back: (4, n, n) from its own last output, bias: (4, n): of the cell's
    input, then of the input, forget and output gate. All are negated and those of the cell's input doubled, so that
    1 / (1 + exp) serves for all four. reverse: it runs from right to left.
    """

    across: Matrix
    back: Matrix
    bias: Matrix
    reverse: bool


@dataclass(frozen=True, slots=True)
class LineModel:
    """The network of one language.

    height: pixels of its picture; windows: (features, 3, 3) weights of what it looks at first, bias: (features,);
    down: reads each column of windows from top to bottom; along: read along the line; output: (n, classes), its bias;
    characters: what each class says, "" for nothing and " " for a space; blank: the class that stands between others;
    words: those of the language.
    """

    height: int
    windows: Matrix
    bias: Matrix
    down: Recurrent
    along: tuple[Recurrent, ...]
    output: tuple[Matrix, Matrix]
    characters: tuple[str, ...]
    blank: int
    words: WordList


@dataclass(frozen=True, slots=True)
class _Layer:
    """A layer as it stands in the file. sizes: what its kind keeps of numbers."""

    kind: str
    sizes: tuple[int, ...]
    weights: tuple[Matrix, ...]
    layers: tuple[_Layer, ...]


_KINDS = (
    *("", _INPUT, _CONVOLVE, _MAXPOOL, "Parallel", "Replicated", "ParBidiLSTM", "DepParUDLSTM", "Par2dLSTM", _SERIES),
    *("Reconfig", _REVERSED, "TTBReversed", _TRANSPOSED, _RECURRENT, _SUMMARY, "Logistic", "LinLogistic", "LinTanh"),
    *(_TANH, "Relu", "Linear", _SOFTMAX),
)
"""Older files give a layer's kind by its place in this list, newer ones by its name."""


def load_line_model(path: Path) -> LineModel:
    """The network in a file such as eng.traineddata.

    Raises:
        UnknownModelError: it is built in another way. OSError: the file cannot be read.
    """
    try:
        parts = _components(path.read_bytes())
        data = _Data(parts[_LSTM])
        network = _read_layer(data)
        # Its description in words, three counts of its training.
        data.text(), data.numbers("iii")
        (blank,) = data.numbers("i")
        names = _names(parts[_CHARACTERS].decode())
        words = read_word_list(parts.get(_WORDS, b""), {name: k for k, name in enumerate(names)})
        return _model(network, _characters(_Data(parts[_CODES]), names), blank, words)
    except (struct.error, KeyError, IndexError, ValueError) as error:
        raise UnknownModelError(f"{path.name}: {error}") from error


class _Data:
    """Bytes read from front to back; little-endian, as Tesseract writes them everywhere."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def numbers(self, kinds: str) -> tuple[int, ...]:
        found = struct.unpack_from(f"<{kinds}", self._data, self._at)
        self._at += struct.calcsize(f"<{kinds}")
        return found

    def array(self, kind: str, count: int) -> NDArray[np.float64]:
        found = np.frombuffer(self._data, kind, count, self._at)
        self._at += found.nbytes
        return found.astype(np.float64)

    def text(self) -> str:
        (length,) = self.numbers("I")
        self._at += length
        return self._data[self._at - length : self._at].decode()


def _components(data: bytes) -> dict[int, bytes]:
    (count,) = struct.unpack_from("<I", data)
    starts = struct.unpack_from(f"<{count}q", data, 4)
    ends = [*sorted(s for s in starts if s >= 0), len(data)]
    return {k: data[s : ends[ends.index(s) + 1]] for k, s in enumerate(starts) if s >= 0}


def _read_layer(data: _Data) -> _Layer:
    (number,) = data.numbers("b")
    kind = _KINDS[number] if number else data.text()
    _, _, flags, _, _, _ = data.numbers("bbiiii")
    data.text()
    sizes: tuple[int, ...] = ()
    weights: tuple[Matrix, ...] = ()
    layers: tuple[_Layer, ...] = ()
    if kind == _INPUT:
        sizes = data.numbers("iiiii")
    elif kind in (_SERIES, _REVERSED, _TRANSPOSED):
        layers = tuple(_read_layer(data) for _ in range(data.numbers("I")[0]))
        if flags & _OWN_RATES:
            data.array("<f4", data.numbers("I")[0])
    elif kind in (_CONVOLVE, _MAXPOOL):
        sizes = data.numbers("ii")
    elif kind in (_RECURRENT, _SUMMARY):
        data.numbers("i")
        weights = tuple(_read_weights(data) for _ in range(4))
    elif kind in (_TANH, _SOFTMAX):
        weights = (_read_weights(data),)
    else:
        raise UnknownModelError(f"a layer of kind {kind}")
    return _Layer(kind, sizes, weights, layers)


def _read_weights(data: _Data) -> Matrix:
    """A row for each output: the weights of the inputs, then the bias."""
    (mode,) = data.numbers("B")
    rows, columns = data.numbers("II")
    if not mode & _INTEGERS:
        data.numbers("d")
        return data.array("<f8", rows * columns).reshape(rows, columns).astype(np.float32)
    data.numbers("b")
    whole = data.array("i1", rows * columns).reshape(rows, columns)
    scales = data.array("<f8", data.numbers("I")[0])
    return (whole * scales[:rows, None]).astype(np.float32)


def _names(listed: str) -> list[str]:
    """The characters of the language in the order of their numbers."""
    lines = listed.split("\n")
    return [line.split(" ")[0] for line in lines[1 : int(lines[0]) + 1]]


def _characters(codes: _Data, names: Sequence[str]) -> tuple[str, ...]:
    """What each class of the output says; each must be one character of the list."""
    found: dict[int, str] = {}
    for k in range(codes.numbers("I")[0]):
        _, length = codes.numbers("bi")
        if length != 1:
            raise UnknownModelError("characters made of several classes")
        # Names two and three stand for glyphs grown together or broken, which the network never tells.
        said = " " if k == _SPACE else "" if k in (1, 2) else names[k]
        found[codes.numbers("i")[0]] = said or found.get(k, "")
    return tuple(found.get(k, "") for k in range(max(found) + 1))


def _model(network: _Layer, characters: tuple[str, ...], blank: int, words: WordList) -> LineModel:
    first, windows, pool, transposed, *along, output = network.layers
    if [layer.kind for layer in windows.layers] != [_CONVOLVE, _TANH] or windows.layers[0].sizes != (1, 1):
        raise UnknownModelError("it looks at the picture through other windows")
    if first.kind != _INPUT or first.sizes[3] != 1 or pool.kind != _MAXPOOL or pool.sizes != (3, 3):
        raise UnknownModelError("it takes other pictures")
    if transposed.kind != _TRANSPOSED or [layer.kind for layer in transposed.layers] != [_SUMMARY]:
        raise UnknownModelError("it reads columns in another way")
    if output.kind != _SOFTMAX or len(characters) > len(output.weights[0]) or first.sizes[1] % 3:
        raise UnknownModelError("it ends in another way")
    looks, bias = _split(windows.layers[1].weights[0])
    return LineModel(
        height=first.sizes[1],
        # Kept column by column, as Tesseract goes through a picture.
        windows=np.ascontiguousarray(looks.reshape(3, 3, -1).transpose(2, 1, 0)),
        bias=bias,
        down=_recurrent(transposed.layers[0].weights, False),
        along=tuple(_along(layer) for layer in along),
        output=_split(output.weights[0]),
        characters=characters + ("",) * (len(output.weights[0]) - len(characters)),
        blank=blank,
        words=words,
    )


def _along(layer: _Layer) -> Recurrent:
    inner = layer.layers[0] if layer.kind == _REVERSED and len(layer.layers) == 1 else layer
    if inner.kind != _RECURRENT:
        raise UnknownModelError(f"a layer of kind {inner.kind} along the line")
    return _recurrent(inner.weights, layer.kind == _REVERSED)


def _split(weights: Matrix) -> tuple[Matrix, Matrix]:
    return np.ascontiguousarray(weights[:, :-1].T), np.ascontiguousarray(weights[:, -1])


def _recurrent(weights: Sequence[Matrix], reverse: bool) -> Recurrent:
    outputs = len(weights[0])
    # tanh x = 2 sigmoid(2 x) - 1.
    every = np.stack([-2 * weights[0], *(-w for w in weights[1:])]).transpose(0, 2, 1)
    across, back, bias = every[:, : -outputs - 1], every[:, -outputs - 1 : -1], every[:, -1]
    return Recurrent(np.ascontiguousarray(across), np.ascontiguousarray(back), np.ascontiguousarray(bias), reverse)
