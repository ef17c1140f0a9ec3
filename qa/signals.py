"""What speaks for each passage: similarity by meaning, shared words, and where it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from index.encode import Encoder, FloatMatrix
from index.lexical import LexicalIndex
from index.records import PLAN, TASK
from index.segment import Segmenter
from index.sentences import Span, sentence_spans
from index.store import Store
from qa.knowledge import load_synonyms
from qa.records import Question

SIGNALS = (
    "question_cosine",  # passage and question, standardised over the store
    "core_cosine",  # passage and what is asked, standardised
    "sentence_cosine",  # best sentence and what is asked, standardised
    "bm25",  # over context and text, as a share of the best
    "coverage",  # idf-weighted share of what is asked that stands in the text
    "context_coverage",  # the same in theme and tasks
    "is_task",
    "is_plan",
)
Vector = NDArray[np.floating]


class SignalIndex:
    """Computes the signals of every passage of a store."""

    def __init__(
        self, store: Store, encoder: Encoder, segmenter: Segmenter, lexical: LexicalIndex
    ) -> None:
        self._encoder, self._segmenter, self._lexical = encoder, segmenter, lexical
        self._passages = store.passages
        self._vectors = store.vectors
        self._sentences = store.sentence_vectors
        counts = [len(sentence_spans(passage.text)) for passage in store.passages]
        self._first_sentence = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64)
        segments = store.segments
        self._in_text = _postings(s.text for s in segments)
        self._in_context = _postings(
            segmenter.words(f"{p.theme} {p.task if p.column != TASK else ''}")
            for p in store.passages
        )
        self._columns = np.array([p.column for p in store.passages])

    def words_of(self, question: Question) -> list[str]:
        """The words of what is asked, each once, in order."""
        return list(dict.fromkeys(self._segmenter.words(question.core)))

    def compute(self, question: Question) -> FloatMatrix:
        """A row for each passage, a column for each of `SIGNALS`; float32."""
        asked, core = self._encoder.encode_query([question.asked, question.core])
        words = self.words_of(question)
        bm25 = self._lexical.scores(words)
        columns = [
            standardised(self._vectors @ asked),
            standardised(self._vectors @ core),
            standardised(np.maximum.reduceat(self._sentences @ core, self._first_sentence)),
            bm25 / max(float(bm25.max(initial=0)), 1e-9),
            self._coverage(words, self._in_text, synonyms=True),
            self._coverage(words, self._in_context, synonyms=False),
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
        cosines = self._sentences[first : first + len(spans)] @ core
        words = self.words_of(question)
        total = sum(map(self._idf, words)) or 1.0
        shares = [sum(self._idf(w) for w in words if w in text[a:b]) / total for a, b in spans]
        return spans[int(np.argmax(cosines / COSINE_BAND + np.array(shares)))]

    def synonyms_in(self, words: Iterable[str], text: str) -> list[str]:
        """Synonyms of `words` that stand in `text` where the words themselves do not."""
        table = load_synonyms()
        absent = [word for word in words if word not in text]
        return sorted({other for word in absent for other in table.get(word, ()) if other in text})

    def _coverage(
        self, words: Sequence[str], postings: dict[str, NDArray[np.int64]], synonyms: bool
    ) -> Vector:
        weights = [self._idf(word) for word in words]
        covered = np.zeros(len(self._passages))
        for word, weight in zip(words, weights, strict=True):
            rows = postings.get(word, np.zeros(0, dtype=np.int64))
            covered[rows] += weight
            if synonyms:
                others = np.setdiff1d(self._rows_with_synonym(word), rows).astype(np.int64)
                covered[others] += SYNONYM_SHARE * weight
        return covered / max(sum(weights), 1e-9)

    def _rows_with_synonym(self, word: str) -> list[int]:
        others = load_synonyms().get(word, frozenset())
        return [
            row
            for row, passage in enumerate(self._passages)
            if any(other in passage.text for other in others)
        ]

    def _idf(self, word: str) -> float:
        """How much a word tells: the rarer in texts the more, as in BM25, never below 0."""
        n, holding = len(self._passages), len(self._in_text.get(word, ()))
        return float(np.log(1 + (n - holding + 0.5) / (holding + 0.5)))


COSINE_BAND = 0.1
"""The width of the band that this kind of model's cosines lie in: it makes them comparable."""
SYNONYM_SHARE = 0.8
"""What a synonym counts of the word itself."""


def standardised(values: Vector) -> Vector:
    """`values` with mean 0 and deviation 1: raw cosines of one model lie in a narrow band."""
    result: Vector = (values - values.mean()) / (values.std() + 1e-9)
    return result


def _postings(texts: Iterable[Sequence[str]]) -> dict[str, NDArray[np.int64]]:
    """For each word the rows that hold it, ascending."""
    rows: dict[str, list[int]] = defaultdict(list)
    for row, words in enumerate(texts):
        for word in dict.fromkeys(words):
            rows[word].append(row)
    return {word: np.array(found, dtype=np.int64) for word, found in rows.items()}
