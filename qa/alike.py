"""Whether passages tell of the same practice as another, told by reading what is nearest beside it.

What practices share when they are put in other words is seen by reading both together (Nogueira & Cho 2019),
at some tens of milliseconds a passage: only what is near by vectors and words is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.bundled import DATA
from index.encode import FloatMatrix, FloatVector
from index.sentences import Span, sentence_spans
from index.store import Store
from qa.linear import load_linear
from qa.postings import Rows
from qa.reading import LONGEST, PassageReader, around
from qa.signals import Vector
from qa.whitening import Whitening

READER = DATA / "models" / "alike.npz"
MODEL = DATA / "models" / "alike.toml"
ALIKE_SIGNALS = (
    "likeness",  # log-odds of qa/likeness.py
    "reading",  # log-odds, read together
)
STRETCH, MOST_READ = 8, 64
"""The nearest are read in stretches of so many, and so many at most."""
READ_ON_FROM = -0.5
"""Another stretch is read as long as one of the last has such log-odds."""


@dataclass(frozen=True, slots=True)
class AlikeModel:
    """Weights of `ALIKE_SIGNALS`; log-odds from `alike_above` mean the same practice.

    `unread`: what is not read counts as read like what is unlike, on average.
    """

    weights: tuple[float, ...]
    bias: float
    alike_above: float
    unread: float

    def log_odds(self, likeness: Vector, reading: Vector) -> Vector:
        """The log-odds of the same practice, of parallel log-odds."""
        odds: Vector = self.weights[0] * likeness + self.weights[1] * reading + self.bias
        return odds


class PracticeTexts:
    """What is read of two passages of a store: of each the part that matters beside the other."""

    def __init__(self, store: Store, whitening: Whitening) -> None:
        self._passages, self._whitening = store.passages, whitening
        self._vectors, self._first = store.sentence_vectors, store.first_sentences

    def practice(self, row: int, span: Span | None = None, asked: str = "") -> str:
        """The practice that a passage tells of: what stands from `span` on, or its beginning.

        The network reads some hundred characters of it, so that it may not begin before. What was `asked` says
        which practice of the passage is meant, and goes first.
        """
        text = self._passages[row].text
        start = min(span[0], max(0, len(text) - LONGEST)) if span else 0
        return f"{asked} {text[start : start + LONGEST]}".lstrip()

    def beside(self, row: int, other: int, span: Span | None = None) -> str:
        """The part of the passage in `other` that is nearest to `span` of the one in `row`, or to any of it."""
        text = self._passages[other].text
        spans = sentence_spans(text)
        if len(spans) == 1:
            return around(text, spans[0])
        own = self._sentences(row)
        is_meant = [s == span for s in sentence_spans(self._passages[row].text)]
        cosines = self._sentences(other) @ (own[is_meant] if any(is_meant) else own).T
        return around(text, spans[int(cosines.max(axis=1).argmax())])

    def _sentences(self, row: int) -> FloatMatrix:
        return self._whitening.apply(self._vectors[self._first[row] : self._first[row + 1]])


class Alike:
    """Tells what tells of the same practice, by its likeness and by reading it."""

    def __init__(self, texts: PracticeTexts, reader: PassageReader, model: AlikeModel) -> None:
        self._texts, self._reader = texts, reader
        self.model = model

    def read_beside(
        self, row: int, others: Rows, span: Span | None = None, asked: str = ""
    ) -> FloatVector:
        """How each of `others` reads beside the practice that `row` tells of in `span`, as log-odds.

        `asked` is the question for the like of it, if there is one.

        Raises:
            EncoderError: the network cannot be loaded.
        """
        practice = self._texts.practice(row, span, asked)
        parts = [self._texts.beside(row, other, span) for other in others.tolist()]
        return self._reader.log_odds(practice, parts)

    def read_on(
        self, row: int, ordered: Rows, span: Span | None = None, asked: str = ""
    ) -> tuple[Rows, FloatVector]:
        """The first of `ordered`, the nearest first, as far as some tell of the same practice, and how they read.

        As `read_beside`, and raises as it.
        """
        read: list[FloatVector] = []
        for start in range(0, min(len(ordered), MOST_READ), STRETCH):
            read.append(self.read_beside(row, ordered[start : start + STRETCH], span, asked))
            if read[-1].max() < READ_ON_FROM:
                break
        odds = np.concatenate([*read, np.zeros(0, dtype=np.float32)])
        return ordered[: len(odds)], odds

    def log_odds(
        self,
        likeness: Vector,
        row: int,
        ordered: Rows,
        groups: NDArray[np.str_],
        span: Span | None = None,
        asked: str = "",
    ) -> Vector:
        """For each passage of the store the log-odds of the same practice.

        Args:
            likeness: what `Likeness.log_odds` says of `row`.
            row: the practice, which `span` and `asked` say more of, as in `read_beside`.
            ordered: rows, the nearest first: as many of them are read as `read_on` does, and of further groups
                the first, up to `MOST_READ` in all.
            groups: one value for each row of the store.
            span: the sentence of it that is meant.
            asked: the question for the like of it.
        Raises:
            EncoderError: the network cannot be loaded.
        """
        near, read = self.read_on(row, ordered, span, asked)
        reading = np.full(len(likeness), self.model.unread, dtype=np.float32)
        reading[near] = read
        first = first_of_each(ordered, groups)
        further = first[~np.isin(first, near)][: MOST_READ - len(near)]
        reading[further] = self.read_beside(row, further, span, asked)
        return self.model.log_odds(likeness, reading)


def first_of_each(rows: Rows, groups: NDArray[np.str_]) -> Rows:
    """The first of `rows` of each group, in their order; `groups` has one value for each row of a store."""
    return rows[np.sort(np.unique(groups[rows], return_index=True)[1])]


@cache
def load_alike_model(path: Path = MODEL) -> AlikeModel:
    """The model in a file.

    Raises:
        KnowledgeError: unreadable, or its weights are not those of `ALIKE_SIGNALS`.
    """
    return load_linear(path, ALIKE_SIGNALS, AlikeModel)
