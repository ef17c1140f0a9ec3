"""Tables of an export: verdicts, figures, analogues, contrasts, a row of the source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.records import Cell
from qa.export.wording import (
    COMPARABLE,
    NOT_ALIKE,
    NOT_ALIKE_BRIEF,
    UNPROVEN,
    page_text,
)
from qa.fulfilment import HEADING, NOT_FOUND
from qa.prose import (
    INCOMPARABLE,
    SHORT_STATUS,
    SOURCE_PRACTICE,
    STATUS_TEXT,
    cites,
    pages_text,
    shared_text,
)
from qa.records import NOT_MENTIONED, Answer, Contrast, Verdict

QUOTED_SIDE_BY_SIDE = 4
"""Up to so many provinces compared stand with their words in a table; more, with numbers only."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under a head, with relative widths; `[n]` in a cell points to entry n."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]


def answer_tables(answer: Answer) -> list[Table]:
    """The tables of an answer, those without rows left out."""
    common = [contrast for contrast in answer.contrasts if contrast.is_common]
    apart = [contrast for contrast in answer.contrasts if not contrast.is_common]
    made = (
        _verdicts(answer),
        _figures(answer),
        _analogues(answer),
        _contrasts("都提到的", common, answer),
        _contrasts("只有部分省份提到的", apart, answer),
        _fulfilments(answer),
    )
    return [table for table in made if table.rows]


def row_table(cells: Sequence[Cell]) -> Table:
    """The cells of a row side by side, each under its column and pages."""
    head = [f"{cell.column_title}\n{in_brackets(_pages(cell))}".strip() for cell in cells]
    row = ["\n".join(item.text for item in cell.items) for cell in cells]
    return Table("原表内容", tuple(head), (tuple(row),), tuple(1 for _ in cells))


def in_brackets(pages: Sequence[int]) -> str:
    """`(7,)` → `（第7页）`; "" for a document without pages."""
    return f"（{pages_text(pages)}）" if pages else ""


def _verdicts(answer: Answer) -> Table:
    rows = [
        (v.province, _status(v, answer), _evidence(answer, v.citations)) for v in answer.verdicts
    ]
    return Table("各省份情况", ("省份", "情况", "依据"), tuple(rows), (2, 5, 6))


def _status(verdict: Verdict, answer: Answer) -> str:
    """The name of a status, unless nothing that was verified proves it."""
    if verdict.status != NOT_MENTIONED and not _evidence(answer, verdict.citations):
        return UNPROVEN
    return STATUS_TEXT[verdict.status]


def _evidence(answer: Answer, numbers: Sequence[int]) -> str:
    """Verified citations, each with its column and page, one a line."""
    passages = {c.n: c.passage for c in answer.citations if c.n in numbers}
    lines = (
        f"[{n}] " + "，".join(filter(None, (p.column_title, page_text(p))))
        for n, p in passages.items()
    )
    return "\n".join(lines)


def _figures(answer: Answer) -> Table:
    shown = _shown(answer)
    rows = [
        (
            figure.province,
            figure.value,
            "，".join(filter(None, (figure.scope, figure.measure))),
            figure.when,
            COMPARABLE if figure.comparable else INCOMPARABLE,
            cites([n for n in figure.citations if n in shown]),
        )
        for figure in answer.figures
        if shown.intersection(figure.citations)
    ]
    head = ("省份", "数字", "范围、事项", "时期", "可比性", "依据")
    return Table("各省份的数字", head, tuple(rows), (4, 6, 8, 6, 6, 3))


def _analogues(answer: Answer) -> Table:
    shown = _shown(answer)
    rows = [
        (
            a.province,
            SHORT_STATUS.get(a.status, ""),
            f"[{a.citation}]",
            shared_text(a),
            *map("、".join, (a.here, a.source)),
        )
        for a in answer.analogues
        if a.citation in shown
    ]
    head = ("省份", "情况", "依据", "共同点", "此处另有", f"{SOURCE_PRACTICE}另有")
    return Table("同类做法异同", head, tuple(rows), (3, 4, 2, 5, 5, 5))


def _contrasts(title: str, contrasts: Sequence[Contrast], answer: Answer) -> Table:
    """A practice a row, a province a column; a side that was rejected is said to be unproven."""
    provinces = tuple(province for contrast in contrasts[:1] for province, _ in contrast.cited)
    is_quoted = len(provinces) <= QUOTED_SIDE_BY_SIDE
    cells = {c.n: f"{c.quote if is_quoted else ''}[{c.n}]" for c in answer.citations}
    silent = NOT_ALIKE if is_quoted else NOT_ALIKE_BRIEF
    rows = tuple(
        tuple(silent if n is None else cells.get(n, UNPROVEN) for _, n in contrast.cited)
        for contrast in contrasts
        if any(n in cells for _, n in contrast.cited)
    )
    return Table(title, provinces, rows, tuple(1 for _ in provinces))


def _fulfilments(answer: Answer) -> Table:
    """A plan a row, and what came of it."""
    cited = {citation.n: citation for citation in answer.citations}
    rows = tuple(
        (
            cited[f.plan].passage.province,
            f"{cited[f.plan].quote}[{f.plan}]",
            f"{cited[f.done].quote}[{f.done}]" if f.done in cited else NOT_FOUND,
        )
        for f in answer.fulfilments
        if f.plan in cited
    )
    return Table(HEADING, ("省份", "计划", "落实"), rows, (2, 5, 5))


def _shown(answer: Answer) -> set[int]:
    return {citation.n for citation in answer.citations}


def _pages(cell: Cell) -> list[int]:
    return sorted({page for item in cell.items for page in item.pages})
