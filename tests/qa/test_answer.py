"""Answers over the bundled document."""

import pytest

from index.filters import Filter
from qa.answer import Answerer
from qa.records import NOT_MENTIONED


@pytest.fixture(scope="module")
def answerer(searcher):
    return Answerer(searcher)


def statuses(answer):
    return {verdict.province: verdict.status for verdict in answer.verdicts}


def test_every_province_is_judged_and_told(answerer, store):
    answer = answerer.answer("哪些省份设立了质押融资风险补偿基金")
    found = statuses(answer)
    assert list(found) == list(store.facets.values["province"])
    assert found["安徽省"] == found["四川省"] == "done"
    assert found["浙江省"] == found["湖南省"] == "doing"
    assert found["云南省"] == "planned"
    assert found["江苏省"] == "tasked"
    assert found["上海市"] == "not_mentioned"
    assert all(province in answer.text for province in found)
    assert "逐一核对11个省份" in answer.text


def test_every_verdict_but_not_mentioned_is_cited(answerer):
    answer = answerer.answer("哪些省开展了专利导航项目")
    numbers = {citation.n for citation in answer.citations}
    for verdict in answer.verdicts:
        assert bool(verdict.citations) == (verdict.status != "not_mentioned")
        assert set(verdict.citations) <= numbers
        cited = [c for c in answer.citations if c.n in verdict.citations]
        assert {c.passage.province for c in cited} <= {verdict.province}


@pytest.mark.parametrize(
    "question",
    [
        "哪些省份设立了质押融资风险补偿基金",
        "四川省天府知来贷是什么",
        "上海和江苏在知识产权交易中心建设上有什么区别",
        "与四川“天府知来贷”类似的做法，其他省有哪些",
        "贵州省2018年打算怎样加强专利执法",
        "人民调解",
    ],
)
def test_every_quote_is_verbatim_and_counted(answerer, store, question):
    answer = answerer.answer(question)
    texts = {passage.id: passage.text for passage in store.passages}
    assert answer.citations
    assert answer.checked == len(answer.citations)
    assert answer.rejected == ()
    for citation in answer.citations:
        assert citation.quote in texts[citation.passage.id]
        assert f"[{citation.n}]" in answer.text


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("贵州省完成了多少专利权质押贷款", "5.61亿元"),
        ("上海知识产权交易中心是什么时候挂牌的", "2017年1月13日"),
        ("江西省专利代理机构总数是多少", "38家"),
        ("贵阳考点2017年专利代理人考试报名人数", "365人"),
    ],
)
def test_a_fact_is_stated(answerer, question, value):
    assert value in answerer.answer(question).text


def test_of_several_provinces_a_name_is_quoted_and_each_is_accounted_for(answerer):
    answer = answerer.answer("2017年长三角地区知识产权保护与发展状况新闻发布会在哪个城市召开")
    assert "在杭州组织召开" in answer.text.splitlines()[0]
    assert [v.province for v in answer.verdicts] == ["上海市", "江苏省", "浙江省", "安徽省"]


def test_what_is_settled_for_the_coming_year_is_a_fact_and_no_plan(answerer):
    fact = answerer.answer("湖南2018年新增多少财政资金用于质押融资风险补偿")
    assert "2000万元" in fact.text and fact.citations[0].passage.column == "achievement"
    plans = answerer.answer("湖南2018年打算怎样做质押融资风险补偿")
    assert {c.passage.column for c in plans.citations} == {"plan"}


def test_a_plan_asked_for_is_answered_with_plans_only(answerer):
    answer = answerer.answer("湖北省2018年在质押融资方面有什么计划")
    assert {(c.passage.province, c.passage.column) for c in answer.citations} == {
        ("湖北省", "plan")
    }


def test_similar_practices_are_the_nearest_of_each_other_province(answerer):
    answer = answerer.answer("与四川“天府知来贷”类似的做法，其他省有哪些")
    assert "四川省" not in {hit.passage.province for hit in answer.hits}
    provinces = [analogue.province for analogue in answer.analogues]
    assert set(provinces[:2]) == {"安徽省", "湖南省"} and len(set(provinces)) == len(provinces)
    assert "风险补偿基金" in answer.analogues[0].shared
    assert "天府知来贷" in answer.analogues[0].source
    assert answer.citations[0].passage.province == "四川省"
    assert "天府知来贷" in answer.citations[0].quote


