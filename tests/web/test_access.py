"""Who may come in: every address is guarded, and nobody comes in by accident."""

import logging
import re
from base64 import b64encode

import anyio
import httpx
import pytest
from playwright.sync_api import Error
from pydantic import SecretStr
from starlette.routing import Mount

from index.errors import UsageError
from qa.cli import main
from qa.config import CONFIG_FILE, load_settings
from qa.live import Live
from tests.web.conftest import Visit, run_async, serving
from tests.web.test_model_context import QUESTION, called, conversation
from web import serve as serve_module
from web.access import HERE, Guard, access_of, is_loopback, read_accounts
from web.app import create_app

USER, PASSWORD = "张三", "口令:p@ss 1é"
AUTH = f"admin:other\n{USER}:{PASSWORD}"


def basic(user, password, encoding="utf-8"):
    token = b64encode(f"{user}:{password}".encode(encoding)).decode()
    return {"Authorization": f"Basic {token}"}


GOOD = basic(USER, PASSWORD)
BAD = {
    "none": {},
    "wrong password": basic(USER, "p"),
    "password of another": basic(USER, "other"),
    "wrong user": basic("李四", PASSWORD),
    "no password": basic(USER, ""),
    "whole list": {"Authorization": f"Basic {b64encode(AUTH.encode()).decode()}"},
    "no colon": {"Authorization": f"Basic {b64encode(USER.encode()).decode()}"},
    "another scheme": {"Authorization": GOOD["Authorization"].replace("Basic", "Bearer")},
    "no scheme": {"Authorization": GOOD["Authorization"].removeprefix("Basic ")},
    "scheme alone": {"Authorization": "Basic"},
    "no base64": {"Authorization": "Basic %%%"},
    "base64 cut short": {"Authorization": GOOD["Authorization"][:-3]},
    "no text": {"Authorization": f"Basic {b64encode(bytes([0xFF, 0xFE])).decode()}"},
    "another encoding": basic(USER, PASSWORD, "gb18030"),
    "not ascii": {"Authorization": "Basic 口令".encode().decode("latin-1")},
}


def site_of(searcher, access):
    """The whole site."""

    # Gradio leaves loops open where none runs.
    async def make():
        return create_app(Live(searcher), 10, access=access)

    return run_async(make)


@pytest.fixture(scope="module")
def app(searcher):
    """The site behind accounts."""
    return site_of(searcher, access_of(SecretStr(AUTH), "127.0.0.1", False))


def status_of(app, method, path, headers, kind="http"):
    """The status that an answer begins with; its end is not waited for."""
    scope = {
        "type": kind,
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "scheme": "ws" if kind == "websocket" else "http",
        "query_string": b"",
        "headers": [(b"host", b"localhost")]
        + [(k.lower().encode(), v.encode("latin-1")) for k, v in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("testserver", 80),
        "extensions": {"websocket.http.response": {}},
        "state": {},
    }
    begun = {}

    async def run():
        with anyio.move_on_after(10):
            async with anyio.create_task_group() as group:

                async def receive():
                    if begun.setdefault("asked", kind == "websocket"):
                        await anyio.sleep_forever()
                    begun["asked"] = True
                    return {"type": "http.request", "body": b"", "more_body": False}

                async def send(message):
                    if "status" in message or message["type"].startswith("websocket."):
                        begun.setdefault("status", message.get("status"))
                        group.cancel_scope.cancel()

                await app(scope, receive, send)

    run_async(run)
    return begun.get("status")


def addresses(routes, prefix=""):
    """Method and path of every route, parameters filled in."""
    for route in routes:
        below = getattr(route, "original_router", None)
        if below is not None:
            yield from addresses(below.routes, prefix)
        elif isinstance(route, Mount) and route.routes:
            yield from addresses(route.routes, prefix + route.path)
        else:
            path = prefix + re.sub(r"\{[^}]+\}", "x", route.path)
            for method in sorted(getattr(route, "methods", None) or {"GET", "POST"}):
                yield method, path


def test_every_address_of_the_site_is_guarded(app):
    found = set(addresses(app.routes))
    paths = {path for _, path in found}
    assert {
        *("/", "/config", "/api", "/api/ask", "/api/cells", "/openapi.json", "/readyz", "/mcp"),
        *("/style", "/theme.css", "/gradio_api/info", "/gradio_api/queue/join"),
        *("/gradio_api/queue/data", "/gradio_api/file=x", "/gradio_api/upload"),
        *("/gradio_api/heartbeat/x", "/gradio_api/call/x", "/gradio_api/startup-events"),
    } <= paths
    assert len(found) > 80
    for method, path in sorted(found - {("GET", "/healthz")}):
        assert status_of(app, method, path, {}) == 401, (method, path)
        assert status_of(app, method, path, BAD["wrong password"]) == 401, (method, path)
    for path in ("/style/site.css", "/nothing", "/healthz/", "//healthz", "/HEALTHZ", "/healthz/x"):
        assert status_of(app, "GET", path, {}) == 401, path


def test_sockets_are_guarded(app):
    for path in ("/", "/healthz/x", "/queue/join"):
        assert status_of(app, "GET", path, {}, "websocket") == 401


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/config", "/theme.css", "/style/site.css", "/gradio_api/info"),
        *("/gradio_api/heartbeat/x", "/api", "/api/cells", "/openapi.json", "/readyz"),
    ],
)
def test_with_an_account_every_part_answers(app, path):
    assert status_of(app, "GET", path, GOOD) == 200
    assert status_of(app, "GET", path, basic("admin", "other")) == 200


