"""Search by meaning: inner product of unit vectors in FAISS, exact or first in 8 bits."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import faiss
import numpy as np
from numpy.typing import NDArray

from index.encode import Encoder, FloatMatrix, FloatVector, query_vector
from index.engines import QUANTISED
from index.errors import StoreStale
from index.ranking import BoolVector, order, ranked
from index.records import Match


class Nearest(Protocol):
    """What finds the rows whose vectors are nearest to one."""

    dimension: int

    def nearest(
        self, vector: FloatVector, k: int, allowed: BoolVector | None = None
    ) -> list[Match]:
        """The `k` allowed rows of the highest cosine, best first; equal ones by row."""
        ...


class FlatIndex:
    """Compares with every vector. Source: FAISS IndexFlatIP, exact."""

    def __init__(self, vectors: FloatMatrix) -> None:
        """Index `vectors`, unit-length float32 rows of shape (n_passages, dimension)."""
        self.dimension = vectors.shape[1]
        self._index = faiss.IndexFlatIP(self.dimension)
        self._index.add(np.ascontiguousarray(vectors, dtype=np.float32))

    def nearest(
        self, vector: FloatVector, k: int, allowed: BoolVector | None = None
    ) -> list[Match]:
        """As `Nearest`."""
        size = self._index.ntotal if allowed is None else int(np.count_nonzero(allowed))
        if not size:
            return []
        parameters = faiss.SearchParameters(sel=_selector(allowed))  # type: ignore[call-arg]
        scores, found = self._index.search(vector[None], min(k, size), params=parameters)
        return ranked(found[0], scores[0], k)


class QuantisedIndex:
    """Compares with every vector in 8 bits a number, then with the best of them exactly.

    A quarter of the memory of `FlatIndex`, for the exact vectors may stay in their file. Among a
    million passages the ten nearest were the exact ten (`make bench PART=growth`), so that lists to
    choose from or graphs, which take minutes to build and lose some, are not needed. The vectors are
    kept apart by what they belong to, so that the nearest of each part cost no more than the nearest
    of all. Source: FAISS IndexIVFScalarQuantizer, QT_8bit, every list of which is searched.
    """

    REFINED = 4
    """So many times what is wanted is compared exactly: 8 bits misplace what is nearly equal."""
    TRAINED_ON = 100_000
    """Vectors that the ranges of the 8 bits are taken from."""

    def __init__(self, index: faiss.IndexIVFScalarQuantizer, vectors: FloatMatrix) -> None:
        """Take an index that holds `vectors`, which may be mapped from a file."""
        self.dimension = vectors.shape[1]
        # The parts are shared out among the processors.
        index.parallel_mode = 3
        self._index, self._vectors = index, vectors

    @classmethod
    def of(cls, vectors: FloatMatrix, parts: NDArray[np.integer] | None = None) -> QuantisedIndex:
        """Index `vectors`, unit-length float32 rows of shape (n_passages, dimension).

        Args:
            vectors: what is searched.
            parts: the part that each row belongs to, from 0; None for a single one.
        """
        part_of = np.zeros(len(vectors), dtype=np.int64) if parts is None else parts
        dimension, count = vectors.shape[1], int(part_of.max(initial=0)) + 1
        # What the lists are told apart by is given with every vector and never compared.
        unused = faiss.IndexFlatIP(dimension)
        unused.add(np.zeros((count, dimension), dtype=np.float32))
        index = faiss.IndexIVFScalarQuantizer(
            unused,
            dimension,
            count,
            faiss.ScalarQuantizer.QT_8bit,
            faiss.METRIC_INNER_PRODUCT,
            False,
        )
        step = max(1, len(vectors) // cls.TRAINED_ON)
        index.sq.train(np.ascontiguousarray(vectors[::step], dtype=np.float32))
        index.is_trained = True
        for start in range(0, len(vectors), cls.TRAINED_ON):
            batch = np.ascontiguousarray(vectors[start : start + cls.TRAINED_ON], dtype=np.float32)
            rows = np.arange(start, start + len(batch), dtype=np.int64)
            lists = np.ascontiguousarray(part_of[start : start + len(batch)], dtype=np.int64)
            pointers = [faiss.swig_ptr(array) for array in (batch, rows, lists)]
            index.add_core(len(batch), *pointers)
        return cls(index, vectors)

    def nearest(
        self, vector: FloatVector, k: int, allowed: BoolVector | None = None
    ) -> list[Match]:
        """As `Nearest`; what 8 bits put far below the `k`-th is not compared exactly."""
        scores, found = self.nearest_of_each(vector, self.REFINED * k, allowed)
        there = found >= 0
        scores, found = scores[there], found[there]
        rows = np.sort(found[order(found, scores, self.REFINED * k)])
        return ranked(rows, self._vectors[rows] @ vector, k)

    def nearest_of_each(
        self,
        vector: FloatVector,
        k: int,
        allowed: BoolVector | None = None,
        parts: Sequence[int] | None = None,
    ) -> tuple[FloatMatrix, NDArray[np.int64]]:
        """The nearest of each part in 8 bits: their scores and rows, the best first.

        Args:
            vector: of the question.
            k: how many of each part.
            allowed: one truth value a row; None allows all.
            parts: which are searched; None searches all.
        Returns:
            two matrices of shape (n_parts, k); a row of −1 where there are no more.
        """
        lists = np.arange(self._index.nlist) if parts is None else np.array(parts)
        lists, unused = lists.astype(np.int64), np.zeros(len(lists), dtype=np.float32)
        k = min(k, self._index.ntotal)
        queries = np.repeat(np.asarray(vector, dtype=np.float32)[None], len(lists), axis=0)
        scores = np.empty((len(lists), k), dtype=np.float32)
        found = np.empty((len(lists), k), dtype=np.int64)
        parameters = faiss.SearchParametersIVF(nprobe=1, sel=_selector(allowed))  # type: ignore[call-arg]
        asked, *given = [faiss.swig_ptr(a) for a in (queries, lists, unused, scores, found)]
        # The method of the same name in Python takes no parameters, and so no filter.
        search = self._index.search_preassigned_c  # type: ignore[attr-defined]
        search(len(lists), asked, k, *given, False, parameters)
        return scores, found

    def save(self, path: Path) -> None:
        """Write the 8 bits into a file; the vectors are not part of it."""
        faiss.write_index(self._index, str(path))

    @classmethod
    def load(cls, path: Path, vectors: FloatMatrix) -> QuantisedIndex:
        """What is in a file, mapped into memory, over the vectors it was made of."""
        index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        return cls(index, vectors)  # type: ignore[arg-type]


def make_nearest(engine: str, vectors: FloatMatrix) -> Nearest:
    """What an engine's name stands for, over unit-length rows of shape (n_passages, dimension)."""
    return QuantisedIndex.of(vectors) if engine == QUANTISED else FlatIndex(vectors)


