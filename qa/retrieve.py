"""Question → hits: filter first, weigh every signal of what is left, best first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import Protocol

import numpy as np

from index.dense import DenseIndex, make_nearest
from index.encode import Encoder, FloatMatrix, FloatVector, QueryCache
from index.filters import Filter
from index.ranking import BoolVector, Retriever, order, ranked
from index.records import TASK, Hit
from index.remembering import LastUsed
from index.segment import Segmenter
from index.sentences import Span, sentence_spans
from index.store import Store
from qa import alike, mention, stating
from qa.alike import MOST_READ, Alike, PracticeTexts, load_alike_model
from qa.backdrop import Backdrop, OwnBackdrop
from qa.grounds import GroundsIndex, load_grounds_model
from qa.likeness import Likeness, load_likeness_model
from qa.postings import Rows
from qa.question import check_top_k
from qa.ranking import Ranking
from qa.reading import (
    MODEL,
    FigureReader,
    PassageReader,
    Read,
    around,
    load_figure_reader,
    load_reader,
)
from qa.records import FACT, SIMILAR, Question
from qa.relevance import Relevance
from qa.rerank import RERANKED, Reranker
from qa.signals import SignalIndex, Vector
from qa.years import Years

DEPTH = 100
"""How far each retriever is asked, to tell who found a hit and at which rank."""
TASK_DEMOTION = 1.0
"""What a task is ranked below an equal achievement or plan: it is no evidence of anything done."""
REMEMBERED = 16
"""So many questions keep their signals and log-odds: ranking, refusing and judging all need the same ones."""
READ, ANSWERS_FROM = 4, 1.0
"""So many of the best passages are read where the grounds leave open whether they answer, until one has
such log-odds."""
DESCRIBED_BELOW = 1.0
"""So much lower, in log-odds, a mere description may lie: in one's own words it shares few with the text."""
SOURCES = 3
"""So many of the source province's best passages share in what the source practice is."""
SOURCE_SPREAD = 2.0
"""How far below the best, in log-odds, a passage has a share e times smaller."""
QUESTION_SHARE, LIKENESS_SHARE, READING_SHARE = 0.6, 1.2, 1.0
"""What the question, likeness to the source practice and reading beside it count when similar ones are asked."""
NO_PRACTICE = 6.0
"""What a task is ranked below an equal practice: it tells what is asked of a province, not what it does."""

Computed = tuple[FloatMatrix, Vector]
"""The signals of every passage, and the log-odds they come to."""


class Searching(Protocol):
    """A store of whatever size, ready to be asked."""

    @property
    def store(self) -> Store:
        """What is asked."""
        ...

    def read(self, text: str) -> Question:
        """As `Searcher.read`."""
        ...

    def words_of(self, question: Question) -> list[str]:
        """As `Searcher.words_of`."""
        ...

    def encode(self, question: Question) -> FloatVector:
        """The unit vector of what is asked, which is remembered for a while."""
        ...

    def search(self, text: str, top_k: int = 10, wanted: Filter | None = None) -> list[Hit]:
        """As `Searcher.search`."""
        ...


