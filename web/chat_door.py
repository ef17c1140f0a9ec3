"""Of all that Gradio can be asked, what the chat asks; the rest is as if it were not there.

Left out are its files and uploads, its proxy and whatever else fetches an address that a request names,
its recordings, streams, editors and measurements.
"""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.nonce import with_nonce
from web.refusals import refusal

BAD_REQUEST, FORBIDDEN, NOT_FOUND, METHOD_NOT_ALLOWED = 400, 403, 404, 405

PAGE = "/"
READ = frozenset(
    {
        *(PAGE, "/config", "/theme.css", "/favicon.ico", "/robots.txt", "/manifest.json"),
        *("/gradio_api/info", "/gradio_api/app_id", "/gradio_api/queue/data"),
        *("/gradio_api/startup-events", "/gradio_api/theme.css"),
    }
)
READ_BELOW = ("/assets/", "/static/", "/gradio_api/heartbeat/")
JOIN = "/gradio_api/queue/join"
WRITTEN = frozenset({JOIN, "/gradio_api/cancel", "/gradio_api/reset"})
UPLOAD = "/gradio_api/upload"

_REFUSALS = {
    BAD_REQUEST: "请求体读不出来。",
    FORBIDDEN: "这里不收文件；添加文档请用“文档”页。",
    NOT_FOUND: "没有这个地址。",
    METHOD_NOT_ALLOWED: "这个地址不能这样用。",
}


class ChatDoor:
    """Stands in front of a chat."""

    def __init__(self, chat: ASGIApp) -> None:
        self._chat, self._page = chat, with_nonce(chat)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the chat, or refuse."""
        if scope["type"] == "lifespan":
            return await self._chat(scope, receive, send)
        path = path_of(scope)
        status = refused(scope.get("method", ""), path, scope)
        if not status and path == JOIN:
            body = await Request(scope, receive).body()
            status, receive = _fault_of(body), again(body, receive)
        if status:
            return await refusal(path, status, _REFUSALS[status])(scope, receive, send)
        return await (self._page if path == PAGE else self._chat)(scope, receive, send)


def path_of(scope: Scope) -> str:
    """The path below the one that the application is mounted at."""
    root = str(scope.get("root_path", ""))
    path = str(scope["path"])
    return (path.removeprefix(root) if root else path) or "/"


def refused(method: str, path: str, scope: Scope) -> int:
    """The status a request is refused with; 0 when the chat may answer it."""
    if path.rstrip("/") == UPLOAD:
        return FORBIDDEN
    if path in WRITTEN:
        return 0 if method == "POST" else METHOD_NOT_ALLOWED
    known = path in READ or path.startswith(READ_BELOW)
    # The state of an earlier page, out of a file; no page of ours leaves any.
    revived = path == PAGE and "deep_link" in Request(scope).query_params
    if scope["type"] != "http" or revived or not known:
        return NOT_FOUND
    return 0 if method in ("GET", "HEAD") else METHOD_NOT_ALLOWED


def _fault_of(body: bytes) -> int:
    """The status for what the chat is told; a file in it would be fetched, wherever it is said to be."""
    try:
        told = [json.loads(body)]
    except (ValueError, RecursionError):
        return BAD_REQUEST
    while told:
        value = told.pop()
        if isinstance(value, dict):
            if {"path", "meta"} <= value.keys():
                return FORBIDDEN
            told += value.values()
        elif isinstance(value, list):
            told += value
    return 0


def again(body: bytes, receive: Receive) -> Receive:
    """A body that was read, to be read once more."""
    unread = [body]

    async def received() -> Message:
        if unread:
            return {"type": "http.request", "body": unread.pop(), "more_body": False}
        return await receive()

    return received
