"""What stands in front of the whole site: names, origins, bodies, headers, and the door of the chat."""

import gzip
import json
import re
import stat
import sys

import httpx
import pytest
import safehttpx
from fastapi import FastAPI
from pydantic import SecretStr
from starlette.testclient import TestClient

from index.errors import UsageError
from qa.author import open_author
from qa.config import LlmSettings, Settings
from qa.export import MEDIA_TYPES
from qa.live import Live
from tests.web.conftest import run_async
from tests.web.test_access import addresses
from tests.web.test_model_context import HELLO
from web import documents
from web.access import HERE, access_of
from web.app import create_app
from web.bodies import MOST_BYTES
from web.headers import HEADERS
from web.names import LOCAL_NAMES, name_of, read_names
from web.origins import SENTENCE, is_own
from web.serve import GRADIO_FOLDER, own_temporary_folder
from web.words import LANGUAGES

HOME = "http://localhost"
KEY, BASE_URL = "sk-very-secret-0123456789", "http://clerk:pass-word@llm.example/v1"
MCP = {"Accept": "application/json, text/event-stream"}
LURE = "http://lure.example/x.png"
NONE = SecretStr("")


@pytest.fixture(scope="module")
def app(searcher):
    """The whole site of this machine, with a language model configured."""
    llm = LlmSettings(model="writer", base_url=BASE_URL, api_key=KEY)
    author = open_author(Settings(llm=llm), searcher.store.facets.values["province"])

    async def make():
        return create_app(Live(searcher), 10, author)

    return run_async(make)


@pytest.fixture(scope="module")
def site(app):
    with TestClient(app, base_url=HOME) as client:
        yield client


def over(access, **options):
    """A client of a site with the guards of `access` and nothing much behind them."""
    from web.app import _add_guards

    app = FastAPI()
    app.add_api_route("/x", lambda: "in", methods=["GET", "POST"])
    app.add_api_route("/healthz", lambda: "up")
    _add_guards(app, access)
    return TestClient(app, **options)


# Names


@pytest.mark.parametrize("path", ["/", "/config", "/api/cells", "/documents", "/style/site.css"])
def test_no_page_answers_to_another_sites_name(site, path):
    for host in ("evil.example", "127.0.0.1.evil.example:7860", "evil.example@localhost", ""):
        reply = site.get(path, headers={"Host": host})
        assert reply.status_code == 421 and "CEWEN_HOSTS" in reply.text, host
    for host in ("127.0.0.1:7860", "LOCALHOST", "localhost.", "[::1]:7860"):
        assert site.get(path, headers={"Host": host}).status_code == 200, host


def test_every_address_asks_for_the_name(app, site):
    found = set(addresses(app.routes)) - {("GET", "/healthz")}
    assert len(found) > 80
    for method, path in sorted(found):
        reply = site.request(method, path, headers={"Host": "evil.example"})
        assert reply.status_code == 421, (method, path)


def test_models_are_held_to_the_name_and_origin_too(site):
    assert site.post("/mcp", json=HELLO, headers=MCP).status_code == 200
    for headers, status in (
        ({"Host": "evil.example"}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"Host": "[::1]:7860", "Origin": "http://[::1]:7860"}, 200),
    ):
        assert site.post("/mcp", json=HELLO, headers=headers | MCP).status_code == status, headers


def test_who_watches_over_the_process_may_call_it_anything():
    assert over(HERE).get("/healthz", headers={"Host": "10.1.2.3"}).status_code == 200


@pytest.mark.parametrize(
    ("auth", "host", "hosts", "names"),
    [
        ("", "127.0.0.1", None, LOCAL_NAMES),
        ("", "127.0.0.5", None, LOCAL_NAMES | {"127.0.0.5"}),
        ("", "::1", "cewen.example", LOCAL_NAMES | {"cewen.example"}),
        # Whoever needs an account cannot be led here by a name; the network may call it anything.
        ("a:b", "127.0.0.1", None, frozenset()),
        ("a:b", "0.0.0.0", None, frozenset()),
        ("a:b", "10.1.2.3", "cewen.example", LOCAL_NAMES | {"10.1.2.3", "cewen.example"}),
    ],
)
def test_by_which_names_a_site_is_called(auth, host, hosts, names):
    assert access_of(SecretStr(auth), host, False, hosts).names == names


def test_names_are_read_and_what_is_none_is_named():
    assert read_names("Cewen.Example:8443, 10.1.2.3\n[::1]") == {
        *("cewen.example", "10.1.2.3", "[::1]"),
    }
    assert read_names(None) == read_names(" , \n") == frozenset()
    for bad in ("http://cewen.example", "cewen example", "a/b", "*"):
        with pytest.raises(UsageError, match="不是主机名"):
            read_names(bad)
    assert [name_of(host) for host in ("a@localhost", "[::1", "localhost:x", "")] == [""] * 4


