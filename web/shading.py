"""How dark a number's ground is: by its column's greatest, in a few steps that differ in print too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil

from qa.holdings import Holding

STEPS = 4
Row = Sequence[Holding]


def shade_of(held: Sequence[Row]) -> Callable[[str, int], int]:
    """For a column and a number the step of its shade: 0 for none, `STEPS` for the greatest."""
    most = _most(held)

    def shade(column: str, count: int) -> int:
        return ceil(STEPS * count / most[column]) if count else 0

    return shade


def shade_ranges(
    held: Sequence[Row], columns: Sequence[str]
) -> dict[str, tuple[tuple[int, int, int], ...]]:
    """For each column the steps that occur, each with its least and greatest number."""
    shade = shade_of(held)
    counts = {column: range(_most(held)[column] + 1) for column in columns}
    return {
        column: tuple(
            (step, min(fitting), max(fitting))
            for step in range(STEPS + 1)
            if (fitting := [n for n in counts[column] if shade(column, n) == step])
        )
        for column in columns
    }


def _most(held: Sequence[Row]) -> dict[str, int]:
    most: dict[str, int] = {}
    for row in held:
        for holding in row:
            for column, count in holding.counts:
                most[column] = max(most.get(column, 0), count)
    return most
