"""Matters judged over the bundled document: as the chat judges them, and shown as chosen."""

import time
from collections import Counter

import pytest

from index.errors import UsageError
from index.records import ACHIEVEMENT, PLAN
from qa.answer import Answerer
from qa.grid import (
    NAMED,
    STANDINGS,
    UNPROVEN,
    Finding,
    GridMaker,
    Matter,
    make_grid,
)
from qa.records import DOING, DONE, NOT_MENTIONED, PLANNED, TASKED, Citation
from tests.fakes import passage

TOPICS = (
    "专利保险",
    "专利导航",
    "质押融资风险补偿基金",
    "知识产权证券化",
    "三审合一",
    "会展知识产权保护",
    "海外维权",
    "知识产权法院",
    "建立知识产权交易中心",
    "商标质押",
    "2018年专利保险计划",
)
QUESTIONS = ("哪些省份设立了质押融资风险补偿基金", "各省专利导航进展如何", "哪些地方在搞三合一")


@pytest.fixture(scope="module")
def answerer(searcher):
    return Answerer(searcher)


@pytest.fixture(scope="module")
def maker(answerer):
    return GridMaker(answerer)


def found(matter, province):
    return next(f for f in matter.findings if f.province == province)


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_is_judged_as_the_chat_judges_which_provinces_have_it(maker, answerer, topic):
    answer = answerer.answer(f"哪些省份有{topic}")
    assert [(f.province, f.status) for f in maker.matter(topic).findings] == [
        (verdict.province, verdict.status) for verdict in answer.verdicts
    ]


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_for_provinces_is_judged_as_it_stands(maker, answerer, question):
    answer = answerer.answer(question)
    quotes = {citation.n: citation.quote for citation in answer.citations}
    assert [
        (f.status, [c.quote for c in f.citations]) for f in maker.matter(question).findings
    ] == [(verdict.status, [quotes[n] for n in verdict.citations]) for verdict in answer.verdicts]


def test_every_quote_is_verbatim_of_the_province_and_its_column_may_prove_the_status(maker, store):
    text_of = {p.id: p.text for p in store.passages}
    columns = {DONE: {ACHIEVEMENT}, DOING: {ACHIEVEMENT}, PLANNED: {PLAN}}
    for topic in TOPICS:
        for finding in maker.matter(topic).findings:
            for citation in finding.quotes:
                assert citation.quote and citation.quote in text_of[citation.passage.id]
                assert citation.passage.province == finding.province
            for citation in finding.citations if finding.status in columns else ():
                assert citation.passage.column in columns[finding.status]


def test_what_is_taken_for_not_mentioned_is_quoted_where_its_very_words_stand(
    answerer, searcher, monkeypatch
):
    # By its log-odds alone, without reading, one of these is passed over.
    monkeypatch.setattr(searcher, "reading_which", lambda _question: None)
    matter = GridMaker(answerer).matter("专利保险")
    jiangsu = found(matter, "江苏省")
    assert (jiangsu.status, jiangsu.standing) == (NOT_MENTIONED, NAMED)
    assert jiangsu.named.passage.column == PLAN
    assert "专利保险" in jiangsu.named.quote


def test_words_that_stand_in_the_text_are_never_passed_over(maker, store):
    for topic in ("专利保险", "行政执法", "风险补偿"):
        for finding in maker.matter(topic).findings:
            written = {p.column for p in store.passages if p.province == finding.province and topic in p.text}  # fmt: skip
            if finding.standing == NOT_MENTIONED:
                assert not written, (topic, finding.province)
            if finding.status in (PLANNED, TASKED) and ACHIEVEMENT in written:
                assert topic in finding.named.quote, (topic, finding.province)


def test_named_provinces_do_not_narrow_a_topic(maker, store):
    matter = maker.matter("安徽的专利保险")
    assert [f.province for f in matter.findings] == list(store.facets.values["province"])


def test_what_the_documents_do_not_answer_says_why(maker):
    off_topic = maker.matter("今天天气怎么样")
    assert "没有提到" in off_topic.refusal
    assert {f.standing for f in off_topic.findings} == {NOT_MENTIONED}
    elsewhere = maker.matter("广东省专利保险")
    assert "不包含广东省" in elsewhere.refusal and elsewhere.findings == ()
    with pytest.raises(UsageError):
        maker.matter("？？")


def test_a_matter_judged_before_is_at_hand(maker):
    maker.matter("专利保险")
    start = time.perf_counter()
    maker.matter("专利保险")
    assert time.perf_counter() - start < 0.01


def test_every_theme_has_matters_that_are_judged(maker, store):
    for theme in store.facets.values["theme"]:
        assert len([maker.matter(topic) for topic in maker.matters_of(theme)]) >= 4


# The grid, by hand

CITED = Citation(1, passage("甲省"), 0, 5)


def finding(province, status, named=None):
    return Finding(province, status, (CITED,) if status != NOT_MENTIONED else (), named)


@pytest.fixture
def matters():
    one = (finding("甲省", PLANNED), finding("乙省", DONE), finding("丙省", NOT_MENTIONED))
    two = (finding("甲省", NOT_MENTIONED, CITED), finding("乙省", DOING), finding("丙省", DONE))
    return Matter("一", one), Matter("二", two), Matter("三", (), "不在文档里。")


def shown(grid):
    return [(row.province, [f and f.standing for f in row.findings]) for row in grid.rows]


def test_a_grid_in_the_order_of_the_documents(matters):
    grid = make_grid(matters, ("甲省", "乙省", "丙省"))
    assert shown(grid) == [
        ("甲省", [PLANNED, NAMED, None]),
        ("乙省", [DONE, DOING, None]),
        ("丙省", [NOT_MENTIONED, DONE, None]),
    ]
    assert grid.counts[0] == Counter({PLANNED: 1, DONE: 1, NOT_MENTIONED: 1})
    assert grid.counts[2] == Counter()


def test_a_grid_with_what_says_most_first(matters):
    grid = make_grid(matters, ("甲省", "乙省", "丙省"), by_standing=True)
    assert [row.province for row in grid.rows] == ["乙省", "甲省", "丙省"]
    alone = make_grid(matters[1:2], ("甲省", "乙省", "丙省"), by_standing=True)
    assert [row.province for row in alone.rows] == ["丙省", "乙省", "甲省"]


def test_a_filter_hides_cells_and_rows_but_counts_stay(matters):
    grid = make_grid(matters, ("甲省", "乙省", "丙省"), [DONE])
    assert shown(grid) == [("乙省", [DONE, None, None]), ("丙省", [None, DONE, None])]
    assert grid.counts[1] == Counter({NAMED: 1, DOING: 1, DONE: 1})
    narrow = make_grid(matters, ("甲省",), [DONE])
    assert narrow.rows == () and narrow.counts[0] == Counter({PLANNED: 1})
    assert shown(make_grid(matters, ("甲省",), [NAMED])) == [("甲省", [None, NAMED, None])]


def test_a_verdict_without_a_quote_that_holds_is_none():
    assert Finding("甲省", DONE).standing == UNPROVEN
    assert set(STANDINGS) == {DONE, DOING, PLANNED, TASKED, NAMED, UNPROVEN, NOT_MENTIONED}