def test_an_analogue_says_what_became_of_it_and_the_source_is_known(answerer):
    answer = answerer.answer("与四川“天府知来贷”类似的做法，其他省有哪些")
    status = {analogue.province: analogue.status for analogue in answer.analogues}
    assert (status["安徽省"], status["云南省"], status["江西省"]) == ("done", "planned", "done")
    assert answer.source == answer.citations[0]
    everyone = answerer.searcher.store.facets.values["province"]
    assert sorted([*status, *answer.silent, "四川省"]) == sorted(everyone)


def test_only_provinces_that_were_looked_at_are_silent(answerer):
    asked = "江苏给专利代理机构评星级，其他省有没有类似的做法"
    of_all = answerer.answer(asked)
    like, silent = of_all.analogues[0].province, of_all.silent[0]
    answer = answerer.answer(asked, wanted=Filter(province=(like, silent)))
    assert [analogue.province for analogue in answer.analogues] == [like]
    assert answer.silent == (silent,)


def test_the_like_of_what_is_mentioned_nowhere_is_refused_and_all_others_are_silent(answerer):
    answer = answerer.answer("与四川“高速公路通车里程”类似的做法")
    assert answer.refusal is not None and answer.source is None
    assert len(answer.silent) == 10 and "四川省" not in answer.silent
    assert answerer.answer("与广东“质押融资”类似的做法").silent == ()


def test_a_passage_has_its_like_elsewhere_and_is_quoted_whole(answerer):
    passages = answerer.searcher.store.passages
    passage = next(p for p in passages if p.id.endswith("四川省/12/achievement/1"))
    answer = answerer.similar_to(passage.id)
    assert answer.source.quote == passage.text and answer.refusal is None
    assert answerer.similar_to("没有/这条") is None
    found = [analogue.province for analogue in answer.analogues]
    assert found[0] == "安徽省" and "四川省" not in found
    assert [hit.passage.province for hit in answer.hits] == found
    assert answer.question.text.startswith("与四川省这条做法类似的做法：加强省知识产权")


def test_a_comparison_keeps_its_provinces_apart(answerer):
    answer = answerer.answer("上海和江苏在知识产权交易中心建设上有什么区别")
    assert {c.passage.province for c in answer.citations} == {"上海市", "江苏省"}
    assert [v.province for v in answer.verdicts] == ["上海市", "江苏省"]
    province_of = {c.n: c.passage.province for c in answer.citations}
    for contrast in answer.contrasts:
        assert all(n is None or province_of[n] == province for province, n in contrast.cited)
    assert answer.contrasts[0].is_common


@pytest.mark.parametrize(
    ("question", "reason", "says"),
    [
        ("广东省知识产权质押融资金额是多少", "absent", "不包含广东省"),
        ("2025年的专利导航", "absent", "不包含2025年"),
        ("浙江省2018年养老金上调比例", "off_topic", "没有提到“养老金上调比例”"),
        ("帮我用Python写一个冒泡排序", "off_topic", "没有提到"),
        ("哪些省份有知识产权博物馆", "not_mentioned", "没有提到“知识产权博物馆”"),
        ("四川省知识产权证券化试点情况", "not_in_province", "提到相近内容的有：浙江省、湖北省"),
        ("贵州省的知识产权证券化", "not_in_province", "贵州省的材料没有提到“知识产权证券化”"),
        ("重庆火锅怎么做", "off_topic", "没有提到“火锅”。最接近的是："),
        (
            "广东和北京的质押融资对比",
            "absent",
            "不包含广东、北京的内容。文档涉及的省份有：上海市、",
        ),
    ],
)
def test_what_the_store_does_not_hold_is_refused_with_its_reason(answerer, question, reason, says):
    answer = answerer.answer(question)
    assert answer.refusal is not None
    assert (answer.refusal.reason, answer.citations) == (reason, ())
    assert {verdict.status for verdict in answer.verdicts} <= {"not_mentioned"}
    assert len(answer.verdicts) == (11 if answer.question.kind == "which" else 0)
    assert says in answer.text


def test_the_users_filter_overrules_what_the_question_says(answerer):
    answer = answerer.answer(
        "贵州省2018年打算怎样加强专利执法", wanted=Filter(province=("四川省",))
    )
    assert {hit.passage.province for hit in answer.hits} == {"四川省"}


