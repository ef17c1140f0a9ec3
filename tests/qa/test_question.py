import pytest

from index.errors import UsageError
from qa.config import MAX_QUESTION_CHARS
from qa.question import check_top_k, clean_question
from qa.records import WHICH


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
    "text",
    [
        "专利托管服务哪些省份提供或打算发展",
        "运营基金哪些省已有、正在筹建或者计划设立",
        "哪些省已经建立了交易中心，哪些省2018年计划建设",
        "哪些省给代理人办过培训班，或者2018年准备办",
        "跟保险公司签合作协议的，谁已经签了，谁打算签？",
        "石墨烯领域的专利工作有谁做过或被要求做",
    ],
)
def test_a_plan_asked_for_beside_what_was_done_shuts_nothing_out(searcher, text):
    assert searcher.read(text).columns == ()


@pytest.mark.parametrize(
    ("text", "kind", "provinces", "columns"),
    [
        ("哪些省份设立了质押融资风险补偿基金", "which", (), ()),
        ("有没有省份把知识产权工作和脱贫攻坚结合起来", "which", (), ()),
        ("2018年哪些省计划新增品牌机构", "which", (), ("plan",)),
        ("谁已经实行了专利、商标、版权三合一", "which", (), ()),
        ("谁打算修订专利资助管理办法？", "which", (), ("plan",)),
        ("把银行和企业拉到一起谈专利贷款，谁干过？", "which", (), ()),
        ("合肥知识产权法庭首任庭长是谁？", "fact", ("安徽省",), ()),
        ("运营基金规模排名", "figures", (), ()),
        ("安徽和江西的专利代理机构哪个省多", "figures", ("安徽省", "江西省"), ()),
        ("江苏和浙江的专利质押融资额谁高？", "figures", ("江苏省", "浙江省"), ()),
        ("江苏省专利申请数量排名第几？", "fact", ("江苏省",), ()),
        ("江苏的发明专利和实用新型哪个多？", "fact", ("江苏省",), ()),
        ("四川和浙江的专利代理机构哪个多", "figures", ("四川省", "浙江省"), ()),
        ("江苏和安徽质押融资哪家多？", "figures", ("江苏省", "安徽省"), ()),
        ("哪个省的专利代理人多", "figures", (), ()),
        ("有多少省建了知识产权法庭", "which", (), ()),
        ("一共几个地方搞了专利保险", "which", (), ()),
        ("江苏与几个省市签了协议", "fact", ("江苏省",), ()),
        ("云南安排了多少省财政资金", "fact", ("云南省",), ()),
        ("江苏和安徽哪个代理机构多一些呢？", "figures", ("江苏省", "安徽省"), ()),
        ("谁查的假冒专利多", "figures", (), ()),
        ("云南有多少地方标准", "fact", ("云南省",), ()),
        ("湖北有几个地方设立了工作站", "fact", ("湖北省",), ()),
        ("有多少省重点实验室", "fact", (), ()),
        ("江苏、浙江的网络各覆盖多少个省（区、市）", "figures", ("江苏省", "浙江省"), ()),
        ("江苏哪个市的专利多", "open", ("江苏省",), ()),
        ("哪些省份提到代理人少", "which", (), ()),
        ("哪些省办案效率高", "which", (), ()),
        ("国家级品牌培育机构，写明家数的省各有几家", "figures", (), ()),
        ("贵州省完成了多少专利权质押贷款", "fact", ("贵州省",), ()),
        ("上海知识产权交易中心是什么时候挂牌的", "fact", ("上海市",), ()),
        ("各省专利代理机构数量对比", "figures", (), ()),
        ("各省专利代理分支机构数（含新设）", "figures", (), ()),
        ("各省专利质押融资额", "figures", (), ()),
        ("专利质押融资金额分省情况", "figures", (), ()),
        ("十一省市专利电子申请率", "figures", (), ()),
        ("各省入选全国试点的名额", "which", (), ()),
        ("各省专利审查效率", "which", (), ()),
        ("浙江和江苏专利质押谁融得多", "figures", ("浙江省", "江苏省"), ()),
        ("专利代理分支机构数", "fact", (), ()),
        ("四川、云南投入的资助资金是多少", "figures", ("四川省", "云南省"), ()),
        ("上海和江苏的交易中心有什么区别", "compare", ("上海市", "江苏省"), ()),
        ("与四川“天府知来贷”类似的做法，其他省有哪些", "similar", ("四川省",), ()),
        ("除了江苏在建审查员实践基地，还有谁也在建", "similar", ("江苏省",), ()),
        ("除重庆外哪些省份也在引导社会资本", "similar", ("重庆市",), ()),
        ("云南交专利费能在网上办，别处也这么方便吗", "similar", ("云南省",), ()),
        (
            "重庆给汽摩行业设了快速维权的地方，外省有没有专门帮某个行业的",
            "similar",
            ("重庆市",),
            (),
        ),
        ("和贵州一样搞专利代理行业改革试点的省", "similar", ("贵州省",), ()),
        ("苏州的集聚区通过验收，谁家也通过了", "similar", ("江苏省",), ()),
        # Others are spoken of, not asked about.
        ("贵州有几家外省来的分支机构", "fact", ("贵州省",), ()),
        ("四川成都高新区交给别人托管的企业有多少家", "fact", ("四川省",), ()),
        ("除了平安财险，江西还和哪家保险公司签了协议", "open", ("江西省",), ()),
        ("江西和云南摸底企业需求，做法有什么不一样", "compare", ("江西省", "云南省"), ()),
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
        # How people ask, from bench/answerable.jsonl.
        ("哪些省启动了专利开放许可试点？", "启动了专利开放许可试点"),
        ("各省专利质押贷款的不良率是多少？", "专利质押贷款的不良率"),
        ("四川知识产权证券化试点的实施方案有哪些内容？", "知识产权证券化试点的实施方案"),
        ("江苏自贸试验区知识产权工作有什么安排", "自贸试验区知识产权工作"),
        ("贵州知识产权服务业统计调查的结果怎么样？", "知识产权服务业统计调查的结果"),
        ("有没有省份整治专利代理“挂证”问题？", "整治专利代理“挂证”问题"),
        ("云南2017年前三季度专利电子申请率达到多少？", "前三季度专利电子申请率"),
        ("江西2018年在知识产权金融方面有哪些打算？", "知识产权金融"),
        ("有没有省份设立知识产权扶贫基金？", "设立知识产权扶贫基金"),
        ("马德里商标国际注册资助标准是多少", "马德里商标国际注册资助标准"),
        ("研发费用加计扣除", "研发费用加计扣除"),
        ("江苏跟海关在进出口环节的专利保护上有什么合作", "海关在进出口环节的专利保护上 合作"),
        ("贵州省知识产权证券化工作推进到什么程度了？", "知识产权证券化"),
        ("浙江河长制和水污染治理的成效", "河长制和水污染治理"),
        ("知识产权区域布局试点 哪些省", "知识产权区域布局试点"),
        (
            "Which provinces have set up an intellectual property trading centre?",
            "知识产权 交易中心",
        ),
        ("重庆市2018年专利导行方面有哪些安排", "专利导航"),
        ("湖北自贸区三个片区的专利导航进展情况", "自贸区三个片区的专利导航"),
        ("哪些省份公证处提供知识产权公证服务", "公证处提供知识产权公证服务"),
        ("长三角专利代理人资格互认进展如何", "专利代理人资格互认"),
        ("跟浙江知识产权夜校类似的培训，哪些省有？", "知识产权夜校 培训"),
        ("外省代理机构来设分支的数量，各省比较", "外省代理机构来设分支的数量"),
        ("知识产权交易成交或签约金额，各省对比", "知识产权交易成交或签约金额"),
        ("拿地图系统展示一座城市的专利商标版权分布", "拿地图系统展示一座城市的专利商标版权分布"),
        ("浙江网上技术市场建设成效如何", "网上技术市场建设"),
        ("长江十年禁渔各省退捕渔民安置情况", "长江十年禁渔 退捕渔民安置"),
        # And of our own.
        ("请问哪些省份建立了诉调对接机制，谢谢", "建立了诉调对接机制"),
        ("麻烦列出各省的知识产权法庭", "知识产权法庭"),
        ("我想了解一下四川的天府知来贷", "天府知来贷"),
        ("领导要材料：各地的专利执法情况", "专利执法"),
        ("你好，请介绍一下湖南的知识产权综合管理改革", "知识产权综合管理改革"),
        ("江苏省和浙江省在专利导航方面有何不同", "专利导航 不同"),
        ("目前哪些省份已经把专利纳入信用体系", "把专利纳入信用体系"),
        ("《湖北省专利条例》什么时候施行", "《湖北省专利条例》 施行"),
        ("湖北省武汉市的知识产权审判庭", "武汉市的知识产权审判庭"),
        # Words of asking inside of others are none.
        ("对外合作", "对外合作"),
        ("市场监管", "市场监管"),
        ("有效专利维持", "有效专利维持"),
        ("在线维权平台", "在线维权平台"),
        ("省级专利奖", "省级专利奖"),
        ("外省移送的案件", "外省移送的案件"),
        pytest.param(
            "调查一下各省的质押融资情况",
            "质押融资",
        ),
        ("哪些省还没有设立仲裁院", "设立仲裁院"),
        ("没有做过专利导航的省份有哪些", "做过专利导航"),
        ("介绍信制度", "介绍信制度"),
        ("未来三年的规划", "未来三年的规划"),
        pytest.param(
            "像江苏评选百件优秀专利申请文件这样的活动，别的省有吗",
            "评选百件优秀专利申请文件 活动",
        ),
    ],
)
def test_the_core_is_left_when_the_words_of_asking_are_off(searcher, text, core):
    assert searcher.read(text).core == core


