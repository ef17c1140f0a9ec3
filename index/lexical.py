"""Exact search by words: BM25 over the segments."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from index.bm25 import SparseBM25
from index.engines import RANK_BM25
from index.ranking import BoolVector, ranked
from index.records import Match
from index.segment import Segmenter

REMEMBERED = 4
"""So many questions keep their scores: who weighs a question's words also asks who has most of them."""


class Scorer(Protocol):
    """What scores all passages for words."""

    size: int

    def scores(self, words: Sequence[str]) -> NDArray[np.float64]:
        """The score of every passage for `words`; 0 for those that share none."""
        ...


class RankBM25:
    """rank-bm25's BM25Okapi, with k1 = 1.5 and b = 0.75."""

    def __init__(self, segments: Sequence[Sequence[str]]) -> None:
        self.size = len(segments)
        # A corpus without a single word has no average length to divide by.
        self._bm25 = BM25Okapi(segments) if any(segments) else None

    def scores(self, words: Sequence[str]) -> NDArray[np.float64]:
        """The score of every passage for `words`; 0 for those that share none."""
        if self._bm25 is None or not words:
            return np.zeros(self.size)
        return np.asarray(self._bm25.get_scores(words), dtype=np.float64)


def make_scorer(engine: str, segments: Sequence[Sequence[str]]) -> Scorer:
    """The scorer that an engine's name stands for, over the words of each passage."""
    return RankBM25(segments) if engine == RANK_BM25 else SparseBM25.of(segments)


class LexicalIndex:
    """Finds passages by the words they share with the question."""

    name = "bm25"

    def __init__(self, scorer: Scorer, segmenter: Segmenter) -> None:
        self._segmenter = segmenter
        self._scores = lru_cache(REMEMBERED)(scorer.scores)

    def scores(self, words: Sequence[str]) -> NDArray[np.float64]:
        """The score of every passage for `words`; 0 for those that share none. Not to be written to."""
        return self._scores(tuple(words))

    def search(self, question: str, k: int, allowed: BoolVector | None = None) -> list[Match]:
        """The `k` allowed passages that share most with `question`, best first.

        Args:
            question: as asked; cut into words as the passages were.
            k: how many at most; a passage that shares no word is never found.
            allowed: one truth value a passage; None allows all. Applied before the search.
        Returns:
            `score` is BM25's, above 0, comparable within one question; ties are ordered by row.
        Source: Robertson & Zaragoza, "The Probabilistic Relevance Framework", 2009.
        """
        scores = self.scores(self.query(question))
        possible = scores > 0 if allowed is None else (scores > 0) & allowed
        rows = np.flatnonzero(possible)
        return ranked(rows, scores[rows], k)

    def query(self, question: str) -> list[str]:
        """The words of a question, a repeated one again."""
        return self._segmenter.words(question)
