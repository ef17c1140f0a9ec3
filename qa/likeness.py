"""How like two passages are: whether they tell of the same practice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.bundled import DATA
from index.encode import FloatMatrix
from index.lexical import LexicalIndex
from qa.linear import load_linear
from qa.postings import Postings
from qa.whitening import Whitening

MODEL = DATA / "models" / "likeness.toml"
LIKENESS_SIGNALS = (
    "cosine",  # of the two vectors, evened out
    "bm25_share",  # root of what the one scores for the other's words, as a share of its own score
    "word_overlap",  # root of the idf-weighted share of their words that both hold (Jaccard)
)
Vector = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class LikenessModel:
    """Weights of `LIKENESS_SIGNALS`; log-odds from `alike_above` mean the same practice."""

    weights: tuple[float, ...]
    bias: float
    alike_above: float


class Likeness:
    """Compares passages of a store by their rows."""

    def __init__(
        self,
        vectors: FloatMatrix,
        words: Sequence[Sequence[str]],
        lexical: LexicalIndex,
        postings: Postings,
        model: LikenessModel,
        whitening: Whitening,
    ) -> None:
        """Take of each passage its vector and the words of its text, and what is made of them."""
        self._vectors = whitening.apply(vectors)
        self._lexical, self._postings = lexical, postings
        self._words = [tuple(dict.fromkeys(own)) for own in words]
        weights = {word: postings.idf(word) for own in self._words for word in own}
        self._weight = np.array([sum(map(weights.__getitem__, own)) for own in self._words])
        self.model = model

    def signals(self, row: int) -> FloatMatrix:
        """A row for each passage, a column for each of `LIKENESS_SIGNALS`; float32."""
        words = self._words[row]
        # In a store of a few passages a word that most of them hold counts below nothing.
        scores = np.maximum(self._lexical.scores(words), 0.0)
        shared = self._postings.weight_held(words)
        either = self._weight[row] + self._weight - shared
        columns = [
            self._vectors @ self._vectors[row],
            np.sqrt(scores / max(float(scores[row]), 1e-9)),
            np.sqrt(shared / np.maximum(either, 1e-9)),
        ]
        return np.column_stack(columns).astype(np.float32)

    def log_odds(self, row: int) -> Vector:
        """For each passage the log-odds that it tells of the same practice as `row`."""
        weights = np.array(self.model.weights, dtype=np.float32)
        odds: Vector = self.signals(row) @ weights + self.model.bias
        return odds


@cache
def load_likeness_model(path: Path = MODEL) -> LikenessModel:
    """The model in a file.

    Raises:
        KnowledgeError: unreadable, or its weights are not those of `LIKENESS_SIGNALS`.
    """
    return load_linear(path, LIKENESS_SIGNALS, LikenessModel)
