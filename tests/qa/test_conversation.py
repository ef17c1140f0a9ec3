"""Follow-ups over the bundled document."""

import pytest

from qa.answer import Answerer
from qa.conversation import continued
from qa.records import COMPARE, FACT, FIGURES, OPEN, SIMILAR, WHICH

FUND = "哪些省份设立了质押融资风险补偿基金"
FUND_CORE = "设立了质押融资风险补偿基金"
LOAN = "四川省天府知来贷是什么"
COUNTS = "各省专利代理机构数量对比"
CENTRES = "上海和江苏在知识产权交易中心建设上有什么区别"
LIKE = "与四川“天府知来贷”类似的做法，其他省有哪些"
PLANS = "湖北省2018年在质押融资方面有什么计划"
ELSEWHERE = "广东省知识产权质押融资金额是多少"
THEME = "营造保障创新的市场环境方面江苏做了什么"


@pytest.fixture(scope="module")
def answerer(searcher):
    return Answerer(searcher)


@pytest.mark.parametrize(
    ("before", "text", "kind", "provinces", "columns", "core"),
    [
        (FUND, "那湖南呢？", WHICH, ("湖南省",), (), FUND_CORE),
        (FUND, "安徽呢", WHICH, ("安徽省",), (), FUND_CORE),
        (FUND, "安徽怎么做的", WHICH, ("安徽省",), (), FUND_CORE),
        (FUND, "那湖南、湖北呢", WHICH, ("湖南省", "湖北省"), (), FUND_CORE),
        (FUND, "2018年有什么打算？", WHICH, (), ("plan",), FUND_CORE),
        (FUND, "那浙江2018年呢", WHICH, ("浙江省",), ("plan",), FUND_CORE),
        (PLANS, "那湖南呢？", OPEN, ("湖南省",), ("plan",), "质押融资"),
        # Another year frees the columns that the year before had bound.
        (PLANS, "那2017年呢", OPEN, ("湖北省",), (), "质押融资"),
        (LOAN, "2018年有什么打算？", FACT, ("四川省",), ("plan",), "天府知来贷"),
        (COUNTS, "那湖南呢？", FACT, ("湖南省",), (), "专利代理机构数量"),
        (COUNTS, "那湖南和江西呢？", FIGURES, ("湖南省", "江西省"), (), "专利代理机构数量"),
        (LIKE, "那湖南呢？", OPEN, ("湖南省",), (), "“天府知来贷”"),
    ],
)
def test_a_question_that_says_nothing_of_its_own_goes_on(
    searcher, before, text, kind, provinces, columns, core
):
    question = continued(searcher.read(text), searcher.read(before))
    assert (question.kind, question.provinces, question.columns) == (kind, provinces, columns)
    assert question.core == core
    assert not question.is_bare
    assert question.text == text
    assert question.asked == f"{'、'.join(provinces)}{core}"


def test_another_province_after_a_comparison_is_asked_plainly(searcher):
    question = continued(searcher.read("那湖南呢？"), searcher.read(CENTRES))
    assert (question.kind, question.provinces) == (OPEN, ("湖南省",))
    question = continued(searcher.read("2018年有什么打算？"), searcher.read(CENTRES))
    assert (question.kind, question.provinces) == (COMPARE, ("上海市", "江苏省"))


def test_a_follow_up_keeps_the_theme(searcher):
    question = continued(searcher.read("那浙江呢"), searcher.read(THEME))
    assert (question.themes, question.provinces) == (("营造保障创新的市场环境",), ("浙江省",))


@pytest.mark.parametrize(
    "text", ["它的规模是多少", "这个基金的规模是多少", "其规模如何？该基金有多少钱"]
)
def test_a_question_that_points_back_is_asked_of_the_matter_before(searcher, text):
    question = continued(searcher.read(text), searcher.read(LOAN))
    assert question.provinces == ("四川省",)
    assert question.core.startswith("天府知来贷 ")
    assert question.core.endswith(searcher.read(text).core)
    assert question.asked.startswith("四川省天府知来贷")


