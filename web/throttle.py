"""Wrong logins are counted, by address and in all: who guesses has to wait longer than guessing pays."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

WINDOW_SECONDS = 300
"""As many failures as are allowed may come in so long; then one more each `WINDOW / allowed`."""
IN_ALL = 10
"""All addresses together may fail so many times as often as one."""
MOST_ADDRESSES = 4096
"""So many are remembered, those seen last; whoever has more addresses meets the limit of all."""
TRUSTED_SECONDS = 24 * 3600
"""So long an address from which someone came in is spared the limit of all."""


@dataclass(slots=True)
class _Count:
    """Failures that have not been forgiven by time yet, as of `at`."""

    failures: float
    at: float
    guesses: deque[bytes] = field(default_factory=deque)


class Throttle:
    """Says how long an address has to wait before it may try again. One event loop's."""

    def __init__(self, allowed: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Take how many failures an address may have, and a clock that nobody sets back."""
        self._allowed, self._clock = allowed, clock
        self._all = _Count(0, clock())
        self._counts: OrderedDict[str, _Count] = OrderedDict()
        self._trusted: OrderedDict[str, float] = OrderedDict()

    def wait(self, address: str) -> float:
        """Seconds until `address` may try again; 0 when it may now."""
        key, now = _key(address), self._clock()
        wait = self._wait(self._counts.get(key), self._allowed, now)
        since = self._trusted.get(key)
        if since is not None and now - since < TRUSTED_SECONDS:
            return wait
        return max(wait, self._wait(self._all, self._allowed * IN_ALL, now))

    def failed(self, address: str, guess: bytes) -> None:
        """Count a failure. The same guess again tells a guesser nothing, and is not counted again."""
        key, now = _key(address), self._clock()
        count = self._counts.setdefault(key, _Count(0, now, deque(maxlen=self._allowed)))
        self._counts.move_to_end(key)
        if guess in count.guesses:
            return
        count.guesses.append(guess)
        self._add(count, self._allowed, now)
        self._add(self._all, self._allowed * IN_ALL, now)
        _shorten(self._counts)

    def succeeded(self, address: str) -> None:
        """Remember that someone came in from here; what failed before still counts."""
        key = _key(address)
        self._trusted[key] = self._clock()
        self._trusted.move_to_end(key)
        _shorten(self._trusted)

    @staticmethod
    def _wait(count: _Count | None, allowed: int, now: float) -> float:
        if count is None:
            return 0
        too_many = _left(count, allowed, now) - (allowed - 1)
        return max(0.0, too_many * WINDOW_SECONDS / allowed)

    @staticmethod
    def _add(count: _Count, allowed: int, now: float) -> None:
        count.failures, count.at = _left(count, allowed, now) + 1, now


def _left(count: _Count, allowed: int, now: float) -> float:
    return max(0.0, count.failures - (now - count.at) * allowed / WINDOW_SECONDS)


def _key(address: str) -> str:
    """What stands for one visitor: an IPv4 address, or the network that an IPv6 one can choose in."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv6Address):
        if known.ipv4_mapped:
            return str(known.ipv4_mapped)
        return str(ipaddress.ip_network((int(known), 64), strict=False))
    return str(known)


def _shorten(remembered: OrderedDict[str, _Count] | OrderedDict[str, float]) -> None:
    while len(remembered) > MOST_ADDRESSES:
        remembered.popitem(last=False)
