"""Finding a passage by its id among millions, without keeping the ids."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class IdIndex:
    """Hashes of the ids of passages, ascending, and the rows that they are of."""

    hashes: NDArray[np.uint64]
    rows: NDArray[np.int32]

    @classmethod
    def of(cls, ids: Iterable[str]) -> IdIndex:
        """That of passages by their rows."""
        hashes = np.fromiter(map(_hash, ids), dtype=np.uint64)
        rows = np.argsort(hashes, kind="stable")
        return cls(hashes[rows], rows.astype(np.int32))

    def rows_of(self, passage_id: str) -> list[int]:
        """The rows that may have this id: as a rule one or none, more where hashes collide."""
        wanted = np.uint64(_hash(passage_id))
        first = np.searchsorted(self.hashes, wanted, "left")
        last = np.searchsorted(self.hashes, wanted, "right")
        return [int(row) for row in self.rows[first:last]]


def _hash(passage_id: str) -> int:
    return int.from_bytes(blake2b(passage_id.encode(), digest_size=8).digest(), "little")
