"""Plain text → paragraphs. Which of them are headings is told by their form, not here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.readers.encoding import decode
from index.readers.outline import numbered
from index.readers.parts import Paragraph, Part, Spot
from index.text import display_width

WIDEST_WRAPPED = 120
"""Half-widths; longer lines were not wrapped to fit a page or a mail."""
NARROWEST_WRAPPED = 40
"""Half-widths; lines that are all shorter are a list."""
SLACK = 4
"""Half-widths that a full line may lack: what does not fit moves to the next."""
WRAPPED_SHARE = 0.4
"""Share of full lines from which a text counts as wrapped."""

_INDENTED = re.compile(r"\u3000{2,}|\t| {4,}")
_LIST_MARK = re.compile(r"\s*(?:[-*•·●○◆■▪]|\d{1,2}[.．、)）])\s*")


def read_text(data: bytes, name: str) -> list[Part]:
    """The paragraphs of a plain text: its lines, or what lines of one full width make together.

    Raises:
        SourceError: empty, binary, or in an unknown encoding.
    """
    del name  # every text is read alike
    lines = decode(data).split("\n")
    return list(_joined(lines) if _is_wrapped(lines) else _each(lines))


def _each(lines: Sequence[str]) -> Iterator[Paragraph]:
    """One paragraph a line; where an indent stands within it, several."""
    for number, line in enumerate(lines, 1):
        for text in re.split(r"\u3000{2,}", line):
            if text.strip():
                yield Paragraph(text.strip(), 0, Spot(lines=(number, number)))


def _is_wrapped(lines: Sequence[str]) -> bool:
    """Whether most lines end where the width ends, not where a paragraph does."""
    widths = [display_width(line.rstrip()) for line in lines if line.strip()]
    if len(widths) < 3 or not NARROWEST_WRAPPED <= max(widths) <= WIDEST_WRAPPED:
        return False
    full = sum(width >= max(widths) - SLACK for width in widths)
    return full >= WRAPPED_SHARE * len(widths)


def _joined(lines: Sequence[str]) -> Iterator[Paragraph]:
    """The paragraphs of wrapped lines; one ends at a short line, or before an indent or a number."""
    widest = max(display_width(line.rstrip()) for line in lines)
    held: list[tuple[int, str]] = []
    for number, line in enumerate(lines, 1):
        if held and (not line.strip() or _opens(line)):
            yield _paragraph(held)
            held = []
        if line.strip():
            held.append((number, line))
            if display_width(line.rstrip()) < widest - SLACK:
                yield _paragraph(held)
                held = []
    if held:
        yield _paragraph(held)


def _opens(line: str) -> bool:
    return (
        _INDENTED.match(line) is not None
        or _LIST_MARK.match(line) is not None
        or numbered(line.strip()) is not None
    )


def _paragraph(lines: Sequence[tuple[int, str]]) -> Paragraph:
    text = ""
    for _, line in lines:
        said = line.strip()
        between = " " if text[-1:].isascii() and said[0].isascii() and text[-1:].isalnum() else ""
        text += between + said
    return Paragraph(text, 0, Spot(lines=(lines[0][0], lines[-1][0])))
