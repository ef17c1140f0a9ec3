"""Which passages hold which words or strings, and how much a word tells."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
_NONE: Rows = np.zeros(0, dtype=np.int64)


class Postings:
    """For each word the rows of the texts that hold it, ascending."""

    def __init__(self, texts: Iterable[Sequence[str]]) -> None:
        """Take each text as its words, in the order of the rows."""
        rows: dict[str, list[int]] = defaultdict(list)
        self.size = 0
        for row, words in enumerate(texts):
            self.size = row + 1
            for word in dict.fromkeys(words):
                rows[word].append(row)
        self._rows = {word: np.array(found, dtype=np.int64) for word, found in rows.items()}
        self._idf: dict[int, float] = {}

    def rows(self, word: str) -> Rows:
        """The rows that hold `word`; none for a word that no text holds."""
        return self._rows.get(word, _NONE)

    def share_a_row(self, word: str, other: str) -> bool:
        """Whether some text holds both words."""
        few, many = sorted((self.rows(word), self.rows(other)), key=len)
        places = np.searchsorted(many, few)
        inside = places < len(many)
        return bool((many[places[inside]] == few[inside]).any())

    def share(self, word: str) -> float:
        """The share of texts that hold `word`."""
        return len(self.rows(word)) / max(self.size, 1)

    def idf(self, word: str) -> float:
        """How much a word tells: the rarer the more, as in BM25, never below 0."""
        holding = len(self.rows(word))
        if holding not in self._idf:
            self._idf[holding] = float(np.log(1 + (self.size - holding + 0.5) / (holding + 0.5)))
        return self._idf[holding]

    def weight_held(self, words: Iterable[str]) -> NDArray[np.float64]:
        """For each row the idf of those `words` that it holds, summed."""
        held = np.zeros(self.size)
        for word in words:
            held[self.rows(word)] += self.idf(word)
        return held


class Texts:
    """Texts that are searched for strings, all at once."""

    REMEMBERED = 1024

    def __init__(self, texts: Iterable[str]) -> None:
        own = list(texts)
        self._all = "\0".join(own)
        ends = np.cumsum([len(text) + 1 for text in own], dtype=np.int64)
        self._starts = np.concatenate([_NONE, [0], ends[:-1]]).astype(np.int64)
        self._found = lru_cache(self.REMEMBERED)(self._find)

    def rows_with_any(self, strings: Iterable[str]) -> Rows:
        """The rows of the texts in which any of `strings` stands, ascending."""
        return np.unique(np.concatenate([_NONE, *(self._found(string) for string in strings)]))

    def _find(self, string: str) -> Rows:
        """The rows of the texts in which `string` stands."""
        places = [match.start() for match in re.finditer(re.escape(string), self._all)]
        return np.unique(np.searchsorted(self._starts, places, side="right") - 1)
