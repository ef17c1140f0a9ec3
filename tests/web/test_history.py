"""What lasts: conversations in the browser, links that ask again, and what is said of answers."""

import json
import sqlite3

import pytest

from bench.questions import read_questions
from qa.cli import main
from qa.feedback import FeedbackBook
from tests.web.conftest import Visit, serving

QUESTION = "哪些省份设立了质押融资风险补偿基金"
OTHER = "四川省天府知来贷是什么"
KEY = "cewen.conversations:/"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def kept(built_folder, tmp_path_factory):
    """A page of its own with its book of feedback."""
    log = tmp_path_factory.mktemp("kept") / "log.txt"
    with serving(built_folder, log) as url:
        yield url, FeedbackBook(log.with_name("feedback.sqlite3"))


@pytest.fixture
def rated(browser, kept):
    """A visit to it."""
    visit = Visit(browser, kept[0], 1440, 900)
    yield visit
    visit.context.close()
    assert visit.errors == [] and visit.outside == []


def talked(visit):
    """Two questions, the second going on from the first, and their conversation in the list."""
    visit.ask(QUESTION)
    visit.page.locator("#t1-h1").wait_for()
    visit.ask("那湖南呢", turn=2)
    visit.page.locator("#t2-h1").wait_for()
    visit.page.locator("#history .open", has_text="2问").wait_for(state="attached")


def titles(page):
    """What the list holds, without the time."""
    return [button.get_attribute("title") for button in page.locator("#history .open").all()]


def unfold(page):
    """The sidebar is open, as it is not on a phone."""
    page.locator("#history .open").first.wait_for(state="attached")
    page.wait_for_timeout(500)
    if not page.locator(".sidebar.open").count():
        page.locator(".sidebar .toggle-button").click()
        page.wait_for_timeout(500)


def reopen(page, title):
    unfold(page)
    page.locator("#history .open", has_text=title).click()
    page.locator("#t1-h1").wait_for()
    page.wait_for_timeout(500)


def kept_by(page):
    return json.loads(page.evaluate(f"localStorage.getItem({json.dumps(KEY)})") or "[]")


def texts(page):
    return page.locator("#chat .message").all_inner_texts()


def test_a_conversation_comes_back_with_its_evidence_and_goes_on(visit):
    page = visit.page
    talked(visit)
    said = texts(page)
    cards = page.locator(".card .quote").all_inner_texts()
    page.reload()
    page.locator("#history .open").wait_for(state="attached")
    assert page.locator(".card").count() == 0
    reopen(page, QUESTION)
    assert texts(page) == said
    assert page.locator(".card .quote").all_inner_texts() == cards
    assert page.locator("#clues .token").all_inner_texts() == ["问法：哪些省份", "省份：湖南省"]
    page.locator("#exports").wait_for()
    if page.viewport_size["width"] < 768:
        page.locator(".sidebar .toggle-button").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="导出CSV").click()
    assert "湖南" in download.value.path().read_text(encoding="utf-8-sig")
    visit.ask("那四川呢", turn=3)
    page.locator("#t3-h1").wait_for()
    assert set(page.locator("#chat [data-testid=bot]").last.locator(".province").all_inner_texts())
    page.locator("#history .open", has_text="3问").wait_for(state="attached")
    # The same conversation went on: it is no second one.
    [conversation] = kept_by(page)
    assert [turn["text"] for turn in conversation["turns"]] == [QUESTION, "那湖南呢", "那四川呢"]
    # Nothing is kept but what was asked.
    assert set(conversation) == {"version", "id", "store", "turns", "when"}


