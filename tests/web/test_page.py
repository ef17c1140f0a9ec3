"""The page as a user meets it."""

import os
from pathlib import Path

import pytest

QUESTION = "哪些省份设立了质押融资风险补偿基金"
DOCS = Path(__file__).parents[2] / "docs"

pytestmark = pytest.mark.browser


def keep_screenshot(page, name):
    """A picture for the documentation, when asked for; never a side effect of testing."""
    if os.environ.get("KEEP_SCREENSHOTS"):
        page.screenshot(path=DOCS / name)


def test_a_question_is_answered_with_labelled_passages(visit):
    page = visit.page
    visit.ask(QUESTION)
    cards = page.locator(".card")
    cards.first.wait_for()
    assert cards.count() >= 10
    statuses = page.locator("#chat .verdicts th").all_inner_texts()
    assert statuses[0] == "已做" and "未提及" in statuses[-1]
    first = cards.first
    assert first.locator("header .badge").all_inner_texts() == ["安徽省", "2016-2017年工作成绩"]
    assert first.locator(".where dd").first.inner_text() == "拓宽服务创新的投融资渠道"
    assert first.locator(".pages").inner_text() == "第20页"
    assert "质押融资风险补偿基金" in first.locator("mark").all_inner_texts()
    assert "语义第1" in first.locator(".why").inner_text()
    assert page.get_by_text("Additional").count() == 0
    width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1], "the page scrolls sideways"
    keep_screenshot(page, "page.png" if width[1] > 768 else "page-phone.png")


def test_the_number_in_the_message_opens_its_card_and_back(visit):
    page = visit.page
    visit.ask(QUESTION)
    page.locator('#chat .found a[href="#t1-h5"]').click()
    page.wait_for_timeout(800)
    card = page.locator("#t1-h5")
    assert card.evaluate("e => e.matches(':target')")
    box = card.bounding_box()
    assert -2 <= box["y"] < page.viewport_size["height"]
    card.locator("a.rank").click()
    page.wait_for_timeout(800)
    assert page.locator("#t1-m5").evaluate("e => e.matches(':target')")


def test_the_whole_cell_and_its_row_open_on_demand(desktop):
    page = desktop.page
    desktop.ask("贵州省专利质押贷款贴息")
    card = page.locator(".card").first
    assert card.locator(".items").first.is_hidden()
    card.get_by_text("整格内容").click()
    assert card.locator(".items .chosen").first.is_visible()
    card.get_by_text("所在行").click()
    titles = card.locator(".row-cell .badge").all_inner_texts()
    assert titles == ["工作任务", "2016-2017年工作成绩", "2018年工作计划"]


def test_filters_in_the_sidebar_narrow_the_search(desktop):
    page = desktop.page
    page.locator("#column").get_by_text("2018年工作计划").click()
    page.locator("#province input").click()
    page.get_by_role("option", name="云南省").click()
    page.keyboard.press("Escape")
    desktop.ask(QUESTION)
    page.locator(".card").first.wait_for()
    labels = {
        tuple(c.locator("header .badge").all_inner_texts()) for c in page.locator(".card").all()
    }
    assert labels == {("云南省", "2018年工作计划")}
    page.locator("#clear-filters").click()
    page.wait_for_timeout(500)
    desktop.ask(QUESTION, turn=2)
    page.locator("#t2-h1").wait_for()
    assert page.locator("#t2-h1 .province").inner_text() == "安徽省"


def test_an_example_is_one_click(desktop):
    page = desktop.page
    page.get_by_text("四川省天府知来贷是什么").click()
    page.locator(".card").first.wait_for()
    assert "天府知来贷" in page.locator(".card .quote").first.inner_text()


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ('<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>质押', "共检索"),
        ("？！", "问题里没有可以检索的文字"),
        ("😀质押\u202e融资", "共检索"),
    ],
)
def test_odd_questions_get_one_clear_sentence_and_run_nothing(desktop, question, says):
    page = desktop.page
    desktop.ask(question)
    page.locator("#chat [data-testid=bot]").get_by_text(says).first.wait_for()
    assert page.evaluate("window.hacked") is None


def test_nothing_in_a_question_reaches_another_machine(desktop):
    """The fixture asserts that no request went outside."""
    desktop.ask(
        '![x](http://example.com/q.png) 质押 <img src="http://example.com/q2.png">'
        "<style>@import url(http://example.com/s.css)</style>"
    )
    desktop.page.wait_for_timeout(800)


def test_numbers_of_earlier_answers_still_lead_to_their_cards(desktop):
    page = desktop.page
    desktop.ask(QUESTION)
    page.locator("#t1-h1").wait_for()
    desktop.ask("天府知来贷", turn=2)
    page.locator("#t2-h1").wait_for()
    assert page.locator("#t1-h1").count() == 1
    assert page.locator("#evidence .panel").evaluate("e => e.scrollTop") == 0
    page.locator('#chat .found a[href="#t1-h2"]').click()
    page.wait_for_timeout(800)
    assert page.locator("#t1-h2").evaluate("e => e.matches(':target')")


def test_clearing_the_chat_clears_the_evidence(desktop):
    page = desktop.page
    desktop.ask(QUESTION)
    page.locator(".card").first.wait_for()
    page.get_by_label("清空对话").or_(page.get_by_label("Clear")).first.click()
    page.locator(".card").first.wait_for(state="detached")


def test_an_overlong_question_cannot_be_sent_whole(desktop):
    page = desktop.page
    desktop.ask("字" * 10_000)
    page.locator("#chat [data-testid=bot]").get_by_text("问题有10000个字，太长了").wait_for()


def test_an_empty_question_gets_one_clear_sentence(desktop):
    desktop.ask("  ")
    desktop.page.locator("#chat [data-testid=bot]").get_by_text("问题是空的").wait_for()


def test_the_sidebar_starts_folded_on_a_phone_only(visit):
    wide = visit.page.viewport_size["width"] > 768
    assert visit.page.locator(".sidebar.open").count() == (1 if wide else 0)
