"""Which words say what a passage is about, and which of them two passages share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from index.segment import Segmenter
from qa.postings import Postings

COMMON_SHARE = 0.08
"""A word in more than this share of the passages says little of any one of them."""
SHOWN = 4


class Concepts:
    """The telling words of the passages of a store."""

    def __init__(
        self, words: Sequence[Sequence[str]], postings: Postings, segmenter: Segmenter
    ) -> None:
        """Take the words of each passage's text."""
        self._words, self._postings, self._segmenter = words, postings, segmenter

    def of(self, row: int) -> set[str]:
        """The telling words of a passage."""
        return {word for word in self._words[row] if self._tells(word)}

    def shared(self, row: int, other: int) -> tuple[str, ...]:
        """What tells of both passages, the most telling first."""
        return self._most_telling(self.of(row) & self.of(other))

    def only(self, row: int, other: int) -> tuple[str, ...]:
        """What tells of `row` and not of `other`, the most telling first.

        A word that only adds to one of the other's, or is part of it, is no difference.
        """
        others = set(self._words[other])
        own = {word for word in self.of(row) if not any(word in o or o in word for o in others)}
        return self._most_telling(own)

    def _tells(self, word: str) -> bool:
        rare = self._postings.share(word) <= COMMON_SHARE
        return len(word) > 1 and rare and self._segmenter.is_term(word)

    def _most_telling(self, words: Iterable[str]) -> tuple[str, ...]:
        """The first `SHOWN` by rarity and length, without parts of longer ones."""
        ranked = sorted(words, key=lambda word: (-self._postings.idf(word) * len(word), word))
        chosen: list[str] = []
        for word in ranked:
            if not any(word in longer or longer in word for longer in chosen):
                chosen.append(word)
        return tuple(chosen[:SHOWN])
