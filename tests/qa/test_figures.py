from dataclasses import replace

import pytest

from index.errors import KnowledgeError
from index.segment import load_segmenter
from qa.figures import (
    answer_figure,
    asked_kinds,
    asks_new,
    load_figure_cues,
    nearest_figure,
    weighed_figures,
)
from qa.figures import comparable as figures_comparable

KINDS = [
    ("浙江江苏专利质押谁融得多", {"amount"}),
    ("哪个省高速公路总里程最长", {"count"}),
    ("各省建成高标准农田多少万亩", {"count"}),
    ("财政替企业出几成保费", {"share"}),
    ("哪个省医保掏的钱最多", {"amount"}),
    ("专利金额多少钱", {"amount"}),
    ("各省专利权质押融资金额分别是多少，哪个省最高", {"amount"}),
    ("完成了多少专利权质押贷款", {"amount"}),
    ("知识产权运营基金的规模各省有多大", {"amount"}),
    ("质押融资哪个省最多", {"amount"}),
    ("龙里县实现的专利质押融资额", {"amount"}),
    ("做到多少亿", {"amount"}),
    ("有多少家企业", {"count"}),
    ("签约金额超过1亿元的项目有多少个", {"count"}),
    ("代理机构数量对比", {"count"}),
    ("执业专利代理人人数比较", {"count"}),
    ("专利代理机构总数是多少", {"count"}),
    ("几个市的案件", {"count"}),
    ("各省专利代理分支机构数（含新设）", {"count"}),
    ("中小企业景气指数", set()),
    ("江苏和重庆谁做得多", {"amount", "count", "share"}),
    ("占总数的多少", {"share"}),
    ("专利电子申请率是多少", {"share"}),
    ("同比增长多少", {"share"}),
    ("按贷款金额的百分之几补助", {"share", "amount"}),
    ("什么时候挂牌", {"date"}),
    ("哪一年成立的", {"date"}),
    ("从哪天起实施", {"date"}),
    ("天府知来贷是什么", {"name"}),
    ("最大股东是谁", {"name"}),
    ("第几次会议审议通过的", {"name"}),
    ("放在哪个区域", {"name"}),
    ("办得有多少", {"amount", "count", "share"}),
    ("有没有设立风险补偿基金", set()),
    ("建起了交易中心、交易平台", set()),
]

UNITS = [
    ("多少家", "家"),
    ("几名代理人", "人"),
    ("有几个人", "人"),
    ("多少万人次", "人次"),
    ("哪几家", ""),
    ("报名人数", "人"),
    ("用户数量", ""),
    ("金额多少", ""),
]

SHANGHAI = (
    "深化知识产权质押融资、专利保险试点，2017年前三季度企事业单位通过专利质押实现贷款超过5亿元，"
    "有380多件专利投保，保险金额近1000万元。"
)
AGENCIES = "1.新增专利代理机构15家，全省代理机构共38家，实现各设区市专利代理机构全覆盖。"
DONGHU = (
    "2017年2月，武汉知识产权法庭落户东湖高新区；10月，永久办公用房正式投入使用。"
    "目前，共集聚各类知识产权服务机构79家，其中专利代理机构40家，信息服务机构6家。"
)
MARKET = (
    "截至2017年9月底，网上技术市场已累计发布技术难题8.1万项，在线企业近10万家，成交金额447.27亿元。"
)
COURTS = "最高法院于2017年1月批准。截至2017年10月份，南京、苏州知识产权法院分别受理一审案件791件、1433件。"
NANCHANG = "南昌市被确定为试点城市，中央财政已下达4000万元专项资金，南昌市财政配套2000万元。"
CENTRE = "交易中心于2017年1月13日正式挂牌启动建设，并于11月完成开业整体验收并运行。"
RATES = "2016年，专利电子申请率为97.15%，2017年1—9月代办处电子申请率为97.42%。"

