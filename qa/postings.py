"""Which passages hold which words or strings, and how much a word tells."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from index.remembering import LastUsed

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
        self._weights: dict[str, float] = {}

    def rows(self, word: str) -> Rows:
        """The rows that hold `word`; none for a word that no text holds."""
        return self._rows.get(word, _NONE)

    def share_a_row(self, word: str, other: str) -> bool:
        """Whether some text holds both words."""
        few, many = sorted((self.rows(word), self.rows(other)), key=len)
        places = np.searchsorted(many, few)
        inside = places < len(many)
        return bool((many[places[inside]] == few[inside]).any())

    def holding(self, word: str) -> int:
        """How many texts hold `word`."""
        return len(self.rows(word))

    @property
    def total(self) -> int:
        """How many texts there are."""
        return self.size

    def share(self, word: str) -> float:
        """The share of texts that hold `word`."""
        return self.holding(word) / max(self.total, 1)

    def idf(self, word: str) -> float:
        """How much a word tells: the rarer the more, as in BM25, never below 0."""
        if word not in self._weights:
            self._weights[word] = idf(self.holding(word), self.total)
        return self._weights[word]

    def weight_held(self, words: Iterable[str]) -> NDArray[np.float64]:
        """For each row the idf of those `words` that it holds, summed."""
        held = np.zeros(self.size)
        for word in words:
            held[self.rows(word)] += self.idf(word)
        return held


def idf(holding: int, total: int) -> float:
    """How much a word tells that `holding` of `total` texts hold."""
    return math.log(1 + (total - holding + 0.5) / (holding + 0.5))


class PartialPostings(Postings):
    """Those of a few out of many texts, which are looked through; a word tells what it does in all."""

    def __init__(
        self, texts: Iterable[Container[str]], holding: Callable[[str], int], total: int
    ) -> None:
        """Take each text as what its words are in, and how many of all `total` texts hold a word."""
        self._texts, self._holding, self._total = list(texts), holding, total
        self.size = len(self._texts)
        self._rows, self._weights = {}, {}

    def rows(self, word: str) -> Rows:
        """The rows that hold `word`, which are looked for the first time only."""
        if word not in self._rows:
            rows = [row for row, text in enumerate(self._texts) if word in text]
            self._rows[word] = np.array(rows, dtype=np.int64)
        return self._rows[word]

    def holding(self, word: str) -> int:
        """How many of all texts hold `word`."""
        return self._holding(word)

    @property
    def total(self) -> int:
        """How many texts there are in all."""
        return self._total


class Texts:
    """Texts that are searched for strings, all at once."""

    REMEMBERED = 1024

    def __init__(self, texts: Iterable[str]) -> None:
        own = list(texts)
        self._all = "\0".join(own)
        ends = np.cumsum([len(text) + 1 for text in own], dtype=np.int64)
        self._starts = np.concatenate([_NONE, [0], ends[:-1]]).astype(np.int64)
        self._found: LastUsed[str, Rows] = LastUsed(self.REMEMBERED)

    def rows_with_any(self, strings: Iterable[str]) -> Rows:
        """The rows of the texts in which any of `strings` stands, ascending."""
        found = (self._found.get(string, self._find) for string in strings)
        return np.unique(np.concatenate([_NONE, *found]))

    def _find(self, string: str) -> Rows:
        """The rows of the texts in which `string` stands."""
        places = [match.start() for match in re.finditer(re.escape(string), self._all)]
        return np.unique(np.searchsorted(self._starts, places, side="right") - 1)
