"""Turns questions away while as many wait as may; whatever follows an answer is always let in."""

from __future__ import annotations

import json

import gradio as gr
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from web.chat_door import JOIN, again, path_of
from web.gate import RETRY_AFTER_SECONDS

FULL = 429
"""Of a 503 Gradio's page tells in English, whatever the answer says."""


class Room:
    """Stands between the door and the chat.

    Gradio's own limit would also turn away what has to follow an answer, and leave a visitor who was
    let in without the files and with a page that waits for ever.
    """

    def __init__(self, app: ASGIApp, page: gr.Blocks, most: int, sentence: str) -> None:
        """Take the chat, its page, how many events may wait, and what others are told."""
        self._app, self._page, self._most, self._sentence = app, page, most, sentence

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the chat, or with one sentence and when to come again."""
        if scope["type"] != "http" or path_of(scope) != JOIN or len(self._page._queue) < self._most:
            return await self._app(scope, receive, send)
        body = await Request(scope, receive).body()
        if self._follows(body):
            return await self._app(scope, again(body, receive), send)
        headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
        full = JSONResponse({"detail": self._sentence}, FULL, headers)
        return await full(scope, receive, send)

    def _follows(self, body: bytes) -> bool:
        """Whether what is joined follows another event."""
        told = json.loads(body)
        number = told.get("fn_index") if isinstance(told, dict) else None
        following = (
            id_ for id_, event in self._page.fns.items() if event.trigger_after is not None
        )
        return number in tuple(following)
