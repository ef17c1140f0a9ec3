"""PDFs out of a document's cells, as word processors print them: bold faked, rows broken anywhere."""

import io
from collections.abc import Sequence

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from index.readers.parts import Grid, GridCell, Paragraph
from index.records import Cell
from tests.made.parts import parts_of

FONT, SIZE, LEADING = "STSong-Light", 9, 12
PAGE = WIDTH, HEIGHT = 842, 595
MARGIN, PADDING = 60, 5
EDGES = (60, 140, 300, 590, 780)
INDENT = 2 * SIZE
COPIES, APART = 4, 0.25
"""How often bold print is drawn, and how far apart in points."""
NEVER_FIRST = "，。、；：！？）》”"
Set = tuple[str, float, bool]
"""A line as it is set: its text, its indent in points, whether it is bold."""

pdfmetrics.registerFont(UnicodeCIDFont(FONT))


class Printer:
    """Prints paragraphs and ruled tables, one below the other."""

    def __init__(self, repeats_header: bool, is_open: bool = False) -> None:
        """`is_open` leaves out the rules at the sides of tables."""
        self._verticals = EDGES[1:-1] if is_open else EDGES
        self._file = io.BytesIO()
        self._canvas = Canvas(self._file, pagesize=PAGE, pageCompression=1)
        self._repeats = repeats_header
        self._y = float(HEIGHT - MARGIN)

    def title(self, text: str) -> None:
        """A bold line in the middle, on a new page where something stands on this one."""
        if self._y < HEIGHT - MARGIN:
            self.page()
        self._canvas.setFont(FONT, 14)
        self._bold((WIDTH - pdfmetrics.stringWidth(text, FONT, 14)) / 2, self._y, text)
        self._y -= 2 * LEADING

    def table(self, grid: Grid) -> None:
        """A table; its rows go on over pages wherever those end."""
        rows = max(cell.row + cell.rows for cell in grid.cells)
        header = [cell for cell in grid.cells if cell.row == 0]
        for row in range(rows):
            lines = {
                cell.column: set_cell(cell) if cell.row == row else []
                for cell in grid.cells
                if cell.row <= row < cell.row + cell.rows
            }
            inside = {cell.column for cell in grid.cells if cell.row < row < cell.row + cell.rows}
            self._row(lines, inside, header if row else [])

    def page(self) -> None:
        """End the page with its number."""
        self._canvas.setFont(FONT, SIZE)
        self._canvas.drawCentredString(WIDTH / 2, 30, f"- {self._canvas.getPageNumber()} -")
        self._canvas.showPage()
        self._y = float(HEIGHT - MARGIN)

    def saved(self) -> bytes:
        """The file."""
        self.page()
        self._canvas.save()
        return self._file.getvalue()

    def _row(self, lines: dict[int, list[Set]], inside: set[int], header: list[GridCell]) -> None:
        """A row, in as many pieces as pages need; `inside` are columns merged with the row above."""
        height = max(len(column) for column in lines.values())
        at = 0
        while at < height:
            room = int((self._y - MARGIN) // LEADING)
            if room < 1:
                self.page()
                inside = set()
                if self._repeats and header:
                    self._row({cell.column: set_cell(cell) for cell in header}, set(), [])
                continue
            piece = {column: said[at : at + room] for column, said in lines.items()}
            self._piece(piece, min(room, height - at), inside)
            at += room

    def _piece(self, lines: dict[int, list[Set]], height: int, inside: set[int]) -> None:
        top, bottom = self._y, self._y - height * LEADING
        for x in self._verticals:
            self._canvas.line(x, top, x, bottom - 2)
        for column, said in lines.items():
            left, right = EDGES[column], EDGES[column + 1]
            if column not in inside:
                self._canvas.line(left, top, right, top)
            if bottom - 2 - LEADING < MARGIN:
                self._canvas.line(left, bottom - 2, right, bottom - 2)
            self._canvas.setFont(FONT, SIZE)
            for number, (text, indent, bold) in enumerate(said):
                draw = self._bold if bold else self._canvas.drawString
                draw(left + PADDING + indent, top - SIZE - number * LEADING, text)
        self._y = bottom - 2
        # The last rule of a table: the next row, if there is one, draws over it.
        self._last = (bottom - 2, set(lines))

    def close(self) -> None:
        """The rule below a table."""
        y, columns = self._last
        for column in columns:
            self._canvas.line(EDGES[column], y, EDGES[column + 1], y)

    def _bold(self, x: float, y: float, text: str) -> None:
        for copy in range(COPIES):
            self._canvas.drawString(x + copy * APART, y, text)


def pdf_file(
    cells: Sequence[Cell], subject: str, repeats_header: bool = False, is_open: bool = False
) -> bytes:
    """The tables that the cells stand in, each below its title, and a number on each page."""
    printer = Printer(repeats_header, is_open)
    for part in parts_of(cells, subject):
        if isinstance(part, Paragraph):
            printer.title(part.text)
        elif isinstance(part, Grid):
            printer.table(part)
            printer.close()
    return printer.saved()


def set_cell(cell: GridCell) -> list[Set]:
    """The lines of a cell; headers and the first column are bold, the others' paragraphs indented."""
    bold = cell.row == 0 or cell.column == 0
    # What may not begin a line hangs over the margin, within the rules.
    width = EDGES[cell.column + 1] - EDGES[cell.column] - 2 * PADDING - SIZE
    lines: list[Set] = []
    for text in cell.paragraphs:
        indent = 0 if bold else INDENT
        said = ""
        for character in text:
            full = pdfmetrics.stringWidth(said + character, FONT, SIZE) > width - indent
            if full and character not in NEVER_FIRST:
                lines.append((said, indent, bold))
                said, indent = "", 0
            said += character
        lines.append((said, indent, bold))
    return lines