class Searcher:
    """A store with its retrievers, ready to be asked. Safe to share between threads."""

    def __init__(
        self,
        store: Store,
        encoder: Encoder,
        segmenter: Segmenter,
        relevance: Relevance,
        reranker: Reranker | None = None,
        backdrop: Backdrop | None = None,
    ) -> None:
        """Search `store`, whose passages are held against a `backdrop`: themselves without one."""
        self.store = store
        self.segmenter = segmenter
        self.relevance = relevance
        self._reranker = reranker
        self._reader, self._which_reader = load_reader(MODEL), load_reader(mention.READER)
        self.backdrop = backdrop or OwnBackdrop(store, segmenter)
        encoder = QueryCache(encoder)
        self.postings = self.backdrop.postings(store.words)
        nearest = make_nearest(self.backdrop.engines.dense, store.vectors)
        found_by = DenseIndex(nearest, encoder), self.backdrop.lexical
        self.retrievers: tuple[Retriever, ...] = store.home.retrievers(store, *found_by)
        self._signals = SignalIndex(store, encoder, segmenter, self.postings, self.backdrop)
        self._grounds = GroundsIndex(
            store.passages, self.backdrop.runs, self.postings, self._signals
        )
        self._computed: LastUsed[Question, Computed] = LastUsed(REMEMBERED)
        self._odds: LastUsed[tuple[Question, Filter | None], float] = LastUsed(REMEMBERED)
        self._provinces = store.facets.labels("province")
        self._years = Years(store.passages, store.facets.values["year"])
        self._is_task = np.array([passage.column == TASK for passage in store.passages])

    @property
    def figure_reader(self) -> FigureReader | None:
        """Reads figures with a question; None where nothing can."""
        return load_figure_reader(stating.READER)

    @cached_property
    def likeness(self) -> Likeness:
        """How like its passages are."""
        return Likeness(
            self.store.vectors,
            self.store.words,
            self.backdrop.lexical,
            self.postings,
            load_likeness_model(),
            self.backdrop.whitening,
        )

    @cached_property
    def alike(self) -> Alike | None:
        """Which of its passages tell of the same practice, by reading them; None where nothing can."""
        reader = load_reader(alike.READER)
        if reader is None:
            return None
        texts = PracticeTexts(self.store, self.backdrop.whitening)
        return Alike(texts, reader, load_alike_model())

    def read(self, text: str) -> Question:
        """`text`, understood; raises UsageError as `clean_question`."""
        return self.backdrop.reader.read(text)

    def encode(self, question: Question) -> FloatVector:
        """The unit vector of what is asked, which is remembered for a while."""
        return self._signals.encode(question)

    def signals(self, question: Question) -> FloatMatrix:
        """The signals of every passage; not to be written to."""
        return self._computed.get(question, self._compute)[0]

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

        A question of a year is answered with what is of that year or speaks of it. A fact of the year
        that is planned for may stand under what was done, where it was certain already.

        Similar practices are those of other provinces. A facet that the user chose overrules what
        the question says of it.

        Raises:
            UsageError: a chosen value that nothing in the store has.
        """
        mask = np.ones(len(self.store.passages), dtype=bool)
        said = question.filter.without(wanted or Filter())
        for choice in (wanted or Filter(), replace(said, column=())):
            mask &= self._having(choice)
        in_column = self._having(Filter(column=said.column))
        if question.kind == FACT:
            in_column |= self._years.spoken_of(question.years)
        mask &= in_column
        if not (wanted and wanted.year):
            mask &= self._years.of_any(question.years)
        if question.kind == SIMILAR:
            mask &= ~np.isin(self._provinces, question.source_provinces)
        return mask

    def _having(self, choice: Filter) -> BoolVector:
        chosen = self.store.facets.allowed(choice)
        return np.ones(len(self.store.passages), dtype=bool) if chosen is None else chosen

    def logits(self, question: Question) -> Vector:
        """The log-odds of every passage that it answers; not to be written to."""
        return self._computed.get(question, self._compute)[1]

    def _compute(self, question: Question) -> Computed:
        """The signals of every passage and the log-odds they come to."""
        signals = self._signals.compute(question)
        logits = self.relevance.logits(signals)
        signals.flags.writeable = logits.flags.writeable = False
        return signals, logits

    def grounds(self, question: Question, wanted: Filter | None = None) -> tuple[float, ...] | None:
        """What speaks for its being answerable; None when no passage is allowed.

        Where the like of a province's practice is asked for, that practice must be there. They were learnt
        from questions as people put them, and are those of the person's own words.
        """
        question = question.in_own_words()
        allowed = self._asked_of(question, wanted)
        if not allowed.any():
            return None
        return self._grounds.compute(
            question, *self._computed.get(question, self._compute), allowed
        )

    def _asked_of(self, question: Question, wanted: Filter | None) -> BoolVector:
        """The passages one of which must answer, or tell of the practice whose like is asked for."""
        if question.source_provinces:
            return np.isin(self._provinces, question.source_provinces)
        return self.allowed(question, wanted)

    def is_answerable(self, question: Question, wanted: Filter | None = None) -> bool:
        """Whether the passages that may be used answer it, as far as the model can tell."""
        return self.answerable_margin(question, wanted) >= 0

    def answerable_margin(self, question: Question, wanted: Filter | None = None) -> float:
        """How far above what is refused it lies, in log-odds; below 0 it is refused."""
        least = load_grounds_model().refused_below - DESCRIBED_BELOW * question.is_description
        return self._answerable_odds(question, wanted) - least

    def is_doubtful(self, question: Question, wanted: Filter | None = None) -> bool:
        """Whether the model would not bet on their answering it."""
        return self._answerable_odds(question, wanted) < load_grounds_model().doubted_below

    def _answerable_odds(self, question: Question, wanted: Filter | None) -> float:
        """The log-odds that the passages that may be used answer it; without any, minus infinity."""
        return self._odds.get((question, wanted), self._weigh_grounds)

    def _weigh_grounds(self, asked: tuple[Question, Filter | None]) -> float:
        """As the grounds say, or, where they leave it open, as the best passages read."""
        grounds = self.grounds(*asked)
        if grounds is None:
            return -np.inf
        model, read = load_grounds_model(), self.reading(asked[0])
        odds = model.log_odds(grounds)
        if read is None or not model.is_open(odds):
            return odds
        return model.after_reading(odds, self.best_read(read, *asked))

    def best_read(self, read: Read, question: Question, wanted: Filter | None = None) -> float:
        """The log-odds that the best passages answer, read with the question: of the best of them.

        They are read on only while none answers.
        """
        rows = np.flatnonzero(self._asked_of(question, wanted))
        first = rows[np.argsort(-self.logits(question)[rows], kind="stable")[:READ]]
        best = -np.inf
        for row in first.tolist():
            best = max(best, float(read([row])[0]))
            if best >= ANSWERS_FROM:
                break
        return best

    def reading(self, question: Question) -> Read | None:
        """Reads whether passages answer a question; None where nothing can."""
        return self._reading_by(self._reader, question)

    def reading_which(self, question: Question) -> Read | None:
        """Reads whether passages tell of just what is asked, for their province to be named by them; as `reading`.

        Who has not is told by the same passages as who has.
        """
        asked = replace(question, asked=question.core) if question.is_reverse else question
        return self._reading_by(self._which_reader, asked)

    def _reading_by(self, reader: PassageReader | None, question: Question) -> Read | None:
        return None if reader is None else partial(self._read_rows, reader, question)

    def _read_rows(
        self, reader: PassageReader, question: Question, rows: Sequence[int]
    ) -> FloatVector:
        spans = (self.best_sentence(question, row) for row in rows)
        texts = (self.store.passages[row].text for row in rows)
        parts = [around(text, span) for text, span in zip(texts, spans, strict=True)]
        return reader.log_odds(question.asked, parts)

    def rank(self, question: Question, wanted: Filter | None = None) -> Ranking:
        """Every allowed passage, best first. `score` is a log-odds, lowered for tasks."""
        allowed = self.allowed(question, wanted)
        rows = np.flatnonzero(allowed)
        scores = self._ranking_scores(question)
        if question.source_provinces:
            scores = self._beside_sources(question, scores, rows, wanted)
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
            EncoderError: the network that reads practices cannot be loaded.
        """
        check_top_k(top_k)
        return list(self.rank(self.read(text), wanted)[:top_k])

    def source_rows(self, question: Question) -> list[int]:
        """The passages of the named provinces whose like is asked for, the best first."""
        own = np.flatnonzero(np.isin(self._provinces, question.source_provinces))
        scores = self._ranking_scores(question.for_source())[own]
        return [match.row for match in ranked(own, scores, SOURCES)]

    def said_beside(self, question: Question, source: int) -> str:
        """The question itself where its source passage does not hold every word that names the practice.

        It goes before that passage when others are read beside it: it says which practice is meant, or that
        the passage tells of another. A name that stands there says no more than the passage.
        """
        text = self.store.passages[source].text
        is_name = all(word in text for word in self.words_of(question.for_source()))
        return "" if is_name else question.asked

    def _beside_sources(
        self, question: Question, scores: Vector, rows: Rows, wanted: Filter | None
    ) -> Vector:
        """`scores` and how like the source practice all are; the nearest of `rows` are read beside it."""
        sources = self._sources(question)
        is_practice = ~self._is_unasked_task(question, wanted)
        scores = scores - NO_PRACTICE * ~is_practice
        scores *= QUESTION_SHARE
        for share, row in sources:
            scores += LIKENESS_SHARE * share * self.likeness.log_odds(row)
        if not sources or self.alike is None or question.is_reverse:
            return scores
        (_share, row), *_ = sources
        span, asked = self.best_sentence(question, row), self.said_beside(question, row)
        practices = rows[is_practice[rows]]
        nearest = practices[order(practices, scores[practices], MOST_READ)]
        near, read = self.alike.read_on(row, nearest, span, asked)
        scores[near] += READING_SHARE * (read - self.alike.model.unread)
        return scores

    def _sources(self, question: Question) -> list[tuple[float, int]]:
        """The source passages, each with its share in what the practice is: nearly all for a clear one."""
        rows = self.source_rows(question)
        odds = self._ranking_scores(question.for_source())[rows]
        shares = np.exp((odds - odds.max(initial=-np.inf)) / SOURCE_SPREAD)
        return list(zip((shares / shares.sum()).tolist(), rows, strict=True))

    def _ranking_scores(self, question: Question) -> Vector:
        """The log-odds, lowered for tasks that were not asked for."""
        return self.logits(question) - TASK_DEMOTION * self._is_unasked_task(question)

    def _is_unasked_task(self, question: Question, wanted: Filter | None = None) -> BoolVector:
        """Which passages are tasks that neither the question nor who filters asks for."""
        asked = (*question.columns, *(wanted.column if wanted else ()))
        return self._is_task & (TASK not in asked)

    def _found_by(self, question: Question, allowed: BoolVector) -> dict[int, dict[str, int]]:
        found: dict[int, dict[str, int]] = {}
        for retriever in self.retrievers:
            for match in retriever.search(question.core, DEPTH, allowed):
                found.setdefault(match.row, {})[retriever.name] = match.rank
        return found
