"""Documents without pages and without tables, from their files to every place that shows them."""

from __future__ import annotations

import io
import json

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from rich.console import Console

from index import build
from index.build import build_store
from index.readers.parts import Grid
from index.store import open_store
from qa.answer import Answerer
from qa.export import MEDIA_TYPES, export
from qa.export.report import answer_report
from qa.export.wording import citation_text
from qa.live import Live
from qa.opening import open_searcher
from qa.prose import where_text
from qa.records import Citation
from qa.render import answer_text, built_report, cell_json, hits_table
from tests.fakes import WordCountEncoder
from tests.made.parts import grid
from web.cards import Scene, cards_html
from web.message import message_html
from web.site import add_style
from web.source import create_router
from web.words import load_words

REPORT = """2025年安徽省政府工作报告
一、2024年工作回顾
（一）创新驱动。设立质押融资风险补偿基金，全年质押登记额达五十亿元。
二、2025年工作安排
（一）扩大服务
设立四川合作基金，扩大质押融资。
"""
TABLE = """# 四川省任务表
| 任务 | 2024年成效 | 2025年成效 |
|---|---|---|
| 推进质押融资。 | 设立质押融资风险补偿基金。 | 扩大质押融资风险补偿基金。 |
"""
QUESTION = "哪些省份设立了质押融资风险补偿基金"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pageless")
    (folder / "报告.txt").write_text(REPORT, encoding="utf-8")
    (folder / "表.md").write_text(TABLE, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "load_encoder", lambda _: WordCountEncoder("质押", "基金", "服务"))
        patch.setattr("qa.opening.load_encoder", lambda _: WordCountEncoder("质押", "基金", "服务"))
        made = build_store(
            folder / "store", [folder / "报告.txt", folder / "表.md"], notify=lambda _: None
        )
        yield made, open_searcher(made.store)


@pytest.fixture(scope="module")
def answer(built):
    return Answerer(built[1]).answer(QUESTION)


def terminal(shown):
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(shown)
    return "".join(console.export_text().split())


def test_documents_without_pages_have_none(built):
    assert [document.pages for document in built[0].documents] == [(), ()]
    assert {passage.pages for passage in built[1].store.passages} == {()}


def test_the_report_says_how_each_document_was_understood(built):
    said = terminal(built_report(built[0]))
    assert "《报告》：读入93字（不计空白），正文" in said
    assert (
        "没有表格，按标题分段；省份：安徽省；年份：2024、2025；工作绩效：2024年工作回顾；工作计划：2025年工作安排"
        in said
    )
    assert (
        "表格1张；省份：四川省；年份：2024、2025；工作任务：任务；工作绩效：2024年成效、2025年成效"
        in said
    )
    assert said.count("遗失0字") == 2


def test_an_answer_is_shown_without_pages(built, answer):
    searcher = built[1]
    assert {v.province for v in answer.verdicts if v.citations} == {"安徽省", "四川省"}
    words = searcher.words_of(answer.question)
    message = message_html(1, answer, words, searcher.store)
    cards = cards_html(1, answer, Scene(words, searcher.store, load_words("zh")["chat"]["card"]))
    shown = terminal(answer_text(answer)) + terminal(hits_table(answer.hits, words))
    for text in (message, cards, shown, answer.text):
        assert "第页" not in text and "None" not in text
    assert "<dt>所在小节</dt><dd>创新驱动</dd>" in cards
    assert "原文第3–3行" in cards


@pytest.mark.parametrize("extension", MEDIA_TYPES)
def test_every_export_is_made(answer, extension):
    assert len(export(answer_report(answer), extension)) > 100


def test_a_citation_of_running_text_names_its_part(built):
    passage = next(p for p in built[1].store.passages if p.task == "创新驱动")
    assert citation_text(Citation(1, passage, 8, 20)) == (
        "《报告》安徽省“2024年工作回顾”部分：“设立质押融资风险补偿基金”。"
    )


def test_the_source_page_prints_text_in_one_column_and_two_columns_of_one_meaning(built):
    app = FastAPI()
    add_style(app)
    app.include_router(create_router(Live(built[1])))
    client = TestClient(app)
    text = client.get("/source", params={"document": "报告", "province": "安徽省"}).text
    assert '<th scope="col" class="text">正文</th>' in text
    assert "设立四川合作基金，扩大质押融资。" in text
    assert "原文第6行" in text
    table = client.get("/source", params={"document": "表", "province": "四川省"}).text
    assert table.count("设立质押融资风险补偿基金。") >= 1
    assert table.count("扩大质押融资风险补偿基金。") >= 1
    assert '<th scope="col" class="achievement">2025年成效</th>' in table


def test_a_place_goes_through_the_store_to_the_reader(tmp_path, monkeypatch):
    monkeypatch.setattr(build, "load_encoder", lambda _: WordCountEncoder("进展"))
    monkeypatch.setattr("index.readers.reader_of", lambda suffix: lambda data, name: [SHEET])
    path = tmp_path / "四川省.csv"
    path.write_text("任务,进展", encoding="utf-8")
    build_store(tmp_path / "store", [path], notify=lambda _: None)
    store = open_store(tmp_path / "store")
    assert [where_text(passage) for passage in store.passages] == ["2024!A2", "2024!B2"]
    assert json.loads(json.dumps(cell_json(store.cells[1])))["items"][0]["place"] == "2024!B2"
    assert store.cells[1].year == "2024"


SHEET: Grid = grid(("任务", "进展"), ("甲。", "乙。"), name="2024")