def test_figures_of_provinces_stand_side_by_side_with_what_may_be_compared(answerer):
    answer = answerer.answer("各省专利代理机构数量对比")
    values = {figure.province: figure.value for figure in answer.figures}
    expected = {
        "浙江省": "95家",
        "四川省": "108家",
        "江西省": "38家",
        "安徽省": "38家",
        "湖南省": "76家",
    }
    assert expected.items() <= values.items()
    by_province = {figure.province: figure for figure in answer.figures}
    assert by_province["浙江省"].comparable and by_province["江西省"].comparable
    # What was newly set up in a year is no total.
    assert not by_province["贵州省"].comparable
    assert "材料未给出（不等于没有）：" in answer.text
    for figure in answer.figures:
        citation = next(c for c in answer.citations if c.n in figure.citations)
        assert figure.value in citation.quote
        assert citation.passage.province == figure.province


def test_a_figure_asked_of_nobody_is_told_of_all_that_state_it(answerer):
    of_all = answerer.answer("各省专利代理机构数量对比")
    answer = answerer.answer("专利代理机构数量")
    assert answer.question.kind == "figures"
    assert [f.province for f in answer.figures] == [f.province for f in of_all.figures]
    # Figures are read with the words of the question, which may tip the scales once.
    differ = sum(a.value != b.value for a, b in zip(answer.figures, of_all.figures, strict=True))
    assert differ <= 1
    # What only one tells of stays a fact.
    one = answerer.answer("以“钨石谷”为运营主体的知识产权国际运营基金，一期规模多大")
    assert (one.question.kind, one.figures) == ("fact", ())


def test_figures_in_another_unit_than_most_are_left_out(answerer):
    units = {figure.value[-1] for figure in answerer.answer("各省专利代理机构数量对比").figures}
    assert units == {"家"}


def test_the_sentence_that_states_the_figure_is_the_one_quoted(answerer):
    answer = answerer.answer("贵州省完成了多少专利权质押贷款")
    assert "5.61亿元" in answer.citations[0].quote


def test_a_place_beside_one_that_is_held_is_no_reason_to_refuse(answerer):
    answer = answerer.answer("广东和四川的质押融资")
    assert (answer.question.provinces, answer.question.absent) == (("四川省",), ("广东",))
    assert answer.refusal is None
    assert {citation.passage.province for citation in answer.citations} == {"四川省"}


@pytest.mark.parametrize(
    ("question", "province"),
    [
        ("四川省知识产权证券化试点情况", "四川省"),
        ("浙江在专利保险方面有什么补贴政策", "浙江省"),
    ],
)
def test_others_that_mention_it_are_others(answerer, question, province):
    refusal = answerer.answer(question).refusal
    assert refusal.reason == "not_in_province"
    assert province not in refusal.sentence.split("提到相近内容的有：")[1]


def test_who_has_not_is_told_first_and_the_others_stay_what_they_are(answerer):
    answer = answerer.answer("哪些省没有知识产权法庭")
    silent = [v.province for v in answer.verdicts if v.status == "not_mentioned"]
    heading, first, *_ = answer.text.splitlines()
    assert heading == "逐一核对11个省份，7个没有提到（没有提到不等于没有做）："
    assert first == f"材料未提及（不等于没有）（7个）：{'、'.join(silent)}"
    assert statuses(answer) == statuses(answerer.answer("哪些省有知识产权法庭"))


def test_what_is_only_near_is_answered_with_a_caution(answerer):
    answer = answerer.answer("湖南2018年专利代理行业工作安排")
    assert answer.caution and answer.text.startswith(answer.caution)


def test_what_is_plainly_there_is_answered_without_one(answerer):
    answer = answerer.answer("四川省天府知来贷是什么")
    assert answer.caution == "" and answer.text.startswith("四川省")


def test_what_is_quoted_in_a_question_is_quoted_once_in_the_refusal(answerer):
    refusal = answerer.answer("哪些省份有“火星移民签证”").refusal
    assert "“火星移民签证”" in refusal.sentence and "““" not in refusal.sentence


@pytest.mark.parametrize(
    "asked", ["哪些省份提到{}", "哪些省份的材料里提到了“{}”？", "提到{}的省份有哪些"]
)
@pytest.mark.parametrize("words", ["专利导航", "投贷联动", "知识产权特色小镇", "海关", "高校"])
def test_who_mentions_words_is_exactly_who_holds_them(searcher, asked, words):
    answer = Answerer(searcher).answer(asked.format(words))
    holding = {p.province for p in searcher.store.passages if words in p.text}
    named = {v.province for v in answer.verdicts if v.status != NOT_MENTIONED}
    assert named == holding
    assert all(words in citation.quote for citation in answer.citations)
    assert holding and not answer.refusal