def test_a_configured_name_is_let_in_and_no_other():
    client = over(access_of(NONE, "0.0.0.0", True, "cewen.example"))
    for host, status in (("cewen.example:8443", 200), ("localhost", 200), ("evil.example", 421)):
        assert client.get("/x", headers={"Host": host}).status_code == status, host


# Origins

ASKED = {
    "a program": ({}, 200),
    "this page": ({"Sec-Fetch-Site": "same-origin"}, 200),
    "typed or bookmarked": ({"Sec-Fetch-Site": "none"}, 200),
    "this page, an old browser": ({"Origin": HOME}, 200),
    "behind a proxy": ({"Sec-Fetch-Site": "same-origin", "Origin": "https://cewen.example"}, 200),
    "another site": ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403),
    "another port": ({"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"}, 403),
    "another site, an old browser": ({"Origin": "http://evil.example"}, 403),
    "another port, an old browser": ({"Origin": "http://localhost:8000"}, 403),
    "a sandbox": ({"Origin": "null"}, 403),
    "no origin at all": ({"Origin": "http://["}, 403),
    "a frame of another site": (
        {
            "Sec-Fetch-Site": "cross-site",
            "Sec-Fetch-Mode": "navigate",
            "Sec-Fetch-Dest": "iframe",
        },
        403,
    ),
}


@pytest.mark.parametrize("who", ASKED)
def test_only_own_pages_and_programs_come_in(who):
    headers, status = ASKED[who]
    client = over(HERE, base_url=HOME)
    for method in ("GET", "POST"):
        reply = client.request(method, "/x", headers=headers)
        assert reply.status_code == status
        assert status == 200 or reply.text == SENTENCE


def test_a_link_on_another_site_may_be_followed_but_not_a_form():
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    link["Sec-Fetch-Dest"] = "document"
    client = over(HERE, base_url=HOME)
    assert client.get("/x", headers=link).status_code == 200
    assert client.post("/x", headers=link).status_code == 403


def test_behind_a_proxy_the_configured_name_is_an_origin():
    access = access_of(NONE, "127.0.0.1", False, "cewen.example")
    asked = {"Origin": "https://cewen.example"}
    assert over(access, base_url=HOME).post("/x", headers=asked).status_code == 200
    assert over(HERE, base_url=HOME).post("/x", headers=asked).status_code == 403


def test_every_address_that_changes_something_asks_where_it_comes_from(app, site):
    found = {
        (method, path) for method, path in addresses(app.routes) if method not in ("GET", "HEAD")
    }
    assert {"/documents-add", "/documents-remove", "/gradio_api/queue/join", "/mcp"} <= {
        path for _, path in found
    }
    for method, path in sorted(found):
        reply = site.request(method, path, headers={"Origin": "http://evil.example"})
        assert (reply.status_code, SENTENCE in reply.text) == (403, True), (method, path)


def test_sockets_ask_too():
    scope = {"type": "websocket", "path": "/", "headers": [(b"origin", b"http://evil.example")]}
    assert not is_own(scope)


@pytest.mark.parametrize("host", ["localhost", "10.1.2.3"])
def test_no_other_site_may_read_an_answer(app, host):
    client = TestClient(app, base_url=f"http://{host}")
    for origin in ("http://evil.example", "null"):
        for path in ("/config", "/gradio_api/info", "/api/cells", "/"):
            told = client.get(path, headers={"Origin": origin, "Host": host}).headers
            asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
            before = client.options(path, headers=asked).headers
            for headers in (told, before):
                assert not [name for name in headers if name.startswith("access-control-allow")]


# Bodies


def test_more_than_anyone_needs_is_refused_before_it_is_read(site):
    read = []

    def large():
        for _ in range(1000):
            read.append(1)
            yield b"x" * MOST_BYTES

    for path in ("/gradio_api/queue/join", "/mcp", "/documents-remove", "/api/ask"):
        headers = {"Content-Length": str(10**9)}
        reply = site.post(path, content=large(), headers=headers)
        assert reply.status_code == 413 and f"最多{MOST_BYTES}字节" in reply.text, path
    for path in documents.UPLOADS:
        headers = {"Content-Length": str(documents.MOST_BYTES + 1)}
        assert site.post(path, content=b"", headers=headers).status_code == 413


