import pytest

from index.errors import UsageError
from qa.config import MAX_QUESTION_CHARS
from qa.question import check_top_k, clean_question


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("  哪些省份設立了質押融資風險補償基金？ ", "哪些省份设立了质押融资风险补偿基金？"),
        ("质押\x00融资\x1b[31m", "质押 融资 [31m"),
        ("质押融资😀", "质押融资😀"),
        ("<script>alert('质押')</script>", "<script>alert('质押')</script>"),
        ("质押\r\n融资", "质押 融资"),
    ],
)
def test_what_is_typed_becomes_one_clean_line(typed, asked):
    assert clean_question(typed) == asked


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "问题是空的"),
        (" \t\n\u3000", "问题是空的"),
        ("\x00\x01\u200b", "问题是空的"),
        ("字" * 10_000, "问题有10000个字，太长了，最多1000个字"),
        ("？！……", "没有可以检索的文字"),
        ("😀🎉", "没有可以检索的文字"),
    ],
)
def test_what_cannot_be_asked_is_told_why(typed, says):
    with pytest.raises(UsageError, match=says):
        clean_question(typed)


def test_the_longest_question_is_still_asked():
    assert len(clean_question("问" * MAX_QUESTION_CHARS)) == MAX_QUESTION_CHARS


@pytest.mark.parametrize("top_k", [0, -1, 201, 10_000])
def test_a_top_k_out_of_range_is_told_the_range(top_k):
    with pytest.raises(UsageError, match=f"返回条数 {top_k} 不对，应在 1 到 200 之间"):
        check_top_k(top_k)


@pytest.mark.parametrize(
    ("text", "kind", "provinces", "columns"),
    [
        ("哪些省份设立了质押融资风险补偿基金", "which", (), ()),
        ("有没有省份把知识产权工作和脱贫攻坚结合起来", "which", (), ()),
        ("2018年哪些省计划新增品牌机构", "which", (), ("plan",)),
        ("贵州省完成了多少专利权质押贷款", "fact", ("贵州省",), ()),
        ("上海知识产权交易中心是什么时候挂牌的", "fact", ("上海市",), ()),
        ("各省专利代理机构数量对比", "figures", (), ()),
        ("四川、云南投入的资助资金是多少", "figures", ("四川省", "云南省"), ()),
        ("上海和江苏的交易中心有什么区别", "compare", ("上海市", "江苏省"), ()),
        ("与四川“天府知来贷”类似的做法，其他省有哪些", "similar", ("四川省",), ()),
        ("江西对质押贷款给予补贴，其他省是怎么补的", "similar", ("江西省",), ()),
        ("贵州省2018年打算怎样加强专利执法", "open", ("贵州省",), ("plan",)),
        ("浙江省的任务是什么", "fact", ("浙江省",), ("task",)),
        ("人民调解", "open", (), ()),
        ("Which provinces have patent insurance pilots?", "which", (), ()),
    ],
)
def test_what_is_asked_is_understood(searcher, text, kind, provinces, columns):
    question = searcher.read(text)
    assert (question.kind, question.provinces, question.columns) == (kind, provinces, columns)


@pytest.mark.parametrize(
    ("text", "core"),
    [
        ("哪些省份设立了质押融资风险补偿基金？", "设立了质押融资风险补偿基金"),
        ("四川省天府知来贷是什么", "天府知来贷"),
        ("贵州省2018年打算怎样加强专利执法", "加强专利执法"),
        ("各省专利权质押融资金额分别是多少，哪个省最高", "专利权质押融资金额"),
        ("Which provinces have patent insurance pilots?", "专利保险 试点"),
        ("审查员到企业园区实习挂职", "审查员到企业园区实习挂职"),
        ("武汉光电子保护中心", "武汉光电子保护中心"),
        ("哪些省份", "哪些省份"),
    ],
)
def test_the_core_is_left_when_the_words_of_asking_are_off(searcher, text, core):
    assert searcher.read(text).core == core


@pytest.mark.parametrize(
    ("text", "corrected"),
    [
        ("天府知来代产品介绍", (("天府知来代", "天府知来贷"),)),
        ("知识产权证卷化试点", (("知识产权证卷化", "知识产权证券化"),)),
        ("知识产权方面的工作", ()),
        ("数据知识产权登记平台", ()),
    ],
)
def test_names_mistyped_in_one_character_are_put_right(searcher, text, corrected):
    assert searcher.read(text).corrected == corrected


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("广东省知识产权质押融资金额", ("广东省",)),
        ("2025年四川的质押融资", ("2025年",)),
        ("四川省2017年的质押融资", ()),
        ("中部六省", ()),
    ],
)
def test_places_and_years_that_the_store_does_not_hold_are_named(searcher, text, absent):
    question = searcher.read(text)
    assert question.absent + question.absent_years == absent
