"""What is read of a passage to tell which of its figures is asked for: what stands around some that are near."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.records import PLAN, TEXT
from index.sentences import Span

BEFORE, AFTER = 70, 30
"""Characters before the first figure, where what it counts mostly stands, and after the last."""
WIDEST = 110
"""Characters from the first figure to the last."""
DONE, PLANNED = "完成：", "计划："
"""What stands before what was done, and what is planned, where a column tells: the passage itself often does not."""
HEADS = {PLAN: PLANNED, TEXT: ""}


@dataclass(frozen=True, slots=True)
class Window:
    """A piece of a passage, `spans` of figures in it, and the `places` of these among all of the passage."""

    text: str
    spans: tuple[Span, ...]
    places: tuple[int, ...]


def windows(text: str, column: str, spans: Sequence[Span]) -> Iterator[Window]:
    """The pieces of a passage's text that hold all of `spans` but those longer than `WIDEST`.

    They do not overlap, and may come in any order.
    """
    readable = (place for place, (start, end) in enumerate(spans) if end - start <= WIDEST)
    groups: list[list[int]] = []
    for place in sorted(readable, key=spans.__getitem__):
        if groups and spans[place][1] - spans[groups[-1][0]][0] <= WIDEST:
            groups[-1].append(place)
        else:
            groups.append([place])
    head = HEADS.get(column, DONE)
    for group in groups:
        end = min(len(text), spans[group[-1]][1] + AFTER)
        start = max(0, min(spans[group[0]][0] - BEFORE, end - BEFORE - AFTER))
        shift = len(head) - start
        shifted = tuple((spans[place][0] + shift, spans[place][1] + shift) for place in group)
        yield Window(head + text[start:end], shifted, tuple(group))
