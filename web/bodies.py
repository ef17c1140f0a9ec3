"""How much a request may bring: more is refused before it is read, or as soon as it is too much."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.refusals import refusal

MOST_BYTES = 1_000_000
"""Of anything that is no document."""
TOO_LARGE = 413


class Bodies:
    """Lets requests through whose body is not too large."""

    def __init__(self, app: ASGIApp, larger: Mapping[str, int]) -> None:
        """Take the application, and the paths that may bring more, with how much."""
        self._app, self._larger = app, larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the application, or with 413."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        most = self._larger.get(scope["path"], MOST_BYTES)
        length = Headers(scope=scope).get("content-length", "")
        if length.isdecimal() and int(length) > most:
            sentence = f"请求体太大，最多{most}字节。"
            return await refusal(scope["path"], TOO_LARGE, sentence)(scope, receive, send)
        return await self._app(scope, counted(receive, most), send)


def counted(receive: Receive, most: int) -> Receive:
    """The same, until more than `most` bytes have come."""
    size = 0

    async def received() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > most:
            raise HTTPException(TOO_LARGE)
        return message

    return received
