from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from index.records import ACHIEVEMENT, PLAN, TASK
from qa.records import FACT, FIGURES, WHICH, Question
from qa.tabulate import MOST_READ, PASSAGES_READ, ROWS_SEARCHED, SEARCHED_WITHIN, asks_all, tabulate
from tests.fakes import passage

ASKED = Question("各省代理机构数量", "各省专利代理机构数量", FIGURES, "专利代理机构数量")
WORDS = ["专利", "代理机构", "专利代理机构", "数量"]


class Numbered:
    """Stands in for a Quoter: remembers what was cited, numbered from 1."""

    def __init__(self):
        self.cited = []

    def cite(self, row, span):
        self.cited.append((row, span))
        return len(self.cited)


def searcher_of(rows, reader=None):
    """What finds the (province, column, text, logit) rows."""
    passages = [passage(p, column, text, n) for n, (p, column, text, _) in enumerate(rows)]
    facets = SimpleNamespace(values={"province": tuple(dict.fromkeys(row[0] for row in rows))})
    store = SimpleNamespace(passages=passages, facets=facets)
    return SimpleNamespace(store=store, words_of=lambda _: WORDS, figure_reader=reader)


def tabulated(rows, provinces, question=ASKED):
    """The figures of rows, and what was cited."""
    logits = np.array([row[3] for row in rows])
    quoter = Numbered()
    figures = list(tabulate(searcher_of(rows), question, provinces, logits, quoter))
    return figures, quoter.cited


def values(rows, provinces):
    """The figures of rows, as (province, value, comparable)."""
    return [(f.province, f.value, f.comparable) for f in tabulated(rows, provinces)[0]]


THIRTY_EIGHT = "全省专利代理机构总数达到38家。"
NINETY_FIVE = "开展培训。全省专利代理机构总数达到95家。"


def test_the_figure_of_each_province_is_cited_by_its_sentence_in_the_order_asked():
    rows = [("甲省", ACHIEVEMENT, THIRTY_EIGHT, 3.0), ("乙省", ACHIEVEMENT, NINETY_FIVE, 2.0)]
    figures, cited = tabulated(rows, ("乙省", "丙省", "甲省"))
    assert [(f.province, f.value, f.amount, f.citations) for f in figures] == [
        ("乙省", "95家", 95, (1,)),
        ("甲省", "38家", 38, (2,)),
    ]
    assert all(f.comparable for f in figures)
    assert cited == [(1, (5, len(NINETY_FIVE))), (0, (0, len(THIRTY_EIGHT)))]


def test_the_best_passage_that_states_a_figure_is_read_further_ones_too():
    rows = [
        ("甲省", ACHIEVEMENT, "加强专利代理机构监管。", 3.0),
        ("甲省", ACHIEVEMENT, "专利代理机构总数达到20家。", 1.0),
        ("甲省", ACHIEVEMENT, THIRTY_EIGHT, 2.0),
    ]
    assert values(rows, ("甲省",)) == [("甲省", "38家", True)]


def test_no_more_than_a_few_passages_are_read():
    silent = [("甲省", ACHIEVEMENT, "加强专利代理机构监管。", 3.0)]
    stating = [("甲省", ACHIEVEMENT, THIRTY_EIGHT, 2.0)]
    assert values(silent * (ROWS_SEARCHED - 1) + stating, ("甲省",)) == [("甲省", "38家", True)]
    assert values(silent * ROWS_SEARCHED + stating, ("甲省",)) == []


@pytest.mark.parametrize("logit", [2.9 - SEARCHED_WITHIN, -np.inf])
def test_what_is_far_behind_the_best_of_all_states_nothing(logit):
    rows = [("乙省", ACHIEVEMENT, NINETY_FIVE, 3.0), ("甲省", ACHIEVEMENT, THIRTY_EIGHT, logit)]
    assert values(rows, ("甲省",)) == []


