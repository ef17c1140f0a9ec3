"""One model at one endpoint: requests with their limits and retries, in an event loop."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable

from qa.chat.endpoint import ChatSettings, open_endpoint
from qa.chat.errors import (
    BAD_OUTPUT,
    CUT_OFF,
    EMPTY,
    REPETITION,
    RETRIED,
    TIMEOUT,
    ChatError,
    chat_error,
)
from qa.chat.faults import Fault, fault_of
from qa.chat.transcript import Completion, Transcript

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 20.0
"""A service that asks to be left alone for longer is not asked again."""


class Service:
    """Asks a model; all but the making of it happens in one event loop."""

    def __init__(self, settings: ChatSettings) -> None:
        """Nothing is sent yet.

        Raises:
            ChatError: the address or the key cannot be one, or `openai` is not installed.
        """
        self._settings = settings
        self._host, self._sdk = open_endpoint(settings)
        # Imports the rest of the package, which would else count as silence of the first reply.
        self._completions = self._sdk.chat.completions
        self._slots = asyncio.Semaphore(settings.parallel)

    def error(self, reason: str) -> ChatError:
        """What is raised for a reason."""
        return chat_error(reason, self._host, self._settings.model)

    async def close(self) -> None:
        """Its connections are closed."""
        await self._sdk.close()

    async def request(
        self, prompt: str, json: bool, emit: Callable[[str], None], limit: float
    ) -> Completion:
        """The completion of `prompt`, once its turn has come, within `limit` seconds."""
        started = time.monotonic()
        deadline = _now() + limit
        try:
            async with asyncio.timeout_at(deadline), self._slots:
                transcript = await self._persist(prompt, json, emit, deadline)
        except TimeoutError:
            raise self.error(TIMEOUT) from None
        if not transcript.text.strip():
            raise self.error(EMPTY)
        return transcript.completion(time.monotonic() - started)

    async def _persist(
        self, prompt: str, json: bool, emit: Callable[[str], None], deadline: float
    ) -> Transcript:
        """The transcript of the first attempt that succeeds."""
        for attempt in itertools.count():
            transcript = Transcript(emit)
            fault = await self._attempt(prompt, json, transcript)
            if fault is None:
                break
            pause = max(fault.pause, FIRST_PAUSE_S * 2**attempt)
            hopeless = fault.reason not in RETRIED or attempt >= self._settings.retries
            too_long = pause > LONGEST_PAUSE_S or _now() + pause > deadline
            if hopeless or too_long or transcript.raw:
                raise self.error(fault.reason)
            await asyncio.sleep(pause)
        return transcript

    async def _attempt(self, prompt: str, json: bool, transcript: Transcript) -> Fault | None:
        """What went wrong with one request; None when its reply has come to its end."""
        from openai import OpenAIError

        fault = None
        try:
            await self._read(prompt, json, transcript)
        except TimeoutError:
            fault = Fault(TIMEOUT)
        except (OpenAIError, ValueError, TypeError, LookupError, AttributeError) as error:
            fault = fault_of(error, transcript)
        if transcript.endless:
            return Fault(REPETITION)
        if transcript.finish_reason:
            return None  # whatever happened to the connection afterwards
        return fault or Fault(CUT_OFF if transcript.chunks else BAD_OUTPUT)

    async def _read(self, prompt: str, json: bool, transcript: Transcript) -> None:
        """Send one request and take down what comes, until it ends or only repeats itself."""
        async with asyncio.timeout(self._settings.first_token_s) as silence:
            stream = await self._completions.create(
                messages=[{"role": "user", "content": prompt}],
                model=self._settings.model,
                max_tokens=self._settings.max_tokens,
                temperature=self._settings.temperature,
                stream=True,
                stream_options={"include_usage": True},
                extra_body={"response_format": {"type": "json_object"}} if json else None,
            )
            async with stream:
                async for chunk in stream:
                    if transcript.take(chunk):
                        silence.reschedule(_now() + self._settings.first_token_s)
                    if transcript.endless:
                        return


def _now() -> float:
    """The time of the running loop."""
    return asyncio.get_running_loop().time()