@pytest.mark.parametrize(
    ("text", "core"),
    [
        ("云南所说的“一窗口，两中心”是什么", "所说的“一窗口，两中心”"),
        (
            "安徽开发的「专利维权信息网络报送和办理系统」",
            "开发的「专利维权信息网络报送和办理系统」",
        ),
        ("江苏的“苏知中心”，外省有没有差不多的", "“苏知中心”"),
        # No text has it so: whole questions are put in quotation marks, too.
        ("“哪些省份设立了质押融资风险补偿基金”", "“ 设立了质押融资风险补偿基金”"),
    ],
)
def test_a_name_in_quotation_marks_is_left_whole(searcher, text, core):
    assert searcher.read(text).core == core


@pytest.mark.parametrize(
    ("text", "corrected"),
    [
        ("天府知来代产品介绍", (("天府知来代", "天府知来贷"),)),
        ("知识产权证卷化试点", (("知识产权证卷化", "知识产权证券化"),)),
        ("知识产权证卷化", (("知识产权证卷化", "知识产权证券化"),)),
        ("专立导航", (("专立导航", "专利导航"),)),
        ("哪些省有风险补常基金", (("风险补常", "风险补偿"),)),
        ("诉掉对接", (("诉掉对接", "诉调对接"),)),
        ("质压融资与诉掉对接", (("诉掉对接", "诉调对接"), ("质压融资", "质押融资"))),
        # Real words stay what they are.
        ("知识产权公证服务", ()),
        ("质押贷了", ()),
        ("质押贷了多少", ()),
        ("知识产权运营中心", ()),
        ("专利预警", ()),
        ("专利密级型产业", ()),
        ("天府知来贷", ()),
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


@pytest.mark.parametrize(
    ("text", "core"),
    [
        ("哪些省份和广东开展了合作", "和广东开展了合作"),
        ("哪些省组织去北京学习考察", "组织去北京学习考察"),
        ("学习深圳做法的省份有哪些", "学习深圳"),
        ("哪些省份和上海、浙江合作办案", "和上海 浙江合作办案"),
        ("有没有省份跟京津冀联合执法", "京津冀联合执法"),
    ],
)
def test_a_place_that_provinces_deal_with_is_no_place_asked_about(searcher, text, core):
    question = searcher.read(text)
    assert (question.kind, question.elsewhere, question.core) == (WHICH, (), core)


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("广东省哪些市设立了质押融资风险补偿基金", ("广东省",)),
        ("广东、福建哪些地方设立了基金", ("广东", "福建")),
        ("各省的质押融资，广东呢", ("广东",)),
        ("与广东专利导航类似的做法有哪些", ("广东",)),
    ],
)
def test_a_place_that_is_asked_about_stays_one(searcher, text, absent):
    assert searcher.read(text).elsewhere == absent


