"""Asking a large store: for each question a few of its passages are weighed as if they were all."""

from __future__ import annotations

import numpy as np

from index.encode import Encoder, FloatVector, QueryCache, query_vector
from index.filters import Filter
from index.records import Hit
from index.remembering import LastUsed
from index.segment import Segmenter
from index.store.mapped.store import MappedStore
from qa.postings import Rows
from qa.question import check_top_k
from qa.records import Question
from qa.relevance import Relevance
from qa.rerank import Reranker
from qa.retrieve import Searcher
from qa.shortlist import Shortlist
from qa.whole import Part, Whole

REMEMBERED = 4
"""So many questions keep the passages that are weighed for them."""


class LargeSearcher:
    """A large store, ready to be asked. As `qa.retrieve.Searching`; safe to share between threads."""

    def __init__(
        self,
        store: MappedStore,
        encoder: Encoder,
        segmenter: Segmenter,
        relevance: Relevance,
        reranker: Reranker | None = None,
    ) -> None:
        self.store = store
        self.whole = Whole(store, segmenter)
        self._encoder = QueryCache(encoder)
        self.shortlist = Shortlist(self.whole, self._encoder, relevance)
        self._segmenter, self._relevance, self._reranker = segmenter, relevance, reranker
        self._searchers: LastUsed[tuple[Question, Filter], Searcher] = LastUsed(REMEMBERED)

    def read(self, text: str) -> Question:
        """As `Searching`."""
        return self.whole.reader.read(text)

    def words_of(self, question: Question) -> list[str]:
        """As `Searching`."""
        return list(dict.fromkeys(self._segmenter.words(question.core)))

    def encode(self, question: Question) -> FloatVector:
        """As `Searching`."""
        return query_vector(self._encoder, question.core)

    def search(self, text: str, top_k: int = 10, wanted: Filter | None = None) -> list[Hit]:
        """As `Searching`."""
        check_top_k(top_k)
        question = self.read(text)
        rows = self.shortlist.for_search(question, wanted or Filter(), top_k)
        return list(self.over(rows).rank(question, wanted)[:top_k])

    def over(self, rows: Rows) -> Searcher:
        """A searcher over the passages in `rows`, ascending.

        Without any it has the first of the store, which no filter that found none lets through.
        """
        rows = rows if len(rows) else np.zeros(1, dtype=np.int64)
        store, part = self.store.excerpt(rows), Part(self.whole, rows)
        given = (self._encoder, self._segmenter, self._relevance, self._reranker)
        return Searcher(store, *given, part)

    def about(self, question: Question, wanted: Filter | None = None) -> Searcher:
        """A searcher over the passages by which a question is answered."""
        asked = question, wanted or Filter()
        return self._searchers.get(asked, lambda _: self.over(self.shortlist.for_answer(*asked)))
