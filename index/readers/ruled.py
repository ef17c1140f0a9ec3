"""Ruled tables page by page → grids: those that go on over pages joined, row by broken row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from index.readers.parts import Furniture, Grid, GridCell, Part
from index.readers.typeset import (
    Line,
    Measure,
    has_room,
    is_terminal,
    joined,
    measure,
    paragraphs,
    spot_of,
)

SAME_RULE = 4.0
"""Points by which a rule may stand elsewhere on the next page, or in the next row."""
KEY_SHARE = 0.7
"""Share of the rows in which the column that begins each row has a text of its own."""

FOOT = 2.0
"""The space below its last line, in sizes of its type, that a text broken by a page leaves at most."""


@dataclass(frozen=True, slots=True)
class Box:
    """A ruled cell of one page, in points from its upper left corner, and the lines in it."""

    left: float
    top: float
    right: float
    bottom: float
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Ruled:
    """A ruled table of one page."""

    page: int
    top: float
    boxes: tuple[Box, ...]


@dataclass(slots=True, eq=False)
class _Cell:
    """A cell of a table over pages: a box, or those that a page break made of one cell."""

    row: int
    column: int
    rows: int
    columns: int
    left: float
    right: float
    bottom: float
    lines: list[Line] = field(default_factory=list)

    @property
    def below(self) -> int:
        """The row below it."""
        return self.row + self.rows

    @property
    def place(self) -> tuple[int, int]:
        """Its columns: what goes on with it below stands in the same."""
        return self.column, self.columns

    def take(self, other: _Cell, shift: int) -> None:
        """Go on with `other`, which stands `shift` rows lower than it says."""
        self.rows = other.below + shift - self.row
        self.bottom = other.bottom
        self.lines += other.lines


def goes_on(table: Ruled, following: Ruled) -> bool:
    """Whether `following`, with nothing between, can be the rest of `table` on the next page."""
    here, there = _rules(table.boxes), _rules(following.boxes)
    return (
        following.page == table.page + 1
        and abs(here[0] - there[0]) <= SAME_RULE
        and abs(here[-1] - there[-1]) <= SAME_RULE
        and (_all_near(here, there) or _all_near(there, here))
    )


def table_parts(tables: Sequence[Ruled]) -> Iterator[Part]:
    """The grid that the pieces of one table make, and the headers printed again."""
    verticals = _rules([box for table in tables for box in table.boxes])
    pieces = [_laid(table, verticals) for table in tables]
    margins = _margins(cell for piece in pieces for cell in piece)
    header, *rest = pieces
    again = [_rows_again(header, piece) for piece in rest]
    key = _key_column(zip(pieces, [0, *again], strict=True))
    whole = list(header)
    for piece, first in zip(rest, again, strict=True):
        for cell in piece:
            if cell.row < first:
                yield Furniture("repeated", joined(cell.lines))
        _append(whole, [cell for cell in piece if cell.row >= first], first, key, margins)
    cells = sorted(whole, key=lambda cell: (cell.row, cell.column))
    yield Grid("", tuple(_grid_cell(cell, margins) for cell in cells))


def _rules(boxes: Iterable[Box]) -> list[float]:
    """Where vertical rules stand, from the left; near ones count once."""
    return _apart(edge for box in boxes for edge in (box.left, box.right))


def _apart(edges: Iterable[float]) -> list[float]:
    kept: list[float] = []
    for edge in sorted(edges):
        if not kept or edge - kept[-1] > SAME_RULE:
            kept.append(edge)
    return kept


def _all_near(edges: Iterable[float], others: Sequence[float]) -> bool:
    return all(min(abs(edge - other) for other in others) <= SAME_RULE for edge in edges)


def _nearest(edges: Sequence[float], edge: float) -> int:
    return min(range(len(edges)), key=lambda n: abs(edges[n] - edge))


def _laid(table: Ruled, verticals: Sequence[float]) -> list[_Cell]:
    """The cells of one page's piece, its rows from 0."""
    horizontals = _apart(edge for box in table.boxes for edge in (box.top, box.bottom))
    cells = []
    for box in table.boxes:
        row, column = _nearest(horizontals, box.top), _nearest(verticals, box.left)
        rows = _nearest(horizontals, box.bottom) - row
        columns = _nearest(verticals, box.right) - column
        if rows and columns:
            edges = box.left, box.right, box.bottom
            cells.append(_Cell(row, column, rows, columns, *edges, list(box.lines)))
    return sorted(cells, key=lambda cell: (cell.row, cell.column))


