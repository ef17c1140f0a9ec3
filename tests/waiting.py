"""Waiting for what happens beside, for a bounded time."""

from __future__ import annotations

import time
from collections.abc import Callable

LONGEST_S = 20.0


def awaited(condition: Callable[[], object]) -> None:
    """A condition holds; it is an error when it does not in time."""
    deadline = time.monotonic() + LONGEST_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
