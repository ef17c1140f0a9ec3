"""Visitors of a server: programs that ask its API, and browsers that speak the page's protocol."""

from __future__ import annotations

import itertools
import json
import re
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import anyio
import httpx

QUESTIONS_A_VISIT = 5
LONGEST_WAIT_S = 120
BUSY, TOO_MANY = 503, 429
_ASSET = re.compile(r'(?:src|href)="\./(assets/[^"]+|style/[^"]+)"')


@dataclass(slots=True)
class Tally:
    """What came of the requests: how long good ones took, how many were turned away, what failed."""

    milliseconds: list[float] = field(default_factory=list)
    visits: int = 0
    turned_away: int = 0
    failures: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Crowd:
    """What all visitors of a level share."""

    url: str
    questions: Sequence[str]
    until: float
    tally: Tally

    @property
    def is_over(self) -> bool:
        """Whether they should leave."""
        return time.monotonic() > self.until


Visit = Callable[[Crowd, int], Any]


async def crowd_of(visit: Visit, users: int, url: str, questions: Sequence[str], s: float) -> Tally:
    """What came of `users` visitors at a time, over `s` seconds; each begins elsewhere."""
    crowd = Crowd(url, questions, time.monotonic() + s, Tally())
    async with anyio.create_task_group() as group:
        for user in range(users):
            group.start_soon(visit, crowd, user * len(questions) // users)
    return crowd.tally


@asynccontextmanager
async def _client(crowd: Crowd) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        base_url=crowd.url, trust_env=False, timeout=LONGEST_WAIT_S
    ) as client:
        yield client


async def program(crowd: Crowd, start: int) -> None:
    """A program that asks one question after the other, and waits where it is told to."""
    async with _client(crowd) as client:
        for method, path, asked in _requests(crowd.questions, start):
            if crowd.is_over:
                return
            began = time.perf_counter()
            try:
                if method == "GET":
                    reply = await client.get(path, params=asked)
                else:
                    reply = await client.post(path, json=asked)
            except httpx.HTTPError as error:
                crowd.tally.failures[type(error).__name__] += 1
                continue
            await _count(crowd.tally, reply, time.perf_counter() - began)


async def _count(tally: Tally, reply: httpx.Response, seconds: float) -> None:
    wait, sentence = reply.headers.get("retry-after", ""), '"error"' in reply.text
    if reply.status_code == httpx.codes.OK:
        tally.milliseconds.append(seconds * 1000)
    elif reply.status_code == BUSY and wait.isdecimal() and sentence:
        tally.turned_away += 1
        await anyio.sleep(int(wait))
    else:
        tally.failures[f"status {reply.status_code}"] += 1


def _requests(questions: Sequence[str], start: int) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and parameters: mostly questions, now and then every cell."""
    for n in itertools.count():
        question = questions[(start + n) % len(questions)]
        method = ("GET", "POST")[n % 2]
        match n % 20:
            case 19:
                yield method, "/api/cells", {}
            case 3 | 8 | 13:
                yield method, "/api/similar", {"practice": question}
            case 1 | 5 | 9 | 15:
                yield method, "/api/search", {"question": question, "top_k": 20}
            case _:
                yield method, "/api/ask", {"question": question}


async def browser(crowd: Crowd, start: int) -> None:
    """Visits of the page one after the other, of a few questions each."""
    for n in itertools.count():
        if crowd.is_over:
            return
        first = start + n * QUESTIONS_A_VISIT
        try:
            async with _client(crowd) as client:
                await _visit(crowd, client, first)
        except httpx.HTTPError as error:
            crowd.tally.failures[type(error).__name__] += 1


async def _visit(crowd: Crowd, client: httpx.AsyncClient, first: int) -> None:
    """The page with all it loads, what it does on arrival, then the questions."""
    crowd.tally.visits += 1
    page = await client.get("/")
    for asset in _ASSET.findall(page.text):
        reply = await client.get(f"/{asset}")
        if reply.status_code != httpx.codes.OK:
            crowd.tally.failures[f"asset {reply.status_code}"] += 1
    chat = Chat(client, (await client.get("/config")).json())
    async with client.stream("GET", f"/gradio_api/heartbeat/{chat.session}"):
        for event in chat.on_arrival:
            await _turned_away_or_done(crowd, chat, event, {})
        for n in range(QUESTIONS_A_VISIT):
            if crowd.is_over:
                return
            question = crowd.questions[(first + n) % len(crowd.questions)]
            began = time.perf_counter()
            typed = {chat.textbox: question}
            if await _turned_away_or_done(crowd, chat, chat.submit, typed):
                crowd.tally.milliseconds.append((time.perf_counter() - began) * 1000)


async def _turned_away_or_done(
    crowd: Crowd, chat: Chat, event: int, values: dict[int, Any]
) -> bool:
    """Whether an event and all that follows it was done; a visitor turned away waits a little."""
    try:
        await chat.run(event, values)
    except TurnedAway:
        crowd.tally.turned_away += 1
        await anyio.sleep(2)
        return False
    except Failed as failure:
        crowd.tally.failures[str(failure)] += 1
        return False
    return True


class TurnedAway(Exception):
    """The queue is full, and said so in a sentence."""


class Failed(Exception):
    """An event did not come to its end."""


class Chat:
    """One visit of the page: its events, run as the page runs them."""

    def __init__(self, client: httpx.AsyncClient, config: dict[str, Any]) -> None:
        self._client = client
        self.session = secrets.token_hex(6)
        self._events = {event["id"]: event for event in config["dependencies"]}
        components = config["components"]
        self._values = {c["id"]: c["props"].get("value") for c in components}
        self.textbox = next(c["id"] for c in components if c["props"].get("elem_id") == "question")
        self.on_arrival = [id_ for id_ in self._events if self._listens(id_, "load")]
        self.submit = next(id_ for id_ in self._events if self._listens(id_, "submit"))

    def _listens(self, id_: int, trigger: str) -> bool:
        event = self._events[id_]
        # The row of feedback has a textbox of its own; without feedback there is none.
        targets = [name for _, name in event["targets"]]
        return bool(event["backend_fn"] and targets == [trigger])

    async def run(self, id_: int, values: dict[int, Any]) -> None:
        """Run an event, then those that follow it.

        Raises:
            TurnedAway: the queue is full.
            Failed: something went wrong on the server.
        """
        event: dict[str, Any] | None = self._events[id_]
        while event:
            inputs = [values.get(i, self._values.get(i)) for i in event["inputs"]]
            await self._run(event["id"], inputs)
            event = next(
                (e for e in self._events.values() if e["trigger_after"] == event["id"]), None
            )

    async def _run(self, id_: int, inputs: list[Any]) -> None:
        joined = {"data": inputs, "fn_index": id_, "session_hash": self.session, "trigger_id": None}
        reply = await self._client.post("/gradio_api/queue/join", json=joined)
        if reply.status_code in (TOO_MANY, BUSY) and "detail" in reply.json():
            raise TurnedAway
        if reply.status_code != httpx.codes.OK:
            raise Failed(f"join {reply.status_code}")
        params = {"session_hash": self.session}
        async with self._client.stream("GET", "/gradio_api/queue/data", params=params) as stream:
            async for line in stream.aiter_lines():
                told = json.loads(line.removeprefix("data:")) if line.startswith("data:") else {}
                if told.get("msg") == "process_completed":
                    if not told["success"]:
                        raise Failed("process failed")
                    return
        raise Failed("stream ended")
