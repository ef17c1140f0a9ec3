"""Exact search by meaning: inner product of unit vectors in FAISS."""

from __future__ import annotations

import faiss
import numpy as np

from index.encode import Encoder, FloatMatrix
from index.errors import StoreStale
from index.ranking import BoolVector, ranked
from index.records import Match


class DenseIndex:
    """Finds passages by the cosine between their vectors and the question's."""

    name = "dense"

    def __init__(self, vectors: FloatMatrix, encoder: Encoder) -> None:
        """Index `vectors`, unit-length float32 rows of shape (n_passages, dimension)."""
        if vectors.shape[1] != encoder.dimension:
            raise StoreStale(
                f"索引的向量是{vectors.shape[1]}维，编码模型“{encoder.name}”给出{encoder.dimension}维，两者不配。"
            )
        self._encoder = encoder
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(np.ascontiguousarray(vectors, dtype=np.float32))

    def search(self, question: str, k: int, allowed: BoolVector | None = None) -> list[Match]:
        """The `k` allowed passages nearest to `question`, best first; fewer when fewer are allowed.

        Args:
            question: as asked, in simplified script.
            k: how many at most.
            allowed: one truth value a passage; None allows all. Applied before the search.
        Returns:
            `score` is the cosine in [-1, 1]; equal scores are ordered by row.
        Source: FAISS IndexFlatIP, exact; filtered by IDSelectorBatch.
        """
        rows = None if allowed is None else np.flatnonzero(allowed)
        size = self._index.ntotal if rows is None else len(rows)
        if not size:
            return []
        selector = None if rows is None else faiss.IDSelectorBatch(rows)
        parameters = faiss.SearchParameters(sel=selector) if selector else None  # type: ignore[call-arg]
        query = np.asarray(self._encoder.encode_query([question]), dtype=np.float32)
        scores, found = self._index.search(query, min(k, size), params=parameters)
        return ranked(found[0], scores[0], k)
