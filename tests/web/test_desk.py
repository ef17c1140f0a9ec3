"""The desk behind the page: replies, clues and sessions, without a browser."""

from dataclasses import replace

import pytest

from qa.proof import Proof
from qa.records import Writing
from web.page import KEPT_ANSWERS, Desk, Session

QUESTION = "哪些省份设立了质押融资风险补偿基金"
PLANS = "湖北省2018年在质押融资方面有什么计划"
TYPO = "知识产权证卷化试点情况"
SKIPPED = {"__type__": "update"}

# Outside an event Gradio looks for the chips' values among choices it has not been given yet.
pytestmark = pytest.mark.filterwarnings("ignore:The value passed into gr.Dropdown")


@pytest.fixture(scope="module")
def desk(searcher):
    """Without the folder of files to take away, which only goes when Python stops."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("web.page.Downloads", lambda: None)
        return Desk(searcher, None)


def asked(desk, text, session=None, history=(), **filters):
    """The last of the replies to what was typed: message, evidence, session, clues."""
    wanted = [filters.get(name, []) for name in ("provinces", "columns", "themes")]
    return list(desk.ask(text, list(history), session or Session(), *wanted, 10, False))[-1]


def asked_again(desk, keys, session, history=()):
    """The last of the replies to changed clues: messages, evidence, session, clues."""
    return list(desk.ask_again(keys, list(history), session, [], [], [], 10, False))[-1]


def turns(count):
    """A history of so many questions and answers."""
    return [{"role": role, "content": "…"} for _ in range(count) for role in ("user", "assistant")]


def places(answer):
    return {(c.passage.province, c.passage.column) for c in answer.citations}


def test_an_answer_comes_with_evidence_clues_and_buttons(desk, store):
    message, evidence, session, clues = asked(desk, QUESTION)
    assert session.last.question.text == QUESTION
    assert message.role == "assistant" and message.content.startswith("<p>逐一核对11个省份，")
    assert [option["label"] for option in message.options] == ["找类似做法", "看2018年计划"]
    assert message.options[1]["value"] == "2018年有什么打算？"
    assert evidence.count("<article") == session.cards[0].count("<article") >= 10
    assert clues.visible and clues.value == ["kind:which"]
    # What was chosen stands first, then what else could have been meant.
    keys = [key for _, key in clues.choices]
    assert keys[0] == "kind:which" and len(set(keys)) == len(keys)
    assert {f"province:{name}" for name in store.facets.values["province"]} < set(keys)


@pytest.mark.parametrize(
    ("text", "clues"),
    [
        (PLANS, ["kind:open", "province:湖北省", "column:plan"]),
        (TYPO, ["kind:open", "corrected:知识产权证卷化→知识产权证券化"]),
        (
            "上海和江苏的交易中心有什么区别",
            ["kind:compare", "province:上海市", "province:江苏省"],
        ),
        (
            "营造保障创新的市场环境方面江苏做了什么",
            ["kind:open", "province:江苏省", "theme:营造保障创新的市场环境"],
        ),
    ],
)
def test_the_chips_say_how_the_question_was_understood(desk, text, clues):
    _, _, _, chips = asked(desk, text)
    assert chips.value == clues
    assert set(clues) <= {key for _, key in chips.choices}


def test_the_numbers_of_an_answer_belong_to_its_turn(desk):
    message, evidence, session, _ = asked(desk, QUESTION)
    assert 'href="#t1-h1"' in message.content and 'id="t1-h1"' in evidence
    message, evidence, session, _ = asked(desk, "天府知来贷", session, turns(1))
    assert 'href="#t2-h1"' in message.content
    # The cards of the answer before stand below.
    assert (
        evidence.index('id="t2-h1"') < evidence.index("之前的回答") < evidence.index('id="t1-h1"')
    )
    assert len(session.cards) == 2


def test_only_the_last_answers_keep_their_cards(desk):
    session = Session(cards=tuple(f"第{n}张" for n in range(KEPT_ANSWERS)))
    _, evidence, after, _ = asked(desk, "天府知来贷", session)
    assert after.cards[1:] == session.cards[:-1] and "第0张" in evidence


def test_a_session_goes_on_and_another_does_not_know_of_it(desk):
    _, _, first, _ = asked(desk, QUESTION)
    _, _, second, _ = asked(desk, "四川省天府知来贷是什么")
    _, _, first, chips = asked(desk, "那湖南呢？", first, turns(1))
    assert first.last.question.core == "设立了质押融资风险补偿基金"
    assert chips.value == ["kind:which", "province:湖南省"]
    _, _, second, _ = asked(desk, "那湖南呢？", second, turns(1))
    assert second.last.question.core == "天府知来贷"
    _, _, third, _ = asked(desk, "那湖南呢？")
    assert third.last.question.is_bare


def test_a_chip_taken_away_answers_again(desk):
    _, _, session, _ = asked(desk, PLANS)
    assert places(session.last) == {("湖北省", "plan")}
    keys = ["kind:open", "province:湖北省"]
    messages, evidence, session, chips = asked_again(desk, keys, session, turns(1))
    assert chips.value == keys
    assert [m["role"] for m in messages[:-1]] == ["user", "assistant", "user"]
    assert messages[-2]["content"] == f"{PLANS}（按改过的理解重新回答）"
    assert 'href="#t2-h1"' in messages[-1].content and 'id="t2-h1"' in evidence
    assert {"achievement"} < {column for _, column in places(session.last)}
    assert {province for province, _ in places(session.last)} == {"湖北省"}


def test_a_chip_added_and_another_kind_answer_again(desk):
    _, _, session, _ = asked(desk, QUESTION)
    keys = ["kind:compare", "province:四川省", "province:安徽省"]
    messages, _, session, chips = asked_again(desk, keys, session, turns(1))
    assert chips.value == keys
    assert [v.province for v in session.last.verdicts] == ["四川省", "安徽省"]
    assert "逐项对照" in messages[-1].content
    # A comparison of one province is none, and the chips say what became of it.
    _, _, session, chips = asked_again(desk, keys[:2], session, turns(2))
    assert chips.value == ["kind:open", "province:四川省"]
    assert {province for province, _ in places(session.last)} == {"四川省"}


def test_a_correction_undone_is_searched_for_as_typed(desk):
    message, _, session, _ = asked(desk, TYPO)
    assert "按“知识产权证券化”查找（原写作“知识产权证卷化”）" in message.content
    messages, _, session, chips = asked_again(desk, ["kind:open"], session, turns(1))
    assert session.last.question.asked == TYPO
    assert "原写作" not in messages[-1].content and chips.value == ["kind:open"]


def test_before_the_first_answer_there_is_nothing_to_answer_again(desk):
    assert list(desk.ask_again(["kind:open"], [], Session(), [], [], [], 10, False)) == []


@pytest.mark.parametrize(
    ("text", "filters", "says"),
    [
        ("？", {}, "问题里没有可以检索的文字"),
        ("字" * 2000, {}, "问题有2000个字，太长了"),
        ("质押", {"provinces": ["火星"]}, "没有叫“火星”的省份"),
    ],
)
def test_what_cannot_be_asked_leaves_the_session_as_it_was(desk, text, filters, says):
    _, _, before, _ = asked(desk, QUESTION)
    message, evidence, session, clues = asked(desk, text, before, turns(1), **filters)
    assert says in message.content and not message.options
    assert session is before and clues == SKIPPED
    assert "没有可列的依据" in evidence and 'id="t1-h1"' in evidence


def test_filters_of_the_sidebar_hold_for_the_answer(desk):
    _, _, session, _ = asked(desk, QUESTION, provinces=["云南省"], columns=["plan"])
    assert places(session.last) == {("云南省", "plan")}


def test_a_refused_question_offers_nothing_to_ask_next_but_may_be_followed(desk):
    message, _, session, clues = asked(desk, "广东省知识产权质押融资金额是多少")
    assert not message.options and "现有文档不包含广东省的内容" in message.content
    assert clues.value == ["kind:fact"]
    _, _, session, clues = asked(desk, "那湖南呢？", session, turns(1))
    assert (session.last.refusal, clues.value) == (None, ["kind:fact", "province:湖南省"])


class ScriptedAuthor:
    """Puts a question in full, and writes in rounds, of which some bring nothing new."""

    model, rewriting = "fake", "rewrite@0123456789ab"

    def __init__(self, in_full):
        self.in_full, self.left = in_full, False

    def standalone(self, text, previous):
        return self.in_full

    def written(self, answer):
        growing = Writing("", Proof(()), "answer@0123456789ab")
        try:
            for writing in (growing, replace(growing, is_whole=True)):
                written = replace(answer, writing=writing)
                yield from (written, written, written)
        finally:
            self.left = True


@pytest.fixture
def written(desk, monkeypatch):
    """The replies to a question after another, written by an author that puts it so in full."""

    def replies(text, in_full, session=None):
        author = ScriptedAuthor(in_full)
        monkeypatch.setattr(desk, "_author", author)
        session = session or asked(desk, QUESTION)[2]
        return author, desk.ask(text, turns(1), session, [], [], [], 10, True)

    return replies


def test_a_session_changes_when_a_text_is_whole_and_not_with_every_beat(written):
    _, replies = written("天府知来贷", "天府知来贷")
    first, *grown = replies
    assert [reply[2] == SKIPPED for reply in grown] == [True, True, True, False, True, True]
    assert grown[3][2].last.writing.is_whole and grown[3][2].cards == first[2].cards
    contents = [reply[0].content for reply in grown]
    assert len(set(contents[:3])) == len(set(contents[3:])) == 1 and contents[0] != contents[3]


def test_who_leaves_a_reply_leaves_the_author(written):
    author, replies = written("天府知来贷", "天府知来贷")
    next(replies), next(replies)
    assert not author.left
    replies.close()
    assert author.left


def test_a_question_that_the_model_put_in_full_is_answered_as_such_and_said(written):
    _, replies = written("云南有没有", "云南省有没有设立风险补偿基金")
    message, _, session, _ = next(replies)
    assert session.last.question.text == "云南省有没有设立风险补偿基金"
    assert session.last.prompts == (ScriptedAuthor.rewriting,)
    assert "大模型把追问补全为“云南省有没有设立风险补偿基金”" in message.content
    _, replies = written("天府知来贷", "天府知来贷")
    message, _, session, _ = next(replies)
    assert session.last.prompts == () and "补全" not in message.content
