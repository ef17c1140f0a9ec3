"""What every retriever has in common."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.records import Match

BoolVector = NDArray[np.bool_]


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
