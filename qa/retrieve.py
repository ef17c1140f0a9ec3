"""Question → hits: filter first, weigh every signal of what is left, best first."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from index.dense import DenseIndex, make_nearest
from index.encode import Encoder, FloatMatrix, QueryCache, load_encoder
from index.filters import Filter
from index.knowledge import load_dictionary
from index.lexical import LexicalIndex, make_scorer
from index.ranking import BoolVector, Retriever, ranked
from index.records import TASK, Hit
from index.segment import Segmenter, load_segmenter
from index.sentences import Span, sentence_spans
from index.store import Store
from qa.grounds import GroundsIndex, load_grounds_model
from qa.likeness import Likeness, load_likeness_model
from qa.postings import Postings
from qa.question import Reader, check_top_k
from qa.ranking import Ranking
from qa.records import SIMILAR, Question
from qa.relevance import Relevance, load_relevance
from qa.rerank import RERANKED, Reranker
from qa.signals import SignalIndex, Vector
from qa.years import Years

DEPTH = 100
"""How far each retriever is asked, to tell who found a hit and at which rank."""
TASK_DEMOTION = 1.0
"""What a task is ranked below an equal achievement or plan: it is no evidence of anything done."""
REMEMBERED = 16
"""So many questions keep their signals and log-odds: ranking, refusing and judging all need the same ones."""
SOURCE_WEIGHTS = (0.56, 0.28, 0.16)
"""How the source province's best passages share in what the source practice is."""
LIKENESS_SHARE = 0.75
"""What likeness to the source practice counts beside the question when similar ones are asked."""