def test_conversations_are_begun_listed_and_deleted(desktop):
    page = desktop.page
    page.on("dialog", lambda dialog: dialog.accept())
    desktop.ask(QUESTION)
    page.locator("#history .open").wait_for()
    page.get_by_role("button", name="新对话").click()
    page.locator(".card").first.wait_for(state="detached")
    desktop.ask(OTHER)
    page.locator("#history .open", has_text=OTHER).wait_for()
    assert titles(page) == [OTHER, QUESTION]
    assert page.locator("#history [aria-current]").inner_text().startswith(OTHER)
    # One that is not shown goes without a trace; the one that is shown takes the page along.
    page.get_by_label(f"删除：{QUESTION}").click()
    assert titles(page) == [OTHER] and page.locator("#t1-h1").count() == 1
    page.get_by_label(f"删除：{OTHER}").click()
    page.locator(".card").first.wait_for(state="detached")
    assert titles(page) == [] and kept_by(page) == []
    desktop.ask("那湖南呢")
    page.locator("#history .open").wait_for()
    page.get_by_role("button", name="全部删除").click()
    page.locator("#history .open").wait_for(state="detached")
    assert kept_by(page) == []
    page.reload()
    page.get_by_text("还没有对话").wait_for()


def test_filters_come_back_with_the_conversation(desktop):
    page = desktop.page
    page.locator("#column").get_by_text("2018年工作计划").click()
    desktop.ask(QUESTION)
    page.locator("#history .open").wait_for()
    said = texts(page)
    page.reload()
    page.locator("#history .open").wait_for()
    assert not page.locator("#column input").nth(2).is_checked()
    reopen(page, QUESTION)
    assert page.locator("#column input").nth(2).is_checked()
    assert texts(page) == said


def test_the_same_question_asked_anew_is_one_conversation(desktop):
    page = desktop.page
    for _ in range(2):
        desktop.ask(QUESTION)
        page.locator("#history .open").wait_for()
        page.wait_for_timeout(300)
        page.get_by_role("button", name="新对话").click()
        page.locator(".card").first.wait_for(state="detached")
    assert titles(page) == [QUESTION]


@pytest.mark.parametrize(
    "stored",
    [
        "这不是 JSON",
        "{}",
        "null",
        '[null, 7, {"id": 1}, {"id": "x", "turns": [], "when": 1}]',
        '[{"id": "x", "turns": [{"text": 5}], "when": 1}, [[]]]',
    ],
)
def test_what_others_left_in_the_browser_does_no_harm(desktop, stored):
    page = desktop.page
    page.evaluate(f"localStorage.setItem({json.dumps(KEY)}, {json.dumps(stored)})")
    page.reload()
    page.get_by_text("还没有对话").wait_for()
    desktop.ask(QUESTION)
    page.locator("#history .open").wait_for()
    assert titles(page) == [QUESTION]


def test_a_foreign_conversation_is_shown_as_text_and_refused_in_one_sentence(desktop):
    page = desktop.page
    planted = [
        {"id": "x", "when": 1, "turns": [{"text": "<img src=x onerror=window.hacked=1>"}]},
        {"id": "0" * 16, "version": 1, "when": 2, "turns": [{"text": OTHER, "province": ["火星"]}]},
    ]
    stored = json.dumps(json.dumps(planted))
    page.evaluate(f"localStorage.setItem({json.dumps(KEY)}, {stored})")
    page.reload()
    page.locator("#history .open").first.click()
    page.get_by_text("这条历史记录不是本页保存的，读不了。").wait_for()
    assert page.evaluate("window.hacked") is None
    page.locator("#history .open").last.click()
    page.locator("#t1-h1").wait_for()
    notes = page.locator("#chat .note").all_inner_texts()
    assert notes[0].startswith("材料在这次对话之后更新过")
    assert notes[1] == "现有材料没有省份“火星”，这一筛选已略去。"


def test_a_browser_that_keeps_nothing_is_told_so(desktop):
    page = desktop.page
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('full'); }; }")
    desktop.ask(QUESTION)
    page.get_by_text("这个浏览器不让网页保存").wait_for()
    assert page.locator("#t1-h1").count() == 1


