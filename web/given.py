"""What a browser hands in, from a link or its memory, checked against the store. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from index.errors import UsageError
from index.filters import FACETS, FacetIndex, Filter
from qa.config import MAX_TOP_K
from qa.understood import CORRECTED, all_clues
from web.session import DEFAULT_LIMIT, Asked

CHOSEN = ("province", "column", "theme")
"""The facets that the sidebar filters by."""
MOST_VALUES = 100
LONGEST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Given:
    """A question to ask, and a sentence for each thing of it that was left out."""

    asked: Asked
    notes: tuple[str, ...] = ()


def checked_filter(
    chosen: Mapping[str, Sequence[str]], facets: FacetIndex
) -> tuple[Filter, tuple[str, ...]]:
    """What of `chosen` the store has, by full names, and a sentence for each value that it has not."""
    kept: dict[str, tuple[str, ...]] = {}
    notes: list[str] = []
    for facet in CHOSEN:
        found: list[str] = []
        for value in chosen.get(facet, ())[:MOST_VALUES]:
            try:
                found += facets.resolve(facet, value)
            except UsageError:
                notes.append(f"现有材料没有{FACETS[facet]}“{_short(value)}”，这一筛选已略去。")
        kept[facet] = tuple(dict.fromkeys(found))
    return Filter(**kept), tuple(notes)


def checked_limit(value: str) -> tuple[int, tuple[str, ...]]:
    """How many hits are wanted; the usual number, and a sentence, where that cannot be."""
    if not value:
        return DEFAULT_LIMIT, ()
    if value.isdecimal() and value.isascii() and len(value) < 5 and 1 <= int(value) <= MAX_TOP_K:
        return int(value), ()
    note = f"显示条数“{_short(value)}”不对（应为1到{MAX_TOP_K}），用{DEFAULT_LIMIT}条。"
    return DEFAULT_LIMIT, (note,)


def checked_keys(
    keys: Iterable[str], facets: FacetIndex
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The keys of clues that there can be over the store, and a sentence where some cannot."""
    possible = {clue.key for clue in all_clues(facets.values, facets.column_titles)}
    given = tuple(keys)[:MOST_VALUES]
    kept = tuple(key for key in given if key in possible or key.startswith(f"{CORRECTED}:"))
    lost = [key.partition(":")[2] or key for key in given if key not in kept]
    return kept, tuple(f"不认识的理解“{_short(name)}”已略去。" for name in lost)


def _short(value: str) -> str:
    return value if len(value) <= LONGEST_SHOWN else f"{value[:LONGEST_SHOWN]}…"
