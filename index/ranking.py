"""What every retriever has in common."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.records import Match

BoolVector = NDArray[np.bool_]
SAMPLED = 16
"""One score of so many shows how high the largest are."""


class Retriever(Protocol):
    """Anything that ranks a store's passages for a question."""

    name: str

    def search(self, question: str, k: int, allowed: BoolVector | None = None) -> list[Match]:
        """The `k` best of the allowed passages, best first; ties by row, ranks from 1."""
        ...


def ranked(rows: NDArray[np.int64], scores: NDArray[np.floating], k: int) -> list[Match]:
    """The `k` best of parallel `rows` and `scores`, best first, equal scores by row."""
    return [
        Match(int(rows[i]), float(scores[i]), n) for n, i in enumerate(order(rows, scores, k), 1)
    ]


def order(rows: NDArray[np.int64], scores: NDArray[np.floating], k: int) -> NDArray[np.int64]:
    """The places of the `k` best in parallel `rows` and `scores`, as `ranked` has them."""
    if k < len(rows):
        # Nothing below the k-th score is worth sorting.
        least = np.partition(scores, len(rows) - k)[len(rows) - k]
        places = np.flatnonzero(scores >= least)
    else:
        places = np.arange(len(rows))
    best: NDArray[np.int64] = places[np.lexsort((rows[places], -scores[places]))[:k]]
    return best


def largest(scores: NDArray[np.floating], k: int) -> NDArray[np.int64]:
    """The places of the `k` largest scores above 0, fewer where there are not so many, best first."""
    edge, least = 0.0, 2 * k // SAMPLED + 2
    if len(scores) > SAMPLED * least:
        # Twice as many are above what that many of a sample are: only those need be put in order.
        sampled = float(np.partition(scores[::SAMPLED], -least)[-least])
        edge = sampled if np.count_nonzero(scores > sampled) >= k else 0.0
    places = np.flatnonzero(scores > edge)
    best: NDArray[np.int64] = places[np.argsort(-scores[places], kind="stable")[:k]]
    return best
