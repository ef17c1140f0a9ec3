"""Source text → fragments: pages numbered, headers and page numbers told apart, bold said once.

Extractors of such tables write each visual line as a line of its own. A run of four or more
spaces after bold text ends a cell; a trailing space after plain text ends a paragraph (mostly).
A page begins with the table's header row; a province's first page has a title above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from index.errors import SourceError, UnbalancedText
from index.readers.pages import number_pages
from index.text import BOLD_COPIES, display_width, squeeze, undo_overprint

MIN_HEADER_COLUMNS = 3
SHORTEST_BOLD = 4
"""Fewer bold characters in the middle of plain text are plain ones that repeat: `————`, `AAAA`."""

LINES_LOOKED_AT = 500
"""The first filled lines, among which the first header row stands."""
FEWEST_OVERPRINTED = 3
"""Lines printed fourfold from which a text without a header row is a damaged one all the same."""

_CELL_GAP = re.compile(r"\s{4,}")
_TITLE = re.compile(r"(?P<place>\D+?)(?P<subject>\d{4}\D.*)")
_PAGE_NUMBER = re.compile(r"(?:\s+|[-—–·]+\s*|第\s*)(\d{1,3})\s*(?:页|[-—–·]+)?\s*")
_DRAWN_ONCE = re.compile(r"[\d\-—–~至.·]+")


class Kind(Enum):
    """What a fragment is on the printed page."""

    TITLE = "title"
    HEADER = "header"
    PAGE_NUMBER = "page_number"
    BOLD = "bold"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Fragment:
    """A visual line, or the part of one that belongs to one cell.

    `line` counts from 1 in the file, `page` is the printed page. `text` is said once and trimmed;
    `raw_chars` counts its non-space characters as they stand in the file. `ends` says that the
    extractor marked the end of a paragraph (plain) or of a cell (bold) after it.
    """

    line: int
    page: int
    kind: Kind
    text: str
    raw_chars: int
    ends: bool

    @property
    def width(self) -> int:
        """Half-widths it takes on the page."""
        return display_width(self.text)


@dataclass(frozen=True, slots=True)
class _Chunk:
    """A part of a line between cell gaps: as it stands, and said once where it was overprinted.

    `bold` is the whole of it said once; `mixed` is a heading's, whose digits were drawn only once.
    """

    raw: str
    bold: str | None
    mixed: str | None
    ends: bool


@dataclass(slots=True)
class _Line:
    number: int
    raw: str
    chunks: list[_Chunk]
    kind: Kind

    @property
    def heading(self) -> str:
        """Its text as a title."""
        return "".join(chunk.bold or chunk.mixed or chunk.raw for chunk in self.chunks)


def looks_extracted(lines: Sequence[str]) -> bool:
    """Whether a text was extracted from a ruled PDF: a header row, or several lines printed fourfold."""
    opening = [line for line in lines if line.strip()][:LINES_LOOKED_AT]
    overprinted = 0
    for line in opening:
        chunks = [chunk for chunk in _CELL_GAP.split(line) if chunk.strip()]
        said = [
            undo_overprint(squeeze(chunk)) or _said_once_but_for_digits(chunk) for chunk in chunks
        ]
        if len(chunks) >= MIN_HEADER_COLUMNS and all(said):
            return True
        words = [text for text in said if text and len(text) >= SHORTEST_BOLD and text.isalnum()]
        overprinted += bool(words)
    return overprinted >= FEWEST_OVERPRINTED


def read_fragments(lines: Sequence[str]) -> list[Fragment]:
    """The fragments of a source text in reading order, pages numbered.

    Raises:
        SourceError: no header row, so this is no table of the kind read here.
    """
    read = [_read_line(number, raw) for number, raw in enumerate(lines, 1) if raw.strip()]
    if not any(line.kind is Kind.HEADER for line in read):
        raise SourceError("没有找到表头行（至少三个栏目名的一行），这不是可以识别的工作表格文本。")
    _find_titles(read)
    _find_page_numbers(read)
    _find_repetitions(read)
    pages = number_pages(
        [
            (line.kind is Kind.TITLE, line.kind is Kind.HEADER, _printed_number(line))
            for line in read
        ]
    )
    return [f for line, page in zip(read, pages, strict=True) for f in _fragments(line, page)]


def split_title(text: str) -> tuple[str, str] | None:
    """A title's province and subject, or None: `"四川省2016年工作计划"` → `("四川省", "2016年…")`."""
    match = _TITLE.fullmatch(text)
    return (match["place"], match["subject"]) if match else None