def test_a_figure_far_worse_than_those_of_others_is_not_told():
    rows = [
        ("乙省", ACHIEVEMENT, NINETY_FIVE, 3.0),
        ("甲省", ACHIEVEMENT, "加强监管。对专利培训班20家单位发出通知。", -3.0),
    ]
    assert values(rows, ("甲省", "乙省")) == [("乙省", "95家", True)]


def test_a_plan_may_state_a_figure_a_task_may_not():
    rows = [("甲省", TASK, THIRTY_EIGHT, 3.0), ("乙省", PLAN, NINETY_FIVE, 2.0)]
    assert values(rows, ("甲省", "乙省")) == [("乙省", "95家", True)]


def test_what_is_only_expected_or_planned_says_so_and_is_not_ranked():
    rows = [
        ("甲省", ACHIEVEMENT, THIRTY_EIGHT, 3.0),
        ("乙省", ACHIEVEMENT, "全省专利代理机构总数预计达到95家。", 3.0),
        ("丙省", PLAN, "全省专利代理机构总数达到20家。", 3.0),
        ("丁省", ACHIEVEMENT, NINETY_FIVE, 3.0),
    ]
    provinces = tuple(row[0] for row in rows)
    figures, _ = tabulated(rows, provinces)
    assert [(f.outlook, f.comparable) for f in figures] == [
        ("", True), ("预计", False), ("计划", False), ("", True)
    ]  # fmt: skip
    # Where plans are asked for, that a plan names it is nothing to say.
    asked = replace(ASKED, columns=(PLAN,))
    assert [f.outlook for f in tabulated(rows[2:3], provinces, asked)[0]] == [""]


def test_a_countys_figure_does_not_stand_in_for_the_provinces():
    county = ("甲省", ACHIEVEMENT, "龙里县专利代理机构41家。", 3.0)
    assert values(
        [county, ("甲省", ACHIEVEMENT, "全省专利代理机构共有20家单位。", 2.5)], ("甲省",)
    ) == [("甲省", "20家", True)]
    assert values([county], ("甲省",)) == [("甲省", "41家", True)]


def test_where_new_ones_are_asked_for_those_of_all_are_not_told():
    new = ("甲省", ACHIEVEMENT, "新增专利代理机构15家。", 3.0)
    rows = [new, ("乙省", ACHIEVEMENT, THIRTY_EIGHT, 2.5)]
    assert values(rows, ("甲省", "乙省")) == [("甲省", "15家", False), ("乙省", "38家", False)]
    asked = replace(ASKED, asked="各省新增专利代理机构数量")
    assert [f.value for f in tabulated(rows, ("甲省", "乙省"), asked)[0]] == ["15家"]
    # Where nobody states new ones, what there is may still be meant.
    assert [f.value for f in tabulated(rows[1:], ("乙省",), asked)[0]] == ["38家"]


@pytest.mark.parametrize(
    ("asked", "stated", "all_are_asked"),
    [
        ({}, [THIRTY_EIGHT, NINETY_FIVE], True),
        ({}, [THIRTY_EIGHT, "加强专利代理机构监管。"], False),
        ({}, [THIRTY_EIGHT, "专利代理机构数量占到8%。"], False),
        ({}, [THIRTY_EIGHT, "另有专利工作者20名。"], False),
        ({"provinces": ("甲省",)}, [THIRTY_EIGHT, NINETY_FIVE], False),
        ({"kind": WHICH}, [THIRTY_EIGHT, NINETY_FIVE], False),
        ({"asked": "专利代理机构何时设立"}, ["专利代理机构2016年设立。", "专利代理机构2017年设立。"], False),
        ({"asked": "专利代理机构是什么"}, [THIRTY_EIGHT, NINETY_FIVE], False),
    ],
)  # fmt: skip
def test_a_figure_of_nobody_that_several_state_is_asked_of_all(asked, stated, all_are_asked):
    question = replace(ASKED, **{"kind": FACT, "asked": "专利代理机构数量", **asked})
    rows = [(p, ACHIEVEMENT, text, 2.0) for p, text in zip(("甲省", "乙省"), stated, strict=True)]
    assert asks_all(searcher_of(rows), question, np.array([2.0, 2.0])) == all_are_asked


