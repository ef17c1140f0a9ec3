"""Every page over a large store, of which only what is looked at is read."""

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from qa.live import Live
from qa.opening import open_searcher
from web import api, compare, documents, similar, source
from web.desk import Desk
from web.programs import Programs
from web.session import Asked, Session
from web.site import add_style
from web.words import load_words

WHICH = "哪些省份设立了质押融资风险补偿基金"


@pytest.fixture(scope="module")
def live(large_store):
    return Live(open_searcher(large_store))


@pytest.fixture(scope="module")
def client(live):
    app = FastAPI(openapi_url=None)
    add_style(app)
    for module in (source, compare, similar):
        app.include_router(module.create_router(live))
    app.include_router(documents.create_router(live, may_edit=True))
    app.include_router(api.create_router(Programs(live, 10)))
    with TestClient(app) as client:
        yield client


@pytest.mark.parametrize(
    ("address", "shows"),
    [
        ("/source", "贵州省"),
        ("/source?province=贵州省", "质押"),
        ("/source?q=知来贷", "知来贷"),
        ("/compare", "贵州省"),
        ("/compare?topic=专利质押融资", "贵州省"),
        ("/similar", "贵州省"),
        ("/similar?text=知识产权质押贷款的银行产品&home=四川省", "质押"),
        ("/documents", "长江经济带"),
    ],
)
def test_a_page_shows_what_is_asked_for(client, address, shows):
    response = client.get(address)
    assert response.status_code == 200, response.text
    assert shows in response.text


def test_a_citation_leads_to_its_table_and_to_its_row_as_a_file(client, store):
    passage = next(p for p in store.passages if "知来贷" in p.text)
    page = client.get("/source", params={"id": passage.id})
    assert page.status_code == 200
    assert "知来贷" in page.text
    row = client.get("/export-row", params={"id": passage.id, "format": "csv"})
    assert row.status_code == 200
    assert "知来贷" in row.content.decode("utf-8-sig")
    assert client.get("/source", params={"id": "没有/这条"}).status_code == 404


def test_programs_get_what_they_get_over_a_small_store(client, searcher):
    asked = client.post("/api/ask", json={"question": WHICH}).json()
    assert len(asked["provinces"]) == len(searcher.store.facets.values["province"])
    found = client.post("/api/search", json={"question": WHICH}).json()["hits"]
    wanted = [hit.passage.id for hit in searcher.search(WHICH)]
    assert [hit["id"] for hit in found] == wanted


def test_the_chat_answers_with_cards_that_show_cell_and_row(live):
    desk = Desk(live.searcher, None, load_words("zh")["chat"])
    (session,) = desk.ask(Asked(WHICH), Session())
    (turn,) = session.turns
    assert turn.answer.verdicts
    assert "card-1-1" in turn.cards or 'class="card"' in turn.cards
