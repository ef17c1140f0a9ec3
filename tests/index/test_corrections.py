"""What a user says of a document is taken over what reading makes of it, and kept."""

from pathlib import Path

import pytest

from index import build
from index.build import build_store, edit_store, open_or_build
from index.errors import UsageError
from index.readers import SourceFile, read_document
from index.readers.corrections import NOTHING, corrections_from, read_corrections
from index.store import open_store
from tests.fakes import WordCountEncoder

TABLE = """# 任务表
| 事项 | 情况说明 | 备注 |
|---|---|---|
| 推进质押融资 | 设立了基金。 | 明年扩大。 |
| 推进保险 | 开展了试点。 | 明年推广。 |
"""
REPORT = """某省工作材料
一、亮点
设立了基金。
二、打算
明年扩大。
"""
CORRECTIONS = read_corrections(["情况说明=工作绩效", "备注=plan"], "四川", "2025年")


@pytest.fixture(autouse=True)
def encoder(monkeypatch):
    monkeypatch.setattr(build, "load_encoder", lambda _: WordCountEncoder("基金"))


def read(name, text, *columns, province="", year=""):
    corrections = read_corrections(columns, province, year)
    return read_document(SourceFile(Path(name), text.encode(), corrections=corrections))


def labels(cells):
    return {(cell.column_title, cell.column) for cell in cells}


def test_titles_mean_what_their_user_says():
    assert ("备注", "text") in labels(read("表.md", TABLE).cells)
    cells = read("表.md", TABLE, "情况说明=工作绩效", "备注=plan").cells
    assert labels(cells) == {("事项", "task"), ("情况说明", "achievement"), ("备注", "plan")}


def test_what_was_known_can_be_unsaid():
    cells = read("表.md", TABLE, "事项=其他内容").cells
    assert ("事项", "text") in labels(cells)


def test_columns_without_titles_are_corrected_by_their_places():
    rows = "推进质押融资工作，完善机制，扩大服务的范围和规模。\t设立了基金。\n" * 2
    cells = read("表.tsv", rows, "第2列=工作绩效").cells
    assert ("第2列", "achievement") in labels(cells)


def test_headings_of_a_text_mean_what_their_user_says():
    cells = read(
        "材料.txt", REPORT, "一、亮点=工作绩效", "亮点=工作绩效", "打算=plan", "二、打算=plan"
    ).cells
    assert [cell.column for cell in cells] == ["achievement", "plan"]


def test_province_and_year_of_the_whole_document():
    cells = read("材料.txt", REPORT, province="四川", year="2025").cells
    assert {(cell.province, cell.year) for cell in cells} == {("四川省", "2025")}
    national = read("四川省材料.txt", REPORT, province="全国").cells
    assert {cell.province for cell in national} == {"全国"}


@pytest.mark.parametrize(
    ("columns", "province", "year", "says"),
    [
        (["备注"], "", "", "写法不对"),
        (["备注=胡"], "", "", "工作绩效（achievement）"),
        (["=plan"], "", "", "写法不对"),
        ([], "火星", "", "不认识省份“火星”"),
        ([], "四川和云南", "", "不认识省份"),
        ([], "", "去年", "年份“去年”的写法不对"),
    ],
)
def test_what_makes_no_sense_is_refused(columns, province, year, says):
    with pytest.raises(UsageError, match=says):
        read_corrections(columns, province, year)


def test_they_are_kept_with_the_document(tmp_path):
    (tmp_path / "表.md").write_text(TABLE, encoding="utf-8")
    (tmp_path / "材料.txt").write_text(REPORT, encoding="utf-8")
    folder = tmp_path / "store"
    built = build_store(folder, [tmp_path / "表.md"], notify=print, corrections=CORRECTIONS)
    assert {(cell.province, cell.year) for cell in built.store.cells} == {("四川省", "2025")}
    edit_store(folder, add=[tmp_path / "材料.txt"])
    store = open_store(folder)
    assert [source.corrections for source in store.manifest.sources] == [CORRECTIONS, NOTHING]
    # Rebuilt from what it was made of, it is understood as before.
    (folder / store.version / "cells.jsonl").unlink()
    again = open_or_build(folder, None, print)
    assert again.cells == store.cells


def test_a_store_from_before_there_were_any_is_read():
    assert corrections_from({}) == NOTHING
