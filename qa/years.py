"""Which passages are of a year: by their period, or because they speak of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from index.filters import years_in
from index.ranking import BoolVector
from index.records import Passage


class Years:
    """The years of a store's passages."""

    def __init__(self, passages: Sequence[Passage], held: Iterable[str]) -> None:
        """Take passages, and all periods that their store holds."""
        periods = {period: years_in(period) for period in held}
        self._spans = [periods[passage.year] for passage in passages]
        self._texts = [passage.text for passage in passages]
        self._held = {year for span in periods.values() for year in span}
        self._of: dict[str, tuple[BoolVector, BoolVector]] = {}

    def of_any(self, years: Iterable[str]) -> BoolVector:
        """The passages of any of these years, or that name one; all where no document is of one.

        A passage without a period is of any.
        """
        known = [year for year in years if year in self._held]
        mask = np.full(len(self._texts), fill_value=not known)
        for year in known:
            is_of, names = self._of_year(year)
            mask |= is_of | names
        return mask

    def spoken_of(self, years: Iterable[str]) -> BoolVector:
        """The passages of other years that name one of these."""
        mask = np.zeros(len(self._texts), dtype=bool)
        for year in years:
            is_of, names = self._of_year(year)
            mask |= names & ~is_of
        return mask

    def _of_year(self, year: str) -> tuple[BoolVector, BoolVector]:
        """Which passages are of a year by their period, and which name it."""
        if year not in self._of:
            is_of = np.array([not span or year in span for span in self._spans], dtype=bool)
            self._of[year] = is_of, np.array([f"{year}年" in text for text in self._texts])
        return self._of[year]
