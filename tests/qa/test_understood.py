from dataclasses import replace

import pytest

from qa.question import settled
from qa.records import COMPARE, FACT, FIGURES, KINDS, OPEN, SIMILAR, WHICH, Question
from qa.understood import Clue, all_clues, clues_of, revised

TITLES = {
    "task": ("工作任务",),
    "achievement": ("2016-2017年工作绩效", "2016-2017年工作成绩"),
    "plan": ("2018年工作计划",),
}
VALUES = {
    "province": ("甲省", "乙省"),
    "column": ("task", "achievement", "plan"),
    "theme": ("改革", ""),
    "year": ("2016-2017", "2018"),
}
ASKED = Question(
    text="甲省2018年证卷化试点有什么计划",
    asked="甲省2018年证券化试点有什么计划",
    kind=WHICH,
    core="证券化试点",
    provinces=("甲省",),
    columns=("plan",),
    themes=("改革",),
    years=("2018",),
    absent=("丁省",),
    corrected=(("证卷化", "证券化"),),
)
KEYS = [
    "kind:which",
    "province:甲省",
    "column:plan",
    "theme:改革",
    "year:2018",
    "corrected:证卷化→证券化",
]


def test_what_was_understood_is_told_to_people_and_to_programs():
    assert [(clue.key, clue.shown) for clue in clues_of(ASKED, TITLES)] == [
        ("kind:which", "which"),
        ("province:甲省", "甲省"),
        ("column:plan", "2018年工作计划"),
        ("theme:改革", "改革"),
        ("year:2018", "2018年"),
        ("corrected:证卷化→证券化", "证卷化→证券化"),
    ]
    unheld = replace(ASKED, absent_years=("2018年",))
    assert "year:2018" not in [clue.key for clue in clues_of(unheld, TITLES)]
    assert [clue.key for clue in clues_of(Question("质押", "质押", OPEN, "质押"), TITLES)] == [
        "kind:open"
    ]


def test_all_that_can_be_understood_stands_to_choose_from():
    assert [(clue.facet, clue.shown) for clue in all_clues(VALUES, TITLES)] == [
        *(("kind", kind) for kind in KINDS),
        ("province", "甲省"),
        ("province", "乙省"),
        ("column", "工作任务"),
        ("column", "2016-2017年工作绩效／2016-2017年工作成绩"),
        ("column", "2018年工作计划"),
        ("theme", "改革"),
        ("year", "2016年"),
        ("year", "2017年"),
        ("year", "2018年"),
    ]


def test_a_column_without_titles_is_shown_by_its_name():
    assert clues_of(Question("质押", "质押", OPEN, "质押", columns=("text",)), {})[1] == Clue(
        "column", "text", "text"
    )


@pytest.mark.parametrize(
    ("keys", "changed"),
    [
        (KEYS, {}),
        (["kind:figures", *KEYS[1:]], {"kind": FIGURES}),
        # Of two kinds the one chosen last is meant.
        ([*KEYS, "kind:fact"], {"kind": FACT}),
        (KEYS[1:], {"kind": OPEN}),
        ([*KEYS, "province:乙省"], {"provinces": ("甲省", "乙省")}),
        ([k for k in KEYS if k != "province:甲省"], {"provinces": ()}),
        ([k for k in KEYS if k != "column:plan"], {"columns": ()}),
        ([*KEYS, "column:task"], {"columns": ("plan", "task")}),
        ([k for k in KEYS if k != "theme:改革"], {"themes": ()}),
        (["kind:compare", *KEYS[1:], "province:乙省"], {"kind": COMPARE, "provinces": ("甲省", "乙省")}),
        (["kind:compare", *KEYS[1:]], {"kind": OPEN}),
        (["kind:compare", *KEYS[2:]], {"kind": FIGURES, "provinces": ()}),
        ([k for k in KEYS if k != "year:2018"], {"years": ()}),
        ([*KEYS, "year:2017"], {"years": ("2018", "2017")}),
        (["kind:similar", *KEYS[1:]], {"kind": SIMILAR}),
        (
            KEYS[:-1],
            {"asked": "甲省2018年证卷化试点有什么计划", "core": "证卷化试点", "corrected": ()},
        ),
        ([], {"kind": OPEN, "provinces": (), "columns": (), "themes": (), "years": (),
              "asked": "甲省2018年证卷化试点有什么计划", "core": "证卷化试点", "corrected": ()}),
    ],
)  # fmt: skip
def test_a_question_is_revised_as_the_chosen_clues_say(keys, changed):
    question = revised(ASKED, keys)
    expected = {
        "kind": WHICH,
        "provinces": ("甲省",),
        "columns": ("plan",),
        "themes": ("改革",),
        "asked": ASKED.asked,
        "core": ASKED.core,
        "corrected": ASKED.corrected,
        # What was named, but is not held, is overruled by choosing.
        "absent": (),
        "text": ASKED.text,
        "years": ASKED.years,
    } | changed
    assert {name: getattr(question, name) for name in expected} == expected


def test_one_of_two_corrections_may_be_undone():
    question = Question(
        "证卷化与道航", "证券化与导航", OPEN, "证券化与导航",
        corrected=(("证卷化", "证券化"), ("道航", "导航")),
    )  # fmt: skip
    undone = revised(question, ["kind:open", "corrected:道航→导航"])
    assert (undone.asked, undone.corrected) == ("证卷化与导航", (("道航", "导航"),))


@pytest.mark.parametrize(
    ("kind", "provinces", "becomes"),
    [
        (COMPARE, (), FIGURES),
        (COMPARE, ("甲省",), OPEN),
        (COMPARE, ("甲省", "乙省"), COMPARE),
        (WHICH, ("甲省",), OPEN),
        (WHICH, (), WHICH),
        (FACT, ("甲省", "乙省"), FIGURES),
        (FACT, ("甲省",), FACT),
        (SIMILAR, (), SIMILAR),
    ],
)
def test_a_kind_that_lacks_what_it_needs_becomes_another(kind, provinces, becomes):
    assert settled(kind, provinces) == becomes


def test_what_is_read_and_chosen_unchanged_stays_what_it_is(searcher):
    titles = searcher.store.facets.column_titles
    for text in (
        "哪些省份设立了质押融资风险补偿基金",
        "贵州省2018年打算怎样加强专利执法",
        "知识产权证卷化试点情况",
        "上海和江苏的交易中心有什么区别",
    ):
        question = searcher.read(text)
        assert revised(question, [clue.key for clue in clues_of(question, titles)]) == question


def test_a_reverse_question_without_its_province_is_no_longer_reverse(searcher):
    question = searcher.read("其他省有哪些做法是安徽没有提到的")
    assert question.is_reverse
    assert not revised(question, ["kind:similar"]).is_reverse
