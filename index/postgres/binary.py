"""Vectors in pgvector's binary form: what it sends and receives, big-endian.

Source: pgvector's vector_send and sparsevec_send.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from index.encode import FloatMatrix

MOST_DIMENSIONS = 1_000_000_000
"""Of a sparse vector: more than there can be words."""


def dense_rows(vectors: FloatMatrix) -> Iterator[bytes]:
    """Each row as a `vector`: its dimension, nothing, its numbers."""
    head = np.array([vectors.shape[1], 0], dtype=">i2").tobytes()
    for row in vectors:
        yield head + row.astype(">f4").tobytes()


def dense_matrix(rows: Sequence[bytes], dimension: int) -> FloatMatrix:
    """The rows that `dense_rows` wrote.

    Raises:
        ValueError: a row of another dimension.
    """
    form = np.dtype([("dimension", ">i2"), ("unused", ">i2"), ("numbers", ">f4", (dimension,))])
    found = np.frombuffer(b"".join(rows), dtype=form)
    if len(found) != len(rows) or (found["dimension"] != dimension).any():
        raise ValueError(f"not all vectors have {dimension} numbers")
    return found["numbers"].astype(np.float32)


def sparse_row(columns: NDArray[np.integer], numbers: NDArray[np.floating]) -> bytes:
    """A `sparsevec` with these numbers in these ascending columns, which count from 0."""
    head = np.array([MOST_DIMENSIONS, len(columns), 0], dtype=">i4").tobytes()
    return head + columns.astype(">i4").tobytes() + numbers.astype(">f4").tobytes()
