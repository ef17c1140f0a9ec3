"""Cells → the table they were printed in: themes, rows, and cells that span several rows. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from index.records import BODY_TITLE, TEXT, Cell, is_running_text


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table and the title it bears; titles that differ are joined by ／.

    `key` is what it means; `slot` tells columns of one meaning apart.
    """

    key: str
    title: str
    slot: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a table: the cell printed there over `rows` rows and `columns`, or nothing.

    `heading` is what text under headings stands under, below its theme.
    """

    column: Column
    cell: Cell | None
    rows: int = 1
    columns: int = 1
    heading: str = ""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row as printed: its slots from left to right, without those that a cell above reaches into.

    `shared` are the cells above that reach into it.
    """

    number: int
    task: str
    slots: tuple[Slot, ...]
    shared: tuple[Cell, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The cells printed in it."""
        return tuple(slot.cell for slot in self.slots if slot.cell is not None)


@dataclass(frozen=True, slots=True)
class Section:
    """The rows that stand under one printing of a theme."""

    theme: str
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The table of one province in one document."""

    columns: tuple[Column, ...]
    sections: tuple[Section, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Each of its cells once, in reading order."""
        return tuple(c for section in self.sections for row in section.rows for c in row.cells)


def table_of(cells: Sequence[Cell]) -> Table:
    """The table that cells of one province in one document make.

    Text under headings reaches over all columns; without any table it has one for itself.

    A cell that answers several tasks spans the rows of those tasks, from its own on, as far as they
    follow one another within the theme and have no cell of their own in its column.
    """
    rows = [list(group) for _, group in groupby(cells, key=lambda cell: cell.row)]
    printed = (cell for row in rows if not _is_text(row) for cell in row)
    columns = _columns(printed) or _RUNNING
    themes = groupby(rows, key=lambda row: row[0].theme)
    sections = (Section(theme, tuple(_rows(list(group), columns))) for theme, group in themes)
    return Table(columns, tuple(sections))


def _is_text(row: Sequence[Cell]) -> bool:
    return len(row) == 1 and is_running_text(row[0])


def _over_all(cell: Cell, columns: Sequence[Column]) -> Slot:
    own = Column(cell.column, cell.column_title, _slot(cell))
    return Slot(own, cell, columns=len(columns), heading=cell.task)


def _slot(cell: Cell) -> str:
    """The last part of a cell's id: its column, numbered where a row has several of one meaning."""
    return cell.id.rsplit("/", 1)[-1]


_RUNNING = (Column(TEXT, BODY_TITLE, TEXT),)


def _columns(cells: Iterable[Cell]) -> tuple[Column, ...]:
    titles: dict[tuple[str, str], dict[str, None]] = {}
    for cell in cells:
        titles.setdefault((cell.column, _slot(cell)), {})[cell.column_title] = None
    return tuple(Column(key, "／".join(names), slot) for (key, slot), names in titles.items())


def _rows(rows: Sequence[Sequence[Cell]], columns: Sequence[Column]) -> Iterable[TableRow]:
    """The rows of one theme."""
    printed = [{_slot(cell): cell for cell in row} for row in rows]
    reaching: dict[str, tuple[Cell, int]] = {}
    for i, row in enumerate(printed):
        slots = [_over_all(rows[i][0], columns)] if _is_text(rows[i]) else []
        for column in () if slots else columns:
            cell = row.get(column.slot)
            if cell is not None:
                span = _span(cell, printed[i + 1 :])
                reaching[column.slot] = (cell, i + span)
                slots.append(Slot(column, cell, span))
            elif i >= reaching.get(column.slot, (None, 0))[1]:
                slots.append(Slot(column, None))
        shared = tuple(c for c, end in reaching.values() if i < end and c.row != rows[i][0].row)
        yield TableRow(rows[i][0].row, rows[i][0].task, tuple(slots), shared)


def _span(cell: Cell, below: Iterable[Mapping[str, Cell]]) -> int:
    span = 1
    for row in below:
        task = next(iter(row.values())).task
        if _slot(cell) in row or task not in cell.tasks:
            break
        span += 1
    return span
