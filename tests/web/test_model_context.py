"""Tools for language models, called by a real client over a real socket."""

import json

import httpx
import pytest
from fastapi import FastAPI
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from starlette.testclient import TestClient

from qa.cli import main
from qa.config import MAX_TOP_K
from qa.live import Live
from tests.web.conftest import run_async
from web import model_context
from web.programs import Programs

QUESTION = "哪些省份设立了质押融资风险补偿基金"
HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "0"},
    },
}


def conversation(url, talk, **options):
    """What `talk` comes to with a session of the server at `url`."""

    async def run():
        # A proxy of the environment is not for this machine.
        async with (
            httpx.AsyncClient(trust_env=False, timeout=30, **options) as http,
            streamable_http_client(f"{url}/mcp", http_client=http) as (read, write, _),
            ClientSession(read, write) as session,
        ):
            greeting = await session.initialize()
            return greeting, await talk(session)

    return run_async(run)


def called(url, name, **arguments):
    """The result of a tool: whether it failed, and its JSON."""

    async def talk(session):
        return await session.call_tool(name, arguments)

    _, result = conversation(url, talk)
    (content,) = result.content
    return result.isError, json.loads(content.text)


def test_the_tools_are_listed_with_what_they_take(page_url):
    greeting, listed = conversation(page_url, lambda session: session.list_tools())
    assert greeting.serverInfo.name == "cewen"
    tools = {tool.name: tool for tool in listed.tools}
    assert list(tools) == ["ask", "search", "similar"]
    ask = tools["ask"]
    assert ask.inputSchema["required"] == ["question"]
    assert ask.inputSchema["properties"]["question"]["description"] == "问题，一句中文"
    assert ask.inputSchema["properties"]["top_k"]["anyOf"][0]["maximum"] == MAX_TOP_K
    assert "不等于没有" in ask.description and ask.annotations.readOnlyHint
    assert set(tools["similar"].inputSchema["properties"]) == {
        *("practice", "from", "top_k", "province", "column"),
    }


@pytest.mark.parametrize(
    ("name", "arguments", "command"),
    [
        ("ask", {"question": QUESTION}, ["ask", QUESTION]),
        ("ask", {"question": "北京市的专利保险"}, ["ask", "北京市的专利保险"]),
        (
            "search",
            {"question": "专利保险", "province": ["安徽"], "top_k": 2},
            ["search", "专利保险", "--province", "安徽", "--top-k", "2"],
        ),
        (
            "similar",
            {"practice": "天府知来贷", "from": "四川省"},
            ["similar", "天府知来贷", "--from", "四川省"],
        ),
    ],
)
def test_a_tool_gives_what_the_command_line_prints(
    page_url, built_folder, capsys, name, arguments, command
):
    failed, result = called(page_url, name, **arguments)
    capsys.readouterr()
    main([*command, "--json", "--store", str(built_folder)])
    assert result == json.loads(capsys.readouterr().out)
    assert not failed


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [
        ("ask", {}, "缺少参数 question。"),
        ("ask", {"question": ""}, "问题是空的"),
        ("ask", {"question": "专利" * 5000}, "问题有10000个字，太长了"),
        ("search", {"question": QUESTION, "top_k": 0}, "返回条数 0 不对"),
        ("search", {"question": QUESTION, "province": ["<script>"]}, "没有叫“<script>”的省份。"),
        ("similar", {"practice": QUESTION, "from": "火星"}, "没有叫“火星”的省份。"),
        ("delete", {}, "没有叫“delete”的工具。可用：ask、search、similar。"),
    ],
)
def test_what_makes_no_sense_is_told_in_one_sentence(page_url, name, arguments, sentence):
    failed, result = called(page_url, name, **arguments)
    assert failed and list(result) == ["error"]
    assert result["error"].startswith(sentence)


def app_of(searcher):
    app = FastAPI()
    app.include_router(model_context.create_router(Programs(Live(searcher), 10)))
    return app


def test_an_application_may_start_twice(searcher):
    app = app_of(searcher)
    accepted = {"Accept": "application/json, text/event-stream"}
    for _ in range(2):
        with TestClient(app) as client:
            reply = client.post("/mcp", json=HELLO, headers=accepted).json()
            assert reply["result"]["serverInfo"]["name"] == "cewen"
