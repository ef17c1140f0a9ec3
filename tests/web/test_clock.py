"""The clock on the wall is set while the site is served: by years, forwards and back."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from qa.feedback import FeedbackBook
from tests.web.conftest import Visit, serving
from tests.web.test_history import rate

CLOCK = Path(__file__).parents[1] / "clock"
QUESTION = "哪些省份设立了质押融资风险补偿基金"
TEN_YEARS = 3650
PATIENCE = 60
"""Seconds a first question may take, which loads the networks, while other things keep the machine busy."""

pytestmark = pytest.mark.browser


class Clock:
    """The clock of a server, and where that is."""

    def __init__(self, folder: Path) -> None:
        self._file, self._is_set = folder / "clock", folder / "clock.set"
        self._file.write_text("0", encoding="utf-8")
        self.environment = {"PYTHONPATH": str(CLOCK), "CLOCK": str(self._file)}

    def set(self, days: int) -> None:
        """It is `days` off now."""
        self._file.write_text(str(days), encoding="utf-8")
        deadline = time.monotonic() + 10
        while not self._is_set.exists() or self._is_set.read_text("utf-8") != str(days):
            assert time.monotonic() < deadline
            time.sleep(0.02)


@pytest.fixture(scope="module")
def served(built_folder, tmp_path_factory):
    """A site with a clock to set, its book of feedback, and the clock."""
    folder = tmp_path_factory.mktemp("clock")
    clock = Clock(folder)
    with serving(built_folder, folder / "log.txt", **clock.environment) as url:
        yield url, folder / "feedback.sqlite3", clock


def asked(url: str) -> dict:
    """What a program is told, without how long it took."""
    answer = httpx.get(
        f"{url}/api/ask", params={"question": QUESTION}, trust_env=False, timeout=PATIENCE
    )
    answer.raise_for_status()
    return {key: value for key, value in answer.json().items() if not key.endswith("_ms")}


def test_whoever_talks_goes_on_whatever_the_clock_says(browser, served):
    url, book, clock = served
    before = asked(url)
    visit = Visit(browser, url, 1440, 900)
    visit.ask(QUESTION)
    visit.page.locator("#t1-h1").wait_for()
    for turn, (days, province) in enumerate(
        [(TEN_YEARS, "湖南"), (-TEN_YEARS, "四川"), (0, "云南")], start=2
    ):
        clock.set(days)
        assert asked(url) == before
        # The conversation goes on from where it was.
        visit.ask(f"那{province}呢", turn=turn)
        visit.page.locator(f"#t{turn}-h1").wait_for()
        last = visit.page.locator("#chat [data-testid=bot]").last
        assert province in last.inner_text()
        with visit.page.expect_download() as download:
            visit.page.get_by_role("link", name="导出CSV").click()
        assert province in download.value.path().read_text(encoding="utf-8-sig")
        # The date that is noted is the one the machine says it is.
        rate(visit.page, "有用", turn)
        visit.page.get_by_text("已记下“有用”").last.wait_for()
        [said] = [said for said in FeedbackBook(book).read() if said.place.turn == turn]
        off = datetime.fromisoformat(said.time) - datetime.now(UTC) - timedelta(days=days)
        assert abs(off) < timedelta(hours=1)
    visit.context.close()
    assert visit.errors == []
    assert visit.outside == []


def test_a_new_visit_is_let_in_whatever_the_clock_says(browser, served):
    url, _, clock = served
    for days in (TEN_YEARS, -TEN_YEARS, 0):
        clock.set(days)
        visit = Visit(browser, url, 390, 844)
        visit.ask(QUESTION)
        visit.page.locator("#t1-h1").wait_for()
        visit.context.close()
        assert visit.errors == []
