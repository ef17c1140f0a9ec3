"""Which printed page each line stands on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence


def number_pages(lines: Sequence[tuple[bool, bool, int | None]]) -> list[int]:
    """The printed page of each line.

    A page begins at its header row, or at the title above it. Within one province's table pages
    follow one another, so a number printed anywhere in it sets all of its pages; where several
    contradict each other the offset that most of them agree on is taken. A table without a printed
    number goes on counting from the one before it, or backwards from the one after it, else from 1.

    Args:
        lines: for each line whether it is a title, whether it is a header row, and the page number
            that it prints, if it is one.
    """
    ordinals, tables = _count(lines)
    offsets: dict[int, Counter[int]] = {}
    for (_, _, printed), ordinal, table in zip(lines, ordinals, tables, strict=True):
        if printed is not None:
            offsets.setdefault(table, Counter())[printed - ordinal] += 1
    known = {table: votes.most_common(1)[0][0] for table, votes in offsets.items()}
    first = known[min(known)] if known else 0
    offset = first if first >= 0 else 0
    of_table: dict[int, int] = {}
    for table in range(max(tables) + 1):
        offset = known.get(table, offset)
        of_table[table] = offset
    return [ordinal + of_table[table] for ordinal, table in zip(ordinals, tables, strict=True)]


def _count(lines: Sequence[tuple[bool, bool, int | None]]) -> tuple[list[int], list[int]]:
    """For each line the ordinal of its page and of its province's table.

    Pages count from 1, what stands above the first is on page 0; tables count from 0.
    """
    ordinals, tables = [], []
    page = table = 0
    opened_by_title = False
    for is_title, is_header, _ in lines:
        if is_title:
            table += page > 0
        if is_title or (is_header and not opened_by_title):
            page += 1
        opened_by_title = is_title
        ordinals.append(page)
        tables.append(table)
    return ordinals, tables
