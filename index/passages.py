"""Cells → passages: what is embedded, kept apart from what is quoted."""

from __future__ import annotations

import re
from collections.abc import Iterable

from index.records import TASK, Cell, Passage

TASK_OPENING_CHARS = 28
"""A task's opening says what it is about; its full text would drown a short item."""

_CLAUSE_END = re.compile(r"[，。；：]")


def make_passages(cells: Iterable[Cell]) -> list[Passage]:
    """One passage an item, in reading order."""
    return [
        Passage(
            id=item.id,
            cell=cell.id,
            document=cell.document,
            province=cell.province,
            year=cell.year,
            column=cell.column,
            column_title=cell.column_title,
            theme=cell.theme,
            task=cell.task,
            tasks=cell.tasks,
            row=cell.row,
            text=item.text,
            context=" ".join(filter(None, (cell.province, cell.column_title, cell.theme))),
            pages=item.pages,
            lines=item.lines,
            place=item.place,
        )
        for cell in cells
        for item in cell.items
    ]


def lexical_context(passage: Passage) -> str:
    """What is cut into words besides the item: its context and its task's opening clause."""
    opening = "" if passage.column == TASK else task_opening(passage.task)
    return f"{passage.context} {opening}"


def task_opening(task: str) -> str:
    """The first clause of a task, at most `TASK_OPENING_CHARS` characters."""
    return _CLAUSE_END.split(task)[0][:TASK_OPENING_CHARS]
