"""Which words say what a passage is about, and which of them two passages share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property

from index.segment import Segmenter
from qa.knowledge import Telling, load_synonyms
from qa.postings import Postings

COMMON_SHARE = 0.08
"""A word in more than this share of the passages says little of any one of them."""
FEWEST_WORDS = 20_000
"""Fewer words than these do not show how often a word is used: they count as so many."""
SHOWN = 4


class Concepts:
    """The telling words of the passages of a store: whole words only, never a piece of one."""

    def __init__(
        self,
        texts: Sequence[str],
        words: Sequence[Sequence[str]],
        postings: Postings,
        segmenter: Segmenter,
        telling: Telling,
    ) -> None:
        """Take each passage's text and the words of it, the parts of long ones among them."""
        self._texts, self._words = texts, words
        self._postings, self._segmenter, self._telling = postings, segmenter, telling

    @cached_property
    def _counts(self) -> Counter[str]:
        return Counter(word for own in self._words for word in own)

    @cached_property
    def _total(self) -> int:
        return max(self._counts.total(), FEWEST_WORDS)

    def of(self, row: int) -> set[str]:
        """The telling words of a passage."""
        return self._told(self._texts[row])

    def shared(self, row: int, other: int) -> tuple[str, ...]:
        """What tells of both passages, the most telling first.

        A word that is whole in one of them may be part of a longer one in the other.
        """
        both = set(self._words[row]) & set(self._words[other])
        return self._most_telling((self.of(row) | self.of(other)) & both)

    def shared_with(self, row: int, text: str) -> tuple[str, ...]:
        """What tells of a passage and of `text`, the most telling first."""
        return self._most_telling(self._told(text) & set(self._words[row]))

    def only(self, row: int, other: int) -> tuple[str, ...]:
        """What tells of `row` and not of `other`, the most telling first.

        A word that only adds to one of the other's, is part of it or means the same is no difference.
        """
        others = set(self._words[other])
        return self._most_telling(word for word in self.of(row) if not _is_meant(word, others))

    def _told(self, text: str) -> set[str]:
        return {word for word in self._segmenter.whole_words(text) if self._tells(word)}

    def _tells(self, word: str) -> bool:
        if len(word) < 2 or self._postings.share(word) > COMMON_SHARE:
            return False
        if self._segmenter.is_of_field(word):
            return True
        if not self._segmenter.is_term(word) or self._telling.is_phrase(word):
            return False
        return self._times_as_frequent(word) >= self._telling.times_as_frequent

    def _times_as_frequent(self, word: str) -> float:
        """How often the passages use a noun, as a multiple of how often general Chinese does.

        Source: Ahmad, Gillam & Tostevin, "Weirdness Indexing", TREC-8, 1999.
        """
        return self._counts[word] / self._total / self._segmenter.general_share(word)

    def _most_telling(self, words: Iterable[str]) -> tuple[str, ...]:
        """The first `SHOWN` by rarity and length, without parts of longer ones."""
        ranked = sorted(words, key=lambda word: (-self._postings.idf(word) * len(word), word))
        chosen: list[str] = []
        for word in ranked:
            if not any(word in longer or longer in word for longer in chosen):
                chosen.append(word)
        return tuple(chosen[:SHOWN])


def _is_meant(word: str, others: set[str]) -> bool:
    """Whether one of `others` says the same, or a longer or shorter form of it."""
    alike = load_synonyms().get(word, frozenset())
    return bool(alike & others) or any(word in other or other in word for other in others)
