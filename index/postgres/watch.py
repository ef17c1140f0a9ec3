"""Which revision is current, known at once to whoever asks: the database is asked beside."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from index.errors import StoreError

INTERVAL_S = 1.0
"""So long what was heard is taken to be so."""


class Watch:
    """Remembers what was heard last, and asks anew when that is long ago. Never waits."""

    def __init__(self, ask: Callable[[], str]) -> None:
        self._ask = ask
        self._heard: str | StoreError | None = None
        self._asked_at = 0.0
        self._lock = threading.Lock()

    def heard(self, revision: str) -> None:
        """A revision is current: whoever opened or wrote it says so."""
        self._heard, self._asked_at = revision, time.monotonic()

    def latest(self) -> str:
        """The revision that was current when the database was asked last.

        Raises:
            StoreError: it could not be asked then.
        """
        if time.monotonic() - self._asked_at > INTERVAL_S and self._lock.acquire(blocking=False):
            threading.Thread(target=self._refresh, daemon=True).start()
        if isinstance(self._heard, str):
            return self._heard
        raise self._heard or StoreError("还没有问过数据库里的索引是哪一版。")

    def _refresh(self) -> None:
        """What the database says now is what was heard; to be called with the lock held."""
        try:
            self._heard = self._ask()
        except StoreError as error:
            self._heard = error
        finally:
            self._asked_at = time.monotonic()
            self._lock.release()