def test_the_process_tells_everyone_that_it_is_up(app):
    assert status_of(app, "GET", "/healthz", {}) == 200


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_account_does_not_come_in(app, name):
    assert status_of(app, "GET", "/api/cells", BAD[name]) == 401


def test_the_scheme_is_spelled_anyhow_and_accents_composed_anyhow(app):
    composed_otherwise = PASSWORD.replace("é", "e\u0301")
    for headers in (
        {"authorization": GOOD["Authorization"].replace("Basic ", "bAsIc  ")},
        basic(USER, composed_otherwise),
    ):
        assert status_of(app, "GET", "/api/cells", headers) == 200


def test_without_accounts_nothing_is_guarded(searcher):
    app = site_of(searcher, HERE)
    assert not any(m.cls is Guard for m in app.user_middleware)
    assert status_of(app, "GET", "/config", {}) == 200


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        *(("127.0.0.1", True), ("127.8.9.1", True), ("::1", True), ("localhost", True)),
        *(("0.0.0.0", False), ("::", False), ("192.168.1.5", False), ("10.0.0.1", False)),
        *(("0", False), ("fe80::1", False), ("8.8.8.8", False)),
    ],
)
def test_which_addresses_are_this_machines_own(host, expected):
    assert is_loopback(host) is expected


@pytest.mark.parametrize("host", ["", "no such host", "..", "a" * 300])
def test_an_address_of_nowhere_is_told(host):
    with pytest.raises(UsageError, match="不对，本机请用 127"):
        is_loopback(host)


def test_who_may_come_in():
    none, one = SecretStr(""), SecretStr("a:b")
    assert access_of(none, "127.0.0.1", False) == HERE
    assert access_of(none, "0.0.0.0", True).accounts == ()
    assert not access_of(none, "0.0.0.0", True).is_local
    assert len(access_of(one, "0.0.0.0", False).accounts) == 1
    assert len(access_of(one, "127.0.0.1", False).accounts) == 1
    with pytest.raises(UsageError, match="同时给出了 CEWEN_AUTH 和 --no-auth"):
        access_of(one, "0.0.0.0", True)


@pytest.mark.parametrize(
    ("auth", "count"),
    [("", 0), ("  \n", 0), ("a:b", 1), ("a:b,c:d", 2), ("a:b\r\n c:d \n\n,e:f,", 3), ("a:b:c", 1)],
)
def test_accounts_are_read(auth, count):
    assert len(read_accounts(SecretStr(auth))) == count


@pytest.mark.parametrize(
    ("auth", "sentence"),
    [
        ("secretword", "第1个账号不对"),
        ("a:b,secretword:", "第2个账号不对"),
        (":secretword", "第1个账号不对"),
        (",", "没有账号"),
    ],
)
def test_an_account_that_is_none_is_told_without_repeating_it(auth, sentence):
    with pytest.raises(UsageError, match=sentence) as caught:
        read_accounts(SecretStr(auth))
    assert "secretword" not in str(caught.value)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.255.255.1"])
