"""How much a store holds of each province and theme, by column."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from index.records import COLUMNS
from index.store import Store


@dataclass(frozen=True, slots=True)
class Holding:
    """How many items a province has in a theme: `counts` are pairs of column and number."""

    province: str
    theme: str
    counts: tuple[tuple[str, int], ...]

    @property
    def total(self) -> int:
        """Items of all columns."""
        return sum(count for _, count in self.counts)


def holdings(store: Store) -> tuple[tuple[Holding, ...], ...]:
    """A row for each province, in it a holding for each theme, both in the documents' order.

    Each item counts once, also one that several tasks share.
    """
    counted = Counter(store.facets.counts(["province", "theme", "column"]))
    columns = columns_of(store)
    return tuple(
        tuple(
            Holding(province, theme, tuple((c, counted[province, theme, c]) for c in columns))
            for theme in store.facets.values["theme"]
        )
        for province in store.facets.values["province"]
    )


def columns_of(store: Store) -> tuple[str, ...]:
    """The columns that a store has, in the order of a table."""
    held = store.facets.values["column"]
    return tuple(sorted(held, key=lambda c: COLUMNS.index(c) if c in COLUMNS else len(COLUMNS)))
