"""Plain text that a PDF extractor gave for ruled tables → cells, nothing lost, nothing invented.

The main line: text → fragments → rows → columns → cells and items → reconciliation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise

from index.errors import SourceError, UnbalancedText
from index.knowledge import THEME, ColumnNames
from index.readers.columns import Line, label_lines, mark_lines
from index.readers.items import make_item, read_items
from index.readers.lines import Fragment, Kind, bold_copies, read_fragments
from index.readers.periods import period_of, span_of
from index.readers.rows import Row, read_rows, width_border
from index.records import ACHIEVEMENT, PLAN, TASK, Cell, Document, Intake, Ledger
from index.text import squeeze

_CELL_ENDS = ("。", "；", "！", "？", "”", "）", "》", ".", ";", "!", "?", ")", "…")


@dataclass(slots=True)
class _Plan:
    """A plan cell while it is read: the rows it answers and the lines it holds."""

    rows: list[int]
    lines: list[Line] = field(default_factory=list)


def read_extracted(name: str, text: str, column_names: ColumnNames) -> Document:
    """The document that an extracted text holds.

    Args:
        name: what the document is called; part of every id.
        text: the whole file.
        column_names: which column titles mean task, achievement and plan.

    Raises:
        SourceError: the text is not such a table, or stops in the middle.
        UnbalancedText: the cells do not hold exactly the characters of the text.
    """
    fragments = read_fragments(text.split("\n"))
    _refuse_cut(fragments)
    rows = read_rows(fragments)
    cells = tuple(_cells(name, rows, column_names))
    printed = [page for cell in cells for item in cell.items for page in item.pages]
    pages = (min(printed), max(printed))
    ledger = _ledger(text, fragments, rows, cells)
    document = Document(name, pages, cells, ledger, _intake(rows, ledger, column_names))
    _reconcile(document, rows)
    return document


def _refuse_cut(fragments: Sequence[Fragment]) -> None:
    last = fragments[-1]
    complete = last.kind is Kind.PLAIN and (last.ends or last.text.endswith(_CELL_ENDS))
    if not (complete or last.kind is Kind.PAGE_NUMBER):
        raise SourceError(
            f"第{last.line}行：文本在半句话处中断，文件可能不完整，请重新取得完整文件。"
        )


def _cells(name: str, rows: Sequence[Row], column_names: ColumnNames) -> Iterator[Cell]:
    """The cells of every table; rows of a province that comes again are numbered on."""
    rows_so_far: Counter[str] = Counter()
    for province, group in groupby(rows, key=lambda row: row.province):
        table = list(group)
        for columns in dict.fromkeys(row.columns for row in table):
            _require_columns(table[0], columns, column_names)
        yield from _table_cells(name, table, rows_so_far[province], column_names)
        rows_so_far[province] += len(table)


def _require_columns(row: Row, columns: Sequence[str], names: ColumnNames) -> None:
    """Refuse a header whose columns are not theme, task, achievement and plan, in this order.

    What stands in them is told apart by their widths and order, so no other will do.
    """
    found = [names.column_of(title) for title in columns]
    if found != [THEME, TASK, ACHIEVEMENT, PLAN]:
        wanted = "、".join(names.example(column) for column in (THEME, TASK, ACHIEVEMENT, PLAN))
        raise SourceError(
            f"{row.province}的表头是“{'、'.join(columns)}”，读不了；应当依次是：{wanted}。"
        )


def _table_cells(
    name: str, rows: Sequence[Row], first: int, column_names: ColumnNames
) -> Iterator[Cell]:
    marked = [mark_lines(row.parts) for row in rows]
    border = width_border(
        before.fragment.width
        for lines in marked
        for before, line in pairwise(lines)
        if not line.opens_paragraph
    )
    labels = [label_lines(lines, border) for lines in marked]
    achievements = [_picked(*pair, ACHIEVEMENT) for pair in zip(marked, labels, strict=True)]
    plans = _plan_cells(rows, [_picked(*pair, PLAN) for pair in zip(marked, labels, strict=True)])
    for i, row in enumerate(rows):
        cell = _blank_cell(name, row, first + i + 1, TASK, column_names)
        task = [Line(fragment, None, False, False) for fragment in row.task]
        yield replace(cell, items=(make_item(f"{cell.id}/1", task),))
        if achievements[i]:
            cell = _blank_cell(name, row, first + i + 1, ACHIEVEMENT, column_names)
            yield replace(cell, items=read_items(cell.id, achievements[i]))
        for plan in plans:
            if plan.rows[0] == i:
                cell = _blank_cell(name, row, first + i + 1, PLAN, column_names)
                tasks = tuple(rows[j].task_text for j in plan.rows)
                yield replace(cell, tasks=tasks, items=read_items(cell.id, plan.lines))


def _picked(lines: Sequence[Line], labels: Sequence[str], wanted: str) -> list[Line]:
    return [line for line, label in zip(lines, labels, strict=True) if label == wanted]


def _plan_cells(rows: Sequence[Row], plans: Sequence[list[Line]]) -> list[_Plan]:
    """The plan cells of a province, each with every row it answers, first rows first.

    Within a theme a plan that goes on with the numbering of the one before is part of the same
    merged cell, and a row without a plan shares the one before it, or else the one after it.
    """
    cells: list[_Plan] = []
    for _, group in groupby(range(len(rows)), key=lambda i: rows[i].theme):
        current: _Plan | None = None
        waiting: list[int] = []
        for i in group:
            if not plans[i] or (current and _goes_on(plans[i], current.lines)):
                (current.rows if current else waiting).append(i)
            else:
                current = _Plan([*waiting, i])
                waiting = []
                cells.append(current)
            if current:
                current.lines += plans[i]
    return cells


def _goes_on(lines: Sequence[Line], before: Sequence[Line]) -> bool:
    last = next((line.number for line in reversed(before) if line.number is not None), None)
    return last is not None and lines[0].number == last + 1


def _blank_cell(name: str, row: Row, number: int, column: str, names: ColumnNames) -> Cell:
    titles = {names.column_of(title): title for title in row.columns}
    return Cell(
        id=f"{name}/{row.province}/{number:02d}/{column}",
        document=name,
        province=row.province,
        year=period_of(titles[column]) or span_of(row.subject),
        theme=row.theme,
        task=row.task_text,
        column=column,
        column_title=titles[column],
        tasks=(row.task_text,),
        row=number,
        items=(),
    )


def _size(fragments: Iterable[Fragment]) -> int:
    return sum(len(squeeze(f.text)) for f in fragments)


def _ledger(
    text: str, fragments: Sequence[Fragment], rows: Sequence[Row], cells: Iterable[Cell]
) -> Ledger:
    of_kind = {kind: _size(f for f in fragments if f.kind is kind) for kind in Kind}
    headers = sum(len(f.text.replace("\t", "")) for f in fragments if f.kind is Kind.HEADER)
    return Ledger(
        total=len(squeeze(text)),
        cells=sum(len(squeeze(item.text)) for cell in cells for item in cell.items),
        themes=sum(_size(row.themes) for row in rows),
        titles=of_kind[Kind.TITLE],
        headers=headers,
        page_numbers=of_kind[Kind.PAGE_NUMBER],
        repeated=sum(_size(row.repeated) for row in rows),
        bold_copies=sum(bold_copies(f) for f in fragments),
    )


def _intake(rows: Sequence[Row], ledger: Ledger, column_names: ColumnNames) -> Intake:
    titles = dict.fromkeys(title for row in rows for title in row.columns)
    aside = {
        "粗体重影": ledger.bold_copies,
        "跨页重印": ledger.repeated,
        "表头": ledger.headers,
        "工作重点": ledger.themes,
        "标题": ledger.titles,
        "页码": ledger.page_numbers,
    }
    return Intake(
        tables=sum(1 for _ in groupby(rows, key=lambda row: row.province)),
        columns=tuple((title, column_names.column_of(title) or "") for title in titles),
        passed_over=tuple(aside.items()),
    )


def _reconcile(document: Document, rows: Sequence[Row]) -> None:
    """Refuse a document whose cells differ from its body lines in any character.

    Counted twice over: the ledger must balance, and the characters in cells must be those of the
    rows' lines, each as often.
    """
    source = Counter(
        character
        for row in rows
        for fragment in (*row.task, *(f for part in row.parts for f in part))
        for character in squeeze(fragment.text)
    )
    read = Counter(c for cell in document.cells for i in cell.items for c in squeeze(i.text))
    if document.ledger.missing or source != read:
        raise UnbalancedText(
            f"《{document.name}》读取前后字数不符：丢失{(source - read).total()}字，"
            f"多出{(read - source).total()}字，未记账{document.ledger.missing}字。这是程序的错误，没有建立索引。"
        )
