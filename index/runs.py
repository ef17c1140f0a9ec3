"""Which runs of two and of three characters stand in any text of a store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from index.ranking import BoolVector

Keys = NDArray[np.uint64]
"""Runs as numbers: 21 bits a character, which holds all of Unicode."""
BITS = 21
BATCH_CHARS = 4_000_000
LENGTHS = (2, 3)


class CharacterRuns:
    """The runs of `LENGTHS` characters that stand in texts, each in one of them."""

    def __init__(self, keys: dict[int, Keys]) -> None:
        """Take for each length the keys of its runs, ascending."""
        self.keys = keys

    @classmethod
    def of(cls, texts: Iterable[str]) -> CharacterRuns:
        """Those of `texts`."""
        keys = {length: np.zeros(0, dtype=np.uint64) for length in LENGTHS}
        for batch in _batches(texts):
            for length in LENGTHS:
                keys[length] = np.union1d(keys[length], _keys(batch, length))
        return cls(keys)

    def standing(self, text: str, length: int) -> BoolVector:
        """For each run of `length` characters in `text`, in order, whether a text of the store has it."""
        keys, wanted = self.keys[length], _keys(text, length)
        if not len(keys):
            return np.zeros(len(wanted), dtype=bool)
        places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        found: BoolVector = keys[places] == wanted
        return found


def _batches(texts: Iterable[str]) -> Iterator[str]:
    """`texts` joined by NUL, some at a time, so that memory holds the keys of few."""
    batch: list[str] = []
    size = 0
    for text in texts:
        batch.append(text)
        size += len(text)
        if size > BATCH_CHARS:
            yield "\0".join(batch)
            batch, size = [], 0
    yield "\0".join(batch)


def _keys(text: str, length: int) -> Keys:
    """The keys of all runs of a length in `text`, in order; none that cross a NUL."""
    characters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    count = max(len(characters) - length + 1, 0)
    keys = np.zeros(count, dtype=np.uint64)
    is_whole = np.ones(count, dtype=bool)
    for at in range(length):
        own = characters[at : at + count]
        keys = (keys << np.uint64(BITS)) | own
        is_whole &= own != 0
    return keys[is_whole]