@pytest.mark.parametrize(
    "text",
    [
        FUND,
        "哪些省开展了专利导航项目",
        "贵州省2018年打算怎样加强专利执法",
        "上海知识产权交易中心是什么时候挂牌的",
        "与海关的知识产权保护合作",
        "人民调解",
        "其它省份有哪些专利导航项目",
        "企业应该怎样办理专利导航",
        "那么专利导航做得怎么样",
    ],
)
def test_a_question_that_says_enough_by_itself_is_not_changed(searcher, text):
    question = searcher.read(text)
    assert continued(question, searcher.read(FUND)) == question


def test_a_place_that_the_store_does_not_hold_is_remembered_until_another_is_named(searcher):
    before = searcher.read(ELSEWHERE)
    assert continued(searcher.read("它是什么"), before).absent == ("广东省",)
    assert continued(searcher.read("那湖南呢？"), before).absent == ()
    assert continued(searcher.read("那广东呢"), searcher.read(FUND)).absent == ("广东",)


def test_a_fact_asked_of_two_provinces_is_a_question_for_figures(searcher):
    before = searcher.read("贵州省完成了多少专利权质押贷款")
    assert continued(searcher.read("那四川、江苏呢"), before).kind == FIGURES


def test_asking_for_the_years_plan_says_nothing_of_its_own(searcher):
    question = continued(searcher.read("2018年的计划呢"), searcher.read(FUND))
    assert (question.core, question.columns) == (FUND_CORE, ("plan",))


@pytest.mark.parametrize(
    ("text", "kind", "core", "provinces"),
    [
        ("其他省呢", FIGURES, "完成了 专利权质押贷款", ()),
        ("那专利保险呢", "fact", "专利保险", ("贵州省",)),
        ("那规模呢", "fact", "完成了 专利权质押贷款 规模", ("贵州省",)),
    ],
)
def test_the_same_is_asked_of_others_or_of_another_matter(searcher, text, kind, core, provinces):
    before = searcher.read("贵州省完成了多少专利权质押贷款")
    question = continued(searcher.read(text), before)
    assert (question.kind, question.core, question.provinces) == (kind, core, provinces)


def test_a_year_that_the_store_does_not_hold_is_remembered_until_another_is_named(searcher):
    before = searcher.read("2010年四川省的专利保险")
    assert before.absent_years == ("2010年",)
    assert continued(searcher.read("那湖南呢"), before).absent_years == ("2010年",)
    assert continued(searcher.read("2018年的计划呢"), before).absent_years == ()


def test_a_citation_that_the_answer_before_has_not_is_refused_with_how_many_it_has(answerer):
    before = answerer.answer(FUND)
    answer = answerer.answer("第99条的原文", previous=before)
    assert answer.refusal.reason == "no_such_citation"
    assert f"只引用了{len(before.citations)}条原文" in answer.text


@pytest.mark.parametrize("text", ["请给我看一下第三条的原文", "帮我看看[3]的出处", "第三条原文"])
def test_a_citation_may_be_called_for_in_many_ways(answerer, text):
    before = answerer.answer(FUND)
    answer = answerer.answer(text, previous=before)
    assert [c.passage.id for c in answer.citations] == [before.citations[2].passage.id]


def test_another_province_is_judged_on_the_same_matter(answerer):
    before = answerer.answer(FUND)
    answer = answerer.answer("那湖南呢？", previous=before)
    assert [(v.province, v.status) for v in answer.verdicts] == [("湖南省", "doing")]
    assert {c.passage.province for c in answer.citations} == {"湖南省"}
    again = answerer.answer("2018年有什么打算？", previous=answer)
    assert {(c.passage.province, c.passage.column) for c in again.citations} == {("湖南省", "plan")}


