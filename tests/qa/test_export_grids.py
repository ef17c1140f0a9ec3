"""Grids and missing practices as files: what is shown, whole, and read by LibreOffice."""

import csv
import io

import pytest

from index.records import ACHIEVEMENT, PLAN
from qa.export import export
from qa.export.grids import HEAD, grid_report, missing_report
from qa.export.word import _ordinal
from qa.grid import Finding, Matter, make_grid
from qa.records import DONE, NOT_MENTIONED, PLANNED, Citation
from tests.fakes import passage

SET_UP = passage("甲省", ACHIEVEMENT, "=设立基金。已拨款。")
PROMISED = passage("乙省", PLAN, "拟设立基金。", n=2)
NAMED = passage("乙省", ACHIEVEMENT, "学习设立基金的经验。", n=3)


def whole(cited):
    return Citation(1, cited, 0, len(cited.text))


@pytest.fixture
def grid():
    funds = Matter(
        "设立基金",
        (
            Finding("甲省", DONE, (Citation(1, SET_UP, 0, 6),)),
            Finding("乙省", PLANNED, (whole(PROMISED),), whole(NAMED)),
            Finding("丙省", NOT_MENTIONED),
        ),
    )
    elsewhere = Matter("=别处", (), "现有文档不包含别处的内容。")
    return make_grid((funds, elsewhere), ("甲省", "乙省", "丙省"))


@pytest.fixture
def report(grid):
    return grid_report(grid, [("事项", "设立基金；=别处"), ("省份", "")])


def rows(report):
    text = export(report, "csv").decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


def sheet(report):
    from openpyxl import load_workbook

    return load_workbook(io.BytesIO(export(report, "xlsx"))).worksheets[1]


def test_one_row_a_passage_and_one_for_each_silence(report):
    told = [(r["编号"], r["事项"], r["省份"], r["情况"], r["原文引文"]) for r in rows(report)]
    assert told == [
        ("1", "设立基金", "甲省", "已做", "'=设立基金。"),
        ("2", "设立基金", "乙省", "仅列入计划", "拟设立基金。"),
        ("3", "设立基金", "乙省", "仅列入计划；此处为字面提到", "学习设立基金的经验。"),
        ("", "设立基金", "丙省", "材料未提及（不等于没有）", ""),
        ("", "'=别处", "", "未作回答", ""),
    ]
    assert rows(report)[4]["整条内容"] == "现有文档不包含别处的内容。"


def test_the_sheet_holds_the_same_rows_under_filters_and_no_formula(report):
    entries = sheet(report)
    assert tuple(cell.value for cell in entries[1]) == HEAD
    assert entries.auto_filter.ref == "A1:L6" and entries.freeze_panes == "A2"
    assert [entries.cell(row, 1).value for row in range(2, 7)] == [1, 2, 3, None, None]
    quote = entries.cell(2, HEAD.index("原文引文") + 1)
    assert (quote.value, quote.data_type, quote.quotePrefix) == ("=设立基金。", "s", True)


def test_filtered_out_is_not_exported(grid):
    shown = make_grid(grid.matters, ("甲省", "乙省", "丙省"), [PLANNED])
    report = grid_report(shown, [])
    assert [(r["省份"], r["情况"]) for r in rows(report)[:2]] == [
        ("乙省", "仅列入计划"),
        ("乙省", "仅列入计划；此处为字面提到"),
    ]
    assert "甲省" not in export(report, "md").decode()
    [table] = report.tables
    assert table.rows == (("乙省", "计划[1]；另有字面提到[2]", "—"),)


def test_nothing_left_says_so(grid):
    report = grid_report(make_grid(grid.matters[:1], ("丙省",), [DONE]), [("事项", "设立基金")])
    assert rows(report)[-1]["整条内容"] == "没有找到符合条件的内容。"


def test_many_matters_stand_in_several_tables_under_numbered_headings(grid):
    import docx

    matters = [Matter(f"第{i}项", grid.matters[0].findings) for i in range(12)]
    report = grid_report(make_grid(matters, ("甲省", "乙省")), [])
    assert [table.head for table in report.tables] == [
        ("省份", *(f"第{i}项" for i in range(first, first + 4))) for first in (0, 4, 8)
    ]
    document = docx.Document(io.BytesIO(export(report, "docx")))
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert headings[2:5] == ["三、各省份情况", "四、第0项", "五、第1项"]
    assert headings[-1] == "十六、说明"
    assert [_ordinal(n) for n in (1, 10, 11, 20, 21)] == ["一", "十", "十一", "二十", "二十一"]


def test_missing_practices_are_told_with_what_missing_means():
    report = missing_report("丙省", "投融资", [whole(SET_UP)])
    [row] = rows(report)
    assert row["类别"] == "其他省份做过、丙省的材料没有提到相近内容的"
    assert (row["省份"], row["原文引文"]) == ("甲省", "'=设立基金。已拨款。")
    assert "没有找到不等于没有做" in export(report, "md").decode()
    none = missing_report("丙省", "投融资", [])
    assert rows(none)[-1]["整条内容"].endswith("丙省的材料都提到了相近的内容。")


def test_libreoffice_opens_and_reads_them(office, report, tmp_path):
    reports = {"grid": report, "missing": missing_report("丙省", "投融资", [whole(SET_UP)])}
    for name, made in reports.items():
        for extension in ("docx", "xlsx"):
            (tmp_path / f"{name}.{extension}").write_bytes(export(made, extension))
    office(tmp_path, "pdf", *(tmp_path / f"{name}.docx" for name in reports))
    assert all((tmp_path / f"{name}.pdf").read_bytes().startswith(b"%PDF-") for name in reports)
    csv_filter = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,2"
    office(tmp_path, csv_filter, *(tmp_path / f"{name}.xlsx" for name in reports))
    with (tmp_path / "grid-依据.csv").open(encoding="utf-8", newline="") as file:
        read = [row[:4] for row in csv.reader(file)]
    assert read[1:4] == [
        ["1", "设立基金", "甲省", "已做"],
        ["2", "设立基金", "乙省", "仅列入计划"],
        ["3", "设立基金", "乙省", "仅列入计划；此处为字面提到"],
    ]
    assert (tmp_path / "missing-做法.csv").exists()
