"""An OpenAI-compatible chat endpoint: a prompt goes in; text comes out, or one sentence why not.

    ChatClient ──▶ Reply (its pieces as they come) ──▶ Completion
                     └── ChatError: one of `REASONS` and a Chinese sentence

Requests are tasks of an event loop that runs in a thread of its own, so that each of them can be left
at any moment and its connection closed. Every fault of the `openai` package is mapped here, nowhere
else; what is raised holds no key, no credentials of an address and no text of the service.
"""

from __future__ import annotations

import asyncio
import ipaddress
import itertools
import json
import queue
import re
import threading
import time
import weakref
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from index.errors import CewenError

if TYPE_CHECKING:
    from openai import AsyncOpenAI
    from openai.types.chat import ChatCompletionChunk

UNREACHABLE, UNAUTHORISED, MODEL_MISSING = "unreachable", "unauthorised", "model_missing"
RATE_LIMITED, SERVER_ERROR, REJECTED = "rate_limited", "server_error", "rejected"
TIMEOUT, CUT_OFF, EMPTY = "timeout", "cut_off", "empty"
REPETITION, BAD_OUTPUT, CANCELLED = "repetition", "bad_output", "cancelled"
NOT_INSTALLED = "not_installed"

SENTENCES = {
    UNREACHABLE: "连不上大模型服务（{host}），请检查地址、网络和代理设置。",
    UNAUTHORISED: "大模型服务（{host}）不认可密钥，请检查 OPENAI_API_KEY。",
    MODEL_MISSING: "大模型服务（{host}）上找不到模型“{model}”，请检查模型名，以及地址是否应以 /v1 结尾。",
    RATE_LIMITED: "大模型服务（{host}）请求太多或额度已用完，请稍后再试。",
    SERVER_ERROR: "大模型服务（{host}）内部出错，请稍后再试。",
    REJECTED: "大模型服务（{host}）不接受这个请求，可能内容太长，或不支持所用的参数。",
    TIMEOUT: "大模型没有在限定的时间内写完，已停止等待。",
    CUT_OFF: "大模型的回答中途断了，没有写完。",
    EMPTY: "大模型返回了空的回答。",
    REPETITION: "大模型不停重复同样的话，已中止。",
    BAD_OUTPUT: "大模型返回的内容不合要求，无法使用。",
    CANCELLED: "已停止大模型撰写。",
    NOT_INSTALLED: '没有安装大模型客户端，请运行 pip install "openai>=3,<4"。',
}
REASONS = tuple(SENTENCES)
"""Why there is no usable reply."""

RETRIED = (UNREACHABLE, RATE_LIMITED, SERVER_ERROR)
"""What may pass by itself; anything else would only be said again."""

CONNECT_S = 10.0
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 20.0
"""A service that asks to be left alone for longer is not asked again."""
POLL_S = 0.05
"""How soon a stop is noticed."""
STOP_S = 2.0

REPEATED_TIMES, REPEATED_CHARS, REPEAT_WINDOW = 4, 200, 800
"""Words over and over: so many times at least, so many characters together, the last ones looked at."""

_REASON_OF_STATUS = {
    401: UNAUTHORISED,
    402: RATE_LIMITED,
    403: UNAUTHORISED,
    404: MODEL_MISSING,
    429: RATE_LIMITED,
}
_NO_SUCH_MODEL = re.compile(r"model.{0,80}not.{0,10}(exist|found)", re.IGNORECASE | re.DOTALL)
_SECONDS = re.compile(r"\d+(\.\d+)?")
_DIGITS = re.compile(r"\d+")
_THINKING, _THOUGHT = "<think>", "</think>"


class ChatError(CewenError):
    """Why the model gave no usable reply: one of `REASONS`, and a sentence for the user."""

    exit_code = 3

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """Which model is asked, and within what limits.

    `timeout_s` is for everything from the call to the last word: waiting for a turn, retries, pauses.
    `first_token_s` is the longest silence before the first token of a request, and between any two.
    `parallel` requests run at a time.
    """

    base_url: str = field(repr=False)
    model: str
    api_key: str = field(default="", repr=False)
    timeout_s: float = 120.0
    first_token_s: float = 30.0
    max_tokens: int = 1500
    temperature: float = 0.0
    retries: int = 2
    parallel: int = 4


@dataclass(frozen=True, slots=True)
class Completion:
    """A reply as a whole. Tokens are None where the service does not count them.

    `seconds` is from the call to the last word. `finish_reason` is the service's own: "stop", or
    "length" when `max_tokens` ended it.
    """

    text: str
    prompt_tokens: int | None
    completion_tokens: int | None
    seconds: float
    finish_reason: str


