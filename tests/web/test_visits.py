"""A visit takes no more memory than its conversation, and goes when its page has long been closed."""

import pytest

from web.visits import CLOSED_SECONDS, MOST_VISITS, Visit, Visits

QUESTIONS = ("四川省专利保险", "安徽呢", "哪些省份设立了质押融资风险补偿基金")


def held(visit):
    """How many components and configurations a visit holds."""
    return len(visit.blocks_config.blocks), len(visit.config_values), len(visit.state_data)


def test_a_visit_holds_no_copies_of_what_its_page_shows(chat):
    chat.ask(QUESTIONS[0], "one")
    visit = chat.gradio.state_holder["one"]
    assert isinstance(visit, Visit)
    before = held(visit)
    assert before[1] == 0
    for question in QUESTIONS:
        chat.ask(question, "one")
    assert held(visit) == before
    [conversation] = [value for value in visit.state_data.values() if hasattr(value, "turns")]
    asked = [turn.asked.text for turn in conversation.turns]
    assert asked == [QUESTIONS[0], *QUESTIONS]
    # A follow-up goes on from what was asked before it.
    assert conversation.turns[2].answer.question.filter.province == ("安徽省",)


@pytest.fixture
def clock():
    return [0.0]


@pytest.fixture
def visits(chat, clock):
    visits = Visits(lambda: clock[0])
    own = chat.gradio.state_holder
    visits.set_blocks(chat.gradio.get_blocks())
    yield visits
    own.set_blocks(chat.gradio.get_blocks())


def test_a_visit_that_was_closed_is_forgotten_after_an_hour(visits, clock):
    visits["open"], visits["closed"]
    visits.session_data["closed"].is_closed = True
    visits.delete_all_expired_state()
    clock[0] = CLOSED_SECONDS
    visits.delete_all_expired_state()
    assert set(visits.session_data) == {"open", "closed"}
    clock[0] += 1
    visits.delete_all_expired_state()
    assert set(visits.session_data) == set(visits.time_last_used) == {"open"}


def test_a_visit_that_is_taken_up_again_is_not_forgotten(visits, clock):
    visits["one"].is_closed = True
    visits.delete_all_expired_state()
    visits["one"].is_closed = False
    visits.delete_all_expired_state()
    clock[0] = CLOSED_SECONDS * 2
    visits["one"].is_closed = True
    visits.delete_all_expired_state()
    assert "one" in visits


def test_so_many_are_remembered_those_used_last(visits):
    for n in range(MOST_VISITS + 1):
        visits[str(n)]
        visits["0"]
    assert len(visits.session_data) == MOST_VISITS
    assert "0" in visits and "1" not in visits
