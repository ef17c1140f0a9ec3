"""Delimited text: CSV and its kin, with commas, semicolons, tabs or bars between the cells."""

from __future__ import annotations

import csv
import io

from index.errors import SourceError
from index.readers.encoding import decode
from index.readers.parts import Part, Spot
from index.readers.sheets import Place, sheet_parts

DELIMITERS = ",;\t|"
LONGEST_CELL = 1_000_000
_SNIFFED = 20
"""So many lines tell what stands between the cells."""


def read_comma_separated(data: bytes, name: str) -> list[Part]:
    """The parts of a delimited file; a line break within quotation marks begins a paragraph.

    Raises:
        SourceError: it is no text, or a cell is longer than `LONGEST_CELL`.
    """
    text = decode(data)
    delimiter = "\t" if name.lower().endswith(".tsv") else _delimiter(text)
    said: dict[Place, str] = {}
    spots: dict[Place, Spot] = {}
    csv.field_size_limit(LONGEST_CELL)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    last = 0
    try:
        for number, row in enumerate(rows, 1):
            first, last = last + 1, rows.line_num
            for column, cell in enumerate(row, 1):
                if cell.strip():
                    said[number, column] = cell
                    spots[number, column] = Spot(lines=(first, last))
    except csv.Error as error:
        raise SourceError(
            f"第{rows.line_num}行读不了：引号不成对，或一格超过{LONGEST_CELL}字。"
        ) from error
    return sheet_parts("", said, spots, merged=None)


def _delimiter(text: str) -> str:
    """What stands between the cells: the sign that cuts most of the first lines alike."""
    lines = text.splitlines()[:_SNIFFED]
    return max(DELIMITERS, key=lambda sign: _likeness(lines, sign))


def _likeness(lines: list[str], sign: str) -> tuple[int, int]:
    """How many lines are cut into the commonest number of cells, and that number."""
    counts = [len(row) for row in csv.reader(lines, delimiter=sign) if len(row) > 1]
    common = max(counts, key=counts.count, default=0)
    return counts.count(common), common
