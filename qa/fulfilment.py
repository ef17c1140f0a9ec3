"""Plans beside what came of them: for a plan, the later achievement of its province that tells of it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from index.filters import Filter, years_in
from index.ranking import BoolVector
from index.records import ACHIEVEMENT, PLAN
from qa.prose import cites
from qa.quote import Quoter
from qa.records import Citation, Fulfilment
from qa.retrieve import Searcher

HEADING = "计划与落实"
NOT_FOUND = "未找到对应的落实记录（不等于没有落实）"
SAME_WORK_ABOVE = 1.0
"""Log-odds of likeness from which an achievement is of the plan's work. In the bundled document 95 % of
the plans whose nearest achievement is that near answer the very task that it does."""


class FulfilmentFinder:
    """Finds what came of plans in one store."""

    def __init__(self, searcher: Searcher, row_of: Mapping[str, int]) -> None:
        """Take what is searched, and the row of each passage by its id."""
        self._searcher = searcher
        facets = searcher.store.facets
        self._row_of = row_of
        self._provinces = facets.labels("province")
        self._achieved = facets.labels("column") == ACHIEVEMENT
        self._last_year = np.array([_years(year)[-1] for year in facets.labels("year")])

    def find(self, quoter: Quoter, wanted: Filter | None) -> tuple[Fulfilment, ...]:
        """What came of each plan that was cited, where its province tells of its year or later ones.

        What is found is cited too. Only what the user allows is looked at.
        """
        allowed = self._searcher.store.facets.allowed(wanted or Filter())
        found = []
        for citation in [c for c in quoter.citations if c.passage.column == PLAN]:
            later = self._later(citation)
            if allowed is not None:
                later &= allowed
            if not later.any():
                continue
            rows = np.flatnonzero(later)
            odds = self._searcher.likeness.log_odds(self._row_of[citation.passage.id])[rows]
            best = int(odds.argmax())
            done = quoter.cite(int(rows[best])) if odds[best] >= SAME_WORK_ABOVE else None
            found.append(Fulfilment(citation.n, done))
        return tuple(found)

    def _later(self, citation: Citation) -> BoolVector:
        """The achievements of a plan's province in its year or after; none for a plan of no year."""
        passage = citation.passage
        first = _years(passage.year)[0]
        is_later = self._achieved & (self._last_year >= first) & (first > 0)
        later: BoolVector = is_later & (self._provinces == passage.province)
        return later


def fulfilments_text(fulfilments: tuple[Fulfilment, ...], citations: tuple[Citation, ...]) -> str:
    """A line for each plan something came of, and one for those of which nothing was found."""
    cited = {citation.n: citation.passage for citation in citations}
    lines = [
        f"{cited[f.plan].province}：{cited[f.plan].year}年计划{cites((f.plan,))}，"
        f"{cited[f.done].year}年绩效{cites((f.done,))}"
        for f in fulfilments
        if f.done is not None
    ]
    open_ones = [f.plan for f in fulfilments if f.done is None]
    if open_ones:
        named = "、".join(f"{cited[n].province}{cites((n,))}" for n in open_ones)
        lines.append(f"{NOT_FOUND}：{named}")
    return "\n".join((f"{HEADING}：", *lines)) if lines else ""


def _years(period: str) -> list[int]:
    """The years of a period, from the first to the last; only 0 where it names none."""
    return [int(year) for year in years_in(period)] or [0]
