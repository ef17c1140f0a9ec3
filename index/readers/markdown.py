"""Markdown → paragraphs, headings and tables; its marks are kept apart from what they mark."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.readers.encoding import decode
from index.readers.parts import Furniture, Grid, GridCell, Paragraph, Part, Spot

MARK = "mark"
"""The kind of furniture that Markdown's own signs are."""

_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*(#*)\s*")
_UNDERLINE = re.compile(r"\s*(=+|-+)\s*")
_BULLET = re.compile(r"\s*([-*+]|>)\s+(?=\S)")
_RULE = re.compile(r"\s*([-*_]\s*){3,}|\s*(```|~~~)\w*\s*")
# No two white spaces side by side: a long line could be shared out between them in too many ways.
_TABLE_RULE = re.compile(r"\s*(?:\|\s*)?:?-+:?\s*(?:\|\s*:?-+:?\s*)*(?:\|\s*)?")
_BARS = re.compile(r"(?<!\\)\|")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_BREAK = re.compile(r"<br\s*/?>")


def read_markdown(data: bytes, name: str) -> list[Part]:
    """The parts of a Markdown text: headings with their levels, pipe tables, and paragraphs.

    Raises:
        SourceError: empty, binary, or in an unknown encoding.
    """
    del name  # every text is read alike
    lines = decode(data).split("\n")
    parts: list[Part] = []
    at = 0
    while at < len(lines):
        size = _table_size(lines, at)
        if size:
            parts += _table(lines[at : at + size], at + 1)
            at += size
        elif _is_underlined(lines, at):
            parts += _marked(lines[at], at + 1, 1 if "=" in lines[at + 1] else 2)
            parts.append(Furniture(MARK, lines[at + 1].strip()))
            at += 2
        else:
            parts += _line(lines[at], at + 1)
            at += 1
    return parts


def _line(line: str, number: int) -> Iterator[Part]:
    heading = _HEADING.fullmatch(line.strip())
    bullet = _BULLET.match(line)
    if not line.strip():
        return
    if heading:
        yield Furniture(MARK, heading[1] + heading[3])
        yield from _marked(heading[2], number, len(heading[1]))
    elif _RULE.fullmatch(line):
        yield Furniture(MARK, line.strip())
    elif bullet:
        yield Furniture(MARK, bullet[1])
        yield from _marked(line[bullet.end() :], number, 0)
    else:
        yield from _marked(line, number, 0)


def _marked(text: str, number: int, level: int) -> Iterator[Part]:
    """A paragraph without the signs of emphasis, and these."""
    bare, signs = _without_emphasis(text)
    if bare.strip():
        yield Paragraph(bare.strip(), level, Spot(lines=(number, number)))
    if signs:
        yield Furniture(MARK, signs)


def _without_emphasis(text: str) -> tuple[str, str]:
    signs = "".join(match[1] * 2 for match in _EMPHASIS.finditer(text))
    return _EMPHASIS.sub(r"\2", text), signs


def _is_underlined(lines: Sequence[str], at: int) -> bool:
    below = lines[at + 1] if at + 1 < len(lines) else ""
    is_text = bool(lines[at].strip()) and not _RULE.fullmatch(lines[at])
    return is_text and not _BULLET.match(lines[at]) and _UNDERLINE.fullmatch(below) is not None


def _table_size(lines: Sequence[str], at: int) -> int:
    """How many lines a pipe table takes that begins here; 0 when none does."""
    rule = lines[at + 1] if at + 1 < len(lines) else ""
    if "|" not in lines[at] or "|" not in rule or not _TABLE_RULE.fullmatch(rule):
        return 0
    end = at + 2
    while end < len(lines) and "|" in lines[end]:
        end += 1
    return end - at


def _table(lines: Sequence[str], first: int) -> Iterator[Part]:
    """The grid of a pipe table whose second line is its rule, and its signs."""
    rows = [(first, lines[0]), *((first + 2 + i, line) for i, line in enumerate(lines[2:]))]
    cells: list[GridCell] = []
    signs = lines[1].strip()
    for row, (number, line) in enumerate(rows):
        for column, text in enumerate(_fields(line)):
            bare, emphasis = _without_emphasis(text)
            said = tuple(part.strip() for part in _BREAK.split(bare) if part.strip())
            signs += emphasis + "".join(_BREAK.findall(bare))
            cells.append(
                GridCell(row, column, 1, 1, said, (Spot(lines=(number, number)),) * len(said))
            )
        signs += "|" * len(_BARS.findall(line))
    yield Grid("", tuple(cells))
    yield Furniture(MARK, signs)


def _fields(line: str) -> list[str]:
    """The fields between the bars of a row; one behind a backslash is the text's own."""
    fields = _BARS.split(line.strip().removeprefix("|"))
    if len(fields) > 1 and not fields[-1].strip():
        fields.pop()
    return [field.replace("\\|", "|") for field in fields]
