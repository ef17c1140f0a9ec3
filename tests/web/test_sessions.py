"""Two people at a time: neither sees the other's filters, answers or files."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.web.conftest import Visit, serving

QUESTION = "哪些省份设立了质押融资风险补偿基金"

pytestmark = pytest.mark.browser


@pytest.fixture
def two(browser, page_url):
    visits = [Visit(browser, page_url, 1440, 900) for _ in range(2)]
    yield visits
    for visit in visits:
        visit.context.close()
        assert visit.errors == []


def cards(visit):
    return visit.page.locator(".card").all_inner_texts()


def provinces(visit):
    first_badge = "cards => cards.map(card => card.querySelector('header .badge').textContent)"
    return set(visit.page.locator(".card").evaluate_all(first_badge))


def taken_away(visit, label="Markdown"):
    """The address and the text of a file."""
    with visit.page.expect_download() as download:
        visit.page.get_by_text(f"导出{label}").click()
    return download.value.url, download.value.path().read_bytes()


def test_filters_answers_and_follow_ups_are_each_persons_own(two):
    first, second = two
    first.page.locator("#column").get_by_text("工作计划").click()
    first.ask("四川省专利保险")
    first.page.locator(".card").first.wait_for()
    assert provinces(first) == {"四川省"}
    before = cards(first)

    page = second.page
    assert page.locator("#chat [data-testid=bot]").count() == 0
    assert cards(second) == [] and not page.locator("#column input").nth(2).is_checked()
    # It would go on from the first one's question, were it theirs.
    second.ask("那湖南呢？")
    assert "专利保险" not in page.locator("#chat [data-testid=bot]").inner_text()
    page.reload()
    page.wait_for_selector("#question textarea")
    assert page.locator("#chat [data-testid=bot]").count() == 0

    second.ask(QUESTION)
    page.locator(".card").first.wait_for()
    assert len(provinces(second)) > 3, "no filter of the other's"
    assert cards(first) == before
    first.ask("那湖南呢？", 2)
    first.page.locator('.card:has-text("湖南省")').first.wait_for()
    assert any("保险" in card for card in cards(first)[:3])


def test_files_stand_at_addresses_that_cannot_be_guessed(two, page_url):
    first, second = two
    first.ask("四川省专利保险")
    second.ask(QUESTION)
    (one, text), (other, other_text) = taken_away(first), taken_away(second)
    assert "专利保险" in text.decode() and "专利保险" not in other_text.decode()
    keys = [parse_qs(urlsplit(url).query)["key"][0] for url in (one, other)]
    assert len(set(keys)) == 2 and all(re.fullmatch("[\\w-]{22}", key) for key in keys)
    with httpx.Client(base_url=page_url, trust_env=False) as client:
        for guess in ("", "0" * 22, keys[0][:-1], keys[0] + keys[1], "../" + keys[0]):
            reply = client.get("/export-answer", params={"key": guess, "format": "md"})
            assert reply.status_code == 404, guess
        assert client.get("/monitoring/summary").status_code == 404


def test_no_file_is_left_on_the_machine(browser, built_folder, tmp_path):
    folders = {"TMPDIR": str(tmp_path / "files"), "GRADIO_TEMP_DIR": str(tmp_path / "served")}
    for folder in folders.values():
        Path(folder).mkdir()
    with serving(built_folder, tmp_path / "log.txt", **folders) as url:
        visit = Visit(browser, url, 1440, 900)
        visit.ask("四川省专利保险")
        for label in ("Markdown", "Word", "CSV"):
            assert taken_away(visit, label)[1]
        written = [path for path in tmp_path.rglob("*") if path.suffix in {".docx", ".md", ".csv"}]
        assert written == []
        visit.context.close()
