"""The desk behind the page: replies, clues and sessions, without a browser."""

from dataclasses import replace
from itertools import pairwise

import pytest

from index.filters import Filter
from qa.proof import Proof
from qa.records import Writing
from web.desk import COMPLETED, NOT_KEPT, STOPPED, Desk
from web.given import Given
from web.session import KEPT_ANSWERS, Asked, Session, Turn
from web.view import clues, evidence, messages
from web.words import DEFAULT, load_words

QUESTION = "哪些省份设立了质押融资风险补偿基金"
SAY = load_words(DEFAULT)["chat"]
PLANS = "湖北省2018年在质押融资方面有什么计划"
TYPO = "知识产权证卷化试点情况"

# Outside an event Gradio looks for the chips' values among choices it has not been given yet.
pytestmark = pytest.mark.filterwarnings("ignore:The value passed into gr.Dropdown")


@pytest.fixture(scope="module")
def desk(searcher):
    return Desk(searcher, None, SAY)


@pytest.fixture
def chips(store):
    return lambda session: clues(session, store, SAY)


def asked(desk, text, session=None, **filters):
    """The session after what was typed."""
    return list(desk.ask(Asked(text, Filter(**filters)), session or Session()))[-1]


def asked_again(desk, keys, session):
    """The session after the clues were changed."""
    return list(desk.ask_again(keys, Asked(""), session))[-1]


def message(session):
    return messages(session)[-1]


def places(answer):
    return {(c.passage.province, c.passage.column) for c in answer.citations}


def said(session):
    """All that a visitor reads, whatever it was reached by."""
    return [m.content for m in messages(session)], evidence(session, SAY)


def test_an_answer_comes_with_evidence_clues_and_buttons(desk, store, chips):
    session = asked(desk, QUESTION)
    reply, shown = message(session), chips(session)
    assert session.last.question.text == QUESTION
    assert reply.role == "assistant" and reply.content.startswith("<p>逐一核对11个省份，")
    assert [option["label"] for option in reply.options] == ["找类似做法", "看2018年计划"]
    assert reply.options[1]["value"] == "2018年有什么打算？"
    assert evidence(session, SAY).count("<article") == session.cards[0].count("<article") >= 10
    assert shown.visible and shown.value == ["kind:which"]
    # What was chosen stands first, then what else could have been meant.
    keys = [key for _, key in shown.choices]
    assert keys[0] == "kind:which" and len(set(keys)) == len(keys)
    assert {f"province:{name}" for name in store.facets.values["province"]} < set(keys)


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        (PLANS, ["kind:open", "province:湖北省", "column:plan", "year:2018"]),
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
def test_the_chips_say_how_the_question_was_understood(desk, chips, text, understood):
    shown = chips(asked(desk, text))
    assert shown.value == understood
    assert set(understood) <= {key for _, key in shown.choices}


def test_the_numbers_of_an_answer_belong_to_its_turn(desk):
    session = asked(desk, QUESTION)
    assert 'href="#t1-h1"' in message(session).content and 'id="t1-h1"' in evidence(session, SAY)
    session = asked(desk, "天府知来贷", session)
    panel = evidence(session, SAY)
    assert 'href="#t2-h1"' in message(session).content
    # The cards of the answer before stand below.
    assert panel.index('id="t2-h1"') < panel.index("之前的回答") < panel.index('id="t1-h1"')
    assert len(session.cards) == 2


def test_only_the_last_answers_keep_their_cards(desk):
    earlier = tuple(Turn(Asked("…"), None, "…", f"第{n}张") for n in range(KEPT_ANSWERS))
    session = Session("0" * 16, earlier)
    after = asked(desk, "天府知来贷", session)
    assert after.cards[1:] == session.cards[:-1]
    assert "第9张" in evidence(after, SAY) and "第0张" not in evidence(after, SAY)


def test_a_session_goes_on_and_another_does_not_know_of_it(desk, chips):
    first, second = asked(desk, QUESTION), asked(desk, "四川省天府知来贷是什么")
    assert first.id != second.id
    first = asked(desk, "那湖南呢？", first)
    assert first.last.question.core == "设立了质押融资风险补偿基金"
    assert chips(first).value == ["kind:which", "province:湖南省"]
    assert asked(desk, "那湖南呢？", second).last.question.core == "天府知来贷"
    assert asked(desk, "那湖南呢？").last.question.is_bare


def test_a_chip_taken_away_answers_again(desk, chips):
    session = asked(desk, PLANS)
    assert places(session.last) == {("湖北省", "plan")}
    keys = ["kind:open", "province:湖北省"]
    session = asked_again(desk, keys, session)
    assert chips(session).value == keys
    assert [m.role for m in messages(session)] == ["user", "assistant"] * 2
    assert messages(session)[2].content == f"{PLANS}（按改过的理解重新回答）"
    assert 'href="#t2-h1"' in message(session).content and 'id="t2-h1"' in evidence(session, SAY)
    assert {"achievement"} < {column for _, column in places(session.last)}
    assert {province for province, _ in places(session.last)} == {"湖北省"}