ANSWERS = [
    # question, text, quantity, measure, period, months, scope
    (
        "通过专利质押实现贷款金额多少",
        SHANGHAI,
        ("超过5亿元", "企事业单位通过专利质押实现贷款", "2017年前三季度", 9, ""),
    ),
    ("专利保险金额", SHANGHAI, ("近1000万元", "保险金额", "2017年前三季度", 9, "")),
    ("多少件专利投保", SHANGHAI, ("380多件", "专利投保", "2017年前三季度", 9, "")),
    ("专利代理机构总数是多少", AGENCIES, ("38家", "代理机构", "", 0, "")),
    ("新增了多少家专利代理机构", AGENCIES, ("15家", "专利代理机构", "", 0, "")),
    ("有多少家专利代理机构", DONGHU, ("40家", "专利代理机构", "目前", 0, "")),
    ("集聚了几家知识产权服务机构", DONGHU, ("79家", "各类知识产权服务机构", "目前", 0, "")),
    ("有多少家在线企业", MARKET, ("近10万家", "在线企业", "截至2017年9月底", 9, "")),
    ("网上技术市场成交金额", MARKET, ("447.27亿元", "成交金额", "截至2017年9月底", 9, "")),
    ("发布了多少技术难题", MARKET, ("8.1万项", "技术难题", "截至2017年9月底", 0, "")),
    (
        "法院受理案件数量",
        COURTS,
        ("791件、1433件", "一审案件", "截至2017年10月份", 10, ""),
    ),
    ("中央财政下达多少资金", NANCHANG, ("4000万元", "专项资金", "", 0, "南昌市")),
    ("2016年专利电子申请率是多少", RATES, ("97.15%", "专利电子申请率", "2016年", 12, "")),
    ("2017年专利电子申请率是多少", RATES, ("97.42%", "代办处电子申请率", "2017年1—9月", 9, "")),
    ("交易中心什么时候挂牌", CENTRE, ("2017年1月13日", "", "", 0, "")),
    ("交易中心何时完成验收", CENTRE, ("11月", "", "", 0, "")),
    ("武汉知识产权法庭哪年落户", DONGHU, ("2017年2月", "", "", 0, "")),
    (
        "评议办法哪一年颁布",
        "评议办法于2016年颁布，2017年审查了471名人才。",
        ("2016年", "", "", 0, ""),
    ),
]

NONE = [
    ("交易中心注册资本多少", CENTRE, "no amount there"),
    ("专利代理机构有多少名代理人", AGENCIES, "institutions are no people"),
    ("专利电子申请率占比", AGENCIES, "no share there"),
    ("交易中心是什么", CENTRE, "the sentence itself is the answer"),
    ("举办了多少场马拉松", DONGHU, "none of its words"),
    ("有没有设立交易中心", CENTRE, "not asked for a figure"),
]


def words(question):
    return load_segmenter().words(question)


def ask(question, text):
    return answer_figure(question, words(question), text)


@pytest.mark.parametrize(("question", "kinds"), KINDS)
def test_asked_kinds(question, kinds):
    assert asked_kinds(question + "？") == kinds


@pytest.mark.parametrize(("question", "unit"), UNITS)
def test_the_unit_asked_for(question, unit):
    assert load_figure_cues().units_in(question) == ({unit} if unit else set())


def test_several_units_may_be_asked_for():
    asked = "补助批了多少笔、多少家企业"
    assert load_figure_cues().units_in(asked) == {"笔", "家"}
    assert ask(asked, "共补助企业9个。").quantity.text == "9个"
    assert asked_kinds("融资多少亿元、多少家企业") == {"amount", "count"}


def test_an_aside_is_not_what_is_asked_for():
    assert asked_kinds("知识产权需求项目有多少（融资需求不算）") == {"count"}


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("专利费减备案件数 各省", {"count"}),
        ("知识产权运营基金规模，各地？", {"amount"}),
        ("专利转化项目安排了多少省财政资金", {"amount"}),
        ("四川和浙江的专利代理机构哪个多", {"count"}),
        ("江苏和安徽的运营基金哪个规模大", {"amount"}),
    ],
)
def test_asked_kinds_of_short_and_of_comparing_questions(question, kinds):
    assert asked_kinds(question) == kinds


@pytest.mark.parametrize(("question", "text", "expected"), ANSWERS)
def test_the_figure_that_answers(question, text, expected):
    figure = ask(question, text)
    assert figure, question
    found = figure.quantity
    got = (found.text, figure.measure, figure.period, figure.months, figure.scope)
    assert got == expected
    assert text[found.start : found.end] == found.text
    assert figure.sentence_start <= found.start < found.end <= figure.sentence_end
    assert figure.measure in text
    assert figure.period in text


