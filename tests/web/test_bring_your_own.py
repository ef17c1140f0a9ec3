"""A document of one's own, in a real browser: read, corrected, added, asked, removed."""

import shutil

import pytest

from tests.web.conftest import Visit, serving
from tests.web.test_journey import findings
from tests.web.test_page import keep_screenshot

pytestmark = pytest.mark.browser

TABLE = """# 广西壮族自治区2019年知识产权任务表
| 事项 | 情况说明 | 备注 |
|---|---|---|
| 推进地理标志运用 | 建成了六堡茶地理标志馆。 | 明年建横州茉莉花馆。 |
| 推进专利保险 | 开展了试点。 | 明年扩大到全区。 |
"""


@pytest.fixture(params=[(1440, 900), (390, 844)], ids=["desktop", "phone"])
def visit(request, browser, built_folder, tmp_path):
    """A visit to a page over a store of its own."""
    store = shutil.copytree(built_folder, tmp_path / "store")
    with serving(store, tmp_path / "log.txt") as url:
        visit = Visit(browser, url, *request.param)
        yield visit
        visit.context.close()
    assert (visit.errors, visit.outside) == ([], [])


def test_a_document_is_brought_asked_and_taken_away(visit, tmp_path):
    (tmp_path / "任务表.md").write_text(TABLE, encoding="utf-8")
    page = visit.page
    home = page.url
    page.goto(f"{home}documents")
    page.set_input_files("input[name=files]", tmp_path / "任务表.md")
    page.get_by_role("button", name="读取").click()
    page.get_by_text("读到1份文档").wait_for()
    page.get_by_label("“情况说明”的含义").select_option("achievement")
    page.get_by_label("“备注”的含义").select_option("plan")
    page.get_by_role("button", name="重新读取").click()
    page.get_by_text("工作绩效 2，工作计划 2").wait_for()
    assert findings(page) == []
    keep_screenshot(page, "documents.png" if visit.is_wide else "documents-phone.png")
    page.get_by_role("button", name="加入索引").click()
    page.locator(".done").get_by_text("已加入1份文档：任务表").wait_for(timeout=60_000)
    assert findings(page) == []
    page.goto(home)
    page.wait_for_selector("#question textarea")
    if visit.is_wide:
        page.locator("#head .about").get_by_text("2份文档，12个省份").wait_for()
    visit.ask("广西建成了什么地理标志馆")
    page.locator("#chat").get_by_text("建成了六堡茶地理标志馆").first.wait_for()
    page.goto(f"{home}documents")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="移除任务表").click()
    page.locator(".done").get_by_text("已移除任务表").wait_for(timeout=60_000)
    assert page.locator("table.documents tbody tr").count() == 1
