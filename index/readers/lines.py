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

from index.errors import SourceError
from index.text import BOLD_COPIES, display_width, squeeze, undo_overprint

MIN_HEADER_COLUMNS = 3
_CELL_GAP = re.compile(r"\s{4,}")
_TITLE = re.compile(r"(?P<place>\D+?)(?P<subject>\d{4}\D.*)")
_PAGE_NUMBER = re.compile(r"\d{1,4}")


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
    text: str
    bold: bool
    raw_chars: int
    ends: bool


def read_fragments(lines: Sequence[str]) -> list[Fragment]:
    """The fragments of a source text in reading order, pages numbered.

    Pages are counted at their header rows and set by the printed page numbers where some
    survived; without any, the first page is 1.

    Raises:
        SourceError: no header row, so this is no table of the kind read here.
    """
    parsed = [(number, _chunks(raw)) for number, raw in enumerate(lines, 1) if raw.strip()]
    kinds = [_kind(chunks) for _, chunks in parsed]
    if Kind.HEADER not in kinds:
        raise SourceError("没有找到表头行（至少三个栏目名的一行），这不是可以识别的工作表格文本。")
    for i, (_, chunks) in enumerate(parsed):
        before_header = i + 1 == len(parsed) or kinds[i + 1] in (Kind.HEADER, Kind.TITLE)
        if before_header and _PAGE_NUMBER.fullmatch(_joined(chunks)) and not chunks[0].bold:
            kinds[i] = Kind.PAGE_NUMBER
        elif before_header and chunks[0].bold and split_title(_joined(chunks)):
            kinds[i] = Kind.TITLE
    return list(_fragments(parsed, kinds, _first_page(parsed, kinds)))


def split_title(text: str) -> tuple[str, str] | None:
    """A title's province and subject, or None: `"四川省2016年工作计划"` → `("四川省", "2016年…")`."""
    match = _TITLE.fullmatch(text)
    return (match["place"], match["subject"]) if match else None


def header_columns(fragment: Fragment) -> tuple[str, ...]:
    """The column titles of a header fragment, left to right."""
    return tuple(fragment.text.split("\t"))


def _chunks(raw: str) -> list[_Chunk]:
    chunks = []
    parts = _CELL_GAP.split(raw.strip("\n"))
    for i, part in enumerate(parts):
        if part.strip():
            text, bold = _said_once(part)
            ends = i + 1 < len(parts) or part != part.rstrip()
            chunks.append(_Chunk(text, bold, len(squeeze(part)), ends))
    return chunks


def _said_once(part: str) -> tuple[str, bool]:
    """The text of a chunk said once, and whether it was bold."""
    whole = undo_overprint(squeeze(part))
    if whole is not None and not whole.isdigit():
        return whole, True
    # A title mixes overprinted words with digits that were drawn once.
    words = part.split()
    undone = [undo_overprint(word) for word in words]
    if undone[0] is not None and not undone[0].isdigit():
        return "".join(u or w for u, w in zip(undone, words, strict=True)), True
    return part.strip(), False


def _joined(chunks: Sequence[_Chunk]) -> str:
    return "".join(chunk.text for chunk in chunks)


def _kind(chunks: Sequence[_Chunk]) -> Kind:
    if len(chunks) >= MIN_HEADER_COLUMNS and all(chunk.bold for chunk in chunks):
        return Kind.HEADER
    return Kind.BOLD if chunks[0].bold else Kind.PLAIN


def _first_page(parsed: Sequence[tuple[int, list[_Chunk]]], kinds: Sequence[Kind]) -> int:
    """The number of the first page, from the first printed page number that survived."""
    page = 0
    for (_, chunks), kind in zip(parsed, kinds, strict=True):
        if kind is Kind.HEADER:
            page += 1
        elif kind is Kind.PAGE_NUMBER:
            return max(1, int(_joined(chunks)) - page + 1)
    return 1


def _fragments(
    parsed: Sequence[tuple[int, list[_Chunk]]], kinds: Sequence[Kind], first_page: int
) -> Iterator[Fragment]:
    page = first_page - 1
    for (number, chunks), kind in zip(parsed, kinds, strict=True):
        # A title stands above its page's header row, so it opens the page.
        here = page + 1 if kind in (Kind.TITLE, Kind.HEADER) else page
        if kind is Kind.HEADER:
            page += 1
        if kind in (Kind.BOLD, Kind.PLAIN):
            for chunk in chunks:
                part = Kind.BOLD if chunk.bold else Kind.PLAIN
                yield Fragment(number, here, part, chunk.text, chunk.raw_chars, chunk.ends)
        else:
            separator = "\t" if kind is Kind.HEADER else ""
            text = separator.join(chunk.text for chunk in chunks)
            yield Fragment(number, here, kind, text, sum(c.raw_chars for c in chunks), True)


def bold_copies(fragment: Fragment) -> int:
    """How many characters overprinting added to a fragment; at most `BOLD_COPIES` − 1 per one."""
    added = fragment.raw_chars - len(squeeze(fragment.text))
    assert 0 <= added <= (BOLD_COPIES - 1) * len(squeeze(fragment.text))
    return added
