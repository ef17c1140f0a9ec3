"""A fake OpenAI-compatible server on a real socket, which answers as it was told to.

    with ChatServer() as server:
        server.script(busy(0.1), says("安徽省设立了基金[1]。"))     # one step a request; the last one stays
        server.script(obeys(lambda prompt: prompt[-20:]))         # or computed from what was asked

`server.url` is the base_url, `server.requests` what was asked, `server.left` how many clients hung up.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import socket
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse

TICK_S = 0.02
PIECE_CHARS = 3


@dataclass(frozen=True)
class Step:
    """How one request is answered. `stall_at` and `cut_at` count the pieces sent before."""

    text: str = ""
    finish_reason: str | None = "stop"
    thinking: str = ""
    pause_s: float = 0.0
    stall_at: int | None = None
    cut_at: int | None = None
    error_at: int | None = None
    hangs: bool = False
    endless: bool = False
    pings: bool = False
    usage: bool = True
    status: int = 200
    body: bytes | None = None
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


Plan = Step | Callable[[str], Step]


def says(text: str, **how: Any) -> Step:
    return Step(text, **how)


def obeys(reply: Callable[[str], str], **how: Any) -> Plan:
    """What `reply` makes of the prompt, as a model that does all it is told."""
    return lambda prompt: Step(reply(prompt), **how)


def stalls(after: int = 0, text: str = "材料里写明的内容。", pings: bool = False) -> Step:
    """Falls silent after so many pieces, and only keeps the connection up."""
    return Step(text, stall_at=after, pings=pings)


def hangs() -> Step:
    """Takes the request and says nothing at all, not even that it was received."""
    return Step(hangs=True)


def cuts(after: int, text: str = "材料里写明的内容。") -> Step:
    """Drops the connection after so many pieces."""
    return Step(text, cut_at=after)


def stops_short(text: str = "材料里写明的") -> Step:
    """Ends in good order, but without saying why."""
    return Step(text, finish_reason=None)


def breaks(after: int, text: str = "材料里写明的内容。") -> Step:
    """Sends an error instead of the next piece."""
    return Step(text, error_at=after)


def repeats(text: str = "加强知识产权保护。") -> Step:
    return Step(text, endless=True)


def in_english() -> Step:
    return Step("According to the passages, a compensation fund was set up [1].")


def not_json() -> Step:
    return Step("好的，下面是我的判断：安徽已经做了。")


def empty() -> Step:
    return Step("")


def fails(status: int, message: str = "it failed", **headers: str) -> Step:
    body = json.dumps({"error": {"message": message, "code": status}}).encode()
    return Step(
        status=status, body=body, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


def unauthorised(key: str = "") -> Step:
    """As real services do, it says the key back."""
    return fails(401, f"Incorrect API key provided: {key}")


def no_model(name: str = "m") -> Step:
    return fails(404, f"model '{name}' not found")


def busy(retry_after: float | str) -> Step:
    return fails(429, "too many requests", retry_after=str(retry_after))


def sends(body: bytes, content_type: str = "text/event-stream", status: int = 200) -> Step:
    """Any bytes at all."""
    return Step(body=body, content_type=content_type, status=status)


def html(status: int = 200) -> Step:
    page = "<!doctype html><html><body>登录以继续：请输入密码</body></html>"
    return sends(page.encode(), "text/html; charset=utf-8", status)


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    prompt: str
    body: dict[str, Any]
    headers: dict[str, str]
    at: float


class ChatServer:
    """A context manager: listens on a free port of this machine until its end."""

    def __init__(self) -> None:
        self.requests: list[Asked] = []
        self.running = self.most_running = self.left = 0
        self._steps: deque[Plan] = deque([says("好。")])
        self._closing = False
        app = FastAPI()
        app.post("/v1/chat/completions")(self._complete)
        config = uvicorn.Config(
            app, log_config=None, log_level="critical", lifespan="off", ws="none"
        )
        self._server = uvicorn.Server(config)
        # Only where the protocol is named does asyncio send small pieces at once.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.bind(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/v1"

    @property
    def prompts(self) -> list[str]:
        return [asked.prompt for asked in self.requests]

    def script(self, *steps: Plan) -> None:
        """Answer with `steps`, one a request, the last for ever; what was recorded is forgotten."""
        self._steps = deque(steps)
        self.requests.clear()
        self.most_running = self.left = 0

    def settle(self, seconds: float = 2.0) -> None:
        """No request is being answered any more."""
        deadline = time.monotonic() + seconds
        while self.running:
            assert time.monotonic() < deadline, f"{self.running} requests still open"
            time.sleep(TICK_S / 2)

    def __enter__(self) -> ChatServer:
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive()
            time.sleep(TICK_S / 2)
        return self

    def __exit__(self, *_: object) -> None:
        self._closing = True
        self._server.should_exit = True
        self._thread.join(10)
        assert not self._thread.is_alive()
        self._socket.close()

    async def _complete(self, request: Request) -> Response:
        body = await request.json()
        prompt = body["messages"][-1]["content"]
        self.requests.append(Asked(prompt, body, dict(request.headers), time.monotonic()))
        plan = self._steps.popleft() if len(self._steps) > 1 else self._steps[0]
        step = plan if isinstance(plan, Step) else plan(prompt)
        if step.body is not None:
            return Response(step.body, step.status, step.headers, step.content_type)
        if step.hangs:
            self.running += 1
            try:
                async for _ in self._stall(step, request):
                    pass
            finally:
                self.running -= 1
        usage = step.usage and body.get("stream_options", {}).get("include_usage", False)
        events = self._events(replace(step, usage=usage), request)
        return StreamingResponse(events, media_type="text/event-stream", headers=step.headers)

    async def _events(self, step: Step, request: Request) -> AsyncIterator[bytes]:
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            async for event in self._reply(step, request):
                yield event
        except asyncio.CancelledError:
            self.left += 1
            raise
        finally:
            self.running -= 1

    async def _reply(self, step: Step, request: Request) -> AsyncIterator[bytes]:
        yield _delta(role="assistant", content="")
        for thought in _pieces(step.thinking):
            yield _delta(reasoning_content=thought)
        async for event in self._text(step, request):
            yield event
        if step.finish_reason:
            yield _event(choices=[{"index": 0, "delta": {}, "finish_reason": step.finish_reason}])
        if step.usage:
            yield _event(
                choices=[], usage={"prompt_tokens": 7, "completion_tokens": len(step.text)}
            )
        yield b"data: [DONE]\n\n"

    async def _text(self, step: Step, request: Request) -> AsyncIterator[bytes]:
        """The pieces of the text, up to the place where something is to happen."""
        pieces = list(_pieces(step.text))
        for n, piece in enumerate(itertools.cycle(pieces) if step.endless else [*pieces, ""]):
            if n == step.stall_at:
                async for ping in self._stall(step, request):
                    yield ping
            if n == step.cut_at:
                raise ConnectionAbortedError
            if n == step.error_at:
                yield b'data: {"error": {"message": "out of memory", "code": 500}}\n\n'
            await asyncio.sleep(step.pause_s)
            yield _delta(content=piece)

    async def _stall(self, step: Step, request: Request) -> AsyncIterator[bytes]:
        while not self._closing and not await request.is_disconnected():
            await asyncio.sleep(TICK_S)
            if step.pings:
                yield b": keep-alive\n\n"
        self.left += 1
        raise ConnectionAbortedError


def _pieces(text: str) -> Iterator[str]:
    return (text[n : n + PIECE_CHARS] for n in range(0, len(text), PIECE_CHARS))


def _delta(**delta: str) -> bytes:
    return _event(choices=[{"index": 0, "delta": delta}])


def _event(**parts: Any) -> bytes:
    chunk = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m"} | parts
    return f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n".encode()
