"""Files of answers: made when they are asked for, and only for who has the key."""

import re
from html import unescape

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from qa.answer import Answerer
from qa.export import MEDIA_TYPES, export
from qa.export.report import answer_report
from web.downloads import GONE, KEPT, LABELS, PATH, Downloads, create_router, links_html
from web.words import DEFAULT, load_words

SAY = load_words(DEFAULT)["chat"]


@pytest.fixture(scope="module")
def answer(searcher):
    return Answerer(searcher).answer("四川省专利保险")


@pytest.fixture
def downloads():
    return Downloads()


@pytest.fixture
def client(downloads):
    app = FastAPI(openapi_url=None)
    app.include_router(create_router(downloads))
    with TestClient(app) as client:
        yield client


def test_a_link_for_each_kind_leads_to_the_file(client, downloads, answer):
    html = links_html(downloads.keep(answer), SAY)
    addresses = [unescape(address) for address in re.findall(r'href="([^"]+)"', html)]
    assert re.findall(r">([^<]+)<", html) == [f"导出{label}" for label in LABELS.values()]
    for address, (extension, kind) in zip(addresses, MEDIA_TYPES.items(), strict=True):
        reply = client.get(f"/{address}")
        assert reply.status_code == 200
        assert reply.headers["content-type"].startswith(kind)
        assert reply.headers["content-disposition"].endswith(f".{extension}")
        assert reply.headers["cache-control"] == "no-store"
    assert reply.content == export(answer_report(answer), "csv")


@pytest.mark.parametrize("asked", [{}, {"key": "x", "format": "csv"}, {"format": "csv"}])
def test_what_is_not_kept_is_one_sentence(client, asked):
    reply = client.get(PATH, params=asked)
    assert (reply.status_code, reply.text) == (404, GONE)


def test_no_other_kind_of_file_is_made(client, downloads, answer):
    for extension in ("exe", "", "../csv"):
        reply = client.get(PATH, params={"key": downloads.keep(answer), "format": extension})
        assert reply.status_code == 404


def test_the_oldest_answers_go(downloads, answer):
    keys = [downloads.keep(answer) for _ in range(KEPT + 3)]
    assert len(set(keys)) == len(keys) and min(map(len, keys)) >= 22
    assert [downloads.answer(key) is answer for key in keys[:4]] == [False, False, False, True]


def test_the_page_offers_the_files_of_an_answer(chat):
    chat.run(chat.submit, "files", "四川省专利保险", None, [], [], [], 10, False)
    *_, settled_box, link, _record, row, files = chat.run(chat.follows, "files", None)
    assert settled_box["submit_btn"] is True and settled_box["stop_btn"] is False
    assert link and row["visible"]
    address = unescape(re.search(r'href="([^"]+format=md)"', files)[1])
    reply = chat.client.get(f"/{address}")
    assert reply.status_code == 200 and "专利保险" in reply.text
