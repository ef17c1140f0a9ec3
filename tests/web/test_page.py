"""The page as a user meets it."""

import os
from pathlib import Path

import pytest

from tests.web.conftest import Visit

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


def chips(page):
    return page.locator("#clues .token").all_inner_texts()


def answers(page, turn):
    """The message of that turn, awaited until its first card can be reached."""
    page.locator(f"#t{turn}-h1").wait_for()
    return page.locator(f"#chat [data-testid=bot] >> nth={turn - 1}")


def test_chips_say_how_a_question_was_understood_and_taking_one_away_answers_again(desktop):
    page = desktop.page
    assert page.locator("#clues").is_hidden()
    desktop.ask("湖北省在质押融资方面有什么计划")
    plans = answers(page, 1)
    assert chips(page) == ["问法：查找内容", "省份：湖北省", "栏目：2018年工作计划"]
    assert set(plans.locator(".badge").all_inner_texts()) == {"湖北省", "2018年工作计划"}
    page.locator("#clues .token", has_text="栏目").locator(".token-remove").click()
    again = answers(page, 2)
    page.wait_for_function("document.querySelectorAll('#clues .token').length === 2")
    assert chips(page) == ["问法：查找内容", "省份：湖北省"]
    badges = set(again.locator(".badge").all_inner_texts())
    assert {"湖北省", "2016-2017年工作成绩"} <= badges
    asked = page.locator("#chat [data-testid=user]").all_inner_texts()
    assert asked[-1].endswith("（按改过的理解重新回答）")
    # What is asked next goes on from the question as it was understood last.
    desktop.ask("那湖南呢？", turn=3)
    assert "湖南省" in answers(page, 3).locator(".badge").all_inner_texts()
    assert chips(page) == ["问法：查找内容", "省份：湖南省"]


def test_a_province_chosen_among_the_chips_narrows_the_answer(desktop):
    page = desktop.page
    desktop.ask(QUESTION)
    answers(page, 1)
    assert chips(page) == ["问法：哪些省份"]
    page.locator("#clues input").click()
    page.get_by_role("option", name="省份：湖南省").click()
    again = answers(page, 2)
    assert set(again.locator(".badge.province").all_inner_texts()) == {"湖南省"}
    assert again.locator(".verdicts td").all_inner_texts()[0] == "1"


def test_a_button_below_the_answer_asks_what_it_says(desktop):
    page = desktop.page
    desktop.ask(QUESTION)
    answers(page, 1)
    assert page.locator("#chat .option").all_inner_texts() == ["找类似做法", "看2018年计划"]
    page.locator("#chat .option", has_text="看2018年计划").click()
    plans = answers(page, 2)
    assert page.locator("#chat [data-testid=user]").all_inner_texts()[-1] == "2018年有什么打算？"
    columns = plans.locator(".found .badge:not(.province)").all_inner_texts()
    assert set(columns) == {"2018年工作计划"}
    assert len(plans.locator(".verdicts tr").all()) == 2
    page.locator("#chat .option", has_text="找类似做法").wait_for(state="detached")


def test_a_follow_up_continues_and_a_passage_is_recalled(visit):
    page = visit.page
    visit.ask(QUESTION)
    answers(page, 1)
    visit.ask("那湖南呢？", turn=2)
    follow_up = answers(page, 2)
    assert set(follow_up.locator(".badge.province").all_inner_texts()) == {"湖南省"}
    assert chips(page) == ["问法：哪些省份", "省份：湖南省"]
    visit.ask("第一条的原文", turn=3)
    answers(page, 3)
    whole = page.locator("#t3-h1 .quote").inner_text()
    assert whole == page.locator("#t2-h1 .quote").inner_text()


def test_two_visitors_do_not_share_a_session(browser, page_url):
    first, second = (Visit(browser, page_url, 1440, 900) for _ in range(2))
    first.ask(QUESTION)
    answers(first.page, 1)
    second.ask("四川省天府知来贷是什么")
    answers(second.page, 1)
    for visit, kind in ((first, "问法：哪些省份"), (second, "问法：具体事实")):
        visit.ask("那湖南呢？", turn=2)
        answers(visit.page, 2)
        assert chips(visit.page) == [kind, "省份：湖南省"]
        assert visit.page.locator("#chat [data-testid=user]").count() == 2
    for visit in (first, second):
        visit.context.close()
        assert (visit.errors, visit.outside) == ([], [])


