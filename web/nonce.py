"""The chat's page says by a number used once which scripts are its own; no other runs in it."""

from __future__ import annotations

import gzip
import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-eval' 'nonce-{nonce}'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)
"""Gradio compiles the scripts of events out of text and sets styles on elements."""

QUICKLY = 5


def with_nonce(page: ASGIApp) -> ASGIApp:
    """The page with `POLICY`, and its script elements named in it.

    Gradio writes its data into the page with every "<" escaped, so what looks like a script element
    is one.
    """

    async def answered(scope: Scope, receive: Receive, send: Send) -> None:
        begun: list[Message] = []
        body = bytearray()

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                begun.append(message)
            elif message["type"] != "http.response.body":
                await send(message)
            else:
                body.extend(message.get("body", b""))
                if not message.get("more_body"):
                    await send(_marked(begun[0], body, scope))
                    await send({"type": "http.response.body", "body": bytes(body)})

        await page(_uncompressed(scope), receive, sent)

    return answered


def _marked(start: Message, body: bytearray, scope: Scope) -> Message:
    """The beginning of the answer, and scripts marked in `body`, when it is a page."""
    headers = MutableHeaders(raw=list(start["headers"]))
    if headers.get("content-type", "").startswith("text/html"):
        nonce = secrets.token_urlsafe(16)
        body[:] = body.replace(b"<script", f'<script nonce="{nonce}"'.encode())
        headers["Content-Security-Policy"] = POLICY.format(nonce=nonce)
        headers["Cache-Control"] = "no-store"
        headers.add_vary_header("Accept-Encoding")
        if "gzip" in Headers(scope=scope).get("accept-encoding", ""):
            body[:] = gzip.compress(body, QUICKLY)
            headers["Content-Encoding"] = "gzip"
        headers["Content-Length"] = str(len(body))
    return {**start, "headers": headers.raw}


def _uncompressed(scope: Scope) -> Scope:
    """The request without asking for what would have to be unpacked here."""
    kept = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
    return {**scope, "headers": kept}