@pytest.mark.parametrize("path", ["/gradio_api/queue/join", "/mcp", "/gradio_api/reset"])
def test_a_body_that_does_not_say_its_length_is_cut_off(site, path):
    def endless():
        for _ in range(100):
            yield b"x" * (MOST_BYTES // 4)

    reply = site.post(path, content=endless(), headers=MCP | {"Content-Type": "application/json"})
    assert reply.status_code == 413


# Headers


@pytest.mark.parametrize(
    "path",
    ["/", "/compare", "/documents", "/api", "/api/cells", "/style/site.css", "/theme.css", "/none"],
)
def test_every_answer_says_how_it_is_to_be_taken(site, path):
    headers = site.get(path).headers
    for name, value in HEADERS.items():
        assert headers[name] == value or name == "Content-Security-Policy"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "set-cookie" not in headers


def test_refusals_say_it_too(site):
    for reply in (
        site.get("/", headers={"Host": "evil.example"}),
        site.post("/", headers={"Origin": "null"}),
    ):
        assert reply.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_chat_runs_only_scripts_that_it_names(site, language):
    replies = [site.get("/", headers={"Accept-Language": language}) for _ in range(2)]
    nonces = []
    for reply in replies:
        policy = reply.headers["Content-Security-Policy"]
        [nonce] = re.findall(r"'nonce-([\w-]{20,})'", policy)
        nonces.append(nonce)
        scripts = re.findall(r"<script[^>]*>", reply.text)
        assert len(scripts) > 5 and all(f'nonce="{nonce}"' in script for script in scripts)
        [of_scripts] = re.findall(r"script-src ([^;]+)", policy)
        assert "'unsafe-inline'" not in of_scripts and "http" not in of_scripts
        assert reply.headers["cache-control"] == "no-store"
    assert nonces[0] != nonces[1]


def test_the_chat_is_packed_where_it_may_be(site):
    plain = site.get("/", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers and "gradio_config" in plain.text
    with site.stream("GET", "/", headers={"Accept-Encoding": "gzip, br"}) as packed:
        raw = b"".join(packed.iter_raw())
    assert b"gradio_config" in gzip.decompress(raw) and len(raw) < len(plain.content) / 2
    assert int(packed.headers["content-length"]) == len(raw)


# The door of the chat


@pytest.fixture
def fetched(monkeypatch):
    """The addresses that Gradio would have fetched; none is."""
    asked = []

    async def validate(host):
        asked.append(host)
        raise ValueError("nothing is fetched in tests")

    monkeypatch.setattr(safehttpx, "async_validate_url", validate)
    return asked


def chats(app):
    """The chats in all languages, without their doors."""
    return next(
        route.app
        for route in app.routes
        if type(getattr(route, "app", None)).__name__ == "ByLanguage"
    )._of_language


def test_gradio_would_fetch_what_it_is_told_to_if_the_door_let_it(app, fetched):
    for chat in chats(app).values():
        TestClient(chat, base_url=HOME).get(f"/gradio_api/file={LURE}")
    assert fetched == ["lure.example"] * len(LANGUAGES)


@pytest.mark.parametrize(
    "address",
    [
        LURE,
        "https://lure.example/",
        "HTTP://lure.example/",
        "http:/lure.example",
        "http%3A%2F%2Flure.example%2F",
        "%20http://lure.example/",
        "ftp://lure.example/x",
        "file:///etc/passwd",
        "//lure.example/share",
        "\\\\lure.example\\share",
        "http://127.0.0.1:22/",
        "http://169.254.169.254/latest/meta-data/",
    ],
)
@pytest.mark.parametrize("route", ["file", "proxy"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_foreign_address_is_fetched(site, fetched, route, address, language):
    reply = site.get(f"/gradio_api/{route}={address}", headers={"Accept-Language": language})
    assert (reply.status_code, reply.text) == (404, "没有这个地址。")
    assert fetched == []


@pytest.mark.parametrize("path", ["/etc/passwd", "/proc/self/environ", "pyproject.toml"])
def test_no_file_of_the_server_is_handed_out(site, path):
    for reply in (
        site.get(f"/gradio_api/file={path}"),
        site.get(f"/gradio_api/file=/tmp/../{path}"),
        site.get(f"/static/..%2f..%2f{path}"),
        site.get(f"/assets/%2e%2e/%2e%2e/{path}"),
        site.get(f"/style/..%2f..%2f{path}"),
    ):
        assert reply.status_code in (403, 404) and "root:" not in reply.text


def joining(value):
    return {"data": [value], "fn_index": 3, "session_hash": "abc", "trigger_id": 1}


@pytest.mark.parametrize(
    "value",
    [
        {"path": LURE, "meta": {"_type": "gradio.FileData"}},
        [[{"a": {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}, "url": LURE}}]],
        {"path": LURE, "meta": None},
    ],
)
def test_no_file_can_be_slipped_into_what_is_asked(site, fetched, value):
    escaped = json.dumps(joining(value)).replace("path", "p\\u0061th").replace("meta", "m\\u0065ta")
    for content in (json.dumps(joining(value)), escaped):
        reply = site.post("/gradio_api/queue/join", content=content)
        assert reply.status_code == 403 and "文档" in reply.text
    assert fetched == []


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 200_000])
def test_what_is_no_question_is_refused(site, content):
    assert site.post("/gradio_api/queue/join", content=content).status_code == 400


def test_a_question_reaches_the_chat(site):
    reply = site.post("/gradio_api/queue/join", json=joining("专利保险"))
    assert reply.status_code == 200 and "event_id" in reply.json()
    assert site.post("/gradio_api/reset", json={"event_id": "x"}).status_code == 200


def test_the_chat_takes_no_files(site):
    for path in ("/gradio_api/upload", "/gradio_api/upload/", "/gradio_api/upload?upload_id=x"):
        reply = site.post(path, files={"files": ("a.txt", b"x")})
        assert (reply.status_code, reply.text) == (403, "这里不收文件；添加文档请用“文档”页。")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("GET", "/monitoring"), ("GET", "/monitoring/x"), ("GET", "/gradio_api/token")),
        *(("GET", "/gradio_api/user"), ("GET", "/gradio_api/dev/reload")),
        *(("GET", "/gradio_api/openapi.json"), ("GET", "/gradio_api/vibe-code")),
        *(("POST", "/gradio_api/vibe-edit"), ("POST", "/gradio_api/process_recording")),
        *(("POST", "/gradio_api/component_server"), ("POST", "/gradio_api/run/predict")),
        *(("POST", "/gradio_api/call/x"), ("POST", "/gradio_api/stream/x")),
        *(("GET", "/gradio_api/deep_link"), ("GET", "/?deep_link=x"), ("POST", "/login")),
        *(("GET", "/custom_component/1/a/b/c"), ("GET", "/svelte/x.js"), ("GET", "/pwa_icon")),
        *(("GET", "/gradio_api/file/etc/passwd"), ("GET", "/gradio_api/runs")),
    ],
)
def test_what_the_chat_does_not_need_is_not_there(site, method, path):
    assert site.request(method, path).status_code == 404


