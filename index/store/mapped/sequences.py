"""Cells, passages and words of a large store as sequences that read what is looked at."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from index.passages import make_passages
from index.records import Cell, Passage
from index.store.mapped.lines import Lines
from index.store.records import Segments
from index.store.written import cell_from, segments_from

Value = TypeVar("Value")
NEAR = 64
"""So many cells are remembered: the passages of one, and its row, are looked at one after another."""


class Read(Sequence[Value]):
    """Values that `read` gives by their number, each time anew."""

    def __init__(self, size: int, read: Callable[[int], Value]) -> None:
        self._size, self._read = size, read

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, at: int) -> Value: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[Value]: ...

    def __getitem__(self, at: int | slice) -> Value | Sequence[Value]:
        numbers = range(self._size)
        if isinstance(at, slice):
            return [self._read(number) for number in numbers[at]]
        return self._read(numbers[at])


def read_cells(lines: Lines) -> Sequence[Cell]:
    """The cells in a file of one a line."""
    return Read(len(lines), lru_cache(NEAR)(lambda number: cell_from(json.loads(lines[number]))))


def read_passages(cells: Sequence[Cell], items: NDArray[np.integer]) -> Sequence[Passage]:
    """The passages of cells, given the number of each one's cell and its place in that."""

    def passage(row: int) -> Passage:
        cell, item = items[row].tolist()
        passages = make_passages([cells[cell]])
        return passages[int(item)]

    return Read(len(items), passage)


def read_segments(lines: Lines) -> Sequence[Segments]:
    """The words of passages in a file of one a line."""
    return Read(len(lines), lambda row: segments_from(lines[row], str))