@pytest.mark.parametrize(("question", "text", "_why"), NONE)
def test_nothing_is_guessed(question, text, _why):
    assert ask(question, text) is None


def test_how_near_a_figure_stands_to_what_is_asked():
    asked = "全省专利代理机构有多少家", ["专利", "代理", "机构"]
    near = nearest_figure(*asked, "全省专利代理机构95家。")
    assert (
        3
        >= near
        > nearest_figure(*asked, "专利代理机构培育工作继续推进，另有培训班20家单位参加。")
        > 0
    )
    assert nearest_figure(*asked, "推进专利代理机构培育，2017年投入300万元。") == 0
    assert nearest_figure("专利代理机构的做法", ["专利"], "全省专利代理机构95家。") == 0


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("加强监管，促使我省代理机构数量快速增长，已增加到76家。", "代理机构数量"),
        ("2016年专利申请率为97%，2017年1—9月为98%。", "专利申请率"),
        ("加强监管，已增加到76家。", ""),
        ("已增加到76家。", ""),
    ],
)
def test_what_a_number_without_a_noun_counts_stands_in_the_clause_before(text, measure):
    found = weighed_figures("各省有多少", ["2016年", "监管", "已"], text, 3)
    assert {"76家", "98%"} & {one.figure.quantity.text for one in found}
    told = [o.figure for o in found if o.figure.quantity.text in ("76家", "98%")]
    assert [figure.measure for figure in told] == [measure]


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("云南省专利质押登记46项，涉及专利203件，金额17.6亿元。", "专利质押登记金额"),
        ("征集高价值知识产权项目772个，总金额278亿元。", "高价值知识产权项目总金额"),
        ("专利质押登记46项。成交活跃，金额17.6亿元。", "金额"),
        ("专利质押登记46项，保险金额17.6亿元。", "保险金额"),
    ],
)
def test_a_bare_measure_is_of_what_was_counted_before(text, measure):
    figure = ask("各省金额多少", text)
    assert (figure.quantity.kind, figure.measure) == ("amount", measure)


def test_what_names_a_bare_measure_stands_near_to_it():
    near, far = (
        nearest_figure("质押登记金额多少", ["质押", "登记"], f"质押登记46项，涉及专利203件，{what}17.6亿元。")
        for what in ("金额", "其他保险金额")
    )  # fmt: skip
    assert near > far


def test_new_ones_answer_where_they_are_asked_for_and_not_in_an_aside():
    text = "全省专利代理机构95家，新增专利代理机构15家。"
    assert ask("新增专利代理机构多少家", text).quantity.text == "15家"
    assert ask("专利代理机构多少家", text).quantity.text == "95家"
    assert ask("专利代理机构多少家（新增的不算）", text).quantity.text == "95家"
    assert asks_new("新设立了几家") and not asks_new("共有几家（含新设立的）")


def test_without_words_there_is_nothing_to_go_by():
    assert answer_figure("总数多少", [], AGENCIES) is None


RULED = "对企业给予资金支持，最高可达40万元。对融资额达到500万元及以上的予以补助，全年资金支持共计300万元。"


@pytest.mark.parametrize(
    ("question", "value"),
    [("资金支持金额多少，哪个省最高", 3e6), ("资金支持最高是多少万元", 4e5)],
)
def test_what_a_rule_allows_is_told_only_where_it_is_asked_for(question, value):
    assert ask(question, RULED).quantity.value == value


def test_values_told_apart_are_one_quantity():
    quantity = ask("法院受理案件数量", COURTS).quantity
    assert (quantity.value, quantity.qualifier) == (2224.0, "分别")


PLEDGED = "全省专利质押融资额达{}。"


def comparable(figures, planned=()):
    """As `qa.figures.comparable`, none planned."""
    return figures_comparable(figures, planned or [False] * len(figures))


def pledged(*amounts):
    return [ask("专利质押融资额多少", PLEDGED.format(amount)) for amount in amounts]


def over(period):
    return ask("专利质押融资额多少", f"{period}，" + PLEDGED.format("5亿元"))


def test_figures_of_one_kind_are_comparable():
    assert comparable(pledged("40亿元", "超过5亿元")) == [True, True]


