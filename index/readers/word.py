"""Word files: paragraphs and tables in order, as they read once all changes are accepted.

Numbers that Word counts by itself (automatic lists) do not stand in the file and are not read.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from index.errors import SourceError
from index.readers.packages import BROKEN, require_harmless
from index.readers.parts import Furniture, Grid, GridCell, Paragraph, Part, Spot

MOST_CELLS = 200_000
DEEPEST_HEADING = 9
HIDDEN = "hidden"
"""The kind of furniture that hidden text is."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_HEADING_STYLE = re.compile(r"(?:heading|标题)\s*(\d)", re.IGNORECASE)
_GONE = frozenset({f"{_W}del", f"{_W}moveFrom", _FALLBACK, f"{_W}instrText", f"{_W}delText"})
"""What is not read: what was deleted or moved away, what stands in for a drawing, fields' codes."""
_BREAKS = frozenset({f"{_W}br", f"{_W}cr"})


def read_word(data: bytes, name: str) -> list[Part]:  # noqa: ARG001 - every reader gets the name
    """The parts of a .docx file; paragraphs count as its lines.

    Raises:
        SourceError: it is damaged, encrypted or harmful, or a table has too many cells.
    """
    require_harmless(data)
    from docx import Document
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    try:
        document = Document(io.BytesIO(data))
        return list(_Reader(_levels(document)).blocks(document.element.body))
    except (*BROKEN, OpcError, LxmlError, KeyError, AttributeError) as error:
        raise SourceError("Word 文件已损坏或不完整，请重新取得完整文件。") from error


def _levels(document: Any) -> dict[str, int]:  # noqa: ANN401 - python-docx is not typed
    """The heading level of each style that is one for headings."""
    levels = {}
    for style in document.styles:
        if outline := _outline_level(style.element):
            levels[style.style_id] = outline
        elif named := _HEADING_STYLE.match(style.name or ""):
            levels[style.style_id] = int(named[1])
    return levels


def _outline_level(element: Any) -> int:  # noqa: ANN401
    """The level, from 1, that a style or paragraph gives itself; 0 for the body's."""
    found = element.find(f"{_W}pPr/{_W}outlineLvl")
    level = int(found.get(f"{_W}val")) + 1 if found is not None else 0
    return level if level <= DEEPEST_HEADING else 0


@dataclass(slots=True)
class _Text:
    """What stands in a paragraph, as lines, and what is hidden in it."""

    lines: list[str] = field(default_factory=lambda: [""])
    hidden: str = ""
    boxes: list[Any] = field(default_factory=list)


class _Reader:
    def __init__(self, levels: dict[str, int]) -> None:
        self._levels = levels
        self._line = 0

    def blocks(self, parent: Any) -> Iterator[Part]:  # noqa: ANN401
        """The parts below an element, whatever wraps them."""
        for child in parent:
            if child.tag == f"{_W}p":
                yield from self._paragraph(child)
            elif child.tag == f"{_W}tbl":
                yield from self._table(child)
            elif child.tag not in _GONE:
                yield from self.blocks(child)

    def _paragraph(self, element: Any) -> Iterator[Part]:  # noqa: ANN401
        self._line += 1
        spot = Spot(lines=(self._line, self._line))
        text = _Text()
        _collect(element, text)
        level = _outline_level(element) or self._levels.get(_style_of(element), 0)
        for line in text.lines:
            if line.strip():
                yield Paragraph(line.strip(), level, spot)
        if text.hidden.strip():
            yield Furniture(HIDDEN, text.hidden)
        for box in text.boxes:
            yield from self.blocks(box)

    def _table(self, element: Any) -> Iterator[Part]:  # noqa: ANN401
        cells: list[GridCell] = []
        aside: list[Furniture] = []
        open_at: dict[int, int] = {}
        for number, row in enumerate(_rows(element)):
            column = _count(row, "trPr/gridBefore")
            for cell in _cells(row):
                width = max(1, _count(cell, "tcPr/gridSpan"))
                merge = cell.find(f"{_W}tcPr/{_W}vMerge")
                if merge is not None and merge.get(f"{_W}val") != "restart" and column in open_at:
                    more = self._cell(cell, number, column, width, aside)
                    cells[open_at[column]] = _grown(cells[open_at[column]], more)
                else:
                    open_at.pop(column, None)
                    if merge is not None:
                        open_at[column] = len(cells)
                    cells.append(self._cell(cell, number, column, width, aside))
                column += width
            if len(cells) > MOST_CELLS:
                raise SourceError(f"表格超过{MOST_CELLS}格，太大了，请拆成几份。")
        yield Grid("", tuple(cells))
        yield from aside

    def _cell(
        self,
        element: Any,  # noqa: ANN401
        row: int,
        column: int,
        width: int,
        aside: list[Furniture],
    ) -> GridCell:
        """A cell with all that stands in it; a table within it is read as paragraphs."""
        said: list[Paragraph] = []
        for part in self.blocks(element):
            match part:
                case Paragraph():
                    said.append(part)
                case Furniture():
                    aside.append(part)
                case Grid():
                    said += [
                        Paragraph(text, 0, spot)
                        for inner in part.cells
                        for text, spot in zip(inner.paragraphs, inner.spots, strict=True)
                    ]
        texts, spots = tuple(p.text for p in said), tuple(p.spot for p in said)
        return GridCell(row, column, 1, width, texts, spots)


def _collect(element: Any, text: _Text) -> None:  # noqa: ANN401
    """Put what stands below an element into `text`."""
    for child in element:
        if child.tag == f"{_W}txbxContent":
            text.boxes.append(child)
        elif child.tag == f"{_W}r" and child.find(f"{_W}rPr/{_W}vanish") is not None:
            text.hidden += "".join(piece.text or "" for piece in child.iter(f"{_W}t"))
        elif child.tag == f"{_W}t":
            text.lines[-1] += child.text or ""
        elif child.tag in _BREAKS:
            text.lines.append("")
        elif child.tag == f"{_W}tab":
            text.lines[-1] += " "
        elif child.tag not in _GONE and child.tag != f"{_W}pPr":
            _collect(child, text)


def _style_of(paragraph: Any) -> str:  # noqa: ANN401
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return str(style.get(f"{_W}val")) if style is not None else ""


def _rows(table: Any) -> Iterator[Any]:  # noqa: ANN401
    """The rows of a table, whatever wraps them; not those of tables within it."""
    for child in table:
        if child.tag == f"{_W}tr":
            if child.find(f"{_W}trPr/{_W}del") is None:
                yield child
        elif child.tag not in _GONE and child.tag != f"{_W}tblPr":
            yield from _rows(child)


def _cells(row: Any) -> Iterator[Any]:  # noqa: ANN401
    for child in row:
        if child.tag == f"{_W}tc":
            yield child
        elif child.tag not in _GONE and child.tag != f"{_W}trPr":
            yield from _cells(child)


def _count(element: Any, path: str) -> int:  # noqa: ANN401
    found = element.find("/".join(f"{_W}{step}" for step in path.split("/")))
    return int(found.get(f"{_W}val")) if found is not None else 0


def _grown(cell: GridCell, below: GridCell) -> GridCell:
    """A merged cell with what goes on with it in the row below."""
    return replace(
        cell,
        rows=below.row - cell.row + 1,
        paragraphs=cell.paragraphs + below.paragraphs,
        spots=cell.spots + below.spots,
    )