def test_at_most_fifty_conversations_are_kept(desktop):
    page = desktop.page
    page.evaluate(
        f"""localStorage.setItem({json.dumps(KEY)}, JSON.stringify(Array.from(
          {{ length: 60 }}, (_, n) => ({{ id: `c${{n}}`, when: n + 1, turns: [{{ text: `问${{n}}` }}] }}))))"""
    )
    desktop.ask(QUESTION)
    page.wait_for_function("document.querySelectorAll('#history .open').length === 50")
    assert titles(page)[:2] == [QUESTION, "问0"]


def test_two_visitors_do_not_see_each_others_history(browser, page_url):
    first, second = (Visit(browser, page_url, 1440, 900) for _ in range(2))
    first.ask(QUESTION)
    first.page.locator("#history .open").wait_for()
    second.page.reload()
    second.page.get_by_text("还没有对话").wait_for()
    second.ask(OTHER)
    second.page.locator("#history .open").wait_for()
    assert (titles(first.page), titles(second.page)) == ([QUESTION], [OTHER])
    for visit in (first, second):
        visit.context.close()
        assert (visit.errors, visit.outside) == ([], [])


def copied_link(page):
    """What the button puts into the clipboard."""
    page.evaluate(
        "() => { navigator.clipboard.writeText = async (text) => { window.copied = text; } }"
    )
    page.locator("#copy-link button").click()
    page.get_by_role("button", name="已复制").wait_for()
    return page.evaluate("window.copied")


def test_a_link_asks_the_question_again_elsewhere(browser, page_url, desktop):
    page = desktop.page
    page.locator("#column").get_by_text("2018年工作计划").click()
    talked(desktop)
    link = copied_link(page)
    assert link.startswith(f"{page_url}/?q=") and len(link) < 1000
    elsewhere = Visit(browser, link, 1440, 900)
    elsewhere.page.locator("#t2-h1").wait_for()
    elsewhere.page.locator("#exports").wait_for()
    assert texts(elsewhere.page) == texts(page)
    assert elsewhere.page.locator("#column input").nth(2).is_checked()
    # It is a conversation as any other; one that is opened again is not listed twice.
    elsewhere.page.reload()
    elsewhere.page.locator("#t2-h1").wait_for()
    elsewhere.page.locator("#history .open").wait_for()
    assert titles(elsewhere.page) == [QUESTION] and "?q=" in elsewhere.page.url
    # Once the conversation goes on, the address no longer says what is shown.
    elsewhere.ask("那四川呢", turn=3)
    elsewhere.page.locator("#t3-h1").wait_for()
    elsewhere.page.wait_for_function("!location.search")
    elsewhere.context.close()
    assert (elsewhere.errors, elsewhere.outside) == ([], [])


def test_without_permission_the_link_is_copied_the_old_way(desktop):
    page = desktop.page
    desktop.ask(QUESTION)
    page.locator("#exports").wait_for()
    page.evaluate(
        """() => {
          navigator.clipboard.writeText = () => Promise.reject(new Error("denied"));
          document.addEventListener("copy", () => { window.copied = document.activeElement.value; });
        }"""
    )
    page.locator("#copy-link button").click()
    page.get_by_role("button", name="已复制").wait_for()
    assert "?q=" in page.evaluate("window.copied")


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("q=" + QUESTION + "&province=火星", "现有材料没有省份“火星”，这一筛选已略去。"),
        ("q=" + QUESTION + "&top=9999", "显示条数“9999”不对"),
        ("q=", "问题是空的"),
        ("q=" + "字" * 3000, "问题有3000个字，太长了"),
        ("q=质押<script>window.hacked=1</script>", "共检索"),
        ("q=质押&province=<img src=x onerror=window.hacked=1>", "现有材料没有省份“<img src=x"),
    ],
)
def test_an_odd_link_gets_one_clear_sentence(browser, page_url, query, says):
    visit = Visit(browser, f"{page_url}/?{query}", 1440, 900)
    visit.page.locator("#chat [data-testid=bot]").get_by_text(says).first.wait_for()
    assert visit.page.evaluate("window.hacked") is None
    visit.context.close()
    assert (visit.errors, visit.outside) == ([], [])


