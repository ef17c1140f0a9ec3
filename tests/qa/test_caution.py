"""An answer says when its quotes lack the figure that was asked for, and when it is unsure."""

import pytest

from qa.answering import answerer_over
from qa.caution import UNSAID, UNSURE, caution_of
from qa.figures import demanded_kinds
from qa.quantities import AMOUNT, COUNT, DATE
from qa.records import Citation


def cited(store, words):
    """A citation of the first passage with these words."""
    passage = next(p for p in store.passages if words in p.text)
    return Citation(1, passage, 0, len(passage.text))


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("给每家审查员实践基地补助多少钱？", {AMOUNT}),
        ("支队编制有多少人", {COUNT}),
        ("交易中心什么时候挂牌", {DATE}),
        # Of these an answer may well have no such figure.
        ("跟几家大银行合推的产品", set()),
        ("就几项发明，最多能借多少", set()),
        ("天府知来贷是什么", set()),
        ("占一份产权？有多少学校在试", set()),
    ],
)
def test_what_must_be_stated(question, kinds):
    assert demanded_kinds(question) == kinds


@pytest.mark.parametrize(
    ("question", "words", "kind"),
    [
        ("抚州市专利行政执法支队有多少名工作人员", "抚州市专利行政执法支队", "数量"),
        ("江西抚州市专利行政执法支队经费是多少万元", "抚州市专利行政执法支队", "金额"),
        ("抚州市专利行政执法支队什么时候成立", "抚州市专利行政执法支队", ""),
        ("浙江网上技术市场的成交金额是多少", "447.27亿元", ""),
    ],
)
def test_a_figure_that_no_quoted_passage_has_is_said_to_be_missing(searcher, question, words, kind):
    citations = [cited(searcher.store, words)]
    expected = UNSAID.format(kind=kind) if kind else ""
    assert caution_of(searcher.read(question), citations, is_sure=True) == expected


def test_without_a_figure_asked_for_only_doubt_is_told(searcher):
    question, citations = searcher.read("人民调解的做法"), [cited(searcher.store, "人民调解")]
    assert caution_of(question, citations, is_sure=True) == ""
    assert caution_of(question, citations, is_sure=False) == UNSURE
    assert caution_of(searcher.read("补助多少钱"), [], is_sure=False) == UNSURE


def test_the_answer_begins_with_it(searcher):
    answer = answerer_over(searcher).answer(
        "国家知识产权局是哪一天正式批复湖北开展知识产权证券化试点的？"
    )
    assert answer.refusal is None
    assert answer.caution == UNSAID.format(kind="时间")
    assert answer.text.startswith(answer.caution)
