"""Vectors evened out: without what all of a store share, and with less of what they vary in most.

All vectors of a language model point much the same way, and what is left differs most along a few
directions that say little of what a text is about. Without them two passages are as like as their
matter is. Sources: Mu and Viswanath, "All-but-the-Top", ICLR 2018, for the mean and the leading
directions; Su et al., "Whitening Sentence Representations", 2021, for scaling instead of dropping.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from index.encode import FloatMatrix, FloatVector

MOST_DIRECTIONS = 16
VECTORS_PER_DIRECTION = 30
"""A store of fewer vectors does not tell what directions they vary in."""
VECTORS_OF_NO_MEAN = 50
"""The mean counts as if so many vectors more stood at nothing: that of a few is no mean of all."""


@dataclass(frozen=True, slots=True)
class Whitening:
    """What to take off a vector: `mean`, and of each of the `directions` a `share` of what lies along it.

    `directions` are orthonormal, shape (n, dimensions); `share` goes from 0, nothing, to below 1.
    """

    mean: FloatVector
    directions: FloatMatrix
    share: FloatVector

    @classmethod
    def of(cls, vectors: FloatMatrix) -> Whitening:
        """Fitted to some unit vectors, shape (n, dimensions).

        A leading direction is scaled by the square root of how the next direction after all of them
        spreads beside it.
        """
        count, dimensions = vectors.shape
        mean = vectors.sum(axis=0) / (count + VECTORS_OF_NO_MEAN)
        leading = min(MOST_DIRECTIONS, count // VECTORS_PER_DIRECTION, dimensions - 1)
        if not leading:
            return cls(mean, np.empty((0, dimensions), np.float32), np.empty(0, np.float32))
        centred = vectors - vectors.mean(axis=0)
        squares, directions = np.linalg.eigh(centred.T @ centred)  # in ascending order
        squares = np.maximum(squares, np.finfo(np.float32).tiny)
        kept = (squares[-leading - 1] / squares[-leading:]) ** 0.25
        return cls(mean, directions[:, -leading:].T.copy(), 1 - kept)

    def apply(self, vectors: FloatMatrix) -> FloatMatrix:
        """The vectors evened out, of unit length; one that is nothing else than the mean stays nothing."""
        centred = vectors - self.mean
        evened = centred - (centred @ self.directions.T * self.share) @ self.directions
        lengths = np.linalg.norm(evened, axis=1, keepdims=True)
        unit: FloatMatrix = (evened / np.maximum(lengths, np.finfo(np.float32).tiny)).astype(
            np.float32
        )
        return unit