def rate(page, verdict, turn=1):
    options = page.locator(".extra-feedback").nth(turn - 1).locator(".extra-feedback-option")
    options.get_by_text(verdict, exact=True).click()


def chosen(page):
    options = page.locator(".extra-feedback-option").all()
    return [o.inner_text() for o in options if "bold" in (o.get_attribute("style") or "")]


def test_a_verdict_is_kept_once_and_exported(rated, kept, tmp_path):
    page, (_, book) = rated.page, kept
    before = len(book.read())
    talked(rated)
    rate(page, "有用")
    page.get_by_text("已记下“有用”").wait_for()
    page.wait_for_timeout(500)
    [said] = book.read()[before:]
    assert (said.place.question, said.place.turn, said.verdict) == (QUESTION, 1, "useful")
    rate(page, "引用错误", turn=2)
    page.get_by_text("已记下“引用错误”").wait_for()
    box = page.locator("#feedback-comment textarea")
    assert box.get_attribute("placeholder").startswith("哪几条不对")
    box.fill("第1条")
    box.press("Enter")
    page.get_by_text("已记下补充").wait_for()
    wrong = book.read()[before + 1]
    assert (wrong.place.question, wrong.comment) == ("那湖南呢", "第1条")
    target = tmp_path / "said.jsonl"
    assert main(["feedback", "--feedback", str(book.path), "--export", str(target)]) == 0
    [question] = [q for q in read_questions(target) if q.id == f"feedback-{said.id}"]
    assert question.question == QUESTION and question.type == "set"
    assert question.evidence == tuple(dict.fromkeys(item for _, item in said.cited))
    apart = (tmp_path / "said.apart.jsonl").read_text("utf-8").splitlines()
    [entry] = [e for e in map(json.loads, apart) if e["id"] == f"feedback-{wrong.id}"]
    assert entry["wrong"] == [wrong.cited[0][1]]


def test_a_verdict_stays_marked_and_can_be_taken_back(rated, kept):
    page, (_, book) = rated.page, kept
    talked(rated)
    rate(page, "无用", turn=2)
    page.get_by_text("已记下“无用”").wait_for()
    rated.ask(OTHER, turn=3)
    page.locator("#t3-h1").wait_for()
    page.wait_for_timeout(800)
    assert chosen(page) == ["无用"]
    page.reload()
    reopen(page, QUESTION)
    page.wait_for_timeout(800)
    assert chosen(page) == ["无用"]
    rate(page, "无用", turn=2)
    page.get_by_text("评价已撤回").wait_for()
    [conversation] = kept_by(page)
    assert book.verdicts(conversation["id"]) == {}


def test_a_verdict_that_cannot_be_written_is_one_line_and_loses_nothing(rated, kept):
    page, (_, book) = rated.page, kept
    talked(rated)
    said = texts(page)
    blocker = sqlite3.connect(book.path, isolation_level=None)
    blocker.execute("PRAGMA journal_mode = WAL")
    blocker.execute("BEGIN IMMEDIATE")
    rate(page, "有用")
    page.get_by_text("评价没有存下来").wait_for(timeout=20_000)
    blocker.execute("ROLLBACK")
    blocker.close()
    assert texts(page) == said
    rated.ask(OTHER, turn=3)
    page.locator("#t3-h1").wait_for()


def test_switched_off_nothing_is_asked_or_stored(browser, built_folder, tmp_path):
    with serving(built_folder, tmp_path / "log.txt", CEWEN_FEEDBACK="off") as url:
        visit = Visit(browser, url, 1440, 900)
        visit.ask(QUESTION)
        visit.page.locator("#t1-h1").wait_for()
        visit.page.locator("#exports").wait_for()
        assert visit.page.locator(".extra-feedback").count() == 0
        assert visit.page.get_by_text("引用错误").count() == 0
        visit.context.close()
        assert (visit.errors, visit.outside) == ([], [])
    assert list(tmp_path.glob("*.sqlite3*")) == []