def test_what_the_chat_needs_is_asked_in_its_own_way_only(site):
    assert site.get("/gradio_api/queue/join").status_code == 405
    assert site.post("/config").status_code == 405
    assert site.head("/").status_code == 200


def test_visitors_are_not_told_what_went_wrong_inside(app):
    for chat in chats(app).values():
        mounted = next(route.app for route in chat.routes if hasattr(route.app, "blocks"))
        assert mounted.blocks.show_error is False
        assert mounted.blocks.max_file_size == MOST_BYTES


# Secrets, and what only the operator chooses


def test_the_language_model_is_nowhere_to_be_seen(site):
    question = {"question": "哪些省份设立了质押融资风险补偿基金"}
    told = [
        site.get(path, params=params).text
        for path, params in (
            *(("/", {}), ("/config", {}), ("/api", {}), ("/openapi.json", {}), ("/compare", {})),
            *(("/api/ask", question), ("/api/search", question), ("/api/ask", {})),
            *(("/documents", {}), ("/source", {}), ("/similar", {})),
        )
    ]
    passage_id = json.loads(told[5])["citations"][0]["id"]
    told += [
        site.get("/export-row", params={"id": passage_id, "format": extension}).text
        for extension in MEDIA_TYPES
    ]
    assert len(told) == 15 and all(len(text) > 20 for text in told)
    for secret in (KEY, BASE_URL, "pass-word", "llm.example"):
        assert not any(secret in text for text in told), secret


@pytest.mark.parametrize("name", ["base_url", "llm", "model", "api_key", "store", "encoder"])
def test_no_request_chooses_where_the_server_turns_to(site, name):
    asked = {"question": "专利保险", name: LURE}
    for reply in (site.get("/api/ask", params=asked), site.post("/api/ask", json=asked)):
        assert (reply.status_code, reply.json()) == (422, {"error": f"没有叫“{name}”的参数。"})


# Files of this machine


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_copies_of_files_lie_where_only_this_user_reads_them(monkeypatch):
    import os
    from pathlib import Path

    with own_temporary_folder():
        folder = Path(os.environ[GRADIO_FOLDER])
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        (folder / "x").write_text("x")
    assert not folder.exists() and GRADIO_FOLDER not in os.environ
    monkeypatch.setenv(GRADIO_FOLDER, "/elsewhere")
    with own_temporary_folder():
        assert os.environ[GRADIO_FOLDER] == "/elsewhere"
    assert os.environ[GRADIO_FOLDER] == "/elsewhere"


def test_a_served_site_is_guarded_and_does_not_say_what_serves_it(page_url):
    with httpx.Client(base_url=page_url, trust_env=False) as client:
        reply = client.get("/")
        assert reply.status_code == 200 and "server" not in reply.headers
        assert client.get("/", headers={"Host": "evil.example"}).status_code == 421
        assert client.get(f"/gradio_api/file={LURE}").status_code == 404
