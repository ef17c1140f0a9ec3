"""Stand-ins that can be computed by hand. All of them stand here."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.encode import FloatMatrix


class WordCountEncoder:
    """A vector counts how often each of `vocabulary` stands in a text, made unit length."""

    name = "word-count"

    def __init__(self, *vocabulary: str) -> None:
        self.vocabulary = vocabulary
        self.dimension = len(vocabulary)

    def encode_query(self, sentences: Sequence[str]) -> FloatMatrix:
        return self.encode_document(sentences)

    def encode_document(self, sentences: Sequence[str]) -> FloatMatrix:
        counts = np.array(
            [[text.count(word) for word in self.vocabulary] for text in sentences], dtype=np.float32
        ).reshape(len(sentences), self.dimension)
        lengths = np.linalg.norm(counts, axis=1, keepdims=True)
        return counts / np.where(lengths == 0, 1, lengths)
