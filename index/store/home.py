"""Where a store lives: what opens its current version, and writes a new one whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

from index.ranking import Retriever
from index.readers.sources import SourceFile
from index.store.opened import Store
from index.store.records import Content, Source

if TYPE_CHECKING:
    from index.dense import DenseIndex
    from index.lexical import LexicalIndex

WAITING = "另一个进程正在建立同一个索引，等它完成……"
UNFINISHED = "上次写索引中途停了，留下的半成品已清除，原有内容未受影响。"

Notify = Callable[[str], None]
"""Is called with a sentence when something is worth telling while it goes on."""
Write = Callable[[Content], Store]
"""Writes a new version and makes it the current one; gives it opened.

Raises StoreUnwritable when it cannot; the version before stays current.
"""


class StoreHome(Protocol):
    """A place that holds the versions of one store. `str` of it is what people are shown."""

    follows_originals: bool
    """Whether the paths of the sources are this machine's, so that a change there makes it stale."""

    def open(self) -> Store:
        """The current version, loaded.

        Raises:
            StoreMissing: nothing is there.
            StoreForeign: something else is there.
            StoreDamaged: something of it is missing, altered or unreadable.
            StoreStale: it was written in another format version.
            StoreUnreadable: it may not be read.
            StoreServerFailed: the server that keeps it does not answer.
        """
        ...

    def verify(self) -> None:
        """Nothing, when the current version is wholly what was written; raises as `open`."""
        ...

    def current_version(self) -> str:
        """What the current version is called; raises as `open` where there is none."""
        ...

    def latest_version(self) -> str:
        """The same, soon enough for whoever asks before every answer; raises as `open`."""
        ...

    def encoder(self) -> str | None:
        """The encoder that the current version was made with, where that can be told."""
        ...

    def sources(self) -> list[SourceFile]:
        """The documents to rebuild the store from; empty when there are none.

        Raises:
            StoreDamaged: a source is gone, and its copy too.
        """
        ...

    def copy_of(self, version: str, source: Source) -> bytes | None:
        """The copy of a source that came with a version; None where it is gone."""
        ...

    def retrievers(
        self, store: Store, dense: DenseIndex, lexical: LexicalIndex
    ) -> tuple[Retriever, ...]:
        """What ranks the passages of a store that was opened here, given what ranks them in memory."""
        ...

    def writing(self, notify: Notify) -> AbstractContextManager[Write]:
        """Hold the store for writing, without what an earlier writer left halfway.

        `notify` is told when another process holds it, and when something was left.

        Raises:
            StoreForeign: something else is there.
            StoreUnwritable: it cannot be created or written.
        """
        ...
