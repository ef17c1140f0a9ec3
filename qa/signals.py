"""What speaks for each passage: similarity by meaning, shared words, and where it stands."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.encode import Encoder, FloatMatrix, FloatVector, query_vector
from index.ranking import BoolVector
from index.records import PLAN, TASK
from index.remembering import LastUsed
from index.segment import Segmenter
from index.sentences import Span, sentence_spans
from index.store import Store
from qa.backdrop import Backdrop
from qa.knowledge import load_synonyms
from qa.postings import Postings, Texts
from qa.records import Question

SIGNALS = (
    "core_cosine",  # passage and what is asked, standardised
    "sentence_cosine",  # best sentence and what is asked, standardised
    "bm25",  # over context and text, as a share of the best
    "coverage",  # idf-weighted share of what is asked that stands in the text
    "sentence_coverage",  # the same in the sentence that holds most of it
    "context_coverage",  # the same in theme and tasks
    "is_task",
    "is_plan",
)
COSINE_BAND = 0.1
"""The width of the band that this kind of model's cosines lie in: it makes them comparable."""
SYNONYM_SHARE = 0.8
"""What a synonym counts of the word itself."""
REMEMBERED = 64
"""So many questions keep their words: every passage that is looked at is held against them."""
Vector = NDArray[np.floating]


class SignalIndex:
    """Computes the signals of every passage of a store."""

    def __init__(
        self,
        store: Store,
        encoder: Encoder,
        segmenter: Segmenter,
        postings: Postings,
        backdrop: Backdrop,
    ) -> None:
        self._encoder, self._segmenter, self._backdrop = encoder, segmenter, backdrop
        self._passages = store.passages
        self._vectors = store.vectors
        self._sentence_vectors = store.sentence_vectors
        self._first_sentence = store.first_sentences[:-1]
        self._in_text = postings
        sentences = (s for segments in store.segments for s in segments.sentences)
        self._in_sentence = backdrop.postings(sentences)
        self._in_context = backdrop.contexts(
            f"{p.theme} {p.task if p.column != TASK else ''}" for p in store.passages
        )
        self._texts = Texts(p.text for p in store.passages)
        self._sentences = Texts(
            p.text[a:b] for p in store.passages for a, b in sentence_spans(p.text)
        )
        self._columns = store.facets.labels("column")
        self._words: LastUsed[str, tuple[str, ...]] = LastUsed(REMEMBERED)

    def encode(self, question: Question) -> FloatVector:
        """The unit vector of what is asked."""
        return query_vector(self._encoder, question.core)

    def words_of(self, question: Question) -> list[str]:
        """The words of what is asked, each once, in order."""
        return list(self._words.get(question.core, self._cut))

    def _cut(self, core: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._segmenter.words(core)))

    def compute(self, question: Question) -> FloatMatrix:
        """A row for each passage, a column for each of `SIGNALS`; float32."""
        core = self.encode(question)
        words = self.words_of(question)
        cosines = self._vectors @ core
        best_cosines = self._best_of_sentences(self._sentence_vectors @ core)
        typical, typical_best = self._backdrop.typical(core) or (cosines, best_cosines)
        # In a store of few passages BM25 falls below nothing.
        bm25 = np.maximum(self._backdrop.lexical.scores(words), 0)
        columns = [
            standardised(cosines, typical),
            standardised(best_cosines, typical_best),
            bm25 / max(self._backdrop.best_bm25(words), 1e-9),
            self._coverage(words, self._in_text, self._texts),
            self._best_of_sentences(self._coverage(words, self._in_sentence, self._sentences)),
            self._coverage(words, self._in_context),
            self._columns == TASK,
            self._columns == PLAN,
        ]
        return np.column_stack(columns).astype(np.float32)

    def best_sentence(self, question: Question, row: int) -> Span:
        """The sentence of a passage that is nearest to what is asked: by meaning and by words."""
        text = self._passages[row].text
        spans = sentence_spans(text)
        if len(spans) == 1:
            return spans[0]
        core = self.encode(question)
        first = self._first_sentence[row]
        cosines = self._sentence_vectors[first : first + len(spans)] @ core
        weights = {word: self._in_text.idf(word) for word in self.words_of(question)}
        total = sum(weights.values()) or 1.0
        shares = [sum(w for word, w in weights.items() if word in text[a:b]) for a, b in spans]
        return spans[int(np.argmax(cosines / COSINE_BAND + np.array(shares) / total))]

    def best_cosine(self, question: Question, allowed: BoolVector) -> float:
        """The cosine of what is asked and the nearest sentence of the `allowed` passages."""
        core = self.encode(question)
        return float(self._best_of_sentences(self._sentence_vectors @ core)[allowed].max())

    def is_known(self, word: str) -> bool:
        """Whether any passage has `word` or a synonym of it."""
        alike = load_synonyms().get(word, ())
        return bool(self._in_text.holding(word) or len(self._texts.rows_with_any(alike)))

    def stand_together(self, word: str, other: str) -> bool:
        """Whether some sentence has both words."""
        return self._in_sentence.share_a_row(word, other)

    def _best_of_sentences(self, values: Vector) -> Vector:
        """For each passage the greatest of its sentences' `values`."""
        return best_of_each(values, self._first_sentence)

    def _coverage(
        self, words: Sequence[str], holding: Postings, texts: Texts | None = None
    ) -> Vector:
        """For each row of `holding` the idf-weighted share of `words` that it holds.

        Where `texts` are given, synonyms that stand in them count too, for less.
        """
        weights = [self._in_text.idf(word) for word in words]
        covered = np.zeros(holding.size)
        for word, weight in zip(words, weights, strict=True):
            rows = holding.rows(word)
            covered[rows] += weight
            if texts and (alike := load_synonyms().get(word, ())):
                others = np.setdiff1d(texts.rows_with_any(alike), rows)
                covered[others] += SYNONYM_SHARE * weight
        return covered / max(sum(weights), 1e-9)


def best_of_each(values: Vector, starts: NDArray[np.int64]) -> Vector:
    """The greatest of the `values` from each of `starts` to before the next."""
    best: Vector = np.maximum.reduceat(values, starts)
    return best


def standardised(values: Vector, among: Vector) -> Vector:
    """`values` such that those they stand `among` have mean 0 and deviation 1.

    Raw cosines of one model lie in a narrow band.
    """
    result: Vector = (values - among.mean()) / (among.std() + 1e-9)
    return result
