"""The way of someone who writes a report, through all of the site; what axe-core says of each page."""

import io
from urllib.parse import unquote

import pytest
from docx import Document as WordFile
from openpyxl import load_workbook

from tests.web.conftest import Visit
from tests.web.test_page import keep_screenshot

QUESTION = "哪些省份设立了质押融资风险补偿基金"

pytestmark = pytest.mark.browser

SHORT = {
    "已做": "已做",
    "在做（已启动、申报或推进中）": "在做",
    "仅列入计划": "仅计划",
    "仅列为任务": "仅任务",
    "材料未提及（不等于没有）": "未提及",
}


def findings(page):
    """What axe-core finds on a page that is serious or critical: rule and first place."""
    from axe_playwright_python.sync_playwright import Axe

    violations = Axe().run(page).response["violations"]
    grave = [v for v in violations if v["impact"] in ("serious", "critical")]
    return [(v["id"], v["nodes"][0]["html"]) for v in grave]


def statuses(page):
    """Province → status, as the table of an answer says."""
    rows = page.locator("#chat .verdicts tr").all()
    return {
        province.split("[")[0]: SHORT[row.locator("th").inner_text()]
        for row in rows
        for province in row.locator("td").last.inner_text().split("、")
    }


def followed(visit, link):
    """The page that a link opens beside the chat; its errors and requests count as the visit's."""
    with visit.context.expect_page() as opening:
        link.click()
    page = opening.value
    page.on("pageerror", lambda error: visit.errors.append(str(error)))
    page.wait_for_load_state("load")
    page.wait_for_timeout(300)
    return page


def taken(page, link):
    """The bytes of a file that a link downloads, and its name."""
    with page.expect_download() as download:
        link.click()
    return download.value.path().read_bytes(), download.value.suggested_filename


def test_from_a_question_to_a_report_and_back(visit):
    page = visit.page
    visit.ask(QUESTION)
    page.locator("#t1-h1").wait_for()
    page.locator("#exports").wait_for()
    said, of_province = page.locator("#chat .message").all_inner_texts(), statuses(page)
    assert len(of_province) == 11 and len(set(of_province.values())) > 2

    # A citation leads to its card, the card to its place in the source.
    page.locator('#chat .found a[href="#t1-h1"]').click()
    page.wait_for_timeout(600)
    assert page.locator("#t1-h1").evaluate("e => e.matches(':target')")
    source = followed(visit, page.locator("#t1-h1").get_by_text("在原文中查看"))
    quote = source.locator(".items .chosen mark").inner_text()
    assert quote in page.locator("#t1-h1 .quote").inner_text()
    assert findings(source) == []
    keep_screenshot(source, "source.png" if visit.is_wide else "source-phone.png")
    source.close()

    # Side by side every province has the status that the answer gave it.
    grid = followed(visit, page.get_by_role("link", name="各省并排对照"))
    rows = grid.locator("tbody tr").all()
    assert {
        row.locator("th").inner_text(): row.locator(".badge").first.inner_text() for row in rows
    } == of_province
    assert findings(grid) == []
    keep_screenshot(grid, "compare.png" if visit.is_wide else "compare-phone.png")
    data, name = taken(grid, grid.get_by_role("link", name="Excel"))
    assert name.endswith(".xlsx")
    entries = load_workbook(io.BytesIO(data)).worksheets[1]
    told = {row[2]: SHORT[row[3]] for row in entries.iter_rows(min_row=2, values_only=True)}
    assert told == of_province
    grid.close()

    # The answer as a Word file holds each quote.
    data, name = taken(page, page.get_by_role("link", name="导出Word"))
    assert unquote(name).endswith(".docx")
    word = WordFile(io.BytesIO(data))
    text = "".join(paragraph.text for paragraph in word.paragraphs)
    text += "".join(cell.text for table in word.tables for row in table.rows for cell in row.cells)
    assert quote in text

    # The page forgets; the browser brings the conversation back with its evidence.
    page.reload()
    page.locator("#history .open").wait_for(state="attached")
    page.wait_for_timeout(500)
    if not visit.is_wide:
        page.locator(".sidebar .toggle-button").click()
        page.wait_for_timeout(500)
    page.locator("#history .open").click()
    page.locator("#t1-h1").wait_for()
    assert page.locator("#chat .message").all_inner_texts() == said
    assert statuses(page) == of_province


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_serious(browser, page_url, language, width):
    visit = Visit(browser, page_url, width, 900, locale=language)
    page = visit.page
    assert findings(page) == []
    visit.ask(QUESTION)
    page.locator("#t1-h1").wait_for()
    page.locator("#exports").wait_for()
    assert findings(page) == []
    visit.ask("各省专利代理机构数量对比", turn=2)
    page.locator("#t2-h1").wait_for()
    assert findings(page) == []
    for address in (
        "compare",
        "compare?view=missing",
        "compare?topic=专利保险&topic=质押融资",
        "similar?text=专利质押融资风险补偿",
        "source",
        "source?q=质押",
        "documents",
        "api",
    ):
        page.goto(f"{page_url}/{address}")
        assert (address, findings(page)) == (address, [])
    visit.context.close()
    assert (visit.errors, visit.outside) == ([], [])


def tabbed_to(page, selector, key="Tab", most=60):
    """Press a key until the focus stands on what the selector finds."""
    for _ in range(most):
        page.keyboard.press(key)
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"{most} × {key} do not reach {selector}")


def test_the_way_by_keyboard_alone(desktop):
    page = desktop.page
    page.evaluate("document.activeElement.blur()")
    tabbed_to(page, "#question textarea")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    page.locator("#t1-h1").wait_for()
    page.locator("#exports").wait_for()
    page.wait_for_timeout(500)
    page.locator("#question textarea").focus()
    tabbed_to(page, '#chat .found a[href="#t1-h8"]', "Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)
    assert page.locator("#t1-h8").evaluate("e => e.matches(':target')")
    # The focus goes along, to the card's own links.
    tabbed_to(page, "#t1-h8 .card-tools a", most=10)
    tabbed_to(page, "#t1-h8 .card-tools .copy", most=3)
    page.keyboard.press("Enter")
    page.locator("#t1-h8 .copy", has_text="已复制").wait_for()
