"""A full queue turns questions away in one sentence, and never what follows an answer."""

import pytest

from web.app import MAX_QUEUE
from web.gate import RETRY_AFTER_SECONDS
from web.words import LANGUAGES, load_words


@pytest.fixture
def full(chat, monkeypatch):
    monkeypatch.setattr(type(chat.gradio.get_blocks()._queue), "__len__", lambda _: MAX_QUEUE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_is_turned_away_with_a_sentence_and_a_time(chat, full, language):
    chat.client.headers["Accept-Language"] = language
    reply = chat.join(chat.submit, "two", "专利保险", None, [], [], [], 10, False)
    assert reply.status_code == 429
    assert reply.json() == {"detail": load_words(language)["chat"]["full"]}
    assert reply.headers["retry-after"] == str(RETRY_AFTER_SECONDS)
    del chat.client.headers["Accept-Language"]


def test_what_follows_an_answer_is_let_in(chat, full):
    chat.run(chat.follows, "two", None)


@pytest.mark.parametrize("told", [{}, {"fn_index": 9999}, {"fn_index": None}, [], {"fn_index": []}])
def test_what_is_no_event_is_turned_away_too(chat, full, told):
    assert chat.client.post("/gradio_api/queue/join", json=told).status_code == 429


def test_while_there_is_room_a_question_is_answered(chat):
    said = chat.ask("四川省专利保险", "three")[0]
    assert [message["role"] for message in said] == ["user", "assistant"]


def test_the_page_shows_the_sentence(desktop):
    sentence = load_words("zh")["chat"]["full"]
    desktop.page.route(
        "**/gradio_api/queue/join?*",
        lambda route: route.fulfill(status=429, json={"detail": sentence}),
    )
    box = desktop.page.locator("#question textarea")
    box.fill("四川省专利保险")
    box.press("Enter")
    desktop.page.get_by_text(sentence).first.wait_for()
    assert box.input_value() == "四川省专利保险"
