"""Web pages out of a document's cells."""

from collections.abc import Sequence
from html import escape
from itertools import groupby

from index.readers.parts import Grid, Paragraph
from index.records import Cell
from tests.made.parts import parts_of


def html_file(cells: Sequence[Cell], subject: str, encoding: str = "utf-8") -> bytes:
    """The tables that the cells stand in, merged as printed, a heading above each."""
    body = ""
    for part in parts_of(cells, subject):
        if isinstance(part, Paragraph):
            body += f"<h2>{escape(part.text)}</h2>\n"
        elif isinstance(part, Grid):
            body += _table(part)
    head = f'<head><meta charset="{encoding}"><title>工作</title></head>'
    page = f"<!DOCTYPE html>\n<html>{head}<body>\n{body}</body></html>"
    return page.encode(encoding)


def _table(grid: Grid) -> str:
    rows = ""
    for row, cells in groupby(grid.cells, key=lambda cell: cell.row):
        tag = "td" if row else "th"
        rows += "<tr>\n"
        for cell in cells:
            said = "".join(f"<p>{escape(text)}</p>" for text in cell.paragraphs)
            rows += f'<{tag} rowspan="{cell.rows}" colspan="{cell.columns}">{said}</{tag}>\n'
        rows += "</tr>\n"
    return f"<table>\n{rows}</table>\n"
