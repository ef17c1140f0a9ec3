"""The events of a page that overlap: what ends late must not undo what was asked since."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import gradio as gr
import pytest

from qa.proof import Proof
from qa.records import Writing
from web.desk import STOPPED, Desk
from web.downloads import Downloads
from web.session import Session
from web.talk import Talk
from web.words import DEFAULT, load_words

QUESTION = "哪些省份设立了质押融资风险补偿基金"
SAY = load_words(DEFAULT)["chat"]
SIDEBAR = ([], [], [], 10, True)

pytestmark = pytest.mark.filterwarnings("ignore:The value passed into gr.Dropdown")


class CutOff(Desk):
    """Its language model has written half a sentence when it is left."""

    def ask(self, asked, session, notes=()):
        for each in super().ask(asked, session, notes):
            turn = each.turns[-1]
            answer = replace(turn.answer, writing=Writing("写到一半", Proof(()), "prompt"))
            yield each.before(len(each.turns)).plus(replace(turn, answer=answer))


@pytest.fixture
def talk(searcher):
    desk = CutOff(searcher, None, SAY)
    return Talk(lambda: desk, Downloads(), SAY)


def asked(steps):
    """The session that the steps of an event come to."""
    return [step[2] for step in steps if isinstance(step[2], Session)][-1]


def troubles(session):
    return [turn.answer.writing.trouble for turn in session.turns]


def test_a_text_that_was_stopped_is_marked_once_its_event_is_over(talk):
    session, *_ = talk.settle(asked(talk.submit(QUESTION, Session(), *SIDEBAR)))
    assert troubles(session) == [STOPPED]


def test_what_follows_a_stopped_text_leaves_the_question_asked_since_alone(talk):
    first = asked(talk.submit(QUESTION, Session(), *SIDEBAR))
    steps = talk.submit("那湖南呢", first, *SIDEBAR)
    next(steps)
    assert talk.settle(first)[:2] == (gr.skip(), gr.skip())
    second = asked(steps)
    assert talk.settle(first)[:2] == (gr.skip(), gr.skip())
    # The question asked since has marked the text that it stopped.
    assert troubles(second) == [STOPPED, ""]
    assert troubles(talk.settle(second)[0]) == [STOPPED, STOPPED]


def test_a_question_that_begins_a_little_after_the_stop_is_left_alone_too(talk):
    first = asked(talk.submit(QUESTION, Session(), *SIDEBAR))
    with ThreadPoolExecutor(1) as pool:
        settling = pool.submit(talk.settle, first)
        time.sleep(0.2)
        assert troubles(asked(talk.submit("那湖南呢", first, *SIDEBAR))) == [STOPPED, ""]
        assert settling.result()[:2] == (gr.skip(), gr.skip())


def test_a_question_says_nothing_more_once_another_was_asked(talk):
    first = asked(talk.submit(QUESTION, Session(), *SIDEBAR))
    slow = talk.submit("那湖南呢", first, *SIDEBAR)
    next(slow)
    quick = talk.submit("那四川呢", first, *SIDEBAR)
    next(quick)
    assert list(slow) == [(gr.skip(),) * 6]
    assert [turn.asked.text for turn in asked(quick).turns] == [QUESTION, "那四川呢"]


def test_conversations_do_not_disturb_each_other(talk):
    first = asked(talk.submit(QUESTION, Session(), *SIDEBAR))
    asked(talk.submit(QUESTION, Session(), *SIDEBAR))
    assert troubles(talk.settle(first)[0]) == [STOPPED]