class Reply:
    """A reply as it comes: iterating gives its pieces, and then `completion` is the whole of it.

    The request is sent when the first piece is asked for; `close` gives it up. Iterating raises
    `ChatError` when the reply does not come to its end.
    """

    def __init__(self, pieces: Generator[str, None, Completion]) -> None:
        self._pieces = pieces
        self._completion: Completion | None = None

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            return next(self._pieces)
        except StopIteration as end:
            self._completion = self._completion or end.value
            raise

    @property
    def completion(self) -> Completion:
        """The whole reply, once its last piece has been taken."""
        if self._completion is None:
            raise ValueError("the reply has not come to its end")
        return self._completion

    def close(self) -> None:
        """Give the reply up: its connection is closed."""
        self._pieces.close()


class ChatClient:
    """Asks one model at one endpoint; may be used from several threads at a time."""

    def __init__(self, settings: ChatSettings) -> None:
        """Nothing is sent yet.

        Raises:
            ChatError: the address or the key cannot be one, or `openai` is not installed.
        """
        self.settings = settings
        address = _address(settings.base_url)
        self._host = _host(address)
        self._openai = self._sdk(address)
        # Imports the rest of the package, which would else count as silence of the first reply.
        self._completions = self._openai.chat.completions
        self._slots = asyncio.Semaphore(settings.parallel)
        self._loop = _Loop(at_end=self._openai.close)
        # A client that is forgotten, or outlives the program, is closed all the same.
        weakref.finalize(self, self._loop.stop)

    def complete(
        self, prompt: str, *, json: bool = False, cancel: threading.Event | None = None
    ) -> Completion:
        """The whole reply to `prompt`; with `json`, its text is one JSON object and nothing else.

        Raises:
            ChatError: there is no usable reply, or `cancel` was set before it was complete.
        """
        reply = Reply(self._pieces(prompt, json, cancel))
        for _ in reply:
            pass
        completion = reply.completion
        return replace(completion, text=self._object(completion.text)) if json else completion

    def stream(self, prompt: str, cancel: threading.Event | None = None) -> Reply:
        """The reply to `prompt` as it comes; setting `cancel` ends it, from any thread."""
        return Reply(self._pieces(prompt, False, cancel))

    def close(self) -> None:
        """Give up all requests and end the client's thread; the client cannot be used any more."""
        self._loop.stop()

    def _pieces(
        self, prompt: str, json: bool, cancel: threading.Event | None
    ) -> Generator[str, None, Completion]:
        """The pieces that the request emits in the loop, handed over to the thread that waits."""
        emitted: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        # The loop keeps its limits itself; this one is for a loop that has died.
        latest = time.monotonic() + self.settings.timeout_s + STOP_S
        request = self._loop.submit(self._request(prompt, json, emitted.put))
        request.add_done_callback(lambda _: emitted.put(None))
        try:
            while (piece := self._next(emitted, cancel, latest)) is not None:
                yield piece
            return request.result()
        except CancelledError:  # the client was closed
            raise self._error(CANCELLED) from None
        finally:
            request.cancel()

    def _next(
        self,
        emitted: queue.SimpleQueue[str | None],
        cancel: threading.Event | None,
        latest: float,
    ) -> str | None:
        """The next piece, None after the last."""
        while cancel is None or not cancel.is_set():
            try:
                return emitted.get(timeout=POLL_S)
            except queue.Empty:
                if time.monotonic() > latest:
                    raise self._error(TIMEOUT) from None
        raise self._error(CANCELLED)

    async def _request(self, prompt: str, json: bool, emit: Callable[[str], None]) -> Completion:
        """The completion of `prompt`, once its turn has come, within the time limit."""
        started = time.monotonic()
        deadline = _now() + self.settings.timeout_s
        try:
            async with asyncio.timeout_at(deadline), self._slots:
                transcript = await self._persist(prompt, json, emit, deadline)
        except TimeoutError:
            raise self._error(TIMEOUT) from None
        if not transcript.text.strip():
            raise self._error(EMPTY)
        return transcript.completion(time.monotonic() - started)

    async def _persist(
        self, prompt: str, json: bool, emit: Callable[[str], None], deadline: float
    ) -> _Transcript:
        """The transcript of the first attempt that succeeds."""
        for attempt in itertools.count():
            transcript = _Transcript(emit)
            fault = await self._attempt(prompt, json, transcript)
            if fault is None:
                break
            pause = max(fault.pause, FIRST_PAUSE_S * 2**attempt)
            hopeless = fault.reason not in RETRIED or attempt >= self.settings.retries
            too_long = pause > LONGEST_PAUSE_S or _now() + pause > deadline
            if hopeless or too_long or transcript.raw:
                raise self._error(fault.reason)
            await asyncio.sleep(pause)
        return transcript

    async def _attempt(self, prompt: str, json: bool, transcript: _Transcript) -> _Fault | None:
        """What went wrong with one request; None when its reply has come to its end."""
        from openai import OpenAIError

        fault = None
        try:
            await self._read(prompt, json, transcript)
        except TimeoutError:
            fault = _Fault(TIMEOUT)
        except (OpenAIError, ValueError, TypeError, LookupError, AttributeError) as error:
            fault = _Fault(_reason(error, transcript), _asked_pause(error))
        if transcript.endless:
            return _Fault(REPETITION)
        if transcript.finish_reason:
            return None  # whatever happened to the connection afterwards
        return fault or _Fault(CUT_OFF if transcript.chunks else BAD_OUTPUT)

    async def _read(self, prompt: str, json: bool, transcript: _Transcript) -> None:
        """Send one request and take down what comes, until it ends or only repeats itself."""
        async with asyncio.timeout(self.settings.first_token_s) as silence:
            stream = await self._completions.create(
                messages=[{"role": "user", "content": prompt}],
                model=self.settings.model,
                max_tokens=self.settings.max_tokens,
                temperature=self.settings.temperature,
                stream=True,
                stream_options={"include_usage": True},
                extra_body={"response_format": {"type": "json_object"}} if json else None,
            )
            async with stream:
                async for chunk in stream:
                    if transcript.take(chunk):
                        silence.reschedule(_now() + self.settings.first_token_s)
                    if transcript.endless:
                        return

    def _object(self, text: str) -> str:
        """The JSON object in `text`, without fences or words around it."""
        found = text[text.find("{") : text.rfind("}") + 1]
        try:
            fits = isinstance(json.loads(found), dict)
        except (ValueError, RecursionError):
            fits = False
        if not fits:
            raise self._error(BAD_OUTPUT)
        return found

    def _error(self, reason: str) -> ChatError:
        sentence = SENTENCES[reason].format(host=self._host, model=self.settings.model)
        return ChatError(reason, sentence)

    def _sdk(self, address: SplitResult) -> AsyncOpenAI:
        """The package's own client, without retries and with no limits but ours."""
        key = self.settings.api_key.strip()
        if not (key.isascii() and key.isprintable()):
            raise ChatError(UNAUTHORISED, "密钥里有不可能出现的字符，请检查 OPENAI_API_KEY。")
        # Left in the address, a login would be written into logs with it.
        login = (unquote(address.username or ""), unquote(address.password or ""))
        try:
            from openai import AsyncOpenAI, DefaultAsyncHttpxClient, Timeout

            return AsyncOpenAI(
                base_url=urlunsplit((address.scheme, _host(address), address.path, "", "")),
                api_key=key or "none",
                max_retries=0,
                timeout=Timeout(None, connect=CONNECT_S),
                http_client=DefaultAsyncHttpxClient(
                    auth=login if any(login) else None, trust_env=not _is_local(address)
                ),
            )
        except (ImportError, ValueError) as error:
            # Only a missing module has a name; the rest is said of proxies that cannot be used.
            missing = getattr(error, "name", None)
            raise self._error(NOT_INSTALLED if missing else UNREACHABLE) from None


