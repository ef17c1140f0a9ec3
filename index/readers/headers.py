"""Where a grid's header rows are and what its columns mean, by their titles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.knowledge import LABELS, PROVINCE, THEME, ColumnNames
from index.readers.parts import Grid, GridCell
from index.records import TEXT
from index.text import squeeze

LONGEST_TITLE = 40
"""Characters beyond which a cell is no column's title."""
LONGEST_UNKNOWN_TITLE = 25
"""The same where no title of the row is known."""
DEEPEST_HEADER = 3
FEWEST_KNOWN = 2
WIDE = 0.6
"""Share of the columns over which a single cell must reach to stand above or between rows."""

_SENTENCE_ENDS = ("。", "；", "，", "！", "？", "：", ";", ":")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a grid: its place from 0, what it means, and its title as it stands.

    `key` is a column of a cell, or `theme`, `province`, `number`, `year`.
    """

    place: int
    key: str
    title: str


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a table: its first row, how many rows it takes, and the columns under it.

    `known` counts the columns whose titles have a meaning.
    """

    row: int
    depth: int
    columns: tuple[Column, ...]
    known: int


class Layout:
    """A grid to be looked up by row and column."""

    def __init__(self, grid: Grid) -> None:
        self.rows = max(cell.row + cell.rows for cell in grid.cells)
        self.width = max(cell.column + cell.columns for cell in grid.cells)
        self._at: dict[tuple[int, int], GridCell] = {}
        self._in_row: dict[int, list[GridCell]] = {}
        for cell in grid.cells:
            for row in range(cell.row, cell.row + cell.rows):
                for column in range(cell.column, cell.column + cell.columns):
                    self._at.setdefault((row, column), cell)
            if text_of(cell):
                self._in_row.setdefault(cell.row, []).append(cell)

    def at(self, row: int, column: int) -> GridCell | None:
        """The cell that covers a place."""
        return self._at.get((row, column))

    def filled(self, row: int) -> list[GridCell]:
        """The cells that begin in a row and say something, left to right."""
        return sorted(self._in_row.get(row, ()), key=lambda cell: cell.column)

    def band(self, row: int) -> GridCell | None:
        """The only cell of a row when it reaches over most of the columns: a title or a note."""
        cells = self.filled(row)
        reaches = len(cells) == 1 and cells[0].columns >= max(2, WIDE * self.width)
        return cells[0] if reaches else None


def text_of(cell: GridCell) -> str:
    """What a cell says, without white space."""
    return squeeze("".join(cell.paragraphs))


def find_header(
    layout: Layout, row: int, names: ColumnNames, known_only: bool = False
) -> Header | None:
    """The header that begins in `row`, or None.

    A row is a header when two of its titles have a meaning, or, unless `known_only`, when all of
    its cells are as short as titles and no sentence stands in them.
    """
    cells = layout.filled(row)
    if len(cells) < 2 or not all(_is_title(cell, LONGEST_TITLE) for cell in cells):
        return None
    depth = _depth(layout, row)
    columns = _columns(layout, row, depth, names)
    known = sum(column.key != TEXT for column in columns)
    if known >= FEWEST_KNOWN and 2 * known >= len(cells):
        return Header(row, depth, columns, known)
    short = all(_is_title(cell, LONGEST_UNKNOWN_TITLE) for cell in cells)
    covers = sum(cell.columns for cell in cells) >= WIDE * layout.width
    if known_only or not (short and covers and row + depth < layout.rows):
        return None
    return Header(row, depth, columns, known)


def _is_title(cell: GridCell, longest: int) -> bool:
    text = text_of(cell)
    is_number = text.replace(".", "").replace("%", "").replace(",", "").isdecimal()
    bare_year = is_number and len(text) == len("2017") and text.startswith(("19", "20"))
    return (
        len(text) <= longest and not text.endswith(_SENTENCE_ENDS) and (bare_year or not is_number)
    )


def _depth(layout: Layout, row: int) -> int:
    """How many rows a header takes: a title over several columns has titles of its own below it."""
    cells = layout.filled(row)
    depth = max(cell.rows for cell in cells)
    below = layout.filled(row + depth)
    grouped = [cell for cell in cells if cell.columns > 1 and cell.rows == depth]
    under = [
        cell
        for cell in below
        if any(group.column <= cell.column < group.column + group.columns for group in grouped)
    ]
    splits = len(under) > len(grouped) > 0 and len(under) == len(below)
    if splits and all(_is_title(cell, LONGEST_UNKNOWN_TITLE) for cell in under):
        depth += max(cell.rows for cell in under)
    return min(depth, DEEPEST_HEADER)


def _columns(layout: Layout, row: int, depth: int, names: ColumnNames) -> tuple[Column, ...]:
    columns: list[Column] = []
    for place in range(layout.width):
        title = _title(layout, row, depth, place)
        key = _key_of(title, names)
        # A second theme or label would hide what the first one says.
        taken = key in (THEME, *LABELS) and any(column.key == key for column in columns)
        columns.append(Column(place, TEXT if taken else key, title or f"第{place + 1}列"))
    return tuple(columns)


def _title(layout: Layout, row: int, depth: int, place: int) -> str:
    """The titles above a column from the top down, each said once."""
    above = [layout.at(r, place) for r in range(row, row + depth)]
    titles = dict.fromkeys(text_of(cell) for cell in above if cell is not None)
    return "".join(titles)


def unknown_columns(width: int, names: ColumnNames) -> tuple[Column, ...]:
    """The columns of a grid without a header, called by their places."""
    titles = [f"第{place + 1}列" for place in range(width)]
    return tuple(Column(place, _key_of(t, names), t) for place, t in enumerate(titles))


def _key_of(title: str, names: ColumnNames) -> str:
    return names.label_of(title) or names.column_of(title) or TEXT


def same_titles(layout: Layout, row: int, columns: Sequence[Column]) -> bool:
    """Whether a row prints the titles of `columns` again."""
    cells = layout.filled(row)
    titles = {column.place: column.title for column in columns}
    return len(cells) > 1 and all(titles.get(c.column) == text_of(c) for c in cells)


def checked_provinces(
    columns: Sequence[Column], values: Callable[[Column], Sequence[bool]]
) -> tuple[Column, ...]:
    """The columns, those of provinces kept as such only where most of their cells name a place."""
    checked: list[Column] = []
    for column in columns:
        named = values(column) if column.key == PROVINCE else (True,)
        is_kept = 2 * sum(named) >= len(named) > 0
        checked.append(column if is_kept else Column(column.place, TEXT, column.title))
    return tuple(checked)
