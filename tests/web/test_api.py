"""The HTTP API: the command line's JSON, its limits, its description, its health."""

import json
import re
import shlex
import shutil
import subprocess
import threading
import tomllib
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from types import SimpleNamespace

import anyio
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from index.errors import StoreDamaged
from qa.cli import main
from qa.config import MAX_QUESTION_CHARS, MAX_TOP_K
from qa.live import Live
from tests.fakes import passage
from tests.web.conftest import ROOT, run_async
from web import api
from web.gate import Busy, Gate
from web.programs import Programs
from web.replies import AnswerReply, CellReply, SearchReply, SimilarReply
from web.site import add_style
from web.words import FOLDER

WHICH = "哪些省份设立了质押融资风险补偿基金"
QUESTIONS = {
    "which": WHICH,
    "fact": "四川省天府知来贷是什么",
    "compare": "比较安徽和四川的专利质押融资",
    "similar": "与四川天府知来贷类似的做法有哪些",
    "figures": "各省专利质押融资金额是多少",
    "open": "与海关的知识产权保护合作",
    "refused": "北京市的专利保险",
}


def client_of(programs, **options):
    app = FastAPI(openapi_url=None)
    add_style(app)
    app.include_router(api.create_router(programs))
    return TestClient(app, **options)


@pytest.fixture(scope="module")
def client(searcher):
    with client_of(Programs(Live(searcher), 10)) as client:
        yield client


def printed(capsys, built_folder, *arguments):
    """What the command line prints, and its exit status."""
    capsys.readouterr()
    status = main([*arguments, "--json", "--store", str(built_folder)])
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()], status


def test_answers_are_those_of_the_command_line(client, capsys, built_folder, tmp_path):
    batch = tmp_path / "questions.txt"
    batch.write_text("\n".join(QUESTIONS.values()), encoding="utf-8")
    lines, _ = printed(capsys, built_folder, "ask", "--batch", str(batch))
    for (name, question), line in zip(QUESTIONS.items(), lines, strict=True):
        for response in (
            client.get("/api/ask", params={"question": question}),
            client.post("/api/ask", json={"question": question}),
        ):
            assert response.status_code == 200
            assert response.headers["content-type"] == "application/json"
            assert response.json() == line, name
            AnswerReply.model_validate(line, strict=True)
        assert line["refused"] == (name == "refused")
        assert name == "refused" or line["kind"] == name


def test_filters_and_counts_are_those_of_the_command_line(client, capsys, built_folder):
    options = ["--province", "安徽", "--province", "四川省", "--column", "plan", "--top-k", "3"]
    asked = {"question": "专利保险", "province": ["安徽", "四川省"], "column": ["plan"], "top_k": 3}
    for command in ("search", "ask"):
        (line,), status = printed(capsys, built_folder, command, "专利保险", *options)
        assert client.post(f"/api/{command}", json=asked).json() == line
        assert client.get(f"/api/{command}", params=asked).json() == line
        assert status == 0 and len(line["hits"]) == 3
        assert {(h["province"], h["column"]) for h in line["hits"]} <= {
            ("安徽省", "plan"),
            ("四川省", "plan"),
        }
    SearchReply.model_validate(client.post("/api/search", json=asked).json(), strict=True)


def test_like_practices_are_those_of_the_command_line(client, capsys, built_folder):
    (line,), _ = printed(capsys, built_folder, "similar", "天府知来贷", "--from", "四川省")
    asked = {"practice": "天府知来贷", "from": "四川省"}
    assert client.get("/api/similar", params=asked).json() == line
    assert client.post("/api/similar", json=asked).json() == line
    SimilarReply.model_validate(line, strict=True)
    assert line["source"]["province"] == "四川省"
    by_id = client.get("/api/similar", params={"practice": line["source"]["id"], "top_k": 2}).json()
    assert by_id["source"]["id"] == line["source"]["id"] and len(by_id["hits"]) == 2


def test_cells_are_those_of_the_command_line(client, capsys, built_folder):
    (lines,), _ = printed(capsys, built_folder, "cells")
    assert client.get("/api/cells").json() == lines == client.post("/api/cells").json()
    assert len(lines) == 326
    for line in lines:
        CellReply.model_validate(line, strict=True)


def test_where_no_count_is_asked_for_it_is_the_servers(searcher):
    with client_of(Programs(Live(searcher), 4)) as client:
        assert len(client.get("/api/search", params={"question": WHICH}).json()["hits"]) == 4
        asked = {"question": WHICH, "top_k": MAX_TOP_K}
        assert len(client.get("/api/search", params=asked).json()["hits"]) == MAX_TOP_K


