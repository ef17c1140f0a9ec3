import pytest

from index.readers.outline import Numbered, numbered, without_number
from index.readers.periods import period_of, span_of


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("一、总体要求", Numbered(3, "总体要求", True, True)),
        ("二、2025年工作安排", Numbered(3, "2025年工作安排", True, False)),
        ("十一、保障措施。", Numbered(3, "保障措施", True, False)),
        ("（一）经济稳进。全年增长5%。", Numbered(4, "经济稳进", False, True)),
        ("(二)产业加快", Numbered(4, "产业加快", True, False)),
        ("第一章　总则", Numbered(1, "总则", True, True)),
        ("第十二节 附则", Numbered(2, "附则", True, False)),
        ("一是聚焦扩大内需", Numbered(5, "聚焦扩大内需", True, True)),
        ("1.扩大产品出口", Numbered(6, "扩大产品出口", True, True)),
        ("（2）健全机制", Numbered(7, "健全机制", True, False)),
        # Points of lists and text.
        ("1.扩大产品出口。建立清单。", None),
        ("（一）法律发生变化的；", None),
        ("二、主要有：", None),
        ("一是聚焦扩大内需，持续发力。", None),
        ("2.5亿元", None),
        ("2024年工作回顾", None),
        ("一、" + "很长的一句话" * 11 + "。", None),
        ("一些地方办得好", None),
        ("第一条 为规范管理，制定本办法。", None),
        ("", None),
    ],
)
def test_numbered_openings(text, found):
    assert numbered(text) == found


def test_a_heading_without_its_number():
    said = [
        without_number(text)
        for text in ("一、总体要求", "（三） 目标", "第二章 总则", "安排", "一、")
    ]
    assert said == ["总体要求", "目标", "总则", "安排", "一、"]


@pytest.mark.parametrize(
    ("title", "period", "span"),
    [
        ("2016-2017年工作绩效", "2016-2017", "2016-2017"),
        ("2016—2017年绩效和2018年计划", "2016-2017", "2016-2018"),
        ("2016年至2018年", "2016-2018", "2016-2018"),
        ("二〇二五年政府工作报告", "2025", "2025"),
        ("２０２４年度总结", "2024", "2024"),
        ("包头市(FBM-CLI.12.5115678)", "", ""),
        ("《中国制造2025》", "2025", "2025"),
        ("十四五规划", "", ""),
        ("增长2018.5亿元", "", ""),
        ("", "", ""),
    ],
)
def test_years_of_titles(title, period, span):
    assert (period_of(title), span_of(title)) == (period, span)