def _selector(allowed: BoolVector | None) -> faiss.IDSelector | None:
    if allowed is None:
        return None
    return faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))  # type: ignore[arg-type,call-arg]


class DenseIndex:
    """Finds passages by the cosine between their vectors and the question's."""

    name = "dense"

    def __init__(self, vectors: Nearest, encoder: Encoder) -> None:
        """Search among `vectors` with what `encoder` makes of a question."""
        if vectors.dimension != encoder.dimension:
            raise StoreStale(
                f"索引的向量是{vectors.dimension}维，编码模型“{encoder.name}”给出{encoder.dimension}维，两者不配。"
            )
        self._encoder, self._vectors = encoder, vectors

    def search(self, question: str, k: int, allowed: BoolVector | None = None) -> list[Match]:
        """The `k` allowed passages nearest to `question`, best first; fewer when fewer are allowed.

        Args:
            question: as asked, in simplified script.
            k: how many at most.
            allowed: one truth value a passage; None allows all. Applied before the search.
        Returns:
            `score` is the cosine in [-1, 1]; equal scores are ordered by row.
        """
        return self._vectors.nearest(self.query(question), k, allowed)

    def query(self, question: str) -> FloatVector:
        """The unit vector of a question."""
        return np.asarray(query_vector(self._encoder, question), dtype=np.float32)
