"""What reading a document came to, counted for its user to check."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from index.knowledge import NUMBER, PROVINCE, THEME, YEAR
from index.records import ACHIEVEMENT, PLAN, TASK, TEXT, Document

MEANINGS = {
    THEME: "工作重点",
    TASK: "工作任务",
    ACHIEVEMENT: "工作绩效",
    PLAN: "工作计划",
    TEXT: "其他内容",
    PROVINCE: "省份",
    NUMBER: "序号",
    YEAR: "年份",
}
"""What users call a column, and what only labels a row."""


@dataclass(frozen=True, slots=True)
class Report:
    """A document in numbers. `items` is how many each column has, by what users call it.

    `columns` lists the titles that were taken for each column. `years` leaves out cells of no year.
    """

    tables: int
    cells: int
    items: dict[str, int]
    provinces: tuple[str, ...]
    years: tuple[str, ...]
    columns: dict[str, tuple[str, ...]]


def report_of(document: Document) -> Report:
    """What reading `document` came to."""
    items: Counter[str] = Counter()
    for cell in document.cells:
        items[MEANINGS[cell.column]] += len(cell.items)
    columns: dict[str, tuple[str, ...]] = {}
    for title, column in document.intake.columns:
        columns[MEANINGS[column]] = (*columns.get(MEANINGS[column], ()), title)
    return Report(
        tables=document.intake.tables,
        cells=len(document.cells),
        items=dict(items),
        provinces=tuple(dict.fromkeys(cell.province for cell in document.cells)),
        years=tuple(sorted({cell.year for cell in document.cells if cell.year})),
        columns=columns,
    )