def test_nobody_comes_in_by_accident(host, capsys, monkeypatch):
    monkeypatch.setattr(serve_module, "require_free", lambda *_: pytest.fail("it went on"))
    assert main(["serve", "--host", host]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and host in err
    assert "CEWEN_AUTH" in err and "--no-auth" in err


@pytest.mark.parametrize("variables", [{"CEWEN_AUTH": "a:secretword"}, {}])
def test_with_an_account_or_on_express_wish_it_goes_on(variables, monkeypatch):
    class WentOn(Exception):
        pass

    def go_on(*_):
        raise WentOn

    monkeypatch.setattr(serve_module, "require_free", go_on)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(WentOn):
        serve_module.serve(load_settings(host="0.0.0.0"), is_open=not variables)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('auth = ["a:secretword"]', "auth"),
        ("auth = { user = 'secretword' }", "auth"),
        ('auht = "a:secretword"', "auht"),
        ("[llm]\napi_key = ['secretword']", "llm.api_key"),
        ("[llm]\nkey = 'secretword'", "llm.key"),
        ("llm = 'secretword'", "llm"),
    ],
)
def test_no_complaint_repeats_a_secret(tmp_path, monkeypatch, capsys, text, names):
    monkeypatch.chdir(tmp_path)
    (tmp_path / CONFIG_FILE).write_text(text, encoding="utf-8")
    assert main(["serve"]) == 2
    said = capsys.readouterr().err
    assert names in said and "secretword" not in said
    monkeypatch.undo()


def test_settings_do_not_show_their_accounts(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / CONFIG_FILE).write_text('auth = "a:secretword"', encoding="utf-8")
    settings = load_settings()
    assert settings.auth.get_secret_value() == "a:secretword"
    assert "secretword" not in repr(settings) + str(settings) + settings.model_dump_json()
    monkeypatch.setenv("CEWEN_AUTH", "c:d")
    assert load_settings().auth.get_secret_value() == "c:d"


@pytest.fixture(scope="module")
def guarded(built_folder, tmp_path_factory):
    """A site that others could reach, served as a user serves it, with its log."""
    log = tmp_path_factory.mktemp("guarded") / "log.txt"
    with serving(built_folder, log, CEWEN_HOST="0.0.0.0", CEWEN_AUTH=AUTH) as url:
        yield url
    assert PASSWORD not in log.read_text() and "other" not in log.read_text()


def test_a_served_site_is_guarded(guarded):
    with httpx.Client(base_url=guarded, trust_env=False) as client:
        refused = client.get("/")
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"] == 'Basic realm="cewen", charset="UTF-8"'
        assert refused.text == "需要用户名和密码。"
        assert client.get("/api/ask").json() == {"error": "需要用户名和密码。"}
        assert client.get("/healthz").status_code == 200
        assert client.get("/", headers=GOOD).status_code == 200
        asked = {"question": QUESTION}
        answer = client.get("/api/ask", params=asked, headers=GOOD).json()
        assert answer["refused"] is False and answer["citations"]


def test_models_come_in_with_an_account(guarded):
    async def talk(session):
        return await session.list_tools()

    _, listed = conversation(guarded, talk, headers=GOOD)
    assert [tool.name for tool in listed.tools] == ["ask", "search", "similar"]
    with pytest.raises(ExceptionGroup) as caught:
        called(guarded, "ask", question=QUESTION)
    assert "401" in repr(caught.value.exceptions)


@pytest.mark.browser
def test_a_browser_with_an_account_asks_and_takes_files_away(browser, guarded):
    account = {"username": USER, "password": PASSWORD}
    visit = Visit(browser, guarded, 1440, 900, http_credentials=account)
    refused = []
    visit.page.on("response", lambda r: refused.append(r.url) if r.status == 401 else None)
    visit.ask(QUESTION)
    visit.page.locator(".card").first.wait_for()
    assert "质押融资风险补偿基金" in visit.page.locator(".card mark").all_inner_texts()
    with visit.page.expect_download() as download:
        visit.page.get_by_text("导出Markdown").click()
    assert "质押融资风险补偿基金" in download.value.path().read_text(encoding="utf-8")
    visit.context.close()
    assert (visit.errors, visit.outside, refused) == ([], [], [])


@pytest.mark.browser
def test_a_browser_without_an_account_sees_nothing(browser, guarded):
    context = browser.new_context()
    page = context.new_page()
    with pytest.raises(Error, match="ERR_INVALID_AUTH_CREDENTIALS"):
        page.goto(guarded)
    assert page.locator("#question").count() == 0
    context.close()


def test_no_log_names_a_password(app, caplog):
    with caplog.at_level(logging.DEBUG):
        status_of(app, "GET", "/api/cells", GOOD)
        status_of(app, "GET", "/api/cells", BAD["wrong user"])
    assert PASSWORD not in caplog.text
    assert GOOD["Authorization"].removeprefix("Basic ") not in caplog.text
