"""The newest version of a store that is edited while it is asked, and what is made of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar, cast

from index.errors import CewenError, StoreError, StoreServerFailed
from index.store import Store, StoreHome
from qa.retrieve import Searching

Made = TypeVar("Made")
Opener = Callable[[Store], Searching]


class Live:
    """Hands out the searcher over the newest version, and what is made of it once for each version.

    Whoever answers asks `of` once and answers with what it gave: a question that is being answered
    when the store changes is answered from the version that it began with.
    """

    def __init__(self, searcher: Searching, open_searcher: Opener | None = None) -> None:
        """Begin with `searcher`; with `open_searcher`, follow the store that it is over."""
        self._version = _Version(searcher)
        self._open = open_searcher
        self._opening = threading.Lock()
        self._failed = ""

    @property
    def searcher(self) -> Searching:
        """The searcher over the newest version that is open."""
        return self._newest().searcher

    def of(self, make: Callable[[Searching], Made]) -> Made:
        """What `make` makes of the newest searcher; the same as long as there is no newer one."""
        return self._newest().of(make)

    def refresh(self) -> None:
        """Open the newest version, where that is not done yet, and wait for it.

        Raises:
            CewenError: it cannot be opened; the one before stays.
        """
        if self._open is None:
            return
        with self._opening:
            if self._is_behind(self._version.home.current_version):
                self._version = _Version(self._open(self._version.home.open()))

    def _newest(self) -> _Version:
        """The version that is open; a newer one is opened beside, for those who ask later."""
        is_behind = self._open is not None and self._is_behind(self._version.home.latest_version)
        if is_behind and not self._opening.locked():
            threading.Thread(target=self._try_refresh, daemon=True).start()
        return self._version

    def _is_behind(self, newest_version: Callable[[], str]) -> bool:
        try:
            newest = newest_version()
        except StoreError:
            # Gone or damaged: what is loaded still answers.
            return False
        return newest not in (self._version.name, self._failed)

    def _try_refresh(self) -> None:
        try:
            newest = self._version.home.latest_version()
        except StoreError:
            # Gone meanwhile: what is loaded still answers.
            return
        try:
            self.refresh()
        except StoreServerFailed:
            # It may be back the next time.
            return
        except CewenError:
            # Not tried again: whoever starts the next time is told why.
            self._failed = newest


class _Version:
    """One version's searcher and what was made of it."""

    def __init__(self, searcher: Searching) -> None:
        self.searcher = searcher
        self._made: dict[Callable[[Searching], Any], Any] = {}
        self._making = threading.Lock()

    @property
    def name(self) -> str:
        """What the version is called."""
        return self.searcher.store.version

    @property
    def home(self) -> StoreHome:
        """Where it and the newer ones live."""
        return self.searcher.store.home

    def of(self, make: Callable[[Searching], Made]) -> Made:
        with self._making:
            if make not in self._made:
                self._made[make] = make(self.searcher)
            return cast("Made", self._made[make])