@pytest.mark.parametrize(
    ("text", "core"),
    [
        ("知产质押", "知识产权质押"),
        ("IP质押", "知识产权质押"),
        ("专代考试", "专利代理考试"),
        ("已知产品", "已知产品"),
        ("ZIP文件", "ZIP文件"),
        ("重庆那个专利信息联盟", "专利信息联盟"),
    ],
)
def test_short_forms_are_asked_as_the_documents_have_them(searcher, text, core):
    assert searcher.read(text).core == core


def test_what_is_put_right_is_searched_for_and_what_was_typed_is_kept(searcher):
    question = searcher.read("知识产权证卷化试点情况")
    assert (question.text, question.asked) == ("知识产权证卷化试点情况", "知识产权证券化试点情况")
    assert question.core == "知识产权证券化试点"


@pytest.mark.parametrize(
    ("text", "core", "themes"),
    [
        ("营造保障创新的市场环境", "营造保障创新的市场环境", ("营造保障创新的市场环境",)),
        (
            "营造保障创新的市场环境方面江苏做了什么",
            "营造保障创新的市场环境",
            ("营造保障创新的市场环境",),
        ),
        ("保障创新的市场环境有哪些做法", "保障创新的市场环境", ("营造保障创新的市场环境",)),
        (
            "哪些省在促进科技创新成果转移转化",
            "促进科技创新成果转移转化",
            ("促进科技创新成果转移转化",),
        ),
        ("知识产权服务加快", "知识产权服务加快", ("推动知识产权服务加快发展",)),
        ("市场环境", "市场环境", ()),
        ("投融资渠道", "投融资渠道", ()),
        ("知识产权服务", "知识产权服务", ()),
    ],
)
def test_a_theme_is_meant_when_most_of_its_title_is_named(searcher, text, core, themes):
    question = searcher.read(text)
    assert (question.core, question.themes) == (core, themes)
    assert question.filter.theme == themes


