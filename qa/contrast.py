"""Comparing provinces: which practices all of them have, and which only some."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.ranking import BoolVector
from index.records import TASK
from qa.retrieve import Searcher
from qa.signals import Vector

MOST_ROWS = 8
"""So many practices are set side by side."""

Side = tuple[str, int | None]


def contrast(
    searcher: Searcher, provinces: Sequence[str], logits: Vector, about: BoolVector
) -> list[tuple[Side, ...]]:
    """The practices of `provinces`, the most relevant first: each one's row, or None.

    Args:
        searcher: whose passages are compared.
        provinces: two or more.
        logits: of every passage that it answers.
        about: which passages are about what is asked.
    """
    passages = searcher.store.passages
    rows_of = {
        province: [
            row
            for row in np.flatnonzero(about).tolist()
            if passages[row].province == province and passages[row].column != TASK
        ]
        for province in provinces
    }
    leads = sorted((row for rows in rows_of.values() for row in rows), key=lambda r: -logits[r])
    used: set[int] = set()
    found: list[tuple[Side, ...]] = []
    for lead in leads:
        if lead not in used and len(found) < MOST_ROWS:
            sides = _matched(searcher, lead, rows_of, used)
            used |= {row for _, row in sides if row is not None}
            found.append(sides)
    return found


def _matched(
    searcher: Searcher, lead: int, rows_of: dict[str, list[int]], used: set[int]
) -> tuple[Side, ...]:
    """`lead` beside the passage of each other province that tells of the same practice."""
    own = searcher.store.passages[lead].province
    likeness = searcher.likeness.log_odds(lead)
    sides: list[Side] = []
    for province, rows in rows_of.items():
        free = [row for row in rows if row not in used]
        nearest = max(free, key=lambda row: likeness[row], default=None)
        if province == own:
            nearest = lead
        elif nearest is not None and likeness[nearest] < searcher.likeness.model.alike_above:
            nearest = None
        sides.append((province, None if nearest is None else int(nearest)))
    return tuple(sides)
