from types import SimpleNamespace

from index.records import PLAN
from qa.prose import label
from qa.quote import Quoter
from qa.records import FACT, OPEN, Question
from tests.fakes import passage

LONG = "加强平台建设，" * 12 + "成效明显。" + "共完成专利权质押贷款5.61亿元。"
PASSAGES = [passage(text=LONG), passage("乙省", PLAN, "推广专利权质押贷款。", n=2)]
FIRST_SENTENCE = (0, LONG.index("。") + 1)


def quoter(kind):
    """Over the two passages; the nearest sentence is always the first."""
    searcher = SimpleNamespace(
        store=SimpleNamespace(passages=PASSAGES),
        words_of=lambda _: ["专利权", "质押贷款"],
        best_sentence=lambda _, __: FIRST_SENTENCE,
    )
    asked = "完成了多少专利权质押贷款"
    return Quoter(searcher, Question(asked, asked, kind, asked))


def test_a_passage_is_labelled_with_province_and_column():
    assert label(PASSAGES[1]) == "乙省（2018年工作计划）"


def test_a_long_passage_is_quoted_by_its_nearest_sentence():
    quoting = quoter(OPEN)
    assert quoting.quote(0) == f"甲省（工作绩效）：“{LONG[: FIRST_SENTENCE[1]]}”[1]"


def test_for_a_fact_the_sentence_that_states_it_is_quoted():
    assert quoter(FACT).quote(0) == "甲省（工作绩效）：“共完成专利权质押贷款5.61亿元。”[1]"


def test_where_no_sentence_states_the_fact_the_nearest_is_quoted():
    assert quoter(FACT).quote(1) == "乙省（2018年工作计划）：“推广专利权质押贷款。”[1]"


def test_a_span_given_overrules_and_the_first_span_of_a_passage_stands():
    quoting = quoter(FACT)
    assert quoting.cite(0, (0, 6)) == 1
    assert quoting.cite(1) == 2
    assert quoting.cite(0, (7, 13)) == 1
    assert [(c.n, c.quote) for c in quoting.citations] == [
        (1, "加强平台建设"),
        (2, "推广专利权质押贷款。"),
    ]


def test_quotes_stand_one_a_line_with_their_numbers():
    lines = quoter(FACT).quotes([1, 0, 1]).split("\n")
    assert [line[-3:] for line in lines] == ["[1]", "[2]", "[1]"]
    assert lines[0] == lines[2]