def test_clearing_the_chat_clears_the_evidence(desktop):
    page = desktop.page
    desktop.ask(QUESTION)
    page.locator(".card").first.wait_for()
    page.get_by_label("清空对话").or_(page.get_by_label("Clear")).first.click()
    page.locator(".card").first.wait_for(state="detached")


def user_texts(page):
    return page.locator("#chat [data-testid=user]").all_inner_texts()


def test_a_retry_asks_again_from_what_was_before_and_undo_takes_back(desktop):
    page = desktop.page
    desktop.ask(QUESTION)
    answers(page, 1)
    desktop.ask("那湖南呢？", turn=2)
    before = answers(page, 2).inner_text()
    page.get_by_label("重试").click()
    page.wait_for_timeout(1500)
    assert user_texts(page) == [QUESTION, "那湖南呢？"]
    assert answers(page, 2).inner_text() == before
    assert page.locator("[id=t2-h1]").count() == 1 and page.locator("#t3-h1").count() == 0
    page.get_by_label("撤销").click()
    page.locator("#t2-h1").wait_for(state="detached")
    assert user_texts(page) == [QUESTION] and chips(page) == ["问法：哪些省份"]
    assert page.locator("#question textarea").input_value() == "那湖南呢？"
    desktop.ask("那四川呢？", turn=2)
    assert set(answers(page, 2).locator(".badge.province").all_inner_texts()) == {"四川省"}


def test_an_edited_question_is_asked_instead_of_what_followed(desktop):
    page = desktop.page
    desktop.ask("四川省天府知来贷是什么")
    answers(page, 1)
    desktop.ask("第一条的原文", turn=2)
    answers(page, 2)
    page.get_by_label("编辑").first.click()
    page.locator("#chat textarea").fill(QUESTION)
    page.locator("#chat button[aria-label=发送]").click()
    page.locator("#chat .verdicts").wait_for()
    page.locator("#t2-h1").wait_for(state="detached")
    assert user_texts(page) == [QUESTION] and chips(page) == ["问法：哪些省份"]
    desktop.ask("那湖南呢？", turn=2)
    assert set(answers(page, 2).locator(".badge.province").all_inner_texts()) == {"湖南省"}


def test_the_textbox_keeps_its_hint(desktop):
    box = desktop.page.locator("#question textarea")
    hint = box.get_attribute("placeholder")
    desktop.ask(QUESTION)
    answers(desktop.page, 1)
    desktop.page.wait_for_timeout(500)
    assert box.get_attribute("placeholder") == hint and hint.startswith("例如：")


def test_the_header_leads_to_the_other_pages(visit):
    links = visit.page.locator("header.site nav a")
    assert links.all_inner_texts() == ["问答", "对照", "同类做法", "原文", "文档", "接口"]
    assert [link.get_attribute("href") for link in links.all()] == [
        "./",
        "compare",
        "similar",
        "source",
        "documents",
        "api",
    ]
    assert visit.page.locator("header.site [aria-current=page]").all_inner_texts() == ["问答"]


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


def test_on_paper_stand_the_conversation_and_its_evidence_whole(desktop):
    page = desktop.page
    desktop.ask(QUESTION)
    page.locator("#t1-h1").wait_for()
    page.emulate_media(media="print")
    for part in (".sidebar", "#question", "#clues", "#exports", "header.site nav"):
        assert page.locator(part).first.is_hidden(), part
    for part in ("#chat .bubble-wrap", ".panel"):
        cut = page.locator(part).evaluate("e => e.scrollHeight - e.clientHeight")
        assert cut <= 1, part
    left = page.locator("#chat .bot.message").bounding_box()["x"]
    assert left < 100, "the sidebar leaves no gap"
    assert page.locator("#t1-h1 .badge").first.evaluate("e => getComputedStyle(e).color") == (
        "rgb(0, 0, 0)"
    )
