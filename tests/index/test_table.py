"""Tables as they were printed: every cell once, merged cells over the rows that they answer."""

from collections import defaultdict
from dataclasses import replace

import pytest

from index.contents import Contents
from index.records import ACHIEVEMENT, COLUMNS, PLAN, TASK, Cell, Item
from index.table import table_of

TITLES = {TASK: "任务", ACHIEVEMENT: "成绩", PLAN: "计划"}


def cell(row, column, theme="甲", tasks=None):
    address = f"表/省/{row:02d}/{column}"
    return Cell(
        id=address, document="表", province="省", year="", theme=theme, task=f"任务{row}",
        column=column, column_title=TITLES[column], tasks=tasks or (f"任务{row}",), row=row,
        items=(Item(f"{address}/1", "文", (1,), (1, 1)),),
    )  # fmt: skip


def drawn(table):
    """Rows of (column, rows spanned, whether a cell is printed)."""
    return [
        [(slot.column.key, slot.rows, slot.cell is not None) for slot in row.slots]
        for section in table.sections
        for row in section.rows
    ]


def test_a_merged_cell_spans_the_rows_of_its_tasks():
    merged = cell(1, PLAN, tasks=("任务1", "任务2"))
    table = table_of([cell(1, TASK), merged, cell(2, TASK), cell(3, TASK)])
    assert drawn(table) == [
        [(TASK, 1, True), (PLAN, 2, True)],
        [(TASK, 1, True)],
        [(TASK, 1, True), (PLAN, 1, False)],
    ]
    rows = table.sections[0].rows
    assert [row.shared for row in rows] == [(), (merged,), ()]


def test_a_merged_cell_ends_where_another_is_printed_and_with_its_theme():
    tasks = ("任务1", "任务2", "任务3")
    cells = [cell(1, TASK), cell(1, PLAN, tasks=tasks), cell(2, TASK), cell(2, PLAN)]
    assert drawn(table_of(cells))[0] == [(TASK, 1, True), (PLAN, 1, True)]
    apart = [cell(1, TASK), cell(1, PLAN, tasks=tasks), cell(2, TASK, "乙"), cell(3, TASK, "甲")]
    table = table_of(apart)
    assert [(s.theme, len(s.rows)) for s in table.sections] == [("甲", 1), ("乙", 1), ("甲", 1)]
    assert [slots[-1] for slots in drawn(table)] == [
        (PLAN, 1, True),
        (PLAN, 1, False),
        (PLAN, 1, False),
    ]


def test_titles_that_differ_are_both_said():
    other = replace(cell(2, TASK), column_title="事项")
    assert [column.title for column in table_of([cell(1, TASK), other]).columns] == ["任务／事项"]


@pytest.fixture(scope="module")
def contents(store):
    return Contents(store)


def test_every_cell_of_the_document_is_printed_once_in_order(store, contents):
    (document,) = contents.documents
    printed = [
        cell
        for entry in contents.entries(document)
        for cell in contents.table(document, entry.province).cells
    ]
    assert printed == list(store.cells)
    assert len(printed) == 326


def test_spans_are_those_of_the_tasks_and_fill_every_column(store, contents):
    (document,) = contents.documents
    merged = 0
    for entry in contents.entries(document):
        table = contents.table(document, entry.province)
        assert [column.key for column in table.columns] == list(COLUMNS)
        heights = defaultdict(int)
        for section in table.sections:
            for row in section.rows:
                for slot in row.slots:
                    heights[slot.column.key] += slot.rows
                    if slot.cell:
                        assert slot.rows == len(slot.cell.tasks), slot.cell.id
                        merged += slot.rows > 1
        assert len(set(heights.values())) == 1, entry.province
    assert merged == 11


def test_a_theme_alone_is_that_part_of_the_table(store, contents):
    (document,) = contents.documents
    for entry in contents.entries(document):
        whole = contents.table(document, entry.province)
        parts = [contents.table(document, entry.province, theme) for theme in entry.items]
        assert [c for part in parts for c in part.cells] == list(whole.cells)


def test_the_contents_count_items_by_theme_and_name_the_pages(contents):
    (document,) = contents.documents
    entries = contents.entries(document)
    assert sum(entry.size for entry in entries) == 538
    last = entries[-1]
    assert (last.province, last.pages) == ("贵州省", (48, 49, 50, 51))
    assert last.items == {
        "促进科技创新成果转移转化": 6,
        "推动知识产权服务加快发展": 8,
        "营造保障创新的市场环境": 6,
        "拓宽服务创新的投融资渠道": 7,
    }
    assert contents.themes(document)[0] == "推进知识产权领域的改革创新"


def test_text_under_headings_reaches_over_the_columns_of_the_table_beside_it():
    said = replace(cell(1, PLAN), theme="总则", column_title="总则", task="目标", tasks=("目标",))
    row = [cell(2, TASK), cell(2, ACHIEVEMENT)]
    table = table_of([said, *row])
    assert [column.key for column in table.columns] == [TASK, ACHIEVEMENT]
    over, *beside = [slot for section in table.sections for r in section.rows for slot in r.slots]
    assert (over.cell, over.columns, over.heading, over.column.key) == (said, 2, "目标", PLAN)
    assert [(slot.cell, slot.columns, slot.heading) for slot in beside] == [(c, 1, "") for c in row]


def test_two_columns_of_one_meaning_stand_side_by_side():
    first = cell(1, ACHIEVEMENT)
    second = replace(first, id=f"{first.id}2", column_title="2025年成效")
    table = table_of([cell(1, TASK), first, second])
    assert [(c.key, c.title) for c in table.columns] == [
        (TASK, "任务"), (ACHIEVEMENT, first.column_title), (ACHIEVEMENT, "2025年成效"),
    ]  # fmt: skip
    assert [slot.cell for slot in table.sections[0].rows[0].slots][1:] == [first, second]
