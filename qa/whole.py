"""A large store as a whole: what the few passages that are weighed for a question are held against."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.encode import FloatVector
from index.engines import Engines
from index.knowledge import load_dictionary
from index.lexical import LexicalIndex
from index.names import SHORTEST
from index.ranking import largest
from index.remembering import LastUsed
from index.segment import Segmenter
from index.store.mapped.store import MappedStore
from qa.postings import PartialPostings, Postings, Rows, idf
from qa.question import Reader
from qa.signals import best_of_each
from qa.text import MappedText
from qa.whitening import Whitening

SAMPLED = 2_000
"""So many passages show how near passages lie to a question as a rule."""
Cosines = tuple[NDArray[np.floating], NDArray[np.floating]]
"""Those of passages, and those of their best sentences."""
COMMON = 0.25
"""What more than this share of the passages hold tells little, and takes longest to look up: the best
are found by the other words, and scored by all of them."""
BEST_AMONG = 400
"""Among so many that score best by the telling words is the one that does by all."""
REMEMBERED = 4
"""So many questions keep their BM25 scores of all passages."""


class Whole:
    """What is known of all passages of a large store. Safe to share between threads."""

    def __init__(self, store: MappedStore, segmenter: Segmenter) -> None:
        self.store, self.segmenter = store, segmenter
        self.size = len(store.passages)
        known = (w for w in load_dictionary().words if len(w) >= SHORTEST and store.holding(w))
        self.reader = Reader(store.facets, MappedText(store), {*known, *store.names}, segmenter)
        self._scores: LastUsed[tuple[str, ...], NDArray[np.float64]] = LastUsed(REMEMBERED)
        self._best: LastUsed[tuple[str, ...], float] = LastUsed(REMEMBERED)
        self._typical: LastUsed[bytes, Cosines] = LastUsed(REMEMBERED)
        rows = np.unique(np.linspace(0, self.size - 1, SAMPLED, dtype=np.int64))
        self._sample = store.vectors[rows]
        numbers, self._starts = store.sentences_of(rows)
        self._sentences = store.sentence_vectors[numbers]

    def idf(self, word: str) -> float:
        """How much a word tells, as `Postings.idf`."""
        return idf(self.store.holding(word), self.size)

    def best_bm25(self, words: Sequence[str]) -> float:
        """The score of the best passage for `words`; 0 where none holds any."""
        return self._best.get(tuple(words), self._best_of)

    def best_sentences(self, query: FloatVector, rows: Rows) -> NDArray[np.floating]:
        """For each of the passages in `rows` the cosine of its best sentence and a question."""
        numbers, starts = self.store.sentences_of(rows)
        return best_of_each(self.store.sentence_vectors[numbers] @ query, starts)

    def scores(self, words: Sequence[str]) -> NDArray[np.float64]:
        """BM25 of every passage for those of `words` that tell; not to be written to."""
        return self._scores.get(tuple(words), self._score)

    def _score(self, words: tuple[str, ...]) -> NDArray[np.float64]:
        most = COMMON * self.size
        telling = [word for word in words if 0 < self.store.holding(word) <= most]
        return self.store.bm25.scores(telling or words)

    def _best_of(self, words: tuple[str, ...]) -> float:
        rows = np.sort(largest(self.scores(words), BEST_AMONG))
        return float(self.store.bm25.scores_of(words, rows).max(initial=0))

    @cached_property
    def whitening(self) -> Whitening:
        """Evens out the vectors of passages, fitted to a sample."""
        return Whitening.of(self._sample)

    def typical(self, core: FloatVector) -> Cosines:
        """Cosines between a question's vector and passages, and their best sentences: a sample."""
        return self._typical.get(core.tobytes(), self._typical_of)

    def _typical_of(self, core: bytes) -> Cosines:
        query = np.frombuffer(core, dtype=np.float32)
        return self._sample @ query, best_of_each(self._sentences @ query, self._starts)


class Part:
    """The backdrop of some passages of a large store. As `qa.backdrop.Backdrop`."""

    engines = Engines()

    def __init__(self, whole: Whole, rows: Rows) -> None:
        """Take the rows of the passages in the whole store, ascending."""
        self._whole = whole
        self.reader, self.runs = whole.reader, whole.store.runs
        self.lexical = LexicalIndex(PartialBM25(whole.store, rows), whole.segmenter)

    def postings(self, texts: Iterable[Sequence[str]]) -> Postings:
        """As `Backdrop`."""
        return PartialPostings(map(frozenset, texts), self._whole.store.holding, self._whole.size)

    def contexts(self, texts: Iterable[str]) -> Postings:
        """As `Backdrop`; they are looked through as they stand, for cutting them takes too long."""
        return PartialPostings(map(_Uncut, texts), self._whole.store.holding, self._whole.size)

    def best_bm25(self, words: Sequence[str]) -> float:
        """As `Backdrop`."""
        return self._whole.best_bm25(words)

    @property
    def whitening(self) -> Whitening:
        """As `Backdrop`."""
        return self._whole.whitening

    def typical(self, core: FloatVector) -> Cosines:
        """As `Backdrop`."""
        return self._whole.typical(core)


class _Uncut(str):
    """A text that holds the words which stand in it; one of a single character is part of others."""

    __slots__ = ()

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and len(word) > 1 and super().__contains__(word)


class PartialBM25:
    """Scores some passages of a large store as among all. As `index.lexical.Scorer`."""

    def __init__(self, store: MappedStore, rows: Rows) -> None:
        self._bm25, self._rows, self.size = store.bm25, rows, len(rows)

    def scores(self, words: Sequence[str]) -> NDArray[np.float64]:
        """The score of each of the passages for `words`."""
        return self._bm25.scores_of(words, self._rows)
