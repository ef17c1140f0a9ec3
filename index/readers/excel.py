"""Excel files: each sheet a table with its merged cells, values as a reader sees them.

Nothing is calculated and nothing is run: of a formula the value is read that was saved with it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from index.errors import SourceError
from index.readers.packages import BROKEN, require_harmless
from index.readers.parts import Furniture, Part, Spot
from index.readers.sheets import Extent, Place, sheet_parts

HIDDEN = "hidden"
_BROKEN = (*BROKEN, ArithmeticError, AttributeError, LookupError, SyntaxError, TypeError)
"""What openpyxl's parsing may run into; errors of XML are syntax errors."""


def read_excel(data: bytes, name: str) -> list[Part]:  # noqa: ARG001 - every reader gets the name
    """The parts of an .xlsx file: its sheets one after the other, hidden ones aside.

    Raises:
        SourceError: it is damaged, encrypted or harmful, or a sheet has too many cells.
    """
    require_harmless(data)
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    except _BROKEN as error:
        raise SourceError("Excel 文件已损坏或不完整，请重新取得完整文件。") from error
    return [part for sheet in book.worksheets for part in _sheet(sheet)]


def _sheet(sheet: Any) -> Iterator[Part]:  # noqa: ANN401 - openpyxl is not typed
    said: dict[Place, str] = {}
    spots: dict[Place, Spot] = {}
    rows, columns = _hidden(sheet)
    # Walking rows and columns would walk a sheet of a billion empty cells; here are those there are.
    for place, cell in sorted(sheet._cells.items()):
        text = _shown(cell)
        if not text:
            continue
        row, column = place
        if sheet.sheet_state != "visible" or row in rows or column in columns:
            yield Furniture(HIDDEN, text)
        else:
            said[place] = text
            spots[place] = Spot(lines=(row, row), label=f"{sheet.title}!{cell.coordinate}")
    if said:
        yield from sheet_parts(sheet.title, said, spots, merged=_merged(sheet))


def _hidden(sheet: Any) -> tuple[set[int], set[int]]:  # noqa: ANN401
    """The rows and columns that are not shown."""
    rows = {number for number, row in sheet.row_dimensions.items() if row.hidden}
    columns = {
        number
        for column in sheet.column_dimensions.values()
        if column.hidden and column.min
        for number in range(column.min, column.max + 1)
    }
    return rows, columns


def _merged(sheet: Any) -> dict[Place, Extent]:  # noqa: ANN401
    return {
        (area.min_row, area.min_col): Extent(area.max_row, area.max_col)
        for area in sheet.merged_cells.ranges
    }


def _shown(cell: Any) -> str:  # noqa: ANN401
    """What a cell shows: dates as dates, whole numbers without a point, shares as per cent."""
    value, form = cell.value, cell.number_format or ""
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime() | date() | time():
            return str(value)
        case int() | float() if form.endswith("%"):
            return f"{value:.{len(form.partition('.')[2]) - 1 if '.' in form else 0}%}"
        case float() if value.is_integer():
            return str(int(value))
        case float():
            return f"{value:.12g}"
    return str(value).strip()
