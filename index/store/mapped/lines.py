"""The lines of a file, each read when it is asked for."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Offsets = NDArray[np.int64]
BLOCK = 1 << 24


class Lines:
    """The lines of a UTF-8 file, mapped into memory."""

    def __init__(self, path: Path, starts: Offsets) -> None:
        """Take a file that is not empty, and what `line_starts` found in it."""
        with path.open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._starts = starts

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, number: int) -> str:
        start, end = self._starts[number], self._starts[number + 1]
        return self._bytes[start : end - 1].decode("utf-8")

    def numbers_with(self, written: str) -> Iterator[int]:
        """The lines in which `written` stands, in order; the file is read from its beginning."""
        wanted, at = written.encode("utf-8"), 0
        while (found := self._bytes.find(wanted, at)) >= 0:
            number = int(np.searchsorted(self._starts, found, side="right")) - 1
            yield number
            at = int(self._starts[number + 1])


def line_starts(path: Path) -> Offsets:
    """Where each line of a file begins, in bytes, and after the last where the file ends."""
    found, read = [np.zeros(1, dtype=np.int64)], 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            ends = np.flatnonzero(np.frombuffer(block, dtype=np.uint8) == ord("\n"))
            found.append(ends + read + 1)
            read += len(block)
    return np.concatenate(found)
