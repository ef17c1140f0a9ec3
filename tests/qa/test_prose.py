import pytest

from qa.prose import (
    SHORT_STATUS,
    STATUS_TEXT,
    analogues_text,
    cites,
    contrasts_text,
    difference_text,
    figures_text,
    missing_text,
    verdicts_text,
)
from qa.records import STATUSES, Analogue, Contrast, ProvinceFigure, Verdict


def quote_of(n):
    return f"引文{n}[{n}]"


def figure(province, value, amount, comparable=True, n=1, **labels):
    named = {"measure": "", "period": "", "scope": ""} | labels
    return ProvinceFigure(
        province=province, value=value, comparable=comparable, citations=(n,), amount=amount, **named
    )  # fmt: skip


@pytest.mark.parametrize(
    ("numbers", "text"), [((), ""), ((1,), "[1]"), ((1, 2), "[1][2]"), ((12, 3), "[12][3]")]
)
def test_numbers_are_cited_in_brackets(numbers, text):
    assert cites(numbers) == text


def test_every_status_has_a_name_in_order():
    assert tuple(STATUS_TEXT) == tuple(SHORT_STATUS) == STATUSES
    assert len(set(STATUS_TEXT.values())) == len(set(SHORT_STATUS.values())) == len(STATUSES)


def test_verdicts_are_told_by_status_and_within_it_as_given():
    verdicts = [
        Verdict("甲省", "not_mentioned"),
        Verdict("乙省", "planned", (3,)),
        Verdict("丙省", "done", (1, 2)),
        Verdict("丁省", "planned", (4,)),
    ]
    assert verdicts_text(verdicts) == (
        "逐一核对4个省份，3个提到：\n"
        "已做（1个）：丙省[1][2]\n"
        "仅列入计划（2个）：乙省[3]、丁省[4]\n"
        "材料未提及（不等于没有）（1个）：甲省"
    )


def test_figures_are_told_ranked_and_the_silent_named():
    figures = [
        figure("甲省", "38家", 38, measure="代理机构", n=1),
        figure("乙省", "5.61亿元", 5.61e8, scope="某市", period="2017年", n=2),
        figure("丙省", "8家", 8, comparable=False, measure="新设", n=3),
    ]
    assert figures_text(figures, ("甲省", "乙省", "丙省", "丁省", "戊省")) == (
        "逐一查看5个省份，3个给出了数字：\n"
        "甲省：38家（代理机构）[1]\n"
        "乙省：5.61亿元（某市，2017年）[2]\n"
        "丙省：8家（新设）[3]；口径不同，不宜直接比较\n"
        "其中可比的由高到低：乙省5.61亿元[2]、甲省38家[1]\n"
        "材料未给出（不等于没有）：丁省、戊省"
    )


def test_a_single_comparable_figure_is_not_ranked():
    figures = [figure("甲省", "38家", 38), figure("乙省", "8家", 8, comparable=False, n=2)]
    assert figures_text(figures, ("甲省", "乙省")) == (
        "逐一查看2个省份，2个给出了数字：\n甲省：38家[1]\n乙省：8家[2]；口径不同，不宜直接比较"
    )


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ({}, "只是意思相近，没有共同的专门词语"),
        ({"shared": ("保险", "贷款")}, "共同点：保险、贷款"),
        ({"status": "planned"}, "计划；只是意思相近，没有共同的专门词语"),
        ({"status": "done", "shared": ("保险",)}, "已做；共同点：保险"),
        (
            {"here": ("基金",), "source": ("贴息",)},
            "只是意思相近，没有共同的专门词语；此处另有：基金；所问做法另有：贴息",
        ),
        (
            {"shared": ("保险",), "here": ("基金",), "source": ("贴息",)},
            "共同点：保险；此处另有：基金；所问做法另有：贴息",
        ),
    ],
)
def test_how_two_practices_stand_to_each_other(words, text):
    assert difference_text(Analogue("甲省", 1, **words)) == text


def test_analogues_are_told_with_their_source_and_reasons():
    analogues = [Analogue("甲省", 2, shared=("保险",)), Analogue("乙省", 3)]
    assert analogues_text("丙省：“贷款”[1]", analogues, ("丁省",), quote_of) == (
        "所问做法：丙省：“贷款”[1]\n"
        "其他省份中2个有类似做法，由近及远：\n"
        "引文2[2]\n　共同点：保险\n"
        "引文3[3]\n　只是意思相近，没有共同的专门词语\n"
        "没有找到类似做法（不等于没有）：丁省"
    )
    assert analogues_text("", analogues[1:], (), quote_of) == (
        "其他省份中1个有类似做法：\n引文3[3]\n　只是意思相近，没有共同的专门词语"
    )


def test_that_no_province_has_a_like_practice_is_told_and_who_was_looked_at():
    assert analogues_text("丙省：“贷款”[1]", (), ("甲省", "乙省"), quote_of) == (
        "所问做法：丙省：“贷款”[1]\n没有找到类似做法（不等于没有）：甲省、乙省"
    )
    assert analogues_text("", (), (), quote_of) == "没有找到类似做法（不等于没有）。"


def test_what_others_did_is_told_and_that_there_is_nothing_too():
    assert missing_text("甲省", [Analogue("乙省", 1), Analogue("丙省", 2)], quote_of) == (
        "其他省份做过、甲省的材料没有提到（不等于没有）的：\n引文1[1]\n引文2[2]"
    )
    assert missing_text("甲省", [], quote_of) == (
        "其他省份在这方面做过的，甲省的材料都提到了相近的内容。"
    )


def test_contrasts_are_told_common_ones_first_and_who_is_silent():
    contrasts = [
        Contrast((("甲省", 1), ("乙省", None), ("丙省", None))),
        Contrast((("甲省", 2), ("乙省", 3), ("丙省", 4))),
    ]
    assert contrasts_text(contrasts, quote_of) == (
        "都提到的：\n引文2[2]\n引文3[3]\n引文4[4]\n"
        "只有部分省份提到的：\n引文1[1]\n　乙省、丙省：没有提到相近的内容（不等于没有）"
    )
    assert contrasts_text(contrasts[1:], quote_of) == "都提到的：\n引文2[2]\n引文3[3]\n引文4[4]"
    assert contrasts_text(contrasts[:1], quote_of).startswith("只有部分省份提到的：\n引文1[1]")
    assert contrasts_text([], quote_of) == "这些省份的材料都没有提到。"
