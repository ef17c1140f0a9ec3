"""How the process keeps memory that is free again."""

from __future__ import annotations

import ctypes
import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager

ARENA_MAX = "MALLOC_ARENA_MAX"
_M_ARENA_MAX, _ARENAS = -8, 2


def share_freed_memory() -> None:
    """Threads take memory from the same few places, so that what one leaves the next can use.

    The GNU C library otherwise keeps up to eight arenas for each core, and each of them as much as an
    answer ever took there. What the operator has set stays; other C libraries have no such thing.
    """
    if ARENA_MAX in os.environ:
        return
    limit = getattr(ctypes.CDLL(None), "mallopt", None) if os.name == "posix" else None
    if limit is not None:
        limit(_M_ARENA_MAX, _ARENAS)


@contextmanager
def for_good() -> Iterator[None]:
    """What is made meanwhile stays until the process ends: nothing of it is looked through for garbage.

    Not while it is made, which would take a seventh of the time the page needs to start, nor later.
    """
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()
