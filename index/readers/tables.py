"""A grid → drafts of cells: its tables one below the other, each row with its labels.

What labels a row stands once in print and over several rows in meaning: merged, or only in the
first of them. It is filled down; what answers a task is not, unless the print merges it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.knowledge import NUMBER, PROVINCE, THEME, YEAR, ColumnNames
from index.readers.drafts import Account, Draft, Said
from index.readers.headers import (
    Column,
    Header,
    Layout,
    checked_provinces,
    find_header,
    same_titles,
    text_of,
    unknown_columns,
)
from index.readers.parts import Grid, GridCell
from index.readers.periods import period_of, span_of
from index.readers.whereabouts import Whereabouts
from index.records import NATIONWIDE, TASK, TEXT

LONGEST_BAND = 60
"""Characters of a row over all columns beyond which it is a note, not a heading."""
LONGEST_LABEL = 2000
"""Characters of the task that labels a row; no task is longer, but a cell may be."""
NOTE_TITLE = "表注"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around a table: the province it belongs to, its years and its theme.

    `strict`: the document is of a province itself.
    """

    province: str
    year: str
    theme: str
    strict: bool


@dataclass(frozen=True, slots=True)
class _Labels:
    """What labels one row; `task_row` is where its task is printed."""

    province: str
    year: str
    theme: str
    task: str
    task_row: int


@dataclass(frozen=True, slots=True)
class _Table:
    """Rows of a grid under one header."""

    columns: tuple[Column, ...]
    rows: tuple[int, ...]
    around: Surroundings


class TableReader:
    """Reads the tables of one document, which may go on from one grid to the next."""

    def __init__(self, names: ColumnNames, whereabouts: Whereabouts, account: Account) -> None:
        self._names = names
        self._whereabouts = whereabouts
        self._account = account
        self._last: tuple[Column, ...] = ()
        self._grids = 0

    def read(self, grid: Grid, around: Surroundings, goes_on: bool) -> Iterator[Draft]:
        """The drafts of a grid's cells, row by row.

        Args:
            grid: the grid; at least two columns.
            around: what stands around it.
            goes_on: nothing stands between it and the grid before, whose header may be its own.
        """
        layout = Layout(grid)
        self._grids += 1
        inherited = self._last if goes_on and len(self._last) == layout.width else ()
        for table in self._tables(layout, around, inherited):
            self._last = table.columns
            self._account.tables += 1
            for column in table.columns:
                if any(_begins(layout, row, column) for row in table.rows):
                    self._account.columns[column.title, column.key] = None
            yield from self._drafts(layout, table)

    def _tables(
        self, layout: Layout, around: Surroundings, inherited: tuple[Column, ...]
    ) -> Iterator[_Table]:
        columns, rows = inherited, list[int]()
        first = around
        row = 0
        while row < layout.rows:
            band, header = layout.band(row), self._header(layout, row, columns, bool(rows))
            heading = band if band and _is_heading(band) else None
            if heading or header:
                if rows:
                    yield self._table(layout, columns, rows, around)
                    rows = []
                if heading:
                    opens = find_header(layout, row + 1, self._names) is not None
                    around = self._under(heading, around, first, opens or not columns)
                    row += 1
                elif header:
                    columns = header.columns
                    self._put_header(layout, header)
                    row += header.depth
                continue
            if columns and same_titles(layout, row, columns):
                for cell in layout.filled(row):
                    self._account.put("repeated", text_of(cell), "跨页重印")
            elif layout.filled(row):
                rows.append(row)
            row += 1
        if rows:
            yield self._table(layout, columns, rows, around)

    def _header(
        self, layout: Layout, row: int, columns: Sequence[Column], inside: bool
    ) -> Header | None:
        header = find_header(layout, row, self._names, known_only=inside or bool(columns))
        if header is None or not columns:
            return header
        # Within a table only a header of its own kind begins another one.
        titles = tuple(column.title for column in columns)
        is_new = tuple(column.title for column in header.columns) != titles
        return header if is_new and header.known > 2 else None

    def _table(
        self, layout: Layout, columns: tuple[Column, ...], rows: list[int], around: Surroundings
    ) -> _Table:
        columns = columns or unknown_columns(layout.width, self._names)

        def are_named(column: Column) -> list[bool]:
            cells = [cell for row in rows if (cell := _begins(layout, row, column))]
            return [self._whereabouts.in_cell(text_of(cell)) is not None for cell in cells]

        return _Table(checked_provinces(columns, are_named), tuple(rows), around)

    def _put_header(self, layout: Layout, header: Header) -> None:
        for row in range(header.row, header.row + header.depth):
            for cell in layout.filled(row):
                self._account.put("headers", text_of(cell), "表头")

    def _under(
        self, band: GridCell, around: Surroundings, first: Surroundings, is_title: bool
    ) -> Surroundings:
        """The surroundings of the rows under a band: a title above a header, or a theme."""
        text = text_of(band)
        self._account.put("titles", text, "标题")
        province = self._whereabouts.in_heading(text, around.strict)
        years = span_of(text) or around.year
        if province or is_title:
            theme = first.theme if province else text
            return replace(around, province=province or around.province, year=years, theme=theme)
        return replace(around, theme=text)

    def _drafts(self, layout: Layout, table: _Table) -> Iterator[Draft]:
        labels = dict(self._labels(layout, table))
        for row in table.rows:
            for cell in layout.filled(row):
                column = _column_of(cell, table.columns)
                if column is None or not self._is_label(cell, column):
                    yield _draft((self._grids, row), cell, column, labels)

    def _is_label(self, cell: GridCell, column: Column) -> bool:
        """Whether a cell only labels its row; it is accounted for then."""
        text = text_of(cell)
        match column.key:
            case "theme":
                self._account.put("themes", text, "工作重点")
            case "number" | "year":
                self._account.put("labels", text, "序号与年份")
            case "province":
                named = self._whereabouts.in_cell(text)
                if named is None or not named[1]:
                    return False  # A city says more than its province.
                self._account.put("labels", text, "省份")
            case _:
                return False
        return True

    def _labels(self, layout: Layout, table: _Table) -> Iterator[tuple[int, _Labels]]:
        """The labels of each row, filled down."""
        place = {column.key: column for column in reversed(table.columns)}
        name = place.get(TASK) or place.get(TEXT)
        around = table.around
        by_name = PROVINCE not in place and TASK not in place and around.province == NATIONWIDE
        province, year, theme, task, task_row = around.province, around.year, "", "", -1
        for row in table.rows:
            named = _over(layout, row, place.get(PROVINCE))
            if named:
                found = self._whereabouts.in_cell(text_of(named))
                if found and found[0] != province:
                    theme = task = ""
                province = found[0] if found else around.province
            heading = _over(layout, row, place.get(THEME))
            if heading:
                theme, task = text_of(heading), task if heading.row < row else ""
            own = _over(layout, row, name)
            if own:
                task, task_row = text_of(own)[:LONGEST_LABEL], own.row
            if by_name and own:
                province = self._whereabouts.in_row_name(task) or around.province
            dated = _over(layout, row, place.get(YEAR))
            year = (period_of(text_of(dated)) if dated else "") or around.year
            yield row, _Labels(province, year, theme or around.theme, task, task_row)


