"""So many questions of programs are worked on at a time, so many wait, the rest are turned away."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from index.errors import CewenError

Result = TypeVar("Result")

RETRY_AFTER_SECONDS = 2


class Busy(CewenError):
    """As many questions wait as may; it is worth asking again in `RETRY_AFTER_SECONDS`."""

    exit_code = 3


class Gate:
    """Runs work in threads of its own, never more than `parallel` at a time. One event loop's."""

    def __init__(self, parallel: int, waiting: int) -> None:
        self._limiter = CapacityLimiter(parallel)
        self._room = parallel + waiting

    async def run(self, work: Callable[[], Result]) -> Result:
        """What `work` gives.

        Raises:
            Busy: no room is left to wait.
        """
        if self._room <= 0:
            raise Busy("正在处理的请求太多，请稍后再试。")
        self._room -= 1
        try:
            return await to_thread.run_sync(work, limiter=self._limiter)
        finally:
            self._room += 1