def test_a_chip_added_and_another_kind_answer_again(desk, chips):
    keys = ["kind:compare", "province:四川省", "province:安徽省"]
    session = asked_again(desk, keys, asked(desk, QUESTION))
    assert chips(session).value == keys
    assert [v.province for v in session.last.verdicts] == ["四川省", "安徽省"]
    assert "逐项对照" in message(session).content
    # A comparison of one province is none, and the chips say what became of it.
    session = asked_again(desk, keys[:2], session)
    assert chips(session).value == ["kind:open", "province:四川省"]
    assert {province for province, _ in places(session.last)} == {"四川省"}


def test_a_correction_undone_is_searched_for_as_typed(desk, chips):
    session = asked(desk, TYPO)
    assert "按“知识产权证券化”查找（原写作“知识产权证卷化”）" in message(session).content
    session = asked_again(desk, ["kind:open"], session)
    assert session.last.question.asked == TYPO
    assert "原写作" not in message(session).content and chips(session).value == ["kind:open"]


def test_before_the_first_answer_there_is_nothing_to_answer_again(desk):
    assert list(desk.ask_again(["kind:open"], Asked(""), Session())) == []
    assert list(desk.retry(Asked(""), Session())) == []


@pytest.mark.parametrize(
    ("text", "filters", "says"),
    [
        ("？", {}, "问题里没有可以检索的文字"),
        ("字" * 2000, {}, "问题有2000个字，太长了"),
        ("质押", {"province": ("火星",)}, "没有叫“火星”的省份"),
    ],
)
def test_what_cannot_be_asked_changes_nothing_that_is_gone_on_from(desk, text, filters, says):
    before = asked(desk, QUESTION)
    after = asked(desk, text, before, **filters)
    assert says in message(after).content and not message(after).options
    assert after.last is before.last and after.answer is None
    assert "没有可列的依据" in evidence(after, SAY) and 'id="t1-h1"' in evidence(after, SAY)
    # The next one counts on, and goes on from the last that was answered.
    following = asked(desk, "那湖南呢？", after)
    assert following.last.question.core == "设立了质押融资风险补偿基金"
    assert 'id="t3-h1"' in evidence(following, SAY)


def test_filters_of_the_sidebar_hold_for_the_answer(desk):
    session = asked(desk, QUESTION, province=("云南省",), column=("plan",))
    assert places(session.last) == {("云南省", "plan")}


def test_a_refused_question_offers_nothing_to_ask_next_but_may_be_followed(desk, chips):
    session = asked(desk, "广东省知识产权质押融资金额是多少")
    assert not message(session).options
    assert "现有文档不包含广东省的内容" in message(session).content
    assert chips(session).value == ["kind:fact"]
    session = asked(desk, "那湖南呢？", session)
    assert session.last.refusal is None
    assert chips(session).value == ["kind:fact", "province:湖南省"]


def test_a_retry_goes_on_from_what_was_before_it(desk):
    once = asked(desk, "那湖南呢", asked(desk, QUESTION))
    twice = list(desk.retry(Asked(""), once))[-1]
    assert said(twice) == said(once)
    assert [turn.asked for turn in twice.turns] == [turn.asked for turn in once.turns]
    # Its own answer would have been gone on from: 那湖南呢 of 那湖南呢.
    assert twice.last.question == once.last.question


def test_a_retry_of_changed_clues_keeps_them(desk):
    once = asked_again(desk, ["kind:open", "province:湖北省"], asked(desk, PLANS))
    assert said(list(desk.retry(Asked(""), once))[-1]) == said(once)


def test_a_retry_uses_the_filters_as_they_are_now(desk):
    session = asked(desk, QUESTION)
    now = Asked("", Filter(province=("云南省",)))
    session = list(desk.retry(now, session))[-1]
    assert {province for province, _ in places(session.last)} == {"云南省"}


def test_undo_and_edit_leave_what_was_before(desk):
    first = asked(desk, QUESTION)
    session = asked(desk, "第一条的原文", asked(desk, "那湖南呢", first))
    assert said(session.before(2)) == said(first)
    edited = list(desk.edit(2, Asked("那四川呢\n"), session))[-1]
    assert [turn.asked.text for turn in edited.turns] == [QUESTION, "那四川呢"]
    assert said(edited) == said(asked(desk, "那四川呢", first))
    # In other words it is no longer what the clues made of it.
    changed = asked_again(desk, ["kind:open"], first)
    edited = list(desk.edit(2, Asked(f"{changed.turns[1].asked.shown}\n"), changed))[-1]
    assert edited.turns[1].asked == Asked(QUESTION)