def test_units_of_one_meaning_are_comparable():
    figures = [
        ask("服务机构有多少", f"培育知识产权服务机构{count}。") for count in ("6家", "4个", "9人")
    ]
    assert figures[2] is None or not comparable(figures)[2]
    assert comparable(figures[:2]) == [True, True]


def test_periods_of_another_length_are_not_comparable():
    figures = [over(p) for p in ("2017年前三季度", "截至2017年9月底", "2017年", "2016—2017年10月")]
    assert comparable(figures) == [True, True, False, False]


def test_an_estimate_is_not_comparable_with_facts():
    figures = [
        over("2017年"),
        over("2016年"),
        ask("专利质押融资额", "预计2017年专利质押融资额达6亿元。"),
    ]
    assert comparable(figures) == [True, True, False]


def test_a_plan_is_not_comparable_with_what_was_done():
    figures = pledged("40亿元", "5亿元", "8亿元")
    assert comparable(figures, [False, True, False]) == [True, False, True]
    assert comparable(figures, [True, True, True]) == [True, True, True]
    # However many are planned, what is reported is ranked.
    assert comparable(figures * 2, [False, True, True] * 2) == [True, False, False] * 2


LEVELS = "目前有国家级服务机构6家，省级服务机构4家。"


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("国家级机构有几家", "6家"),
        ("各省设立了多少处机构", "6家"),
        ("省级机构有几家", "4家"),
        ("省级机构4家、国家级几家", "6家"),
    ],
)
def test_a_figure_of_another_level_gives_way(question, count):
    assert ask(question, LEVELS).quantity.text == count


def test_the_level_of_a_clause_speaks_only_where_another_is_asked_for():
    def fitness(question, text):
        return weighed_figures(question, ["机构"], text, 1)[0].fitness

    national, unsaid = "国家级机构6家。", "服务机构6家。"
    assert fitness("省级机构有几家", national) < fitness("省级机构有几家", unsaid)
    assert fitness("国家级、省级机构有几家", national) == fitness("机构有几家", national)
    assert fitness("机构有几家", national) == fitness("机构有几家", unsaid)


def test_a_county_is_not_comparable_with_provinces():
    county = ask("专利质押融资额", "龙里县实现专利质押融资1.41亿元。")
    assert county.scope == "龙里县"
    assert comparable([county, *pledged("5亿元", "40亿元")]) == [False, True, True]


def test_a_part_is_told_as_one_and_not_ranked_with_the_whole():
    asked = "专利代理机构有多少家"
    tried = ask(asked, "全省已经开展试点的专利代理机构22家。")
    new = [ask(asked, f"新增专利代理机构{count}家。") for count in (7, 8)]
    whole = [ask(asked, f"全省专利代理机构达到{count}家。") for count in (95, 38)]
    assert tried.measure == "开展试点的专利代理机构"
    assert comparable([tried, new[0], *whole]) == [False, False, True, True]
    # Where it is the new ones that most count, those are compared.
    assert comparable([*new, whole[0]]) == [True, True, False]


def test_values_told_apart_are_not_ranked():
    courts = ask("法院受理案件数量", COURTS)
    assert comparable([courts, replace(courts), replace(courts)]) == [False, False, False]


def test_figures_like_no_other_are_not_comparable():
    assert comparable([over("2017年"), over("2017年前三季度")]) == [False, False]
    assert comparable(pledged("5亿元")) == [True]
    assert comparable([]) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[kinds]", "[kinds]\nweight = []", "不认识的种类 weight"),
        ('[["家"', '[["打"', "不认识的单位 打"),
        ("[standing]", "[standings]", "standing"),
        ('how_many = ["多少"', 'how_many = ["多少("', "figures.toml"),
        ("[kinds]", "[kinds", "figures.toml"),
    ],
)
def test_a_damaged_file_of_cues_is_named(tmp_path, old, new, message):
    from index.bundled import KNOWLEDGE

    text = (KNOWLEDGE / "figures.toml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "figures.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=message):
        load_figure_cues(path)


def test_a_missing_file_of_cues_is_named(tmp_path):
    with pytest.raises(KnowledgeError, match=r"none\.toml"):
        load_figure_cues(tmp_path / "none.toml")
