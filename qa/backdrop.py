"""What passages are held against when they are weighed: all the passages of their store.

A store of few passages is weighed whole (`OwnBackdrop`). Of a large one only some passages are weighed
for a question, and what they are held against is known beforehand (`qa.whole.Part`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from typing import Protocol

import numpy as np

from index.encode import FloatVector
from index.engines import Engines
from index.knowledge import load_dictionary
from index.lexical import LexicalIndex, make_scorer
from index.names import SHORTEST, quoted_names
from index.runs import CharacterRuns
from index.segment import Segmenter
from index.store import Store
from qa.postings import Postings
from qa.question import Reader
from qa.text import JoinedText
from qa.whitening import Whitening

Vector = np.ndarray[tuple[int], np.dtype[np.floating]]


class Backdrop(Protocol):
    """What the passages of a searcher are held against."""

    engines: Engines
    """What searches the searcher's passages."""
    reader: Reader
    """Understands questions put to the whole store."""
    runs: CharacterRuns
    """Runs of characters in any of its texts."""
    lexical: LexicalIndex
    """BM25 of the searcher's passages, as it is among all."""

    def postings(self, texts: Iterable[Sequence[str]]) -> Postings:
        """Which of the searcher's texts, given as their words, hold a word; it tells what it does in all."""
        ...

    def contexts(self, texts: Iterable[str]) -> Postings:
        """The same of texts that are not cut into words yet."""
        ...

    def best_bm25(self, words: Sequence[str]) -> float:
        """The score of the best passage of all; 0 where none scores above that."""
        ...

    @property
    def whitening(self) -> Whitening:
        """Evens out the vectors of passages, fitted to those of all."""
        ...

    def typical(self, core: FloatVector) -> tuple[Vector, Vector] | None:
        """Cosines as they are between a question's vector and passages, and their best sentences.

        None where the searcher's own are all there are.
        """
        ...


class OwnBackdrop:
    """That of a store of which every passage is weighed. As `Backdrop`."""

    def __init__(self, store: Store, segmenter: Segmenter) -> None:
        texts = [passage.text for passage in store.passages]
        self._segmenter, self._vectors = segmenter, store.vectors
        self.runs = CharacterRuns.of(texts)
        self.engines = store.manifest.engines
        scorer = make_scorer(self.engines.lexical, [segments.all for segments in store.segments])
        self.lexical = LexicalIndex(scorer, segmenter)
        joined = JoinedText(texts)
        known = [name for name in load_dictionary().words if len(name) >= SHORTEST]
        names = {name for name in (*known, *quoted_names(texts)) if name in joined}
        self.reader = Reader(store.facets, joined, names, segmenter)

    def postings(self, texts: Iterable[Sequence[str]]) -> Postings:
        """As `Backdrop`."""
        return Postings(texts)

    def contexts(self, texts: Iterable[str]) -> Postings:
        """As `Backdrop`; many passages stand in the same context."""
        return Postings(map(cache(self._segmenter.words), texts))

    def best_bm25(self, words: Sequence[str]) -> float:
        """As `Backdrop`."""
        return float(self.lexical.scores(words).max(initial=0))

    @cached_property
    def whitening(self) -> Whitening:
        """As `Backdrop`."""
        return Whitening.of(self._vectors)

    def typical(self, core: FloatVector) -> None:
        """As `Backdrop`."""