def test_a_theme_that_is_named_narrows_the_search(searcher):
    hits = searcher.search("营造保障创新的市场环境方面江苏做了什么", top_k=50)
    assert {(h.passage.province, h.passage.theme) for h in hits} == {
        ("江苏省", "营造保障创新的市场环境")
    }


@pytest.mark.parametrize(
    ("text", "is_reverse"),
    [
        ("有多少个省份还没有开展专利导航", True),
        ("有多少个省份开展了专利导航", False),
        ("其他省有哪些做法是安徽没有提到的", True),
        ("别的省有什么做法是贵州没有的？", True),
        ("质押融资方面，其他省做了哪些四川没做的", True),
        ("与四川“天府知来贷”类似的做法，其他省有哪些", False),
        ("其他省有没有类似天府知来贷的做法，四川做得怎么样", False),
        ("哪些省份没有设立基金", True),
        ("哪些省份至今未开展专利保险", True),
        ("没有做过专利导航的省份有哪些", True),
        ("哪些省有没有专利保险", False),
        ("有没有省份做专利保险", False),
        ("哪些省未来三年打算建法庭", False),
    ],
)
def test_who_or_what_others_have_and_one_has_not_is_asked_in_reverse(searcher, text, is_reverse):
    assert searcher.read(text).is_reverse is is_reverse


@pytest.mark.parametrize(
    ("text", "is_bare"),
    [
        ("那湖南呢？", True),
        ("2018年有什么打算？", True),
        ("浙江做了什么", True),
        ("几家", True),
        ("浙江的任务是什么", False),
        ("专利", False),
    ],
)
def test_a_question_that_says_nothing_of_its_own_is_bare(searcher, text, is_bare):
    question = searcher.read(text)
    assert question.is_bare is is_bare
    assert (question.core == question.asked) or not is_bare


@pytest.mark.parametrize(
    ("text", "is_description"),
    [
        ("把知识产权拿去银行换钱用，", True),
        ("WIPO Green 交流项目", True),
        ("怎样把知识产权拿去银行换钱用", False),
        ("上海把知识产权拿去银行换钱用", False),
        ("哪些省份设立了质押融资风险补偿基金", False),
        ("有哪些", False),
    ],
)
def test_what_only_describes_something_is_told_from_what_asks(searcher, text, is_description):
    assert searcher.read(text).is_description == is_description
