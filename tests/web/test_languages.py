"""Which language a visitor is served, and that each says all there is to say."""

import re
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from fastapi.testclient import TestClient

from qa.feedback import VERDICT_TEXT
from qa.records import KINDS
from qa.understood import FACETS
from tests.web.conftest import Visit
from web.languages import mount_chats
from web.words import LANGUAGES, load_words

CHINESE = re.compile(r"[一-鿿]+")
QUESTION = "哪些省份设立了质押融资风险补偿基金"


@pytest.fixture
def site():
    """A site with chats that say their language, and what started and stopped."""
    happened = []

    def chat_in(language):
        @asynccontextmanager
        async def lifespan(app):
            happened.append(f"{language} starts")
            yield
            happened.append(f"{language} stops")

        chat = FastAPI(lifespan=lifespan)
        chat.get("/")(lambda: PlainTextResponse(language))
        return chat

    app = FastAPI()
    app.get("/own")(lambda: PlainTextResponse("own"))
    mount_chats(app, {language: chat_in(language) for language in LANGUAGES})
    return app, happened


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-US,en;q=0.9", "en"),
        ("en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("fr-FR,fr;q=0.9", "zh"),
        ("", "zh"),
        (";;,,==", "zh"),
    ],
)
def test_the_browser_says_which_chat_it_is_served(site, accepted, language):
    app, happened = site
    with TestClient(app) as client:
        assert client.get("/", headers={"Accept-Language": accepted}).text == language
        assert client.get("/own", headers={"Accept-Language": accepted}).text == "own"
    assert happened == ["zh starts", "en starts", "en stops", "zh stops"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_facet_and_verdict_has_a_name_of_its_own(language):
    say = load_words(language)["chat"]
    assert set(say["kind"]) == set(KINDS)
    assert len(set(say["kind"].values())) == len(KINDS)
    assert set(FACETS) <= set(say["clue"])
    assert len({say["feedback"][verdict] for verdict in VERDICT_TEXT}) == len(VERDICT_TEXT)


def test_a_place_in_the_queue_is_told_in_the_language_of_the_page(page_url):
    """It is announced only where nothing else was within five seconds."""
    for accepted, told in (
        ("zh-CN", "排队：第{position}位，共{size}位"),
        ("en", "In queue: {position} of {size}"),
    ):
        config = httpx.get(f"{page_url}/config", headers={"Accept-Language": accepted}).json()
        texts = config["i18n_translations"]
        assert {texts[locale]["status.queue_position"] for locale in ("zh-CN", "zh-TW", "en")} == {
            told
        }


@pytest.fixture
def english(browser, page_url):
    """A visit by someone whose browser speaks English."""
    visit = Visit(browser, page_url, 1440, 900, locale="en-GB")
    yield visit
    visit.context.close()
    assert visit.errors == [] and visit.outside == []


def chinese_around(page):
    """What stands in Chinese around the answer and the documents' own words."""
    return page.evaluate(
        """() => {
          const theirs = "#chat .message, .examples, .quote, .where dd, .badge, .why, .source, " +
            ".items, #column label, .token, .open, [role=listbox], script, style, title";
          const found = [];
          const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walk.nextNode()) {
            const parent = walk.currentNode.parentElement;
            if (!parent.closest(theirs)) found.push(walk.currentNode.textContent.trim());
          }
          for (const e of document.querySelectorAll("[aria-label], [title], [placeholder]"))
            if (!e.closest(theirs))
              found.push(...["aria-label", "title", "placeholder"].map((a) => e.getAttribute(a) || ""));
          return found;
        }"""
    )


@pytest.mark.browser
def test_an_english_browser_finds_no_chinese_but_the_documents_and_the_answer(english):
    page = english.page
    assert page.locator("h1").inner_text() == "Cewen"
    english.ask(QUESTION)
    page.locator("#t1-h1").wait_for()
    page.locator("#exports").wait_for()
    assert page.locator("#clues .token").first.inner_text() == "Asks for: which provinces"
    assert page.locator("#t1-h1 .why").inner_text().startswith("rank ")
    page.get_by_text("Useful", exact=True).click()
    page.get_by_text("“Useful” is kept").wait_for()
    page.locator("#history .open").wait_for()
    known = {"For example: 哪些省份设立了质押融资风险补偿基金", f"Delete: {QUESTION}"}
    rest = [text for text in chinese_around(page) if CHINESE.search(text) and text not in known]
    assert rest == []


@pytest.mark.browser
def test_a_chinese_browser_finds_no_english(desktop):
    page = desktop.page
    desktop.ask(QUESTION)
    page.locator("#t1-h1").wait_for()
    page.locator("#exports").wait_for()
    words = {word for text in chinese_around(page) for word in re.findall("[A-Za-z]{2,}", text)}
    assert words <= {"Word", "Excel", "Markdown", "CSV", "CEWEN", "LLM", "MODEL"}


_LISTEN = """(() => {
  window.heard = [];
  const hear = (changes) => {
    for (const { target } of changes) {
      const said = (target.closest ? target : target.parentElement)?.closest(".sr-only[aria-live], .pending");
      if (said?.textContent.trim()) heard.push(said.textContent.trim());
    }
  };
  new MutationObserver(hear).observe(document, { subtree: true, childList: true, characterData: true });
})()"""
"""Keeps what is announced to those who do not see the page."""


@pytest.mark.browser
@pytest.mark.parametrize(("locale", "end"), [("zh-CN", "完成"), ("en-GB", "Complete")])
def test_what_is_announced_is_in_the_language_of_the_page(browser, page_url, locale, end):
    visit = Visit(browser, page_url, 1440, 900, locale=locale)
    visit.context.add_init_script(_LISTEN)
    visit.page.reload()
    visit.ask(QUESTION)
    visit.page.wait_for_function("end => heard.includes(end)", arg=end)
    heard = visit.page.evaluate("heard")
    visit.context.close()
    foreign = re.compile("[A-Za-z]{2,}" if end == "完成" else CHINESE.pattern)
    assert [text for text in heard if foreign.search(text)] == []
