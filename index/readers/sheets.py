"""Rows of texts → parts: what sheets and delimited files have in common."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.errors import SourceError
from index.readers.parts import Grid, GridCell, Paragraph, Part, Spot

MOST_CELLS = 500_000
FEWEST_UNDER_TITLE = 3
Place = tuple[int, int]
"""Row and column, from 1."""


@dataclass(frozen=True, slots=True)
class Extent:
    """The last row and column that a merged cell reaches to."""

    row: int
    column: int


def sheet_parts(
    name: str,
    said: Mapping[Place, str],
    spots: Mapping[Place, Spot],
    merged: Mapping[Place, Extent] | None,
) -> list[Part]:
    """The parts of a sheet: titles above its table as paragraphs, then the table.

    Rows and columns with nothing in them do not count.

    Args:
        name: of the sheet, "" where there is only one.
        said: what stands in its cells.
        spots: where each of them stands.
        merged: how far those reach that are more than one cell. None where the format cannot say: a
            text alone in its row, in the first of at least three columns, is then taken for a title
            or note over all of them.

    Raises:
        SourceError: there are more than `MOST_CELLS` cells.
    """
    rows = sorted({row for row, _ in said})
    columns = sorted({column for _, column in said})
    if len(rows) * len(columns) > MOST_CELLS:
        raise SourceError(f"表格有{len(rows) * len(columns)}格，超过{MOST_CELLS}格，请拆成几份。")
    titles, first = _titles(rows, said)
    parts: list[Part] = [
        Paragraph(line, 0, spots[place]) for place in titles for line in _lines(said[place])
    ]
    cells = _cells(rows[first:], columns, said, spots, merged)
    return [*parts, Grid(name, tuple(cells))] if cells else parts


def _titles(rows: Sequence[int], said: Mapping[Place, str]) -> tuple[list[Place], int]:
    """The texts that stand alone in their rows above the table, and how many rows they take."""
    of_row: dict[int, list[Place]] = {}
    for place in sorted(said):
        of_row.setdefault(place[0], []).append(place)
    titles: list[Place] = []
    for row in rows:
        if len(of_row[row]) > 1:
            break
        titles += of_row[row]
    return titles, len(titles)


def _cells(
    rows: Sequence[int],
    columns: Sequence[int],
    said: Mapping[Place, str],
    spots: Mapping[Place, Spot],
    merged: Mapping[Place, Extent] | None,
) -> list[GridCell]:
    """The cells of a table, empty ones too; those that a merged cell reaches into are part of it."""
    cells: list[GridCell] = []
    covered: set[Place] = set()
    for r, row in enumerate(rows):
        filled = [column for column in columns if (row, column) in said]
        is_title = merged is None and len(columns) >= FEWEST_UNDER_TITLE and filled == columns[:1]
        for c, column in enumerate(columns):
            place = (row, column)
            if place in covered:
                continue
            extent = (merged or {}).get(place, Extent(row, column))
            height = bisect_right(rows, extent.row) - r
            width = bisect_right(columns, extent.column) - c
            if is_title and c == 0:
                width = len(columns)
            inside = {
                (other_row, other_column)
                for other_row in rows[r : r + height]
                for other_column in columns[c : c + width]
            }
            covered |= inside
            lines = _lines(said.get(place, ""))
            spot = spots.get(place, Spot())
            cells.append(GridCell(r, c, height, width, lines, (spot,) * len(lines)))
    return cells


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