def test_plans_on_the_same_matter_are_told_of_every_province(answerer, store):
    answer = answerer.answer("2018年有什么打算？", previous=answerer.answer(FUND))
    assert [v.province for v in answer.verdicts] == list(store.facets.values["province"])
    assert {v.status for v in answer.verdicts} == {"planned", "not_mentioned"}
    assert {c.passage.column for c in answer.citations} == {"plan"}


def test_a_follow_up_on_a_fact_stays_with_its_province(answerer):
    answer = answerer.answer("它的规模是多少", previous=answerer.answer(LOAN))
    assert answer.refusal is None
    assert {c.passage.province for c in answer.citations} == {"四川省"}
    assert "天府知来贷" in answer.text


@pytest.mark.parametrize(
    "text", ["第二条的原文", "二的出处", "请看第二条原文？", "第二处在哪一页", "显示第二条全文。"]
)
def test_the_passage_of_a_citation_is_recalled_whole(answerer, text):
    before = answerer.answer(FUND)
    answer = answerer.answer(text, previous=before)
    cited = before.citations[1].passage
    assert [(c.n, c.passage, c.quote) for c in answer.citations] == [(1, cited, cited.text)]
    assert (answer.checked, answer.rejected, answer.hits) == (1, (), ())
    assert answer.text.startswith(f"{cited.province}（{cited.column_title}），第{cited.pages[0]}页")
    assert answer.text.endswith(f"工作任务：{cited.task}\n“{cited.text}”[1]")


@pytest.mark.parametrize("text", ["第2条的原文", "[2]的原文", "2原文"])
def test_a_citation_is_recalled_by_its_number_in_digits(answerer, text):
    before = answerer.answer(FUND)
    answer = answerer.answer(text, previous=before)
    assert [c.passage for c in answer.citations] == [before.citations[1].passage]


def test_after_a_recalled_passage_the_conversation_goes_on(answerer):
    recalled = answerer.answer("第二条的原文", previous=answerer.answer(FUND))
    answer = answerer.answer("那湖南呢？", previous=recalled)
    assert answer.question.core == FUND_CORE


def test_after_a_refusal_another_province_is_answered(answerer):
    refused = answerer.answer(ELSEWHERE)
    answer = answerer.answer("那湖南呢？", previous=refused)
    assert (refused.refusal.reason, answer.refusal) == ("absent", None)
    assert answer.question.core == refused.question.core == "知识产权质押融资金额"
    assert {c.passage.province for c in answer.citations} == {"湖南省"}


def test_after_a_refusal_for_one_province_another_is_answered(answerer):
    refused = answerer.answer("四川省知识产权证券化试点情况")
    answer = answerer.answer("那湖北呢？", previous=refused)
    assert refused.refusal.reason == "not_in_province"
    assert "证券化" in answer.text
    assert {c.passage.province for c in answer.citations} == {"湖北省"}


def test_a_refused_matter_stays_refused(answerer):
    refused = answerer.answer("浙江省2018年养老金上调比例")
    for text in ("那湖南呢？", "2018年有什么打算？"):
        assert answerer.answer(text, previous=refused).refusal.reason == "off_topic"
    # There is no citation whose passage could be shown.
    assert answerer.answer("第一条的原文", previous=refused).citations == ()


def test_without_an_answer_before_there_is_nothing_to_go_on_from(answerer):
    answer = answerer.answer("那湖南呢？")
    assert (answer.question.kind, answer.question.provinces) == (OPEN, ("湖南省",))
    assert {hit.passage.province for hit in answer.hits} == {"湖南省"}
    lonely = answerer.answer("第二条的原文")
    assert lonely.refusal is not None and lonely.citations == ()


def test_what_like_practices_were_found_for_is_no_longer_asked_of_one_province(searcher):
    assert searcher.read(LIKE).kind == SIMILAR
    question = continued(searcher.read("那湖南呢？"), searcher.read(LIKE))
    assert question.source_provinces == () and question.filter.province == ("湖南省",)