BAD = {
    "nothing asked": ("ask", {}, "缺少参数 question。"),
    "empty": ("ask", {"question": " "}, "问题是空的"),
    "marks only": ("search", {"question": "？！"}, "没有可以检索的文字"),
    "too long": ("ask", {"question": "专" * (MAX_QUESTION_CHARS + 1)}, "问题有1001个字"),
    "no practice": ("similar", {"practice": ""}, "问题是空的"),
    "none": ("ask", {"question": WHICH, "top_k": 0}, "返回条数 0 不对"),
    "too many": ("search", {"question": WHICH, "top_k": MAX_TOP_K + 1}, "返回条数 201 不对"),
    "no number": ("similar", {"practice": WHICH, "top_k": "多"}, "参数 top_k 应为整数。"),
    "province": ("ask", {"question": WHICH, "province": ["火星省"]}, "没有叫“火星省”的省份。"),
    "column": ("search", {"question": WHICH, "column": ["plans"]}, "没有叫“plans”的栏目。"),
    "theme": ("ask", {"question": WHICH, "theme": ["<script>"]}, "没有叫“<script>”的工作重点。"),
    "home": ("similar", {"practice": WHICH, "from": "火星"}, "没有叫“火星”的省份。"),
    "unknown": ("ask", {"question": WHICH, "provinces": ["安徽"]}, "没有叫“provinces”的参数。"),
    "long value": ("ask", {"question": WHICH, "theme": ["专" * 301]}, "参数 theme 太长"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_makes_no_sense_is_told_in_one_sentence(client, name):
    operation, asked, sentence = BAD[name]
    for response in (
        client.get(f"/api/{operation}", params=asked),
        client.post(f"/api/{operation}", json=asked),
    ):
        assert response.status_code == 422
        assert list(response.json()) == ["error"]
        assert sentence in response.json()["error"]
        assert response.json()["error"].endswith("。") and "\n" not in response.json()["error"]


def test_ten_thousand_characters_are_too_many(client):
    response = client.post("/api/ask", json={"question": "专利" * 5000})
    assert response.status_code == 422 and "问题有10000个字，太长了" in response.json()["error"]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"{", "请求体不是合法的 JSON。"),
        (b"[]", "请求体应为 JSON 对象（Content-Type: application/json）。"),
        (b'{"question": 5}', "参数 question 应为文字。"),
        (b'{"question": "\\ud800"}', "问题里有认不出编码的字符，请用 UTF-8 输入。"),
        (b'{"question": "a", "\\ud800": 1}', "请求体应为 JSON 对象"),
        (b'{"question": "a", "%s": 1}' % (b"x" * 99), f"没有叫“{'x' * 40}”的参数。"),
        (b'{"question": "a", "theme": ["\\ud800"]}', "参数 theme 里有认不出编码的字符"),
        (b'{"question": "a", "province": "b"}', "参数 province 应为列表。"),
    ],
)
def test_a_body_that_is_none_is_told(client, body, sentence):
    json_type = {"Content-Type": "application/json"}
    response = client.post("/api/ask", content=body, headers=json_type)
    assert response.status_code == 422 and response.json()["error"].startswith(sentence)


def test_a_body_in_no_known_encoding_is_told(client):
    json_type = {"Content-Type": "application/json"}
    response = client.post("/api/ask", content=b'{"question": "\xff"}', headers=json_type)
    assert (response.status_code, response.json()) == (400, {"error": "请求体读不出来。"})


def test_a_form_is_no_json(client):
    response = client.post("/api/ask", data={"question": WHICH})
    assert response.status_code == 422 and "application/json" in response.json()["error"]


def test_a_body_without_end_is_cut_off(client):
    sent = []

    def endless():
        for n in range(1000):
            sent.append(n)
            yield b"x" * 8192

    response = client.post("/api/ask", content=endless())
    assert (response.status_code, response.json()) == (413, {"error": "请求体太大。"})


def test_other_addresses_and_methods_below_api_are_json_too(client):
    unknown = client.get("/api/nothing")
    assert unknown.status_code == 404 and "ask、search、similar、cells" in unknown.json()["error"]
    wrong = client.delete("/api/ask")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET, POST")
    assert wrong.json() == {"error": "只能用 GET, POST。"}


class Stuck:
    """A searcher that keeps every search waiting until it is let go."""

    def __init__(self):
        self.entered, self.released = threading.Event(), threading.Event()

    def search(self, *_):
        self.entered.set()
        assert self.released.wait(20)
        return []


@pytest.fixture
def stub(monkeypatch):
    """Programs over a searcher that is not one."""
    monkeypatch.setattr("web.programs.answerer_over", lambda _: None)
    return lambda searcher, gate=None: Programs(Live(searcher), 10, gate)


def test_more_than_there_is_room_for_is_turned_away(stub):
    stuck = Stuck()
    with client_of(stub(stuck, Gate(1, 0))) as client, ThreadPoolExecutor(1) as pool:
        first = pool.submit(client.get, "/api/search", params={"question": WHICH})
        assert stuck.entered.wait(20)
        turned_away = client.get("/api/search", params={"question": WHICH})
        not_ready = client.get("/healthz")
        stuck.released.set()
        assert (turned_away.status_code, turned_away.headers["retry-after"]) == (503, "2")
        assert turned_away.json() == {"error": "正在处理的请求太多，请稍后再试。"}
        assert not_ready.status_code == 200
        assert first.result().json() == {"question": WHICH, "hits": []}
        assert client.get("/api/search", params={"question": WHICH}).status_code == 200