def _is_heading(band: GridCell) -> bool:
    text = text_of(band)
    return (
        len(text) <= LONGEST_BAND and not text.endswith(("。", "；", "：")) and not _is_note(text)
    )


def _is_note(text: str) -> bool:
    return text.startswith(("注：", "注:", "备注", "说明", "填表说明"))


def _over(layout: Layout, row: int, column: Column | None) -> GridCell | None:
    """The filled cell of a column that covers a row."""
    cell = layout.at(row, column.place) if column else None
    return cell if cell is not None and text_of(cell) else None


def _begins(layout: Layout, row: int, column: Column) -> GridCell | None:
    cell = _over(layout, row, column)
    return cell if cell is not None and (cell.row, cell.column) == (row, column.place) else None


def _column_of(cell: GridCell, columns: Sequence[Column]) -> Column | None:
    """The column that a cell stands in; None for a note over all of them."""
    is_note = cell.columns >= max(2, len(columns))
    return None if is_note else columns[cell.column]


def _draft(
    row: tuple[int, int],
    cell: GridCell,
    column: Column | None,
    labels: dict[int, _Labels],
) -> Draft:
    own = labels[cell.row]
    reached = [labels[row] for row in range(cell.row, cell.row + cell.rows) if row in labels]
    tasks = dict.fromkeys((each.task_row, each.task) for each in reached if each.task)
    key = column.key if column and column.key not in (THEME, PROVINCE, NUMBER, YEAR) else TEXT
    title = column.title if column else NOTE_TITLE
    return Draft(
        row=row,
        province=own.province,
        year=period_of(title) or own.year,
        theme=own.theme,
        task=own.task if column else "",
        tasks=tuple(task for _, task in tasks) if column else (),
        column=key,
        column_title=title,
        said=tuple(Said(*pair) for pair in zip(cell.paragraphs, cell.spots, strict=True)),
        is_one=key == TASK,
    )