@dataclass(frozen=True, slots=True)
class _Fault:
    """Why an attempt failed, and the seconds that the service asks to be left alone for."""

    reason: str
    pause: float = 0.0


class _Transcript:
    """What has come of a reply so far. `raw` is as sent; `text` is what of it is meant to be read."""

    def __init__(self, emit: Callable[[str], None]) -> None:
        self._emit = emit
        self._usage: object = None
        self.chunks = 0
        self.raw = self.text = self.finish_reason = ""
        self.endless = False

    def take(self, chunk: ChatCompletionChunk) -> bool:
        """Whether `chunk` brought a token, be it of the reply or of the thinking before it."""
        self.chunks += 1
        self._usage = chunk.usage or self._usage
        if not chunk.choices:
            return False
        choice = chunk.choices[0]
        self.finish_reason = choice.finish_reason or self.finish_reason
        self._say(choice.delta.content or "")
        thought = [getattr(choice.delta, name, None) for name in ("reasoning_content", "reasoning")]
        return bool(choice.delta.content or any(thought))

    def _say(self, said: str) -> None:
        self.raw += said
        text = without_thinking(self.raw)
        piece = text[len(self.text) :]
        self.text = text
        self.endless = is_endless(self.raw)
        if piece:
            self._emit(piece)

    def completion(self, seconds: float) -> Completion:
        """The reply as a whole."""
        return Completion(
            text=self.text,
            prompt_tokens=getattr(self._usage, "prompt_tokens", None),
            completion_tokens=getattr(self._usage, "completion_tokens", None),
            seconds=seconds,
            finish_reason=self.finish_reason,
        )


