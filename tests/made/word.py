"""Word files out of a document's cells."""

import io
from collections.abc import Sequence

from docx import Document as WordFile

from index.readers.parts import Grid, Paragraph
from index.records import Cell
from tests.made.parts import parts_of


def word_file(cells: Sequence[Cell], subject: str) -> bytes:
    """The tables that the cells stand in, merged as printed, a heading above each."""
    file = WordFile()
    for part in parts_of(cells, subject):
        if isinstance(part, Paragraph):
            file.add_heading(part.text, level=1)
        elif isinstance(part, Grid):
            _add_table(file, part)
    return saved(file)


def saved(file) -> bytes:
    """The bytes of a file as python-docx has it."""
    buffer = io.BytesIO()
    file.save(buffer)
    return buffer.getvalue()


def _add_table(file, grid: Grid) -> None:
    rows = max(cell.row + cell.rows for cell in grid.cells)
    columns = max(cell.column + cell.columns for cell in grid.cells)
    table = file.add_table(rows, columns)
    for cell in grid.cells:
        place = table.cell(cell.row, cell.column)
        if cell.rows > 1 or cell.columns > 1:
            last = table.cell(cell.row + cell.rows - 1, cell.column + cell.columns - 1)
            place = place.merge(last)
        for paragraph in list(place.paragraphs)[1:]:
            paragraph._p.getparent().remove(paragraph._p)
        first, *more = cell.paragraphs or ("",)
        place.paragraphs[0].text = first
        for text in more:
            place.add_paragraph(text)
