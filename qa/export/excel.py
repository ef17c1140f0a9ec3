"""Report → Excel: a sheet of what is said, and a sheet with one row an entry."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING

from qa.export.report import Report
from qa.export.rows import is_formula, listing
from qa.export.tables import Table
from qa.export.wording import clean

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

FONT, HEAD_FONT = "宋体", "黑体"
TEXT_SIZE, TITLE_SIZE = 11, 16
HEAD_FILL = "DDE6F0"
RULE = "A6A6A6"
SAID_WIDTHS = (20, 26, 30, 30, 30, 26, 14)
"""Of the sheet of what is said: labels, then what they label; a paragraph runs over all of that."""

HEAD_POINTS = 22.0
_LINE_POINTS = 15.0
_TALLEST_POINTS = 409.0
_FILLED = 0.92
"""How much of a line is filled before it is broken."""


def excel(report: Report) -> bytes:
    """A workbook ready to be printed; every cell is text, but for the numbers of entries."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    said, entries = (book.create_sheet(name) for name in report.sheets)
    _write_said(said, report)
    _write_entries(entries, report)
    book.properties.creator = "策问"
    book.properties.title = report.title
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _write_said(sheet: Worksheet, report: Report) -> None:
    """Title, facts, what is said, tables and notes, one below the other."""
    _set_widths(sheet, SAID_WIDTHS)
    _put(sheet.cell(1, 1), report.title, bold=True, size=TITLE_SIZE, wrap=False)
    sheet.row_dimensions[1].height = TITLE_SIZE * 2
    for label, text in report.facts:
        _put_paragraph(sheet, label, text)
    for i, line in enumerate(report.said):
        _put_paragraph(sheet, "" if i else report.said_as, line.strip())
    # A row of the source stands on the other sheet, where its cells find room.
    for table in () if report.tables_hold_entries else report.tables:
        _put_table(sheet, table)
    sheet.cell(sheet.max_row + 2, 1)
    for i, note in enumerate(report.notes):
        _put_paragraph(sheet, "" if i else "说明", note)
    sheet.sheet_view.showGridLines = False
    _set_print(sheet)


def _write_entries(sheet: Worksheet, report: Report) -> None:
    """One row an entry under a head that stays, with filters; the first column holds its number."""
    from openpyxl.styles import Alignment

    table = listing(report)
    _set_widths(sheet, table.widths)
    _put_head(sheet, 1, table.head)
    for row, texts in enumerate(table.rows, 2):
        _put_row(sheet, row, texts, table.widths)
        number = sheet.cell(row, 1)
        number.value = int(texts[0]) if texts[0] else None
        number.alignment = Alignment(horizontal="center", vertical="top")
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.print_title_rows = "1:1"
    _set_print(sheet)


def _put_paragraph(sheet: Worksheet, label: str, text: str) -> None:
    """A new row: a label, and text over all the other columns, as high as it needs."""
    row = sheet.max_row + 1
    across = sum(SAID_WIDTHS[1:])
    _put(sheet.cell(row, 1), label, bold=True)
    _put(sheet.cell(row, 2), text)
    sheet.merge_cells(start_row=row, start_column=2, end_row=row, end_column=len(SAID_WIDTHS))
    sheet.row_dimensions[row].height = _height(text, across)


def _put_table(sheet: Worksheet, table: Table) -> None:
    """After an empty row, the title as a label, and beside it head and rows."""
    top = sheet.max_row + 2
    _put(sheet.cell(top, 1), table.title, bold=True)
    _put_head(sheet, top, table.head, first=2)
    for row, texts in enumerate(table.rows, top + 1):
        _put_row(sheet, row, texts, SAID_WIDTHS[1:], first=2)


def _put_head(sheet: Worksheet, row: int, names: Sequence[str], first: int = 1) -> None:
    from openpyxl.styles import Alignment, PatternFill

    for column, name in enumerate(names, first):
        cell = sheet.cell(row, column)
        _put(cell, name, bold=True, ruled=True)
        cell.fill = PatternFill("solid", start_color=HEAD_FILL)
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    sheet.row_dimensions[row].height = HEAD_POINTS


def _put_row(
    sheet: Worksheet, row: int, texts: Sequence[str], widths: Sequence[int], first: int = 1
) -> None:
    """A row of a table, as high as its longest cell needs: not every program sees to that."""
    for column, text in enumerate(texts, first):
        _put(sheet.cell(row, column), text, ruled=True)
    heights = [_height(text, width) for text, width in zip(texts, widths, strict=False)]
    sheet.row_dimensions[row].height = max(heights)


def _put(
    cell: Cell,
    text: str,
    *,
    bold: bool = False,
    ruled: bool = False,
    size: int = TEXT_SIZE,
    wrap: bool = True,
) -> None:
    """`text` in `cell`, never anything but text."""
    from openpyxl.styles import Alignment, Border, Font, Side

    cell.value = clean(text)
    cell.data_type = "s"
    # Without it a formula-like text comes alive when someone edits the cell.
    cell.quotePrefix = is_formula(text)
    cell.font = Font(name=HEAD_FONT if bold else FONT, size=size, bold=bold)
    cell.alignment = Alignment(vertical="top", wrap_text=wrap)
    if ruled:
        side = Side(style="thin", color=RULE)
        cell.border = Border(left=side, right=side, top=side, bottom=side)


def _height(text: str, across: int) -> float:
    """Points that `text` takes in a cell of `across` characters."""
    lines = sum(max(1, ceil(_width(line) / (across * _FILLED))) for line in text.split("\n"))
    return min(lines * _LINE_POINTS + 3, _TALLEST_POINTS)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def _set_widths(sheet: Worksheet, widths: Sequence[int]) -> None:
    from openpyxl.utils import get_column_letter

    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width


def _set_print(sheet: Worksheet) -> None:
    """A4 across, all columns on a page, page numbers below."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4 in the numbering of the format
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    sheet.page_margins.top, sheet.page_margins.bottom, sheet.page_margins.footer = 0.6, 0.8, 0.4
    sheet.oddFooter.center.text = "第 &P 页 共 &N 页"
