"""What the tasks of a theme share: words of the field that tasks of several provinces name.

Tasks are worded differently everywhere, and a whole task asked for word by word finds little but
itself. What can be compared are the matters that they name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from index.bundled import KNOWLEDGE
from index.errors import KnowledgeError
from index.knowledge import load_dictionary
from index.records import TASK
from index.store import Store
from qa.knowledge import load_synonyms
from qa.retrieve import Searcher

MOST_MATTERS = 10
LEAST_PROVINCES = 2
SHORTEST = 3
"""Shorter words are parts of matters rather than matters."""
TOO_COMMON = 0.25
"""A word in more than this share of all passages tells no matter from another."""
MUCH_THE_SAME = 0.5
"""Of two words, one part of the other, in so much the same tasks, one is enough."""


@dataclass(frozen=True, slots=True)
class _Word:
    """A word, the rows of the tasks that name it, and how many provinces these are of."""

    text: str
    rows: frozenset[int]
    provinces: int


def shared_matters(searcher: Searcher, theme: str) -> tuple[str, ...]:
    """At most `MOST_MATTERS` words that tasks of several provinces in a theme name.

    Those of most provinces come first, among equals the longer, then by the alphabet. No places, and
    no two that mean the same.
    """
    words = sorted(
        _named(searcher.store, theme), key=lambda w: (-w.provinces, -len(w.text), w.text)
    )
    chosen: list[_Word] = []
    for word in words:
        if _is_matter(searcher, word.text) and not any(_is_same(word, one) for one in chosen):
            chosen.append(word)
    return tuple(word.text for word in chosen[:MOST_MATTERS])


@cache
def load_too_wide(path: Path = KNOWLEDGE / "matters.toml") -> frozenset[str]:
    """Words that are no matters.

    Raises:
        KnowledgeError: unreadable, or without them.
    """
    try:
        return frozenset(tomllib.loads(path.read_text(encoding="utf-8"))["too_wide"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise KnowledgeError(f"{path.name} 有误：{error}。") from error


def _named(store: Store, theme: str) -> Iterator[_Word]:
    """The words of the field that tasks of enough provinces name."""
    tasks = [
        (row, passage)
        for row, passage in enumerate(store.passages)
        if passage.theme == theme and passage.column == TASK
    ]
    for text in _candidates(store, load_dictionary().words):
        naming = [(row, passage.province) for row, passage in tasks if text in passage.text]
        provinces = {province for _, province in naming}
        if len(provinces) >= LEAST_PROVINCES:
            yield _Word(text, frozenset(row for row, _ in naming), len(provinces))


def _candidates(store: Store, words: Iterable[str]) -> list[str]:
    most = TOO_COMMON * len(store.passages)
    texts = [passage.text for passage in store.passages]
    long = [w for w in words if len(w) >= SHORTEST and w not in load_too_wide()]
    return [word for word in long if sum(word in text for text in texts) <= most]


def _is_matter(searcher: Searcher, text: str) -> bool:
    """Whether it can be asked of every province: it is no place, and no word of asking."""
    question = searcher.read(text)
    return not (question.is_bare or question.provinces or question.absent)


def _is_same(one: _Word, other: _Word) -> bool:
    """Whether two words mean the same, or are part of each other in much the same tasks."""
    if other.text in load_synonyms().get(one.text, ()):
        return True
    is_part = one.text in other.text or other.text in one.text
    return is_part and len(one.rows & other.rows) >= MUCH_THE_SAME * len(one.rows | other.rows)