class Searcher:
    """A store with its retrievers, ready to be asked. Safe to share between threads."""

    def __init__(
        self,
        store: Store,
        encoder: Encoder,
        segmenter: Segmenter,
        relevance: Relevance,
        reranker: Reranker | None = None,
    ) -> None:
        self.store = store
        self.segmenter = segmenter
        self.relevance = relevance
        self._reranker = reranker
        encoder = QueryCache(encoder)
        segments, engines = store.segments, store.manifest.engines
        texts = [passage.text for passage in store.passages]
        scorer = make_scorer(engines.lexical, [s.all for s in segments])
        lexical = LexicalIndex(scorer, segmenter)
        words = [s.text for s in segments]
        self.postings = postings = Postings(words)
        dense = DenseIndex(make_nearest(engines.dense, store.vectors), encoder)
        self.retrievers: tuple[Retriever, ...] = store.home.retrievers(store, dense, lexical)
        self.likeness = Likeness(store.vectors, words, lexical, postings, load_likeness_model())
        self._signals = SignalIndex(store, encoder, segmenter, lexical, postings)
        self._grounds = GroundsIndex(texts, postings, self._signals)
        self._computed = lru_cache(REMEMBERED)(self._compute)
        self._answerable_odds = lru_cache(REMEMBERED)(self._answerable_odds_of)
        self._reader = Reader(store.facets, texts, load_dictionary().words, segmenter)
        self._provinces = np.array([passage.province for passage in store.passages])
        self._years = Years(store.passages)
        self._is_task = np.array([passage.column == TASK for passage in store.passages])

    def read(self, text: str) -> Question:
        """`text`, understood; raises UsageError as `clean_question`."""
        return self._reader.read(text)

    def signals(self, question: Question) -> FloatMatrix:
        """The signals of every passage; not to be written to."""
        return self._computed(question)[0]

    def best_sentence(self, question: Question, row: int) -> Span:
        """The sentence of a passage that is nearest to what is asked, or holds its very words."""
        if question.literal:
            text = self.store.passages[row].text
            spans = sentence_spans(text)
            return next((s for s in spans if question.literal in text[slice(*s)]), (0, len(text)))
        return self._signals.best_sentence(question, row)

    def words_of(self, question: Question) -> list[str]:
        """The words of what is asked."""
        return self._signals.words_of(question)

    def allowed(self, question: Question, wanted: Filter | None = None) -> BoolVector:
        """Which passages may be found: what the user chose, and what the question itself says.

        A question of a year is answered with what is of that year or speaks of it.

        Similar practices are those of other provinces. A facet that the user chose overrules what
        the question says of it.

        Raises:
            UsageError: a chosen value that nothing in the store has.
        """
        mask = np.ones(len(self.store.passages), dtype=bool)
        for choice in (wanted or Filter(), question.filter.without(wanted or Filter())):
            chosen = self.store.facets.allowed(choice)
            mask &= True if chosen is None else chosen
        if not (wanted and wanted.year):
            mask &= self._years.of_any(question.years)
        if question.kind == SIMILAR:
            mask &= ~np.isin(self._provinces, question.source_provinces)
        return mask

    def logits(self, question: Question) -> Vector:
        """The log-odds of every passage that it answers; not to be written to."""
        return self._computed(question)[1]

    def _compute(self, question: Question) -> tuple[FloatMatrix, Vector]:
        """The signals of every passage and the log-odds they come to."""
        signals = self._signals.compute(question)
        logits = self.relevance.logits(signals)
        signals.flags.writeable = logits.flags.writeable = False
        return signals, logits

    def grounds(self, question: Question, wanted: Filter | None = None) -> tuple[float, ...] | None:
        """What speaks for its being answerable; None when no passage is allowed.

        Where the like of a province's practice is asked for, that practice must be there.
        """
        allowed = self.allowed(question, wanted)
        if question.source_provinces:
            allowed = np.isin(self._provinces, question.source_provinces)
        if not allowed.any():
            return None
        return self._grounds.compute(question, *self._computed(question), allowed)

    def is_answerable(self, question: Question, wanted: Filter | None = None) -> bool:
        """Whether the passages that may be used answer it, as far as the model can tell."""
        return self._answerable_odds(question, wanted) >= load_grounds_model().refused_below

    def is_doubtful(self, question: Question, wanted: Filter | None = None) -> bool:
        """Whether the model would not bet on their answering it."""
        return self._answerable_odds(question, wanted) < load_grounds_model().doubted_below

    def _answerable_odds_of(self, question: Question, wanted: Filter | None) -> float:
        """The log-odds that the passages that may be used answer it; without any, minus infinity."""
        grounds = self.grounds(question, wanted)
        return -np.inf if grounds is None else load_grounds_model().log_odds(grounds)

    def rank(self, question: Question, wanted: Filter | None = None) -> Ranking:
        """Every allowed passage, best first. `score` is a log-odds, lowered for tasks."""
        allowed = self.allowed(question, wanted)
        scores = self._ranking_scores(question)
        for weight, row in zip(SOURCE_WEIGHTS, self.source_rows(question), strict=False):
            scores = scores + LIKENESS_SHARE * weight * self.likeness.log_odds(row)
        rows = np.flatnonzero(allowed)
        found_by = self._found_by(question, allowed)
        hits = Ranking.of(self.store.passages, rows, scores[rows], found_by)
        if self._reranker is None:
            return hits
        return hits.with_first(self._reranker.rerank(question.asked, hits[:RERANKED]))

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
        return list(self.rank(self.read(text), wanted)[:top_k])

    def source_rows(self, question: Question) -> list[int]:
        """The passages of the named provinces whose like is asked for, the best first."""
        own = np.flatnonzero(np.isin(self._provinces, question.source_provinces))
        scores = self._ranking_scores(question)[own]
        return [match.row for match in ranked(own, scores, len(SOURCE_WEIGHTS))]

    def _ranking_scores(self, question: Question) -> Vector:
        """The log-odds, lowered for tasks that were not asked for."""
        demoted = self._is_task & (TASK not in question.columns)
        return self.logits(question) - TASK_DEMOTION * demoted

    def _found_by(self, question: Question, allowed: BoolVector) -> dict[int, dict[str, int]]:
        found: dict[int, dict[str, int]] = {}
        for retriever in self.retrievers:
            for match in retriever.search(question.core, DEPTH, allowed):
                found.setdefault(match.row, {})[retriever.name] = match.rank
        return found


def open_searcher(store: Store, reranker: str | None = None) -> Searcher:
    """A searcher over `store`, with the encoder that it was built with.

    Args:
        store: what is searched.
        reranker: name or folder of a cross-encoder that orders the best hits anew.
    Raises:
        EncoderError: a model cannot be loaded here.
        KnowledgeError: a file of knowledge does not validate.
    """
    encoder = load_encoder(store.manifest.encoder)
    second = Reranker(reranker) if reranker else None
    return Searcher(store, encoder, load_segmenter(), load_relevance(), second)
