"""What a language model wrote, as HTML: marked where it fails, linked where it proves, all escaped."""

from dataclasses import replace

import pytest

from index.records import ACHIEVEMENT
from qa.proof import prove
from qa.records import DONE, NOT_MENTIONED, Opinion, Verdict, Writing
from tests.fakes import passage
from web.writing import opinions_html, writing_html

PASSAGES = {1: passage("甲省", ACHIEVEMENT, "设立了基金，规模3000万元。", 1)}
TRUE, FALSE = "设立了基金，规模3000万元[1]。", "基金规模为9000万元[1]。"


def writing(raw, **parts):
    proof = prove(raw, PASSAGES, ("甲省", "乙省"))
    given = Writing(raw, proof, "answer@0123456789ab", is_whole=True, tokens=(7, 5), seconds=1.25)
    return replace(given, **parts)


def test_a_sentence_that_fails_is_struck_out_with_its_reason_and_the_raw_text_kept():
    html = writing_html(2, writing(TRUE + FALSE))
    assert "大模型撰写：核对了2句，1句未通过（划线标出，不会导出）。" in html
    assert (
        '<span>设立了基金，规模3000万元<a href="#t2-h1" title="看依据原文">[1]</a>。</span>' in html
    )
    struck = html[html.index("<s>") : html.index("</em>")]
    assert struck.startswith("<s>基金规模为9000万元") and "“9000万元”这个数字" in struck
    assert f"<pre>{TRUE}{FALSE}</pre>" in html
    assert "提示词 answer@0123456789ab；输入7、输出5 tokens。" in html


@pytest.mark.parametrize("raw", ["", "综上所述，", "以下是各省情况：", "材料未提及相近做法。"])
def test_where_nothing_was_checked_it_is_never_all_good(raw):
    html = writing_html(1, writing(raw))
    assert "没有可以核对的句子，不能当作答案" in html and "全部通过" not in html


def test_a_key_of_no_passage_is_no_link():
    html = writing_html(1, writing("设立了基金[1][7]。"))
    assert html.count("<a ") == 1 and "[7]" in html and "#t1-h7" not in html


def test_while_it_grows_no_count_is_given():
    proof = prove(TRUE + "基金", PASSAGES, ()).unfinished()
    html = writing_html(1, writing(TRUE + "基金", proof=proof, is_whole=False))
    assert "大模型正在撰写" in html and "核对了" not in html and "<s>" not in html


def test_trouble_is_one_line_and_points_to_the_answer_without_it():
    html = writing_html(1, writing("", is_whole=False, trouble="大模型返回了空的回答。"))
    assert html.count('<p class="trouble">大模型返回了空的回答。以下是不用大模型的回答。</p>') == 1


def test_nothing_that_a_model_writes_is_taken_for_html():
    evil = '<img src=x onerror="alert(1)">&[1]。'
    html = writing_html(1, writing(evil, trouble=evil, prompt=evil))
    opinion = Opinion("甲省", DONE, evil, evil)
    void = Opinion("乙省", "", "", "", evil)
    verdicts = [Verdict("甲省", NOT_MENTIONED), Verdict("乙省", NOT_MENTIONED)]
    assert "<img" not in html + opinions_html([opinion, void], verdicts)


def test_one_trouble_is_said_once_for_all_provinces_it_befell():
    provinces = ("甲省", "乙省", "丙省", "丁省")
    opinions = [Opinion(p, "", "", "", "大模型返回的内容不合要求。") for p in provinces[:3]]
    opinions.append(Opinion("丁省", DONE, "设立了基金", "写明了。"))
    html = opinions_html(opinions, [Verdict(p, DONE) for p in provinces])
    assert html.count("<li>") == 1
    assert "<li>甲省、乙省、丙省：大模型返回的内容不合要求。</li>" in html
    assert "大模型复核4个省份，1个与上表一致，以下3个不一致或无效" in html


def test_where_model_and_rules_differ_both_are_shown_with_the_quote():
    opinions = [Opinion("甲省", DONE, "设立了基金", "绩效栏写明。")]
    html = opinions_html(opinions, [Verdict("甲省", NOT_MENTIONED)])
    assert "甲省：规则判为“未提及”，大模型判为“已做”“设立了基金”（绩效栏写明。）" in html
