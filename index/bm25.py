"""BM25 as a sparse matrix: the scores of rank-bm25's `BM25Okapi`, read off posting lists.

rank-bm25 visits every passage for every word of a question; here only those that hold it. What does
not depend on the question is computed once, so that a score is a sum.
"""

from __future__ import annotations

import math
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.arrays import mapped
from index.ranking import BoolVector

K1, B, EPSILON = 1.5, 0.75, 0.25
"""BM25Okapi's own: saturation, normalisation by length, and what words of most passages keep."""
WORDS, ARRAYS = "words.txt", ("starts", "rows", "codes", "idf", "parts")


@dataclass(frozen=True, slots=True)
class Matrix:
    """The matrix by columns: word n is held by `rows[starts[n]:starts[n + 1]]`.

    Such an entry weighs the word's `idf` times `parts[code]`: what its count in the passage and the
    passage's length come to, of which there are few kinds.
    """

    starts: NDArray[np.int64]
    rows: NDArray[np.int32]
    codes: NDArray[np.unsignedinteger]
    idf: NDArray[np.float64]
    parts: NDArray[np.float64]


class SparseBM25:
    """Scores passages for words; its arrays may be mapped from a folder."""

    def __init__(self, words: Sequence[str], matrix: Matrix, size: int) -> None:
        self._column = {word: column for column, word in enumerate(words)}
        self._matrix = matrix
        self.size = size
        """How many passages there are."""

    @classmethod
    def of(cls, segments: Iterable[Sequence[str]]) -> SparseBM25:
        """Index `segments`, the words of each passage."""
        # A word that is met first gets the next column.
        column: defaultdict[str, int] = defaultdict(count().__next__)
        columns, lengths = array("i"), array("i")
        for words in segments:
            lengths.append(len(words))
            columns.extend(map(column.__getitem__, words))
        size = max(len(lengths), 1)
        length_of = np.array(lengths, dtype=np.int64)
        rows = np.repeat(np.arange(len(lengths)), length_of)
        keys = np.array(columns, dtype=np.int64) * size + rows
        entries, counts = np.unique(keys, return_counts=True)
        holding, rows = np.divmod(entries, size)
        starts = np.searchsorted(holding, np.arange(len(column) + 1))
        longest = max(lengths, default=0) + 1
        kinds = counts * longest + length_of[rows]
        is_there = np.bincount(kinds) > 0
        code_of = np.cumsum(is_there) - 1
        matrix = Matrix(
            starts=starts,
            rows=rows.astype(np.int32),
            codes=code_of.astype(np.min_scalar_type(len(code_of)))[kinds],
            idf=_idf(np.diff(starts), len(lengths)),
            parts=_parts(*np.divmod(np.flatnonzero(is_there), longest), sum(lengths) / size),
        )
        return cls(list(column), matrix, len(lengths))

    def scores(self, words: Sequence[str]) -> NDArray[np.float64]:
        """The score of every passage for `words`, a repeated one counted again; 0 where none is held."""
        scores, matrix = np.zeros(self.size), self._matrix
        for word in words:
            if (column := self._column.get(word)) is not None:
                held = slice(matrix.starts[column], matrix.starts[column + 1])
                scores[matrix.rows[held]] += matrix.idf[column] * matrix.parts[matrix.codes[held]]
        return scores

    def scores_of(self, words: Sequence[str], rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """The scores of the passages in `rows`, ascending: what `scores` has there, for less."""
        scores, matrix = np.zeros(len(rows)), self._matrix
        for word in words:
            if (column := self._column.get(word)) is not None:
                is_held, entries = self._entries(column, rows)
                scores[is_held] += matrix.idf[column] * matrix.parts[matrix.codes[entries]]
        return scores

    def held(self, word: str, rows: NDArray[np.int64]) -> BoolVector:
        """For each of the passages in `rows`, ascending, whether it holds `word`."""
        column = self._column.get(word)
        return np.zeros(len(rows), dtype=bool) if column is None else self._entries(column, rows)[0]

    def _entries(
        self, column: int, rows: NDArray[np.int64]
    ) -> tuple[BoolVector, NDArray[np.int64]]:
        """Which of the passages hold the word of a column, and where in the matrix those that do."""
        start, end = self._matrix.starts[column], self._matrix.starts[column + 1]
        held = self._matrix.rows[start:end]
        places = np.searchsorted(held, rows.astype(held.dtype))
        places[places == len(held)] = 0
        is_held = held[places] == rows
        return is_held, start + places[is_held]

    def column(self, word: str) -> int | None:
        """The place of `word` in the vocabulary; None for one that no passage holds."""
        return self._column.get(word)

    def vocabulary(self) -> Iterator[tuple[str, int, float]]:
        """Each word in the order of the columns, how many passages hold it, and its idf."""
        holding = np.diff(self._matrix.starts).tolist()
        return zip(self._column, holding, self._matrix.idf.tolist(), strict=True)

    def by_rows(self) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
        """For each passage the columns of its words, ascending, and what they count before idf."""
        matrix = self._matrix
        columns = np.repeat(np.arange(len(self._column)), np.diff(matrix.starts))
        # Stable, so that the columns of a row stay in order.
        order = np.argsort(matrix.rows, kind="stable")
        ends = np.cumsum(np.bincount(matrix.rows, minlength=self.size))[:-1]
        parts = matrix.parts[matrix.codes[order]]
        yield from zip(np.split(columns[order], ends), np.split(parts, ends), strict=True)

    def save(self, folder: Path) -> None:
        """Write the matrix into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / WORDS).write_text("\n".join([str(self.size), *self._column]), encoding="utf-8")
        for name in ARRAYS:
            np.save(folder / f"{name}.npy", getattr(self._matrix, name))

    @classmethod
    def load(cls, folder: Path) -> SparseBM25:
        """The matrix in a folder, mapped into memory."""
        size, *words = (folder / WORDS).read_text(encoding="utf-8").split("\n")
        arrays = {name: mapped(folder / f"{name}.npy") for name in ARRAYS}
        return cls(words, Matrix(**arrays), int(size))


def _parts(
    counts: NDArray[np.int64], lengths: NDArray[np.int64], mean_length: float
) -> NDArray[np.float64]:
    """What a word counts before its idf, for how often it stands in passages of these lengths."""
    damped = counts + K1 * (1 - B + B * lengths / max(mean_length, 1e-9))
    parts: NDArray[np.float64] = counts * (K1 + 1) / damped
    return parts


def _idf(holding: NDArray[np.int64], size: int) -> NDArray[np.float64]:
    """How much each word tells; what would be below nothing gets a share of the mean instead.

    To the last bit what rank-bm25 computes, so that equal scores stay equal.
    """
    logs = [math.log(size - held + 0.5) - math.log(held + 0.5) for held in holding.tolist()]
    idf = np.array(logs, dtype=np.float64)
    idf[idf < 0] = EPSILON * (sum(logs) / max(len(logs), 1))
    return idf
