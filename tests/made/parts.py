"""Parts as readers give them, made by hand or out of a document's cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from index.readers.parts import Grid, GridCell, Paragraph, Part, Spot
from index.records import ACHIEVEMENT, PLAN, TASK, Cell

PLACE = {TASK: 1, ACHIEVEMENT: 2, PLAN: 3}


def paragraphs(*texts: str, level: int = 0) -> list[Part]:
    """Paragraphs one below the other, lines counted from 1."""
    return [Paragraph(text, level, Spot(lines=(n, n))) for n, text in enumerate(texts, 1)]


def grid(*rows: Sequence[str | None], name: str = "") -> Grid:
    """A grid of rows of texts; `"↑"` goes on from above, `"←"` from the left, lines are paragraphs."""
    cells: list[GridCell] = []
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            if text in ("↑", "←"):
                continue
            height = 1 + _run([rows[i][c] for i in range(r + 1, len(rows))], "↑")
            width = 1 + _run(row[c + 1 :], "←")
            said = tuple(line for line in (text or "").split("\n") if line)
            spot = Spot(
                lines=(r + 1, r + 1), label=f"{name}!{'ABCDEFGH'[c]}{r + 1}" if name else ""
            )
            cells.append(GridCell(r, c, height, width, said, (spot,) * len(said)))
    return Grid(name, tuple(cells))


def _run(texts: Sequence[str | None], mark: str) -> int:
    return next((n for n, text in enumerate(texts) if text != mark), len(texts))


def parts_of(cells: Sequence[Cell], subject: str, merged: bool = True) -> Iterator[Part]:
    """The tables that cells stand in, a title above each; without `merged` a theme stands once."""
    for province, group in groupby(cells, key=lambda cell: cell.province):
        yield Paragraph(province + subject, 0, Spot())
        yield _table(list(group), merged)


def _table(cells: Sequence[Cell], merged: bool) -> Grid:
    titles = {cell.column: cell.column_title for cell in cells}
    laid = [
        _laid(0, place, title)
        for title, place in [
            ("工作重点", 0),
            *((titles[column], place) for column, place in PLACE.items()),
        ]
    ]
    rows = [list(group) for _, group in groupby(cells, key=lambda cell: cell.row)]
    at = 1
    for theme, group in groupby(rows, key=lambda row: row[0].theme):
        size = len(list(group))
        laid.append(_laid(at, 0, theme, rows=size if merged else 1))
        at += size
    for number, row in enumerate(rows, 1):
        for cell in row:
            said = [item.text for item in cell.items]
            laid.append(_laid(number, PLACE[cell.column], *said, rows=len(cell.tasks)))
    return Grid("", tuple(sorted(laid, key=lambda cell: (cell.row, cell.column))))


def _laid(row: int, column: int, *texts: str, rows: int = 1) -> GridCell:
    return GridCell(row, column, rows, 1, texts, (Spot(),) * len(texts))
