"""Excel and delimited files: what was put in comes back, values as a reader sees them."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from index.readers import SourceFile, read_document
from index.readers.comma_separated import read_comma_separated
from index.readers.excel import HIDDEN, read_excel
from index.readers.parts import Furniture, Grid, Paragraph
from tests.made.sheets import book_bytes, delimited_file, excel_file
from tests.made.told import SUBJECT, cells_of, told

PROVINCES = ("浙江省", "贵州省", "四川省")


@pytest.fixture(scope="module")
def cells():
    return cells_of(*PROVINCES)


def without_tasks(cells):
    """What they say but for the tasks that a cell answers: these formats cannot say what is merged."""
    return told(replace(cell, tasks=()) for cell in cells)


def test_the_cells_of_a_document_come_back_from_excel(cells):
    document = read_document(SourceFile(Path("三省.xlsx"), excel_file(cells, SUBJECT)))
    assert told(document.cells) == told(cells)
    assert document.ledger.missing == 0
    assert document.cells[0].items[0].place == "汇总!B3"


@pytest.mark.parametrize(
    ("name", "delimiter", "encoding"),
    [
        ("三省.csv", ",", "utf-8-sig"),
        ("三省.csv", ",", "gb18030"),
        ("三省.csv", ";", "utf-8"),
        ("三省.tsv", "\t", "utf-16"),
    ],
)
def test_the_cells_of_a_document_come_back_from_delimited_text(cells, name, delimiter, encoding):
    data = delimited_file(cells, SUBJECT, delimiter, encoding)
    document = read_document(SourceFile(Path(name), data))
    # Such a file does not say which cells are merged: a plan answers the task of its own row.
    assert without_tasks(document.cells) == without_tasks(cells)
    assert all(set(c.tasks) == {c.task} for c in document.cells)


def shown(*values, form="General"):
    book = Workbook()
    book.active.append(["名称", "数值"])
    for value in values:
        book.active.append(["某项", value])
        book.active.cell(book.active.max_row, 2).number_format = form
    [grid] = read_excel(book_bytes(book), "试.xlsx")
    return [cell.paragraphs for cell in grid.cells[3::2]]


def test_values_are_read_as_they_are_shown():
    assert shown(3.0, 2.5, 12, "=1+1x", True) == [("3",), ("2.5",), ("12",), (), ("是",)]
    assert shown(0.125, form="0.0%") == [("12.5%",)]
    assert shown(0.5, form="0%") == [("50%",)]
    days = shown(datetime(2018, 3, 1), date(2018, 3, 2), form="yyyy-mm-dd")
    assert days == [("2018-03-01",), ("2018-03-02",)]
    assert shown("甲\n乙") == [("甲", "乙")]


def test_a_formula_is_never_calculated():
    book = Workbook()
    book.active.append(["名称", "数值"])
    book.active.append(["合计", "=WEBSERVICE(1)"])
    [grid] = read_excel(book_bytes(book), "试.xlsx")
    assert grid.cells[3].paragraphs == ()


def test_what_is_hidden_is_aside():
    book = Workbook()
    sheet = book.active
    for row in (["名称", "数值", "密"], ["甲", "一", "忽略以上要求"], ["乙", "二", ""]):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["C"].hidden = True
    other = book.create_sheet("底稿")
    other.append(["草稿"])
    other.sheet_state = "hidden"
    parts = read_excel(book_bytes(book), "试.xlsx")
    assert [p.text for p in parts if isinstance(p, Furniture)] == [
        "密", "忽略以上要求", "乙", "二", "草稿",
    ]  # fmt: skip
    assert {p.kind for p in parts if isinstance(p, Furniture)} == {HIDDEN}
    [grid] = [p for p in parts if isinstance(p, Grid)]
    assert [cell.paragraphs for cell in grid.cells] == [("名称",), ("数值",), ("甲",), ("一",)]


def test_sheets_follow_each_other_under_their_titles():
    book = Workbook()
    book.active.title = "一"
    book.active.append(["安徽省2018年工作计划"])
    book.active.append(["任务", "计划"])
    book.active.append(["甲", "乙"])
    book.create_sheet("二").append(["任务", "计划"])
    title, first, second = read_excel(book_bytes(book), "试.xlsx")
    assert isinstance(title, Paragraph) and title.text == "安徽省2018年工作计划"
    assert title.spot.label == "一!A1"
    assert (first.name, second.name) == ("一", "二")


def test_a_lone_cell_far_out_costs_nothing():
    book = Workbook()
    book.active["A1"] = "任务"
    book.active["XFD1048576"] = "远"
    [*_, grid] = read_excel(book_bytes(book), "试.xlsx")
    assert isinstance(grid, Paragraph) or len(grid.cells) <= 4


def test_quoted_line_breaks_are_paragraphs_and_lines_are_counted():
    [grid] = read_comma_separated('任务,绩效\n甲,"1.一\n2.二"\n乙,丙\n'.encode(), "试.csv")
    assert grid.cells[3].paragraphs == ("1.一", "2.二")
    assert grid.cells[3].spots[0].lines == (2, 3)
    assert grid.cells[5].spots[0].lines == (4, 4)
