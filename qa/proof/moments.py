"""Moments in time: what a date or a period names, so that other words for it mean the same."""

from __future__ import annotations

import re

from qa.proof.wording import PART, load_proof_wording
from qa.quantities import ordinal

Moment = tuple[int, str, int]
"""Year, part of the year (M11, M1-9, Q3, H上, E底) and day; 0 and "" for what is not said."""
NO_DAY = -1
"""The day of 9月0日, which no passage names."""


_RELATIVE = {"今": 0, "本": 0, "当": 0, "去": -1, "上一": -1, "上": -1, "明": 1}


def find_moments(
    text: str, year: int, this_year: int, widely: bool
) -> tuple[frozenset[Moment], int]:
    """The moments that a date or period names, and the year it names last.

    Months of one year on both sides of a dash are one moment: 1-9月 is M1-9.
    """
    moments: set[Moment] = set()
    part, opened = "", ""
    for match in load_proof_wording().moment.finditer(text):
        kind = match.lastgroup or ""
        value = match[kind]
        if kind in ("year", "relative"):
            year, opened = _year(kind, value, this_year), ""
            moments |= {(year, "", 0)} if year else set()
        elif kind == "day":
            moments.add((year, part, int(ordinal(value)) or NO_DAY))
        else:
            part = PART[kind] + (
                str(int(ordinal(value))) if kind not in ("half", "edge") else value
            )
            if opened and kind == "month":
                moments.discard((year, opened, 0))
                part = f"{opened}-{part[1:]}"
            moments.add((year, part.replace("末", "底"), 0))
            opened = part if kind == "first" else ""
    return frozenset(moments | (_other_names(text, year, part) if widely else set())), year


def _year(kind: str, value: str, this_year: int) -> int:
    """The year meant; 0 when it is told from another that is not known."""
    if kind == "year":
        return int(ordinal(value))
    return this_year + _RELATIVE[value] if this_year else 0


def _other_names(text: str, year: int, part: str) -> set[Moment]:
    """Other names of a stretch of time from January on: 前三季度, 截至三季度, 1-9月."""
    since_january = text.startswith("截") or "前" in text or part.startswith("M1-")
    if not since_january or not (last := re.search(r"\d+$", part)):
        return set()
    month = int(last[0]) * (3 if part[0] == "Q" else 1)
    quarter = {(year, f"Q{month // 3}", 0)} if month % 3 == 0 else set()
    return {(year, f"M{month}", 0), (year, f"M1-{month}", 0)} | quarter


def says(known: Moment, moment: Moment) -> bool:
    """Whether a moment that is known says all that `moment` does."""
    return all(not said or said == other for said, other in zip(moment, known, strict=True))
