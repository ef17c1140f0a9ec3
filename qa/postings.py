"""Which passages hold which words, and how much a word tells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

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

    def rows(self, word: str) -> Rows:
        """The rows that hold `word`; none for a word that no text holds."""
        return self._rows.get(word, _NONE)

    def share(self, word: str) -> float:
        """The share of texts that hold `word`."""
        return len(self.rows(word)) / max(self.size, 1)

    def idf(self, word: str) -> float:
        """How much a word tells: the rarer the more, as in BM25, never below 0."""
        holding = len(self.rows(word))
        return float(np.log(1 + (self.size - holding + 0.5) / (holding + 0.5)))

    def weight_held(self, words: Iterable[str]) -> NDArray[np.float64]:
        """For each row the idf of those `words` that it holds, summed."""
        held = np.zeros(self.size)
        for word in words:
            held[self.rows(word)] += self.idf(word)
        return held
