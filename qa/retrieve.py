"""Question → hits: filter first, weigh every signal of what is left, best first."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from index.dense import DenseIndex
from index.encode import Encoder, FloatMatrix, QueryCache, load_encoder
from index.filters import Filter
from index.knowledge import load_dictionary
from index.lexical import LexicalIndex
from index.ranking import BoolVector, Retriever, ranked
from index.records import TASK, Hit
from index.segment import Segmenter, load_segmenter
from index.sentences import Span
from index.store import Store
from qa.question import Reader, check_top_k
from qa.records import SIMILAR, Question
from qa.relevance import Relevance, load_relevance
from qa.signals import SignalIndex, Vector, standardised

DEPTH = 100
"""How far each retriever is asked, to tell who found a hit and at which rank."""
TASK_DEMOTION = 1.0
"""What a task is ranked below an equal achievement or plan: it is no evidence of anything done."""
REMEMBERED = 16
"""So many questions keep their log-odds: ranking, refusing and judging all need the same ones."""
SOURCE_SHARE = 0.35
"""What likeness to the source practice counts beside the question when similar ones are asked."""


class Searcher:
    """A store with its retrievers, ready to be asked. Safe to share between threads."""

    def __init__(
        self, store: Store, encoder: Encoder, segmenter: Segmenter, relevance: Relevance
    ) -> None:
        self.store = store
        self.segmenter = segmenter
        self.relevance = relevance
        encoder = QueryCache(encoder)
        segments = store.segments
        self._vectors = store.vectors
        self._lexical = LexicalIndex([s.all for s in segments], segmenter)
        self._segments = segments
        self.retrievers: tuple[Retriever, ...] = (
            DenseIndex(store.vectors, encoder),
            self._lexical,
        )
        self._signals = SignalIndex(store, encoder, segmenter, self._lexical)
        self._logits = lru_cache(REMEMBERED)(self._compute_logits)
        self._reader = Reader(
            store.facets, (p.text for p in store.passages), load_dictionary().words
        )
        self._provinces = np.array([passage.province for passage in store.passages])
        self._is_task = np.array([passage.column == TASK for passage in store.passages])

    def read(self, text: str) -> Question:
        """`text`, understood; raises UsageError as `clean_question`."""
        return self._reader.read(text)

    def signals(self, question: Question) -> FloatMatrix:
        """The signals of every passage."""
        return self._signals.compute(question)

    def best_sentence(self, question: Question, row: int) -> Span:
        """The sentence of a passage that is nearest to what is asked."""
        return self._signals.best_sentence(question, row)

    def words_of(self, question: Question) -> list[str]:
        """The words of what is asked."""
        return self._signals.words_of(question)

    def allowed(self, question: Question, wanted: Filter | None = None) -> BoolVector:
        """Which passages may be found: what the user chose, and what the question itself says.

        Similar practices are those of other provinces. A facet that the user chose overrules what
        the question says of it.

        Raises:
            UsageError: a chosen value that nothing in the store has.
        """
        mask = np.ones(len(self.store.passages), dtype=bool)
        for choice in (wanted or Filter(), question.filter.without(wanted or Filter())):
            chosen = self.store.facets.allowed(choice)
            mask &= True if chosen is None else chosen
        if question.kind == SIMILAR:
            mask &= ~np.isin(self._provinces, question.source_provinces)
        return mask

    def logits(self, question: Question) -> Vector:
        """The log-odds of every passage that it answers; not to be written to."""
        return self._logits(question)

    def _compute_logits(self, question: Question) -> Vector:
        logits = self.relevance.logits(self.signals(question))
        logits.flags.writeable = False
        return logits

    def rank(self, question: Question, wanted: Filter | None = None) -> list[Hit]:
        """Every allowed passage, best first. `score` is a log-odds, lowered for tasks."""
        allowed = self.allowed(question, wanted)
        logits = self.logits(question)
        scores = logits - TASK_DEMOTION * (self._is_task & (TASK not in question.columns))
        source = self.source_row(question, scores)
        if source is not None:
            likeness = self._likeness(source)
            scores = standardised(scores) + SOURCE_SHARE * likeness
        rows = np.flatnonzero(allowed)
        found_by = self._found_by(question, allowed)
        return [
            Hit(self.store.passages[m.row], m.score, m.rank, found_by.get(m.row, {}))
            for m in ranked(rows, scores[rows], len(rows))
        ]

    def search(self, text: str, top_k: int = 10, wanted: Filter | None = None) -> list[Hit]:
        """The `top_k` passages that best answer `text`, best first.

        Args:
            text: as a person typed it.
            top_k: from 1 to `MAX_TOP_K`.
            wanted: what the passages must have; applied before the search.
        Raises:
            UsageError: an empty or overlong question, a `top_k` out of range, an unknown filter value.
        """
        check_top_k(top_k)
        return self.rank(self.read(text), wanted)[:top_k]

    def source_row(self, question: Question, scores: Vector) -> int | None:
        """The passage of the named provinces whose like is asked for; None when not asked."""
        if question.kind != SIMILAR or not question.source_provinces:
            return None
        own = np.isin(self._provinces, question.source_provinces)
        return int(np.argmax(np.where(own, scores, -np.inf)))

    def _likeness(self, row: int) -> NDArray[np.floating]:
        """How like the passage in `row` every passage is, by meaning and by words; standardised."""
        words = list(dict.fromkeys(self._segments[row].text))
        by_words = standardised(self._lexical.scores(words))
        return standardised(self._vectors @ self._vectors[row]) + by_words

    def _found_by(self, question: Question, allowed: BoolVector) -> dict[int, dict[str, int]]:
        found: dict[int, dict[str, int]] = {}
        for retriever in self.retrievers:
            for match in retriever.search(question.core, DEPTH, allowed):
                found.setdefault(match.row, {})[retriever.name] = match.rank
        return found


def open_searcher(store: Store) -> Searcher:
    """A searcher over `store`, with the encoder that it was built with.

    Raises:
        EncoderError: that encoder cannot be loaded here.
        KnowledgeError: a file of knowledge does not validate.
    """
    encoder = load_encoder(store.manifest.encoder)
    return Searcher(store, encoder, load_segmenter(), load_relevance())