def test_figures_in_the_unit_that_most_are_in_are_told():
    rows = [
        ("甲省", ACHIEVEMENT, THIRTY_EIGHT, 3.0),
        ("乙省", ACHIEVEMENT, NINETY_FIVE, 2.0),
        ("丙省", ACHIEVEMENT, "专利代理机构培训数量达到8期。", 2.5),
    ]
    assert [p for p, *_ in values(rows, ("甲省", "乙省", "丙省"))] == ["甲省", "乙省"]
    # Of two units as frequent neither is left out.
    assert [p for p, *_ in values(rows[1:], ("乙省", "丙省"))] == ["乙省", "丙省"]


def test_nothing_is_told_where_no_province_states_a_figure():
    rows = [("甲省", ACHIEVEMENT, "加强专利代理机构监管。", 3.0)]
    assert tabulated(rows, ("甲省", "乙省")) == ([], [])


class Reader:
    """Reads figures as it is told, and remembers what it was given."""

    def __init__(self, log_odds):
        self.log_odds_of = log_odds
        self.given = []

    def log_odds(self, question, passage, spans):
        self.given.append((question, passage))
        return np.array([self.log_odds_of[passage[slice(*span)]] for span in spans])


def test_of_the_figures_of_a_province_the_one_that_reads_best_is_told():
    rows = [("甲省", ACHIEVEMENT, "全省专利代理机构20家，其中国家级专利代理机构5家。", 3.0)]
    told = []
    for odds in ({"20家": 6.0, "5家": -6.0}, {"20家": -6.0, "5家": 6.0}):
        searcher = searcher_of(rows, Reader(odds))
        told += tabulate(searcher, ASKED, ("甲省",), np.array([3.0]), Numbered())
    assert [figure.value for figure in told] == ["20家", "5家"]


def test_what_does_not_read_like_an_answer_is_not_told():
    rows = [("甲省", ACHIEVEMENT, THIRTY_EIGHT, 3.0), ("乙省", ACHIEVEMENT, NINETY_FIVE, 2.0)]
    reader = Reader({"38家": 6.0, "95家": -9.0})
    logits = np.array([3.0, 2.0])
    found = list(tabulate(searcher_of(rows, reader), ASKED, ("甲省", "乙省"), logits, Numbered()))
    assert [figure.value for figure in found] == ["38家"]
    question = replace(ASKED, kind=FACT)
    assert not asks_all(searcher_of(rows, reader), question, logits)
    assert {asked for asked, _ in reader.given} == {ASKED.asked}


def test_of_every_province_a_passage_is_read_and_of_the_likeliest_further_ones():
    names = tuple(f"{n}省" for n in range(MOST_READ + 4))
    reader = Reader({"38家": 6.0, "95家": 6.0})
    each = [(name, ACHIEVEMENT, THIRTY_EIGHT, 3.0 - 0.01 * n) for n, name in enumerate(names)]
    figures = list(tabulate(searcher_of(each, reader), ASKED, names, logits_of(each), Numbered()))
    assert len(reader.given) == MOST_READ
    # Those that are not read are told where they would be without reading.
    assert [figure.province for figure in figures] == list(names)
    reader.given.clear()
    rows = [
        (p, ACHIEVEMENT, text, 3.0)
        for p in names[:2]
        for text in (NINETY_FIVE, *[THIRTY_EIGHT] * 7)
    ]
    list(tabulate(searcher_of(rows, reader), ASKED, names[:2], logits_of(rows), Numbered()))
    assert len(reader.given) == PASSAGES_READ


def logits_of(rows):
    return np.array([row[3] for row in rows])


def test_a_figure_that_only_one_may_state_is_not_read_to_tell_that_it_is_asked_of_nobody():
    rows = [("甲省", ACHIEVEMENT, THIRTY_EIGHT, 3.0)]
    reader = Reader({})
    assert not asks_all(searcher_of(rows, reader), replace(ASKED, kind=FACT), np.array([3.0]))
    assert reader.given == []
