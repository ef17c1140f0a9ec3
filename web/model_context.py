"""The same for language models: `ask`, `search` and `similar` as tools of the Model Context Protocol."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter
from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from pydantic import BaseModel
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from index.errors import UsageError
from web.asked import AskedPractice, AskedQuestion
from web.faults import fault_of
from web.openapi import API_VERSION, describe
from web.programs import Json, Programs
from web.words import DEFAULT, load_words

PATH = "/mcp"

Tool = tuple[type[BaseModel], Callable[[Any], Awaitable[Json]]]
"""What a tool is asked with, and what answers it."""


def create_router(programs: Programs) -> APIRouter:
    """The route of the protocol, streamable HTTP without sessions; it works in the app's lifespan."""
    endpoint = _Endpoint(_server(programs))
    router = APIRouter(lifespan=endpoint.lifespan)
    router.routes.append(Route(PATH, endpoint))
    return router


class _Endpoint:
    """Hands requests on to the manager that runs while the application does."""

    def __init__(self, server: Server[Any, Any]) -> None:
        self._server = server
        self._manager: StreamableHTTPSessionManager | None = None

    @asynccontextmanager
    async def lifespan(self, _: object) -> AsyncIterator[None]:
        """A manager runs; each runs once, so every start of the application gets its own."""
        self._manager = StreamableHTTPSessionManager(
            self._server, json_response=True, stateless=True
        )
        async with self._manager.run():
            yield
        self._manager = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; RuntimeError outside the application's lifespan."""
        if self._manager is None:
            raise RuntimeError("the application's lifespan is not running")
        await self._manager.handle_request(scope, receive, send)


def _server(programs: Programs) -> Server[Any, Any]:
    tools: dict[str, Tool] = {
        "ask": (AskedQuestion, programs.ask),
        "search": (AskedQuestion, programs.search),
        "similar": (AskedPractice, programs.similar),
    }
    words = load_words(DEFAULT)
    server: Server[Any, Any] = Server("cewen", API_VERSION, words["api"]["intro"])

    async def list_tools() -> list[types.Tool]:
        return [_described(name, asked, words["api"]) for name, (asked, _) in tools.items()]

    async def call_tool(name: str, arguments: dict[str, Any]) -> types.CallToolResult:
        try:
            if name not in tools:
                raise UsageError(f"没有叫“{name}”的工具。可用：{'、'.join(tools)}。")
            asked, answer = tools[name]
            return _result(await answer(asked.model_validate(arguments)))
        except Exception as error:
            return _result(fault_of(error).json, is_error=True)

    server.list_tools()(list_tools)
    # The request models check what is asked, in the user's language.
    server.call_tool(validate_input=False)(call_tool)
    return server


def _described(name: str, asked: type[BaseModel], words: Mapping[str, Any]) -> types.Tool:
    schema = asked.model_json_schema()
    describe(schema, words["field"])
    return types.Tool(
        name=name,
        title=words["operation"][name],
        description=f"{words['operation'][name]}。{words['returns'][name]}",
        inputSchema=schema,
        annotations=types.ToolAnnotations(readOnlyHint=True, openWorldHint=False),
    )


def _result(value: Mapping[str, object], is_error: bool = False) -> types.CallToolResult:
    text = json.dumps(value, ensure_ascii=False)
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=text)], isError=is_error
    )
