"""A real server in a process of its own and a real Chromium."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import anyio
import httpx
import pytest
from fastapi import FastAPI
from starlette.routing import Mount
from starlette.testclient import TestClient

from qa.live import Live
from web.languages import gradio_apps

ROOT = Path(__file__).parents[2]
START_SECONDS = 60
PHONE_WIDTH = 768


@pytest.fixture(scope="session")
def page_url(built_folder, tmp_path_factory) -> Iterator[str]:
    """The address of the page, served by `python app_gradio.py` over the bundled corpus."""
    with serving(built_folder, tmp_path_factory.mktemp("serve") / "log.txt") as url:
        yield url


@contextmanager
def serving(built_folder: Path, log: Path, **environment: str) -> Iterator[str]:
    """The address of a page of its own, while it lasts."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "app_gradio.py", "--port", str(port), "--store", str(built_folder)],
            cwd=ROOT,
            # The page must start behind a proxy too, even one that is dead.
            env=os.environ
            | dict.fromkeys(("HTTP_PROXY", "http_proxy"), "http://127.0.0.1:9")
            | {"CEWEN_FEEDBACK": str(log.with_name("feedback.sqlite3"))}
            | environment,
            stdout=output,
            stderr=output,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + START_SECONDS
        while not _answers(f"{url}/healthz"):
            assert server.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.2)
        yield url
    finally:
        server.terminate()
        server.wait(10)
    assert "Traceback" not in log.read_text(), log.read_text()


def run_async(function):
    """What an async function comes to, in a thread: the browser keeps a loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(anyio.run, function).result()


def _answers(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        return opener.open(url, timeout=2).status == 200
    except OSError:
        return False


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        if os.environ.get("SKIP_BROWSER"):
            pytest.skip("SKIP_BROWSER is set")
        pytest.fail("no Chromium: sudo apt-get install chromium fonts-noto-cjk (or SKIP_BROWSER=1)")
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        launched = playwright.chromium.launch(executable_path=path, args=options)
        yield launched
        launched.close()


class Visit:
    """One page as a user sees it; remembers page errors and requests that leave the machine."""

    def __init__(self, browser, url: str, width: int, height: int, **options) -> None:
        options = {"locale": "zh-CN", "viewport": {"width": width, "height": height}} | options
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.is_wide = width > PHONE_WIDTH
        self.errors: list[str] = []
        self.outside: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        # The page's own policy stops a request before it leaves: announced, but never sent.
        self.page.on("requestfailed", self._forget_if_stopped)
        self.page.on(
            "request", lambda r: self.outside.append(r.url) if not _inside(r.url) else None
        )
        self.page.goto(url)
        self.page.wait_for_selector("#question textarea")
        self.page.wait_for_timeout(500)

    def _forget_if_stopped(self, request) -> None:
        if request.failure == "csp" and request.url in self.outside:
            self.outside.remove(request.url)

    def ask(self, question: str, turn: int = 1) -> None:
        box = self.page.locator("#question textarea")
        box.fill(question)
        box.press("Enter")
        self.page.locator(f"#chat [data-testid=bot] >> nth={turn - 1}").wait_for()
        self.page.wait_for_timeout(400)


def _inside(url: str) -> bool:
    return url.startswith(("http://127.0.0.1", "data:", "blob:"))


@pytest.fixture(params=[(1440, 900), (390, 844)], ids=["desktop", "phone"])
def visit(request, browser, page_url) -> Iterator[Visit]:
    visit = Visit(browser, page_url, *request.param)
    yield visit
    visit.context.close()
    assert visit.errors == []
    assert visit.outside == []


@pytest.fixture
def desktop(browser, page_url) -> Iterator[Visit]:
    visit = Visit(browser, page_url, 1440, 900)
    yield visit
    visit.context.close()
    assert visit.errors == []
    assert visit.outside == []


@pytest.fixture(scope="module")
def chat_app(searcher):
    """The whole site in this process, without a language model."""
    from web.app import create_app

    async def make():
        return create_app(Live(searcher), 10)

    return run_async(make)


@pytest.fixture(scope="module")
def chat(chat_app) -> Iterator[Chat]:
    with TestClient(chat_app, base_url="http://localhost") as client:
        yield Chat(client, chat_app)


def _listens(event: dict, to: str) -> bool:
    return any(name == to for _, name in event["targets"])


class Chat:
    """The chat as its page speaks to it, without a browser."""

    def __init__(self, client: TestClient, app: FastAPI) -> None:
        self.client = client
        mounts = [route for route in app.routes if isinstance(route, Mount)]
        # The one in Chinese is the first.
        self.gradio = next(each for mount in mounts for each in gradio_apps(mount.routes))
        self.events = self.client.get("/config").json()["dependencies"]
        # The first that listens only stops what is still being asked.
        self.submit = next(e for e in self.events if _listens(e, "submit") and e["inputs"])
        self.follows = next(e for e in self.events if e["trigger_after"] == self.submit["id"])

    def join(self, event: dict, session: str, *data) -> httpx.Response:
        """What the chat says to one who wants an event."""
        asked = {"data": data, "fn_index": event["id"], "session_hash": session, "trigger_id": None}
        return self.client.post("/gradio_api/queue/join", json=asked)

    def run(self, event: dict, session: str, *data) -> list:
        """What the components of an event come to."""
        assert self.join(event, session, *data).status_code == 200
        told = self.client.get("/gradio_api/queue/data", params={"session_hash": session}).text
        lines = [json.loads(line[6:]) for line in told.splitlines() if line.startswith("data: ")]
        [done] = [line for line in lines if line["msg"] == "process_completed"]
        assert done["success"], done
        return done["output"]["data"]

    def ask(self, question: str, session: str) -> list:
        """What a question comes to, with what follows."""
        answered = self.run(self.submit, session, question, None, [], [], [], 10, False)
        self.run(self.follows, session, None)
        return answered
