"""The client: hands what comes in the loop over to the threads that wait for it, until they stop."""

from __future__ import annotations

import queue
import threading
import time
import weakref
from collections.abc import Generator, Iterator
from concurrent.futures import CancelledError
from dataclasses import replace

from qa.chat.endpoint import ChatSettings
from qa.chat.errors import BAD_OUTPUT, CANCELLED, TIMEOUT
from qa.chat.loop import STOP_S, Loop
from qa.chat.service import Service
from qa.chat.transcript import Completion, json_object

POLL_S = 0.05
"""How soon a stop is noticed."""
BEAT_S = 0.5
"""After so long a silence an empty piece comes, so that whoever reads a reply can leave it."""


class Reply:
    """A reply as it comes: iterating gives its pieces, and then `completion` is the whole of it.

    An empty piece comes after every `BEAT_S` of silence. The request is sent when the first piece is asked for; `close` gives it up. Iterating raises
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
        self._service = Service(settings)
        self._loop = Loop(at_end=self._service.close)
        # A client that is forgotten, or outlives the program, is closed all the same.
        weakref.finalize(self, self._loop.stop)

    def complete(
        self,
        prompt: str,
        *,
        json: bool = False,
        cancel: threading.Event | None = None,
        within_s: float | None = None,
    ) -> Completion:
        """The whole reply to `prompt`; with `json`, its text is one JSON object and nothing else.

        `within_s` may shorten the time limit of the settings, not lengthen it.

        Raises:
            ChatError: there is no usable reply, or `cancel` was set before it was complete.
        """
        limit = min(self.settings.timeout_s, within_s or self.settings.timeout_s)
        reply = Reply(self._pieces(prompt, json, cancel, limit))
        for _ in reply:
            pass
        completion = reply.completion
        if not json:
            return completion
        found = json_object(completion.text)
        if found is None:
            raise self._service.error(BAD_OUTPUT)
        return replace(completion, text=found)

    def stream(self, prompt: str, cancel: threading.Event | None = None) -> Reply:
        """The reply to `prompt` as it comes; setting `cancel` ends it, from any thread."""
        return Reply(self._pieces(prompt, False, cancel, self.settings.timeout_s))

    def close(self) -> None:
        """Give up all requests and end the client's thread; the client cannot be used any more."""
        self._loop.stop()

    def _pieces(
        self, prompt: str, json: bool, cancel: threading.Event | None, limit: float
    ) -> Generator[str, None, Completion]:
        """The pieces that the request emits in the loop, handed over to the thread that waits."""
        emitted: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        # The loop keeps its limits itself; this one is for a loop that has died.
        latest = time.monotonic() + limit + STOP_S
        request = self._loop.submit(self._service.request(prompt, json, emitted.put, limit))
        request.add_done_callback(lambda _: emitted.put(None))
        try:
            while (piece := self._next(emitted, cancel, latest)) is not None:
                yield piece
            return request.result()
        except CancelledError:  # the client was closed
            raise self._service.error(CANCELLED) from None
        finally:
            request.cancel()

    def _next(
        self,
        emitted: queue.SimpleQueue[str | None],
        cancel: threading.Event | None,
        latest: float,
    ) -> str | None:
        """The next piece, an empty one when none has come for a while, None after the last."""
        beat = time.monotonic() + BEAT_S
        while cancel is None or not cancel.is_set():
            try:
                return emitted.get(timeout=POLL_S)
            except queue.Empty:
                if time.monotonic() > latest:
                    raise self._service.error(TIMEOUT) from None
                if time.monotonic() > beat:
                    return ""
        raise self._service.error(CANCELLED)
