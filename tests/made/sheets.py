"""Excel and delimited files out of a document's cells."""

import csv
import io
from collections.abc import Sequence

from openpyxl import Workbook

from index.readers.parts import Grid, GridCell, Paragraph
from index.records import Cell
from tests.made.parts import parts_of


def placed(cells: Sequence[Cell], subject: str) -> tuple[list[GridCell], int]:
    """The tables one below the other, each under its title, and how many rows they take."""
    found: list[GridCell] = []
    row = 0
    for part in parts_of(cells, subject):
        if isinstance(part, Paragraph):
            found.append(GridCell(row, 0, 1, 4, (part.text,), ()))
            row += 1
        elif isinstance(part, Grid):
            found += [
                GridCell(row + c.row, c.column, c.rows, c.columns, c.paragraphs, ())
                for c in part.cells
            ]
            row += max(cell.row + cell.rows for cell in part.cells)
    return found, row


def excel_file(cells: Sequence[Cell], subject: str) -> bytes:
    """One sheet, merged as printed."""
    book = Workbook()
    sheet = book.active
    sheet.title = "汇总"
    for cell in placed(cells, subject)[0]:
        first, left = cell.row + 1, cell.column + 1
        sheet.cell(first, left).value = "\n".join(cell.paragraphs)
        if cell.rows > 1 or cell.columns > 1:
            last, right = first + cell.rows - 1, left + cell.columns - 1
            sheet.merge_cells(start_row=first, end_row=last, start_column=left, end_column=right)
    return book_bytes(book)


def book_bytes(book: Workbook) -> bytes:
    """The bytes of a workbook."""
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def delimited_file(cells: Sequence[Cell], subject: str, delimiter: str, encoding: str) -> bytes:
    """The same as a spreadsheet saves it: of a merged cell only the first has a text."""
    found, height = placed(cells, subject)
    rows = [["", "", "", ""] for _ in range(height)]
    for cell in found:
        rows[cell.row][cell.column] = "\n".join(cell.paragraphs)
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)
