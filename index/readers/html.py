"""Web pages: headings, paragraphs and tables as a browser would show them; nothing is run or fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from index.errors import SourceError
from index.readers.encoding import decode
from index.readers.parts import Furniture, Grid, GridCell, Paragraph, Part, Spot

MOST_CELLS = 200_000
MOST_COLUMNS = 1_000
HIDDEN = "hidden"
NAVIGATION = "navigation"
"""The kind of furniture that menus, forms and footers are."""

_BLOCKS = frozenset([
    "address", "article", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hr", "html", "legend", "li", "main", "ol", "p", "pre", "section", "summary", "table", "tbody",
    "td", "tfoot", "th", "thead", "tr", "ul",
])  # fmt: skip
_UNSEEN = frozenset(
    ["head", "iframe", "math", "noscript", "object", "script", "style", "svg", "template", "title"]
)
_NAVIGATION = frozenset(["aside", "button", "footer", "menu", "nav", "select", "textarea"])
_SECTIONS = frozenset({"tbody", "tfoot", "thead"})
_NOT_SHOWN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE
)
_TOO_LARGE = f"表格超过{MOST_CELLS}格或{MOST_COLUMNS}列，太大了。"
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_SPACES = re.compile(r"[ \t\r\n\f]+")


def read_html(data: bytes, name: str) -> list[Part]:  # noqa: ARG001 - every reader gets the name
    """The parts of a web page.

    Raises:
        SourceError: empty, in an unknown encoding, nested too deeply, or a table is too large.
    """
    from lxml.etree import LxmlError
    from lxml.html import HTMLParser, document_fromstring

    text = _DECLARATION.sub("", decode(data))
    try:
        root = document_fromstring(text, parser=HTMLParser(no_network=True, remove_comments=True))
        page = _Page()
        page.read(root)
    except (LxmlError, RecursionError) as error:
        raise SourceError("网页已损坏，或嵌套得太深，读不了。") from error
    page.close()
    return page.parts


class _Page:
    """Reads elements one after the other; what stands in a line is held until a block ends."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self._held = ""
        self._level = 0
        self._line = 0

    def read(self, element: Any) -> None:  # noqa: ANN401 - lxml is not typed
        """Put what an element shows into `parts`."""
        tag = element.tag
        if not isinstance(tag, str) or tag in _UNSEEN:
            return
        kind = _aside(element)
        if kind:
            self._put_aside(kind, element)
        elif tag == "br":
            self.close()
        elif tag == "table" and not _is_layout(element):
            self.close()
            self._table(element)
        elif tag in _BLOCKS:
            self.close()
            self._line = element.sourceline or 0
            self._level = int(tag[1]) if re.fullmatch(r"h[1-6]", tag) else 0
            self._children(element)
            self.close()
            self._level = 0
        else:
            self._children(element)

    def close(self) -> None:
        """End the paragraph that is held."""
        text = self._held.strip()
        if text:
            self.parts.append(Paragraph(text, self._level, Spot(lines=(self._line, self._line))))
        self._held = ""

    def _children(self, element: Any) -> None:  # noqa: ANN401
        self._held += _SPACES.sub(" ", element.text or "")
        for child in element:
            self.read(child)
            self._held += _SPACES.sub(" ", child.tail or "")

    def _put_aside(self, kind: str, element: Any) -> None:  # noqa: ANN401
        self.close()
        text = " ".join(_SPACES.sub(" ", piece).strip() for piece in _shown(element)).strip()
        if text:
            self.parts.append(Furniture(kind, text))

    def _table(self, table: Any) -> None:  # noqa: ANN401
        """A table with its merged cells; those that overlap stand where there is room."""
        for caption in table.iterchildren("caption"):
            self.read(caption)
        rows = list(_rows(table))
        taken: set[tuple[int, int]] = set()
        cells: list[GridCell] = []
        for number, row in enumerate(rows):
            column = 0
            for cell in row.iterchildren("td", "th"):
                while (number, column) in taken:
                    column += 1
                height = min(_span(cell, "rowspan") or len(rows), len(rows) - number)
                width = _span(cell, "colspan") or 1
                if height * width > MOST_CELLS or column + width > MOST_COLUMNS:
                    raise SourceError(_TOO_LARGE)
                taken |= {
                    (r, c)
                    for r in range(number, number + height)
                    for c in range(column, column + width)
                }
                if len(taken) > MOST_CELLS:
                    raise SourceError(_TOO_LARGE)
                cells.append(self._cell(cell, number, column, height, width))
                column += width
        self.parts.append(Grid("", tuple(cells)))

    def _cell(self, element: Any, row: int, column: int, height: int, width: int) -> GridCell:  # noqa: ANN401
        """A cell with all that stands in it; what of it is no content is put aside."""
        inside = _Page()
        inside.read(element)
        said = [part for part in inside.parts if isinstance(part, Paragraph)]
        self.parts += [part for part in inside.parts if isinstance(part, Furniture)]
        texts, spots = tuple(p.text for p in said), tuple(p.spot for p in said)
        return GridCell(row, column, height, width, texts, spots)


def _aside(element: Any) -> str | None:  # noqa: ANN401
    """Why an element is no content, or None."""
    if element.get("hidden") is not None or _NOT_SHOWN.search(element.get("style") or ""):
        return HIDDEN
    return NAVIGATION if element.tag in _NAVIGATION else None


def _shown(element: Any) -> Iterator[str]:  # noqa: ANN401
    """The texts within an element, without scripts and their like."""
    if isinstance(element.tag, str) and element.tag not in _UNSEEN:
        yield element.text or ""
        for child in element:
            yield from _shown(child)
            yield child.tail or ""


def _is_layout(table: Any) -> bool:  # noqa: ANN401
    """Whether a table only places other things: it holds tables, or is of a single column."""
    rows = list(_rows(table))
    return table.find(".//table") is not None or all(
        len(list(row.iterchildren("td", "th"))) <= 1 for row in rows
    )


def _rows(table: Any) -> Iterator[Any]:  # noqa: ANN401
    for child in table:
        if child.tag == "tr" and not _aside(child):
            yield child
        elif child.tag in _SECTIONS:
            yield from _rows(child)


def _span(cell: Any, name: str) -> int:  # noqa: ANN401
    """How many rows or columns a cell says it takes; 0 means all there are."""
    said = (cell.get(name) or "1").strip()
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 6 else 1
