"""Cards and messages as HTML: complete, linked both ways, and everything from outside escaped."""

from dataclasses import replace

import pytest

from qa.answer import Answerer
from qa.records import Answer, Citation
from web.cards import Scene, cards_html, exhibits, snippet
from web.message import message_html
from web.words import load_words

QUESTION = "哪些省份设立了质押融资风险补偿基金"


@pytest.fixture(scope="module")
def answer(searcher) -> Answer:
    return Answerer(searcher).answer(QUESTION)


def rendered(searcher, answer):
    words = searcher.words_of(answer.question)
    return (
        message_html(2, answer, words, searcher.store),
        cards_html(2, answer, Scene(words, searcher.store, load_words("zh")["chat"]["card"])),
    )


def only(answer, passage, hit):
    return replace(answer, citations=(Citation(1, passage, 0, 10),), hits=(hit,), verdicts=())


def test_a_card_is_labelled_with_province_column_theme_task_and_page(searcher, answer):
    hit = searcher.search(QUESTION)[0]
    _, cards = rendered(searcher, only(answer, hit.passage, hit))
    assert '<span class="badge province">安徽省</span>' in cards
    assert '<span class="badge achievement">2016-2017年工作成绩</span>' in cards
    assert "<dt>工作重点</dt><dd>拓宽服务创新的投融资渠道</dd>" in cards
    assert f"<dt>工作任务</dt><dd>{hit.passage.task}</dd>" in cards
    assert "第20页" in cards
    assert "相关度第1 · 语义第1 · 关键词第1 · 命中：" in cards
    assert "<mark>质押融资风险补偿基金</mark>" in cards


def test_a_card_holds_its_whole_cell_and_its_row(searcher, answer):
    _, cards = rendered(searcher, answer)
    for exhibit in exhibits(answer):
        cell = searcher.store.cell(exhibit.passage.cell)
        assert f"整格内容（{len(cell.items)}条）" in cards
        for other in searcher.store.row(cell):
            assert all(item.text in cards for item in other.items)


def test_message_and_cards_link_to_each_other(searcher, answer):
    message, cards = rendered(searcher, answer)
    for citation in answer.citations:
        n = citation.n
        assert f'href="#t2-h{n}"' in message and f'id="t2-h{n}"' in cards
        assert f'href="#t2-m{n}"' in cards and f'id="t2-m{n}"' in message


def test_every_province_stands_in_the_table_of_verdicts(searcher, answer):
    message, _ = rendered(searcher, answer)
    assert "逐一核对11个省份" in message
    assert all(province in message for province in searcher.store.facets.values["province"])


def test_a_quote_is_set_off_in_its_passage(searcher, answer):
    citation = next(c for c in answer.citations if c.end - c.start < len(c.passage.text))
    _, cards = rendered(searcher, answer)
    assert '<b class="cited">' in cards
    assert citation.quote == citation.passage.text[citation.start : citation.end]


def test_what_comes_from_outside_is_escaped(searcher, answer):
    hit = searcher.search(QUESTION)[0]
    evil = '<img src=x onerror="alert(1)">质押融资&'
    passage = replace(
        hit.passage, text=evil, theme=evil, province=evil, document=evil, tasks=(evil,)
    )
    bad = only(answer, passage, replace(hit, passage=passage))
    for html in rendered(searcher, bad):
        assert "<img" not in html and "&lt;img" in html


def test_a_refusal_says_why_and_shows_what_is_nearest(searcher):
    refused = Answerer(searcher).answer("广东省知识产权质押融资金额是多少")
    message, cards = rendered(searcher, refused)
    assert "现有文档不包含广东省的内容" in message
    assert "最接近的内容，不是答案" in message
    assert cards.count("<article") == 10


def test_every_province_is_accounted_for_beside_figures(searcher):
    message, _ = rendered(searcher, Answerer(searcher).answer("各省专利代理机构数量对比"))
    assert all(province in message for province in searcher.store.facets.values["province"])
    assert "材料未给出（不等于没有）" in message and "口径不同" in message


def test_nothing_found_is_said(searcher, answer):
    empty = replace(answer, citations=(), hits=(), verdicts=())
    for html in rendered(searcher, empty):
        assert "没有找到符合条件的内容" in html


def test_a_snippet_starts_near_a_late_match():
    text = "前" * 100 + "质押融资" + "后" * 100
    assert snippet(text, ["质押融资"]) == "…" + "前" * 12 + "质押融资" + "后" * 48 + "…"
    assert snippet("质押融资" + "后" * 100, ["质押融资"]) == "质押融资" + "后" * 60 + "…"
    assert snippet("短", ["质押"]) == "短"
