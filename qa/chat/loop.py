"""An event loop in a thread of its own, in which requests run and can be left at any moment."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

from qa.chat.transcript import Completion

STOP_S = 2.0
"""So long at most a thread is waited for that has been told to end."""


class Loop:
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
