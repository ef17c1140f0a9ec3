"""Plain search: where words stand literally, whatever their case, width, script and spacing."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from index.records import Passage
from index.segment import to_simplified
from index.sentences import Span


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that holds what is looked for, and where: half-open spans of its text, in order."""

    passage: Passage
    spans: tuple[Span, ...]


class _Folding(dict[int, str | None]):
    """What each character is compared as, None for one that is passed over; filled on demand."""

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        plain = to_simplified(unicodedata.normalize("NFKC", character)).lower()
        if plain.isspace() or unicodedata.category(character) in ("Cc", "Cf"):
            self[code] = None
        else:
            # What unfolds to several characters would move all places behind it.
            self[code] = plain if len(plain) == 1 else character
        return self[code]


_FOLDING = _Folding()


def fold(text: str) -> str:
    """`text` as it is compared: no white space, lower case, simplified, full-width characters plain.

    Example: `fold("2018 年 ＡＩ（專利）")` is `"2018年ai(专利)"`.
    """
    return text.translate(_FOLDING)


def find(passages: Iterable[Passage], wanted: str) -> list[Found]:
    """The passages that hold `wanted`, in order; none when nothing of it is left to look for."""
    found = (Found(passage, found_spans(wanted, passage.text)) for passage in passages)
    return [one for one in found if one.spans]


def found_spans(wanted: str, text: str) -> tuple[Span, ...]:
    """Half-open spans of `text` where `wanted` stands, one after the other.

    Example: `found_spans("质押融资", "知识产权质押 融资")` is `((4, 9),)`.
    """
    sought, searched = fold(wanted), fold(text)
    start = searched.find(sought) if sought else -1
    if start < 0:
        return ()
    places = [i for i, character in enumerate(text) if _FOLDING[ord(character)] is not None]
    spans: list[Span] = []
    while start >= 0:
        end = start + len(sought)
        spans.append((places[start], places[end - 1] + 1))
        start = searched.find(sought, end)
    return tuple(spans)
