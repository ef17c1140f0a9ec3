import numpy as np
import pytest

from index.records import ACHIEVEMENT, PLAN, TASK, TEXT, Passage
from qa.judge import Judge, load_status_wording
from qa.relevance import Relevance

RELEVANCE = Relevance(weights=(), bias=0, mentioned_above=-2.0, mentioned_within=4.0)


def passage(province, column, text):
    return Passage(
        f"{province}/{column}", "", "", province, "", column, column, "", "", (), 1, text, "", (1,), (1, 1)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("sentence", "words", "status"),
    [
        ("在示范区设立专利质押融资风险补偿基金，建立风险补偿机制。", ["风险补偿基金"], "done"),
        (
            "全面推行质押融资工作，积极推进风险补偿基金设立，预计达60亿元。",
            ["风险补偿基金"],
            "doing",
        ),
        ("积极申请财政资金支持风险补偿资金的建设。", ["风险补偿资金"], "doing"),
        ("制定了《意见》，等待省科技厅会议通过。", ["意见"], "doing"),
        ("制定了工作方案，明确了建立风险补偿机制和培训两大重点工作。", ["风险补偿"], "doing"),
        ("明确了工作任务，建立风险补偿机制。", ["风险补偿"], "done"),
        ("印发《关于推进专利质押融资工作的意见》。", ["质押融资"], "done"),
        ("蚌埠市正在筹建皖北专利公共服务平台", ["公共服务平台"], "doing"),
        ("武汉知识产权审判庭正式挂牌成立。", ["审判庭"], "done"),
        ("开展了专利代理资格证书挂靠行为治理工作", ["挂靠"], "done"),
        ("共受理4家机构的15笔保费补助申请，经审核13笔符合条件。", ["保费", "补助"], "done"),
        ("申请入册管理的服务机构41家。", ["入册"], "done"),
        ("申请设立知识产权法庭。", ["法庭"], "doing"),
        ("与审协中心签订协议，推动开展审查员实践。", ["审查员", "实践"], "done"),
    ],
)
def test_wording_tells_done_from_doing(sentence, words, status):
    assert load_status_wording().status_of(sentence, words) == status


def judged(rows):
    """Statuses by province of (province, column, text, logit) rows."""
    passages = [passage(*row[:3]) for row in rows]
    judge = Judge(passages, RELEVANCE)
    provinces = list(dict.fromkeys(row[0] for row in rows))

    def whole(row):
        return 0, len(passages[row].text)

    result = judge.judge(provinces, np.array([row[3] for row in rows]), whole, ["基金"])
    return {j.province: (j.status, j.rows) for j in result}


def test_the_column_decides_first():
    assert judged(
        [
            ("甲省", ACHIEVEMENT, "设立基金。", 3.0),
            ("甲省", PLAN, "完善基金。", 3.5),
            ("乙省", PLAN, "已设立基金，继续完善。", 2.0),
            ("丙省", TASK, "设立基金。", 1.0),
            ("丁省", ACHIEVEMENT, "举办培训。", -5.0),
        ]
    ) == {
        "甲省": ("done", (0,)),
        "乙省": ("planned", (2,)),
        "丙省": ("tasked", (3,)),
        "丁省": ("not_mentioned", ()),
    }


def test_an_achievement_about_something_else_does_not_make_a_task_done():
    rows = [("甲省", TASK, "设立基金。", 4.0), ("甲省", ACHIEVEMENT, "召开会议。", 0.0)]
    assert judged(rows)["甲省"] == ("tasked", (0,))


def test_one_achievement_that_is_done_outweighs_one_that_is_under_way():
    rows = [
        ("甲省", ACHIEVEMENT, "积极推进基金设立。", 3.0),
        ("甲省", ACHIEVEMENT, "基金成立。", 2.0),
    ]
    assert judged(rows)["甲省"] == ("done", (1,))


def test_what_is_far_behind_the_best_of_all_is_not_mentioned():
    rows = [("甲省", ACHIEVEMENT, "基金成立。", 5.0), ("乙省", ACHIEVEMENT, "会议召开。", 0.5)]
    assert judged(rows)["乙省"][0] == "not_mentioned"


def test_what_may_not_be_used_is_not_judged():
    rows = [("甲省", ACHIEVEMENT, "基金成立。", -np.inf), ("甲省", PLAN, "设立基金。", 1.0)]
    assert judged(rows)["甲省"] == ("planned", (1,))


@pytest.mark.parametrize(
    ("column", "text", "status"),
    [
        (ACHIEVEMENT, "基金成立。积极推进保险试点。", "doing"),
        (ACHIEVEMENT, "积极推进基金设立。保险已经推出。", "done"),
        (PLAN, "保险已经推出。", "planned"),
        (TASK, "保险已经推出。", "tasked"),
        (TEXT, "保险已经推出。", ""),
    ],
)
def test_a_passage_says_by_its_column_and_the_wording_of_a_sentence_what_became_of_it(
    column, text, status
):
    judge = Judge([passage("甲省", column, text)], RELEVANCE)
    span = (text.index("。") + 1 if text.count("。") > 1 else 0, len(text))
    assert judge.status_of(0, span, ["保险"]) == status
