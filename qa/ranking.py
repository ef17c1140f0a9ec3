"""The passages of a store in order: each is made a hit when it is looked at, few of many ever are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import overload

import numpy as np
from numpy.typing import NDArray

from index.ranking import BoolVector, order
from index.records import Hit, Passage
from qa.postings import Rows
from qa.signals import Vector

FoundBy = Mapping[int, Mapping[str, int]]
"""For a row of the store each retriever that found it, and its rank there."""


class Ranking(Sequence[Hit]):
    """Hits, the best first. `rows` are theirs in the store."""

    def __init__(
        self,
        passages: Sequence[Passage],
        rows: Rows,
        scores: Vector,
        ranks: Rows | None = None,
        found_by: FoundBy = MappingProxyType({}),
    ) -> None:
        """Take a store's passages, and parallel rows and scores in their order; ranks from 1."""
        self._passages, self._scores, self._found_by = passages, scores, found_by
        self._ranks = np.arange(1, len(rows) + 1) if ranks is None else ranks
        self.rows = rows

    @classmethod
    def of(
        cls,
        passages: Sequence[Passage],
        rows: Rows,
        scores: Vector,
        found_by: FoundBy = MappingProxyType({}),
    ) -> Ranking:
        """Those of parallel `rows` and `scores`, equal scores by row."""
        best_first = order(rows, scores, len(rows))
        return cls(passages, rows[best_first], scores[best_first], found_by=found_by)

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, at: int) -> Hit: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Hit, ...]: ...

    def __getitem__(self, at: int | slice) -> Hit | tuple[Hit, ...]:
        if isinstance(at, slice):
            return tuple(map(self._hit, range(*at.indices(len(self)))))
        return self._hit(range(len(self))[at])

    def with_first(self, hits: Sequence[Hit]) -> Ranking:
        """The same with its first `hits` in the order given; scores and ranks stay where they were."""
        place = {self._passages[row].id: at for at, row in enumerate(self.rows[: len(hits)])}
        places = np.array([place[hit.passage.id] for hit in hits], dtype=np.int64)
        rows = np.concatenate([self.rows[places], self.rows[len(hits) :]])
        return Ranking(self._passages, rows, self._scores, self._ranks, self._found_by)

    def best_of_each_first(self, groups: NDArray[np.str_]) -> Ranking:
        """The first of each group in front, otherwise in order, ranked anew.

        Args:
            groups: one value for each row of the store.
        """
        is_first = np.zeros(len(self), dtype=bool)
        is_first[np.unique(groups[self.rows], return_index=True)[1]] = True
        return self._at(np.argsort(~is_first, kind="stable"), None)

    def only(self, kept: BoolVector) -> Ranking:
        """Those whose row of the store is `kept`, with the ranks they have."""
        places = np.flatnonzero(kept[self.rows])
        return self._at(places, self._ranks[places])

    def _at(self, places: Rows, ranks: Rows | None) -> Ranking:
        return Ranking(
            self._passages, self.rows[places], self._scores[places], ranks, self._found_by
        )

    def _hit(self, at: int) -> Hit:
        row = int(self.rows[at])
        found_by = self._found_by.get(row, {})
        return Hit(self._passages[row], float(self._scores[at]), int(self._ranks[at]), found_by)
