"""All the texts of a store as one that can be asked what it holds."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Protocol

from index.runs import LENGTHS
from index.store.mapped.store import MappedStore

LOOKED_AT = 1_000
"""So many cells are looked at for a place where words stand apart, before they are taken not to."""


class HeldText(Protocol):
    """The texts of a store."""

    def __contains__(self, words: str) -> bool:
        """Whether a text holds `words`."""
        ...

    def has_apart(self, part: str, whole: str) -> bool:
        """Whether `part` stands anywhere but in `whole`."""
        ...


class JoinedText:
    """Texts in memory. As `HeldText`."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._all = "\n".join(texts)

    def __contains__(self, words: str) -> bool:
        return words in self._all

    def has_apart(self, part: str, whole: str) -> bool:
        """As `HeldText`."""
        return self._all.count(part) != self._all.count(whole)


class MappedText:
    """The texts of a large store, whose file is read only where runs of characters cannot tell.

    As `HeldText`.
    """

    def __init__(self, store: MappedStore) -> None:
        self._store = store

    def __contains__(self, words: str) -> bool:
        shortest, longest = LENGTHS
        length = min(len(words), longest)
        if length >= shortest and not self._store.runs.standing(words, length).all():
            return False
        if shortest <= len(words) <= longest:
            return True
        return next(self._store.cells_with(words), None) is not None

    def has_apart(self, part: str, whole: str) -> bool:
        """As `HeldText`; where the first places are all in `whole`, the others are taken to be."""
        holding = islice(self._store.cells_with(part), LOOKED_AT)
        texts = (item.text for cell in holding for item in cell.items)
        return any(text.count(part) != text.count(whole) for text in texts)
