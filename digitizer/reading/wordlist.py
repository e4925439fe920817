"""The words that Tesseract knows of a language, out of its own list, and what else it takes for a word."""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

_LAST, _WORD_END = 1, 4
"""Flags of an edge: the last that leaves its node, the last letter of a word. A third between them tells direction."""
_FLAG_BITS = 3
_NUMBER = re.compile(r"\$?\d[\d.,/:-]*%?")
_PUNCTUATION = "()[].,;:'\"*&-\u2018\u2019\u201c\u201d"


@dataclass(frozen=True)
class WordList:
    """Words as a graph (a squished dawg, src/dict/dawg.cpp). edges: uint64, those of a node side by side, the root's
    first; letters: the number that stands for each character; bits: how many of an edge's bits hold the letter.
    """

    edges: NDArray[np.uint64]
    letters: Mapping[str, int]
    bits: int

    def knows(self, text: str) -> bool:
        """Whether a text is a number, or words of the list with hyphens and punctuation."""
        if _NUMBER.fullmatch(text.strip("()")):
            return True
        parts = [part for part in text.strip(_PUNCTUATION).split("-") if part]
        return bool(parts) and all(self._holds(part) for part in parts)

    @cached_property
    def by_length(self) -> dict[int, list[str]]:
        """All words made of letters, by how many they have."""
        characters = np.zeros(1 << self.bits, "<u4")
        for letter, number in self.letters.items():
            characters[number] = ord(letter) if len(letter) == 1 and letter.isalpha() else 0
        letters = characters[(self.edges & np.uint64(len(characters) - 1)).astype(np.int64)]
        flags = (self.edges >> np.uint64(self.bits)).astype(np.int64)
        following, ends = flags >> _FLAG_BITS, np.flatnonzero(flags & _LAST) + 1
        found: dict[int, list[str]] = {}
        # All beginnings of as many letters together, each with the node that goes on from it.
        nodes, begun = np.zeros(min(1, len(ends)), np.int64), np.zeros((min(1, len(ends)), 0), "<u4")
        while len(nodes):
            many = ends[np.searchsorted(ends, nodes, side="right")] - nodes
            rows = np.repeat(np.arange(len(nodes)), many)
            edges = np.arange(int(many.sum())) + np.repeat(nodes - np.cumsum(many) + many, many)
            rows, edges = rows[letters[edges] > 0], edges[letters[edges] > 0]
            begun = np.concatenate([begun[rows], letters[edges][:, None]], axis=1)
            length = begun.shape[1]
            words = np.ascontiguousarray(begun[(flags[edges] & _WORD_END) > 0])
            if len(words):
                found[length] = words.view(f"<U{length}").ravel().tolist()
            nodes, begun = following[edges][following[edges] > 0], begun[following[edges] > 0]
        return found

    def _holds(self, word: str) -> bool:
        node = 0
        for k, character in enumerate(word):
            letter = self.letters.get(character)
            edge = None if letter is None else self._edge(node, letter)
            if edge is None:
                return False
            if k == len(word) - 1:
                return bool(edge >> self.bits & _WORD_END)
            node = edge >> (self.bits + _FLAG_BITS)
            if node == 0:
                return False
        return False

    def _edge(self, node: int, letter: int) -> int | None:
        """The edge of that letter out of a node, which is told by its first edge."""
        mask = (1 << self.bits) - 1
        for at in range(node, len(self.edges)):
            edge = int(self.edges[at])
            if edge & mask == letter:
                return edge
            if edge >> self.bits & _LAST:
                return None
        return None


def read_word_list(data: bytes, letters: Mapping[str, int]) -> WordList:
    """The list in that component of a file of trained data; an empty one knows numbers only.

    Raises:
        struct.error, ValueError: it is cut short.
    """
    if not data:
        return WordList(np.zeros(0, np.uint64), {}, 1)
    _, size, count = struct.unpack_from("<hii", data)
    edges = np.frombuffer(data, "<u8", count, struct.calcsize("<hii"))
    return WordList(edges, letters, max(1, int(np.ceil(np.log2(size)))))
