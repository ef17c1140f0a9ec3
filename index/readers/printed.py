"""Printed pages → parts: tables and paragraphs joined over pages, what pages repeat put aside."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from index.readers.parts import Furniture, Paragraph, Part
from index.readers.ruled import Ruled, goes_on, table_parts
from index.readers.typeset import Line, Measure, joined, measure, paragraphs, spot_of

BORDER = 0.12
"""Share of a page's height, at its head and at its foot, where headers and page numbers stand."""
REPEATED_SHARE = 0.4
"""Share of the pages from which a line at one height is a header; left and right ones may differ."""
SAME_HEIGHT = 5.0
"""Points within which a header stands at one height."""

_PAGE_NUMBER = re.compile(
    r"[-—–·\s]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*(?:[/,，]\s*)?(?:共\s*)?\d{1,4}(?:\s*页)?)?[-—–·\s]*"
)
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its size in points, what stands on it from above, and what is no content."""

    number: int
    width: float
    height: float
    blocks: tuple[Line | Ruled, ...]
    aside: tuple[Furniture, ...] = ()


def parts_of(pages: Sequence[Page]) -> Iterator[Part]:
    """The parts of a document's pages; what is no content stands last."""
    furniture = _furniture(pages)
    blocks = [
        block
        for page in pages
        for block in page.blocks
        if isinstance(block, Ruled) or block not in furniture
    ]
    lines = [block for block in blocks if isinstance(block, Line)]
    within = measure(lines, 0, pages[0].width) if lines else Measure(0, 0, 0)
    tables: list[Ruled] = []
    for is_table, group in groupby(blocks, key=lambda block: isinstance(block, Ruled)):
        if not is_table:
            for each in paragraphs((line for line in group if isinstance(line, Line)), within):
                yield Paragraph(joined(each), 0, spot_of(each))
            continue
        for table in group:
            assert isinstance(table, Ruled)
            if tables and not goes_on(tables[-1], table):
                yield from table_parts(tables)
                tables = []
            tables.append(table)
        yield from table_parts(tables)
        tables = []
    for line, kind in furniture.items():
        yield Furniture(kind, line.text)
    for page in pages:
        yield from page.aside


def _furniture(pages: Sequence[Page]) -> dict[Line, str]:
    """The lines at the borders of pages that are page numbers or headers, and which."""
    at_border = {line: page for page in pages for line in _outermost(page)}
    printed = Counter((_masked(line), _height(line)) for line in at_border)
    enough = max(2, REPEATED_SHARE * len(pages))
    found: dict[Line, str] = {}
    for line in at_border:
        if _PAGE_NUMBER.fullmatch(line.text):
            found[line] = "page_number"
        elif printed[_masked(line), _height(line)] >= enough:
            found[line] = "header"
    return found


def _outermost(page: Page) -> Iterator[Line]:
    for block in page.blocks:
        if isinstance(block, Line) and (
            block.bottom < BORDER * page.height or block.top > (1 - BORDER) * page.height
        ):
            yield block


def _masked(line: Line) -> str:
    return _DIGITS.sub("#", line.text)


def _height(line: Line) -> int:
    return round(line.top / SAME_HEIGHT)