def _margins(cells: Iterable[_Cell]) -> dict[tuple[int, int], Measure]:
    """Between what margins the lines of each column are set."""
    columns: dict[tuple[int, int], list[_Cell]] = {}
    for cell in cells:
        if cell.lines:
            columns.setdefault(cell.place, []).append(cell)
    return {
        place: measure(
            [line for cell in of_column for line in cell.lines],
            min(cell.left for cell in of_column),
            max(cell.right for cell in of_column),
        )
        for place, of_column in columns.items()
    }


def _key_column(pieces: Iterable[tuple[Sequence[_Cell], int]]) -> int | None:
    """The first column that has a filled cell of its own in nearly every row.

    Args:
        pieces: each with its first row that is no repeated header. That row does not count: it may
            be the rest of one.
    """
    rows = 0
    filled: Counter[int] = Counter()
    for piece, first in pieces:
        rows += max(cell.below for cell in piece) - first - 1
        own = (cell for cell in piece if cell.row > first and cell.rows == 1 and cell.lines)
        filled.update(cell.column for cell in own)
    return next((column for column in sorted(filled) if filled[column] >= KEY_SHARE * rows), None)


def _rows_again(header: Sequence[_Cell], piece: Sequence[_Cell]) -> int:
    """How many rows at the head of a page say what the table's first rows say."""
    rows = 0
    while True:
        said = _row_texts(piece, rows)
        if len(said) < 2 or said != _row_texts(header, rows):
            return rows
        rows += 1


def _row_texts(cells: Iterable[_Cell], row: int) -> list[tuple[int, int, str]]:
    return [
        (cell.column, cell.columns, joined(cell.lines))
        for cell in cells
        if cell.row == row and cell.lines
    ]


def _append(
    whole: list[_Cell],
    piece: Sequence[_Cell],
    first: int,
    key: int | None,
    margins: dict[tuple[int, int], Measure],
) -> None:
    """Put a page's cells below those before it.

    A row that the page break parted goes on; a cell merged over rows may also go on where a new
    row begins.
    """
    last = max(cell.below for cell in whole)
    above = {cell.place: cell for cell in whole if cell.below == last}
    pairs = [(above.get(cell.place), cell) for cell in piece if cell.row == first]
    parted = _is_parted(pairs, key, margins)
    shift = last - first - parted
    taken: set[_Cell] = set()
    for before, cell in pairs:
        if before and (parted or _is_merged_on(before, cell, key, margins)):
            before.take(cell, shift)
            taken.add(cell)
    for cell in piece:
        if cell not in taken:
            cell.row += shift
            whole.append(cell)


def _is_parted(
    pairs: Sequence[tuple[_Cell | None, _Cell]],
    key: int | None,
    margins: dict[tuple[int, int], Measure],
) -> bool:
    """Whether the first row of a page is the rest of the last row before it."""
    known = [(before, cell) for before, cell in pairs if before is not None]
    if len(known) < len(pairs):
        return False
    own = [pair for pair in known if pair[1].column == key]
    if any(not cell.lines for _, cell in own):
        return True
    if not all(_is_broken(*pair, margins) for pair in own):
        return False
    others = [pair for pair in known if pair not in own and pair[0].rows == 1]
    both = [pair for pair in others if pair[0].lines and pair[1].lines]
    if both:
        return any(_runs_on(*pair, margins) for pair in both)
    return any(_runs_on(*pair, margins) for pair in own)


def _is_merged_on(
    before: _Cell, cell: _Cell, key: int | None, margins: dict[tuple[int, int], Measure]
) -> bool:
    """Whether a cell over rows goes on with the row that begins a page."""
    if cell.lines:
        return before.rows > 1 and _runs_on(before, cell, margins)
    return before.rows > 1 or cell.rows > 1 or (key is not None and cell.column < key)


def _runs_on(before: _Cell, cell: _Cell, margins: dict[tuple[int, int], Measure]) -> bool:
    """Whether the text of a cell breaks off within a sentence and the other's goes on with it."""
    return _is_broken(before, cell, margins) and not is_terminal(before.lines[-1].text)


def _is_broken(before: _Cell, cell: _Cell, margins: dict[tuple[int, int], Measure]) -> bool:
    """Whether the text of a cell may have been broken by the page: a full line at the cell's foot."""
    if not before.lines or not cell.lines:
        return False
    last, following = before.lines[-1], cell.lines[0]
    reaches_foot = before.bottom - last.bottom < FOOT * last.size
    return reaches_foot and not has_room(last, following, margins[before.place])


def _grid_cell(cell: _Cell, margins: dict[tuple[int, int], Measure]) -> GridCell:
    within = margins.get(cell.place)
    found = list(paragraphs(cell.lines, within)) if within else []
    return GridCell(
        row=cell.row,
        column=cell.column,
        rows=cell.rows,
        columns=cell.columns,
        paragraphs=tuple(joined(lines) for lines in found),
        spots=tuple(map(spot_of, found)),
    )
