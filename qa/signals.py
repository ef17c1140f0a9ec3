"""What speaks for each passage: similarity by meaning, shared words, and where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from index.encode import Encoder, FloatMatrix
from index.lexical import LexicalIndex
from index.ranking import BoolVector
from index.records import PLAN, TASK
from index.segment import Segmenter
from index.sentences import Span, sentence_spans
from index.store import Store
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
        lexical: LexicalIndex,
        postings: Postings,
    ) -> None:
        self._encoder, self._segmenter, self._lexical = encoder, segmenter, lexical
        self._passages = store.passages
        self._vectors = store.vectors
        self._sentence_vectors = store.sentence_vectors
        counts = [len(segments.sentences) for segments in store.segments]
        self._first_sentence = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64)
        self._in_text = postings
        self._in_sentence = Postings(s for segments in store.segments for s in segments.sentences)
        words_of = cache(segmenter.words)  # items of one row stand in the same context
        self._in_context = Postings(
            words_of(f"{p.theme} {p.task if p.column != TASK else ''}") for p in store.passages
        )
        self._texts = Texts(p.text for p in store.passages)
        self._sentences = Texts(
            p.text[a:b] for p in store.passages for a, b in sentence_spans(p.text)
        )
        self._columns = np.array([p.column for p in store.passages])
        self._words_of = lru_cache(REMEMBERED)(self._cut)

    def words_of(self, question: Question) -> list[str]:
        """The words of what is asked, each once, in order."""
        return list(self._words_of(question.core))

    def _cut(self, core: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._segmenter.words(core)))

    def compute(self, question: Question) -> FloatMatrix:
        """A row for each passage, a column for each of `SIGNALS`; float32."""
        core = self._encoder.encode_query([question.core])[0]
        words = self.words_of(question)
        bm25 = self._lexical.scores(words)
        columns = [
            standardised(self._vectors @ core),
            standardised(self._best_of_sentences(self._sentence_vectors @ core)),
            # In a store of few passages BM25 falls below nothing.
            np.maximum(bm25, 0) / max(float(bm25.max(initial=0)), 1e-9),
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
        core = self._encoder.encode_query([question.core])[0]
        first = self._first_sentence[row]
        cosines = self._sentence_vectors[first : first + len(spans)] @ core
        weights = {word: self._in_text.idf(word) for word in self.words_of(question)}
        total = sum(weights.values()) or 1.0
        shares = [sum(w for word, w in weights.items() if word in text[a:b]) for a, b in spans]
        return spans[int(np.argmax(cosines / COSINE_BAND + np.array(shares) / total))]

    def best_cosine(self, question: Question, allowed: BoolVector) -> float:
        """The cosine of what is asked and the nearest sentence of the `allowed` passages."""
        core = self._encoder.encode_query([question.core])[0]
        return float(self._best_of_sentences(self._sentence_vectors @ core)[allowed].max())

    def is_known(self, word: str) -> bool:
        """Whether any passage has `word` or a synonym of it."""
        alike = load_synonyms().get(word, ())
        return bool(len(self._in_text.rows(word)) or len(self._texts.rows_with_any(alike)))

    def stand_together(self, word: str, other: str) -> bool:
        """Whether some sentence has both words."""
        return self._in_sentence.share_a_row(word, other)

    def _best_of_sentences(self, values: Vector) -> Vector:
        """For each passage the greatest of its sentences' `values`."""
        best: Vector = np.maximum.reduceat(values, self._first_sentence)
        return best

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


def standardised(values: Vector) -> Vector:
    """`values` with mean 0 and deviation 1: raw cosines of one model lie in a narrow band."""
    result: Vector = (values - values.mean()) / (values.std() + 1e-9)
    return result
