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
        self._of: dict[str, BoolVector] = {}

    def of_any(self, years: Iterable[str]) -> BoolVector:
        """The passages of any of these years; all of them where no document is of one."""
        known = [year for year in years if year in self._held]
        mask = np.full(len(self._texts), fill_value=not known)
        for year in known:
            if year not in self._of:
                self._of[year] = self._of_year(year)
            mask |= self._of[year]
        return mask

    def _of_year(self, year: str) -> BoolVector:
        """A passage is of a year that its period holds or its text names; without a period of any."""
        pairs = zip(self._spans, self._texts, strict=True)
        return np.array([not span or year in span or f"{year}年" in text for span, text in pairs])