class _Loop:
    """An event loop in a thread of its own, until `stop`; `at_end` is awaited in it."""

    def __init__(self, at_end: Callable[[], Awaitable[None]]) -> None:
        self._at_end = at_end
        self._stopped = asyncio.Event()
        started: Future[asyncio.AbstractEventLoop] = Future()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._main(started)), name="cewen-chat", daemon=True
        )
        self._thread.start()
        self._loop = started.result()

    def submit(self, task: Coroutine[Any, Any, Completion]) -> Future[Completion]:
        """What `task` will give, run in the loop."""
        return asyncio.run_coroutine_threadsafe(task, self._loop)

    def stop(self) -> None:
        """All tasks are cancelled and the thread is at its end, or will be shortly."""
        with suppress(RuntimeError):  # closed already
            self._loop.call_soon_threadsafe(self._stopped.set)
        if threading.current_thread() is not self._thread:
            self._thread.join(STOP_S)

    async def _main(self, started: Future[asyncio.AbstractEventLoop]) -> None:
        started.set_result(asyncio.get_running_loop())
        await self._stopped.wait()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._at_end()


def without_thinking(raw: str) -> str:
    """`raw` without the thinking that some models put in front; nothing while it may still go on.

    Example: `without_thinking("<think>想</think>答")` is `"答"`.
    """
    text = raw.lstrip()
    if text.startswith(_THINKING):
        return text.partition(_THOUGHT)[2].lstrip()
    return "" if _THINKING.startswith(text) else text


def is_endless(text: str) -> bool:
    """Whether `text` ends in the same words over and over; numbers count as all the same.

    Example: `is_endless("1、加强服务；2、加强服务；" * 20)` is True.
    """
    tail = _DIGITS.sub("0", text[-REPEAT_WINDOW:])
    return any(
        tail.endswith(tail[-size:] * max(REPEATED_TIMES, -(-REPEATED_CHARS // size)))
        for size in range(1, len(tail) // REPEATED_TIMES + 1)
    )


def _reason(error: Exception, transcript: _Transcript) -> str:
    """The reason that a fault of the `openai` package, or of what it read, stands for."""
    from openai import APIConnectionError, APIError, APIStatusError

    if isinstance(error, APIStatusError):
        if error.status_code == 400 and _NO_SUCH_MODEL.search(error.message):
            return MODEL_MISSING
        otherwise = SERVER_ERROR if error.status_code >= 500 else REJECTED
        return _REASON_OF_STATUS.get(error.status_code, otherwise)
    if isinstance(error, APIConnectionError):
        return CUT_OFF if transcript.raw else UNREACHABLE
    return SERVER_ERROR if isinstance(error, APIError) else BAD_OUTPUT


def _asked_pause(error: Exception) -> float:
    """The seconds of a Retry-After header; 0 where there is none."""
    from openai import APIStatusError

    headers = error.response.headers if isinstance(error, APIStatusError) else {}
    seconds = headers.get("retry-after", "")
    return float(seconds) if _SECONDS.fullmatch(seconds) else 0.0


def _address(base_url: str) -> SplitResult:
    """The parts of an address.

    Raises:
        ChatError: it is no address of the web; the address itself is not repeated.
    """
    try:
        address = urlsplit(base_url.strip())
        fits = address.scheme in ("http", "https") and address.hostname and address.port != 0
    except ValueError:
        fits = False
    if not fits or not base_url.strip().isprintable():
        sentence = "大模型服务的地址不对，应形如 http://127.0.0.1:11434/v1。"
        raise ChatError(UNREACHABLE, sentence)
    return address


def _host(address: SplitResult) -> str:
    """Host and port as they were given, without the login in front of them."""
    return address.netloc.rpartition("@")[2]


def _is_local(address: SplitResult) -> bool:
    """Whether the endpoint is on this machine, where no proxy may come between."""
    host = address.hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _now() -> float:
    """The time of the running loop."""
    return asyncio.get_running_loop().time()