def header_columns(fragment: Fragment) -> tuple[str, ...]:
    """The column titles of a header fragment, left to right."""
    return tuple(fragment.text.split("\t"))


def bold_copies(fragment: Fragment) -> int:
    """How many characters overprinting added to a fragment.

    Raises:
        UnbalancedText: bold body text that does not stand exactly `BOLD_COPIES` times.
    """
    said = len(squeeze(fragment.text))
    added = fragment.raw_chars - said
    if fragment.kind is Kind.BOLD and added != (BOLD_COPIES - 1) * said:
        raise UnbalancedText(f"第{fragment.line}行：粗体文字的重影次数不对。")
    return added


def _read_line(number: int, raw: str) -> _Line:
    parts = _CELL_GAP.split(raw)
    chunks = [
        _Chunk(
            raw=part.strip(),
            bold=undo_overprint(squeeze(part)),
            mixed=_said_once_but_for_digits(part),
            ends=i + 1 < len(parts) or part != part.rstrip(),
        )
        for i, part in enumerate(parts)
        if part.strip()
    ]
    if len(chunks) >= MIN_HEADER_COLUMNS and all(chunk.bold or chunk.mixed for chunk in chunks):
        return _Line(number, raw, chunks, Kind.HEADER)
    return _Line(number, raw, chunks, Kind.BOLD if chunks[0].bold else Kind.PLAIN)


def _said_once_but_for_digits(part: str) -> str | None:
    """A heading whose words were overprinted and whose digits were not; None when it is not one."""
    said = [word if _DRAWN_ONCE.fullmatch(word) else undo_overprint(word) for word in part.split()]
    words = [word for word in said if word is not None]
    overprinted = any(not _DRAWN_ONCE.fullmatch(word) for word in words)
    return "".join(words) if overprinted and len(words) == len(said) else None


def _find_titles(lines: Sequence[_Line]) -> None:
    """Mark the headings right above a header row."""
    for line, following in pairwise(lines):
        drawn_bold = all(chunk.bold or chunk.mixed for chunk in line.chunks)
        if following.kind is Kind.HEADER and drawn_bold and split_title(line.heading):
            line.kind = Kind.TITLE


def _find_page_numbers(lines: Sequence[_Line]) -> None:
    """Mark the numbers that stand alone at the foot or head of a page."""
    for i, line in enumerate(lines):
        last = i + 1 == len(lines)
        at_border = last or lines[i + 1].kind in (Kind.TITLE, Kind.HEADER)
        at_border |= i > 0 and lines[i - 1].kind is Kind.HEADER and line.kind is Kind.PLAIN
        if at_border and line.kind is Kind.PLAIN and _PAGE_NUMBER.fullmatch(line.raw):
            line.kind = Kind.PAGE_NUMBER


def _find_repetitions(lines: Sequence[_Line]) -> None:
    """Mark as plain what only looks overprinted: a few repeated characters within plain text."""
    for i, line in enumerate(lines):
        if line.kind is not Kind.BOLD or i == 0 or lines[i - 1].kind is not Kind.PLAIN:
            continue
        following = lines[i + 1].kind if i + 1 < len(lines) else Kind.PLAIN
        said = line.chunks[0].bold or ""
        if following is not Kind.BOLD and len(said) < SHORTEST_BOLD:
            line.kind = Kind.PLAIN


def _printed_number(line: _Line) -> int | None:
    match = _PAGE_NUMBER.fullmatch(line.raw) if line.kind is Kind.PAGE_NUMBER else None
    return int(match[1]) if match else None


def _fragments(line: _Line, page: int) -> Iterator[Fragment]:
    if line.kind in (Kind.BOLD, Kind.PLAIN):
        for chunk in line.chunks:
            bold = line.kind is Kind.BOLD and chunk.bold is not None
            kind, text = (Kind.BOLD, chunk.bold or "") if bold else (Kind.PLAIN, chunk.raw)
            yield Fragment(line.number, page, kind, text, len(squeeze(chunk.raw)), chunk.ends)
        return
    separator = "\t" if line.kind is Kind.HEADER else ""
    text = separator.join(chunk.bold or chunk.mixed or chunk.raw for chunk in line.chunks)
    yield Fragment(line.number, page, line.kind, text, len(squeeze(line.raw)), True)
