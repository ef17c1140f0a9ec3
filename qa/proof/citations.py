"""Citations of passages by their keys, in every form that models write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from index.text import fold_width
from qa.proof.wording import load_proof_wording

MOST_IN_RANGE = 99


_KEY = "[0-9]{1,9}"
_KEYS = re.compile(_KEY)
_RANGE = re.compile(rf"({_KEY})\s{{0,3}}[-—–~～至到]{{1,2}}\D{{0,8}}({_KEY})")
_DASH = re.compile(r"\s*[-—–~～至到]\s*")
_JOINED = re.compile(r"[、,，和与及\s]*")


@dataclass(frozen=True, slots=True)
class Group:
    """Citations side by side: their span, and the keys they name."""

    start: int
    end: int
    keys: tuple[int, ...]


@cache
def citation_pattern() -> re.Pattern[str]:
    """[1], 【2】, ［材料3］, [1,2], [1-3]; not the [2016] of a document number."""
    one = rf"(?:(?:{load_proof_wording().label.pattern})\s{{0,2}})?{_KEY}"
    between = r"\s{0,3}[-—–~～至到、,，;；]{1,2}\s{0,3}"
    return re.compile(
        rf"[\[［【]\s{{0,3}}{one}(?:{between}{one}){{0,30}}\s{{0,3}}[\]］】](?!\s?\d{{1,4}}号)"
    )


def find_citations(text: str) -> list[Group]:
    """The citations of `text`; those that only 、 or 和 part are one, and [1]-[3] is a range."""
    groups: list[tuple[int, int, list[int]]] = []
    for match in citation_pattern().finditer(fold_width(text)):
        start, keys = match.start(), _keys(match[0])
        between = text[groups[-1][1] : start] if groups else "。"
        if _JOINED.fullmatch(between) or _DASH.fullmatch(between):
            start, _, before = groups.pop()
            inside = _range(before[-1], keys[0]) if _DASH.fullmatch(between) else ()
            before.extend((*inside, *keys))
            keys = before
        groups.append((start, match.end(), keys))
    return [Group(start, end, tuple(keys)) for start, end, keys in groups]


def _keys(citation: str) -> list[int]:
    """The keys of one pair of brackets, ranges counted out: `"[1-3,5]"` → `[1, 2, 3, 5]`."""
    inside = [key for low, high in _RANGE.findall(citation) for key in _range(int(low), int(high))]
    return sorted({*map(int, _KEYS.findall(citation)), *inside})


def _range(low: int, high: int) -> range:
    return range(low, high + 1) if high - low <= MOST_IN_RANGE else range(0)
