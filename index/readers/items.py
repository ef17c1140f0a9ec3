"""A cell's lines → its items: the numbered points, and the paragraphs that have no number."""

from __future__ import annotations

from collections.abc import Sequence

from index.readers.columns import Line
from index.records import Item
from index.text import close_gaps

_SENTENCE_ENDS = ("。", "；", "！", "？", "：", "”", "）", "》", ".", ";", "!", "?", ":", ")")


def read_items(cell_id: str, lines: Sequence[Line]) -> tuple[Item, ...]:
    """The items of one cell; every line of it goes into exactly one.

    An item starts at each number and at each paragraph, in a numbered cell too: what the source
    sets apart stays apart.
    """
    groups: list[list[Line]] = []
    for line in lines:
        before = groups[-1][-1] if groups else None
        if before is None or _starts_item(line, before):
            groups.append([line])
        else:
            groups[-1].append(line)
    return tuple(make_item(f"{cell_id}/{n}", group) for n, group in enumerate(groups, 1))


def make_item(item_id: str, lines: Sequence[Line]) -> Item:
    """One item of `lines`, joined without inventing a space."""
    fragments = [line.fragment for line in lines]
    return Item(
        id=item_id,
        text=close_gaps("".join(f.text for f in fragments)),
        pages=tuple(sorted({f.page for f in fragments})),
        lines=(fragments[0].line, fragments[-1].line),
    )


def _starts_item(line: Line, before: Line) -> bool:
    if line.number is not None:
        return True
    if line.fragment.page != before.fragment.page:
        # A page ends in the middle of a sentence as often as not.
        return before.fragment.ends and before.fragment.text.endswith(_SENTENCE_ENDS)
    return line.opens_paragraph
