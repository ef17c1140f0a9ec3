"""What a reader gives: the parts of a file in reading order, before anyone asks what they mean.

    file ──a reader for its kind──▶ parts ──read_parts──▶ Document

A reader knows its format and nothing of provinces, years or columns; whoever makes cells of parts
knows nothing of formats. Each character of a file that a reader sees goes into exactly one part.
"""

from __future__ import annotations

from dataclasses import dataclass

UNKNOWN_LINES = (0, 0)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something stands in its file.

    `pages` are printed pages, ascending, empty where the format has none. `lines` are the first and
    last line, row or paragraph of the file or sheet, from 1. `label` names the place where no page
    does: a sheet and its cell, `"2018!B5"`; else "".
    """

    pages: tuple[int, ...] = ()
    lines: tuple[int, int] = UNKNOWN_LINES
    label: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph, without a line break. `level` is 0 in the body, from 1 for headings.

    A format that marks no headings gives 0 throughout.
    """

    text: str
    level: int
    spot: Spot


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell of a grid, a merged one once: its first row and column from 0, and how far it reaches.

    `paragraphs` are what its lines say, wrapped lines joined; none where it is empty.
    """

    row: int
    column: int
    rows: int
    columns: int
    paragraphs: tuple[str, ...]
    spots: tuple[Spot, ...]
    """One for each paragraph."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as it is ruled, or a sheet: its cells in reading order, which cover it.

    Rows broken over pages are joined and repeated headers dropped. `name` is that of the sheet, else "".
    """

    name: str
    cells: tuple[GridCell, ...]


@dataclass(frozen=True, slots=True)
class Furniture:
    """What a page carries beside its text: `kind` says why it is no content.

    `"page_number"`, `"header"` (printed again on each page), `"repeated"` (cells printed again after
    a page break), `"bold_copy"` (overprinting), `"watermark"` (text that is turned), `"navigation"`
    (menus and forms) or `"hidden"`.
    """

    kind: str
    text: str


Part = Paragraph | Grid | Furniture
