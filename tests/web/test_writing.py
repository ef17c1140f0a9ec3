"""A language model writes in the page: streamed, proved, stopped, and never in the way."""

import time

import pytest

from tests.chat_server import ChatServer, fails, obeys, says, stalls
from tests.web.conftest import Visit, serving

pytestmark = pytest.mark.browser

QUESTION = "哪些省份设立了质押融资风险补偿基金"
TRUE = "安徽省在合芜蚌自主创新示范区设立了专利质押融资风险补偿基金[1]。"
FALSE = "安徽省给予的支持最高可达99万元[1]。"
SLOW = says(TRUE * 60, pause_s=0.1)
"""Would write for minutes, were it not stopped."""
OPINION = '{"status": "done", "quote": "风险补偿", "reason": "写明了。"}'


@pytest.fixture(scope="module")
def model():
    with ChatServer() as running:
        yield running


@pytest.fixture(scope="module")
def written_url(model, built_folder, tmp_path_factory):
    log = tmp_path_factory.mktemp("written") / "log.txt"
    named = {"OPENAI_BASE_URL": model.url, "CEWEN_LLM_MODEL": "fake", "CEWEN_LLM_RETRIES": "0"}
    with serving(built_folder, log, **named, CEWEN_LLM_FIRST_TOKEN_S="3") as url:
        yield url


@pytest.fixture
def visit(browser, written_url):
    visit = Visit(browser, written_url, 1440, 1000)
    visit.page.locator("#writes input").check()
    yield visit
    visit.context.close()
    assert visit.errors == [] and visit.outside == []


def test_the_text_is_proved_sentence_by_sentence(visit, model):
    model.script(obeys(lambda prompt: OPINION if "JSON" in prompt else TRUE + FALSE))
    visit.ask(QUESTION)
    page = visit.page
    page.get_by_text("核对了2句，1句未通过").wait_for()
    assert FALSE.split("[")[0] in page.locator(".fault s").inner_text()
    assert "99万元" in page.locator(".fault em").inner_text()
    page.locator('.written a[href="#t1-h1"]').first.click()
    page.wait_for_timeout(500)
    assert page.locator("#t1-h1").evaluate("e => e.matches(':target')")
    page.get_by_text("大模型复核").wait_for()
    assert page.locator("#chat .verdicts").count() == 1


def test_a_silent_model_leaves_the_answer_and_one_line(visit, model):
    model.script(stalls())
    visit.ask(QUESTION)
    page = visit.page
    page.locator("#chat .verdicts").wait_for()
    page.locator("#chat .trouble").wait_for()
    assert "没有在限定的时间内写完" in page.locator("#chat .trouble").inner_text()
    assert page.locator("#chat .verdicts").count() == 1


def test_a_text_that_is_stopped_stays_as_far_as_it_came(visit, model):
    model.script(SLOW)
    page = visit.page
    visit.ask(QUESTION)
    page.locator("#chat .written").get_by_text("合芜蚌自主创新示范区").wait_for()
    assert page.locator("#exports").is_hidden()
    page.locator("#question .stop-button").click()
    model.settle(5)
    page.locator("#chat .trouble").wait_for()
    assert "已停止撰写。" in page.locator("#chat .trouble").inner_text()
    assert "合芜蚌自主创新示范区" in page.locator("#chat .written").inner_text()
    assert page.locator("#chat .verdicts").count() == 1
    # The page is ready for the next question, which goes on from this one.
    page.locator("#exports").wait_for()
    page.locator("#writes input").uncheck()
    visit.ask("那湖南呢？", turn=2)
    page.locator("#t2-h1").wait_for()
    assert page.locator("#chat [data-testid=user]").count() == 2
    assert page.locator("#question textarea").get_attribute("placeholder")


def test_another_question_stops_what_is_being_written(visit, model):
    model.script(SLOW)
    page = visit.page
    visit.ask(QUESTION)
    page.locator("#chat .written").wait_for()
    page.locator("#writes input").uncheck()
    page.locator("#chat .option", has_text="看2018年计划").click()
    page.locator("#t2-h1").wait_for()
    page.locator("#exports").wait_for()
    model.settle(5)
    asked = page.locator("#chat [data-testid=user]").all_inner_texts()
    assert asked == [QUESTION, "2018年有什么打算？"]


def test_what_a_model_wrote_is_not_kept_in_the_history(visit, model):
    model.script(obeys(lambda prompt: OPINION if "JSON" in prompt else TRUE))
    page = visit.page
    visit.ask(QUESTION)
    page.get_by_text("大模型复核").wait_for()
    page.locator("#history .open").wait_for()
    page.reload()
    page.locator("#history .open").click()
    page.locator("#t1-h1").wait_for()
    assert page.get_by_text("当时由大模型撰写的文字没有保存").count() == 1
    assert page.locator("#chat .writing").count() == 0


def test_a_broken_service_is_said_in_one_line(visit, model):
    model.script(fails(500))
    visit.ask(QUESTION)
    visit.page.locator("#chat .trouble").wait_for()
    assert "内部出错" in visit.page.locator("#chat .trouble").inner_text()


def test_without_the_switch_the_model_is_not_asked(visit, model):
    model.script(says(TRUE))
    visit.page.locator("#writes input").uncheck()
    visit.ask(QUESTION)
    visit.page.locator("#chat .verdicts").wait_for()
    visit.page.wait_for_timeout(500)
    assert model.requests == []


def until(true, seconds):
    """Nothing, once `true` says so."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture(params=["silent", "writing", "judging"])
def busy(request, model):
    """A model that goes on for ever, at one stage or another."""
    endless = says(
        "".join(f"安徽省{chr(0x4E00 + n)}设立了基金[1]。" for n in range(2000)), pause_s=0.02
    )
    steps = {"silent": stalls(pings=True), "writing": endless}
    judging = obeys(lambda prompt: TRUE)
    model.script(
        steps.get(request.param)
        or (lambda prompt: stalls(pings=True) if "JSON" in prompt else judging(prompt))
    )
    return 2 if request.param == "judging" else 1


def test_a_stop_stops_the_model_at_once(visit, model, busy):
    visit.ask(QUESTION)
    until(lambda: len(model.requests) >= busy and model.running, 20)
    visit.page.locator("#chat .writing").wait_for()
    visit.page.get_by_role("button", name="停止").click()
    until(lambda: not model.running, 2.5)
    assert model.left
    page = visit.page
    page.get_by_text("大模型正在撰写").wait_for(state="detached")
    said = page.locator("#chat .writing").inner_text()
    assert said.startswith(("已停止", "大模型撰写：核对了"))
    # What the documents say stands, and the next question is answered.
    assert page.locator("#chat .verdicts").count() == 1
    page.locator("#writes input").uncheck()
    visit.ask("四川省天府知来贷是什么", turn=2)
    page.locator('#chat a[href="#t2-h1"]').first.wait_for()


def test_who_leaves_stops_the_model(visit, model, busy):
    visit.ask(QUESTION)
    until(lambda: len(model.requests) >= busy and model.running, 20)
    visit.page.goto("about:blank")
    until(lambda: not model.running, 2.5)
    assert model.left