def test_a_replayed_conversation_is_the_one_that_was_held(desk):
    session = asked(desk, QUESTION)
    session = asked_again(desk, ["kind:which", "province:湖南省", "province:四川省"], session)
    session = asked(desk, "第二条的原文", session)
    session = asked(desk, "天府知来贷", session, province=("四川省",))
    questions = [Given(turn.asked) for turn in session.turns]
    replayed = desk.replay(questions, Session(session.id))
    assert said(replayed) == said(session) and replayed.id == session.id
    following = [asked(desk, "那湖南呢", each) for each in (replayed, session)]
    assert said(following[0]) == said(following[1])


def test_what_a_language_model_wrote_is_not_replayed_and_that_is_said(desk):
    written = Given(Asked(QUESTION, writes=True), ("现有材料没有省份“火星”。",))
    session = desk.replay([written], Session())
    assert session.turns[0].notes == (NOT_KEPT, "现有材料没有省份“火星”。")
    assert message(session).content.startswith(f'<p class="note">{NOT_KEPT}</p>')
    assert session.last.writing is None and session.turns[0].asked.writes
    # What the model had made of a follow-up is what is asked.
    rewritten = Given(Asked("后来呢", writes=True, rewritten=PLANS))
    session = desk.replay([written, rewritten], Session())
    assert places(session.last) == {("湖北省", "plan")}
    assert messages(session)[2].content == "后来呢"


def test_a_text_that_was_stopped_is_marked_and_another_left_alone(desk):
    session = asked(desk, QUESTION)
    assert desk.settled(session) is session
    answer = replace(session.last, writing=Writing("写到一半", Proof(()), "prompt"))
    session = session.before(1).plus(replace(session.turns[0], answer=answer))
    settled = desk.settled(session)
    assert settled.last.writing.trouble == STOPPED and settled.last.writing.raw == "写到一半"
    assert STOPPED in message(settled).content and "正在撰写" not in message(settled).content
    assert desk.settled(settled) is settled


def test_only_what_its_words_alone_mean_stands_alone(desk):
    session = asked(desk, "那湖南呢", asked(desk, QUESTION))
    assert [desk.stands_alone(turn) for turn in session.turns] == [True, False]
    assert [desk.standalone_text(turn) for turn in session.turns] == [
        QUESTION,
        "湖南省设立了质押融资风险补偿基金",
    ]
    # A figure that was asked of nobody is told of all: its words still mean that.
    table = asked(desk, "专利代理机构数量").turns[0]
    assert table.answer.question.kind == "figures" and desk.stands_alone(table)
    session = asked(desk, "第一条的原文", session)
    assert not desk.stands_alone(session.turns[2]) and desk.standalone_text(session.turns[2]) == ""
    # Clues chosen by hand say all that the words do not.
    changed = asked_again(desk, ["kind:open", "province:湖南省"], asked(desk, QUESTION))
    assert desk.stands_alone(changed.turns[1]) and desk.standalone_text(changed.turns[1]) == ""


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

    def replies(text, in_full):
        author = ScriptedAuthor(in_full)
        session = asked(desk, QUESTION)
        monkeypatch.setattr(desk, "_author", author)
        return author, desk.ask(Asked(text, writes=True), session)

    return replies


def test_a_session_changes_when_a_text_does_and_not_with_every_beat(written):
    _, replies = written("天府知来贷", "天府知来贷")
    first, *grown = replies
    assert [after is before for before, after in pairwise(grown)] == [True, True, False, True, True]
    assert not grown[0].last.writing.is_whole and grown[-1].last.writing.is_whole
    assert {session.cards for session in grown} == {first.cards}
    assert message(grown[0]).content != message(grown[-1]).content


def test_who_leaves_a_reply_leaves_the_author(written):
    author, replies = written("天府知来贷", "天府知来贷")
    next(replies), next(replies)
    assert not author.left
    replies.close()
    assert author.left


def test_a_question_that_the_model_put_in_full_is_answered_as_such_and_said(written):
    in_full = "云南省有没有设立风险补偿基金"
    session = next(written("云南有没有", in_full)[1])
    assert session.last.question.text == in_full == session.turns[-1].asked.rewritten
    assert session.last.prompts == (ScriptedAuthor.rewriting,)
    assert f"大模型把追问补全为“{in_full}”" in message(session).content
    session = next(written("天府知来贷", "天府知来贷")[1])
    assert session.last.prompts == () and "补全" not in message(session).content


def test_what_a_model_put_in_full_is_said_when_it_is_replayed_without_it(desk):
    in_full = "云南省有没有设立风险补偿基金"
    replayed = desk.replay([Given(Asked("云南有没有", rewritten=in_full))], Session())
    assert COMPLETED.format(in_full) in message(replayed).content
    assert replayed.last.question.text == in_full