def test_never_more_than_a_few_at_a_time():
    running, most, outcomes = [], [], []

    def work():
        running.append(1)
        most.append(len(running))
        threading.Event().wait(0.02)
        running.pop()
        return len(most)

    async def one(gate):
        try:
            outcomes.append(await gate.run(work))
        except Busy:
            outcomes.append("busy")

    async def all_at_once():
        gate = Gate(2, 3)
        async with anyio.create_task_group() as group:
            for _ in range(8):
                group.start_soon(one, gate)

    run_async(all_at_once)
    assert max(most) == 2
    assert outcomes.count("busy") == 3 and len(outcomes) == 8


def test_a_fault_of_ours_is_told_in_general_and_logged_in_full(stub, caplog):
    class Broken:
        def search(self, *_):
            raise RuntimeError("secret place")

    with client_of(stub(Broken())) as client:
        response = client.get("/api/search", params={"question": WHICH})
    assert response.status_code == 500
    assert response.json() == {"error": "程序内部出错，详情见服务器日志。"}
    assert "secret place" in caplog.text


def test_healthy_and_ready(client):
    assert (client.get("/healthz").status_code, client.get("/readyz").status_code) == (200, 200)
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready"}


def store_of(*passages):
    return SimpleNamespace(passages=list(passages))


def damaged(*_):
    raise StoreDamaged("索引损坏。")


@pytest.mark.parametrize(
    ("searcher", "sentence"),
    [
        (SimpleNamespace(store=store_of()), "索引里没有内容，请重新建立。"),
        (
            SimpleNamespace(store=store_of(passage()), search=lambda *_: []),
            "索引里检索不到任何内容，请重新建立。",
        ),
        (SimpleNamespace(store=store_of(passage()), search=damaged), "索引损坏。"),
    ],
)
def test_what_cannot_be_searched_is_not_ready(stub, searcher, sentence):
    with client_of(stub(searcher)) as client:
        assert client.get("/healthz").status_code == 200
        response = client.get("/readyz")
    assert (response.status_code, response.json()) == (503, {"error": sentence})
    assert response.headers["retry-after"] == "2"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_description_describes_every_parameter_and_key(client, language):
    described = client.get("/openapi.json", headers={"Accept-Language": language}).json()
    assert set(described["paths"]) == {
        *("/api/ask", "/api/search", "/api/similar", "/api/cells"),
        *("/healthz", "/readyz"),
    }
    ask = described["paths"]["/api/ask"]["get"]
    limits = {p["name"]: p["schema"] for p in ask["parameters"]}
    assert limits["question"]["maxLength"] == MAX_QUESTION_CHARS
    assert limits["top_k"]["anyOf"][0]["maximum"] == MAX_TOP_K
    words = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))["api"]
    assert ask["summary"] == words["operation"]["ask"]
    for name, schema in described["components"]["schemas"].items():
        for key, part in schema["properties"].items():
            said = words["reply" if name.endswith("Reply") else "field"]
            assert part["description"] == said[key], (name, key)


def test_the_page_of_the_api_is_rendered_from_its_description(client):
    chinese = client.get("/api")
    english = client.get("/api", headers={"Accept-Language": "en"})
    assert "<h1>程序接口</h1>" in chinese.text and 'lang="zh-CN"' in chinese.text
    assert "<h1>For programs</h1>" in english.text and 'lang="en"' in english.text
    for page in (chinese, english):
        assert "http" not in page.text, "it names no other machine"
        assert "default-src 'self'" in page.headers["content-security-policy"]
        for address in (
            "api/ask?question=",
            "api/search?",
            "api/similar?practice=",
            "openapi.json",
        ):
            assert f'href="{address}' in page.text


def test_the_examples_of_the_page_work(client):
    links = re.findall(r'href="(api/[^"]+)"', client.get("/api").text)
    assert len(links) == 4
    for link in links:
        assert client.get(f"/{unescape(link)}").status_code == 200, link


def test_both_languages_have_the_same_words():
    def keys(table, before=""):
        for key, value in table.items():
            yield from keys(value, f"{before}{key}.") if isinstance(value, dict) else [before + key]

    chinese, english = (
        set(keys(tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))["api"]))
        for name in ("zh.toml", "en.toml")
    )
    assert chinese == english


DOCUMENTS = ("README.md", "README.zh-CN.md", "docs/api.md")


def examples(name):
    """The commands with curl in a document."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith("curl ")]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_commands_of_the_documents_work(page_url, name):
    lines = examples(name)
    assert len(lines) >= 4
    for line in lines:
        arguments = shlex.split(line.replace("http://127.0.0.1:7860", page_url))
        run = subprocess.run(
            [*arguments, "--fail", "--silent", "--noproxy", "*"], capture_output=True, check=False
        )
        assert run.returncode == 0, line
        reply = json.loads(run.stdout)
        assert isinstance(reply, list) or reply.get("hits") or reply["status"] == "ready", line
