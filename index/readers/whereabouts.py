"""Which province a text belongs to: by a row's cell, a heading, a file's name, or who issued it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.knowledge import SectionWords
from index.places import Gazetteer, Mention
from index.readers.outline import without_number

OPENING_PARAGRAPHS = 12
LONGEST_OPENING = 80
"""Characters of a paragraph that may name who issued a document; longer ones tell of other things."""

_APPENDIX = re.compile(r"附[件表录]\s*[一二三四五六七八九十\d]*\s*[：:.、]?\s*")
_OPENING_MARKS = '【〖[（(《“" 　—-·'
_CLOSING_MARKS = '】〗]）)》”" 　'
_BEFORE = re.compile(r"[\d年度\s【〖（(《“\"_—–-]+")
_AND = ("、", "和", "与", "及", "，", ",", "-", "—")
_BODY = re.compile(
    r"[省市州盟县区]{0,2}(?:级)?(?:人民)?(?:政府|代表大会|委员会|办公|第[一二三四五六七八九十]+届)"
)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Finds the provinces that texts belong to."""

    gazetteer: Gazetteer
    words: SectionWords

    def in_cell(self, text: str) -> tuple[str, bool] | None:
        """The province of a cell that names a place, and whether it names the province itself."""
        names = self._mentions(text)
        provinces = _provinces(names)
        if len(provinces) != 1:
            return None
        return provinces[0], any(m.whole and m.end - m.start == len(text) for m in names)

    def in_row_name(self, text: str) -> str | None:
        """The province whose own name opens the name of a row, or None."""
        first = next(iter(self._mentions(text)), None)
        if first is None or first.start or not first.whole:
            return None
        return _opening(text, first)

    def in_heading(self, text: str, strict: bool) -> str | None:
        """The province that a part under this heading is about, or None.

        Args:
            text: a heading, a table's title or a sheet's name.
            strict: the document is of a province itself, so only a heading that says nothing
                besides the province and years stands for another.
        """
        bare = _APPENDIX.sub("", without_number(text), count=1).strip(_OPENING_MARKS)
        first = next(iter(self._mentions(bare)), None)
        if first is None or first.start or not first.whole or len(first.provinces) != 1:
            return None
        rest = bare[first.end :].lstrip(_CLOSING_MARKS)
        if not rest or rest[0].isdigit() or rest[0] in "：:（(":
            return first.provinces[0]
        if strict or rest.startswith(_AND):
            return None
        return first.provinces[0] if self._titles(rest) else None

    def in_title(self, text: str) -> str | None:
        """The province that a document of this title or file name is about, or None."""
        found = self._mentions(text)
        whole = [mention for mention in found if mention.whole]
        for mentions in (whole, found):
            provinces = _provinces(mentions)
            if len(provinces) == 1:
                return provinces[0]
            if provinces:
                return self._issuer(text, mentions) or _opening(text, mentions[0])
        return None

    def in_opening(self, paragraphs: Iterable[str]) -> str | None:
        """The province of the body that issued a document, from its first short paragraphs."""
        for text in paragraphs:
            if len(text) > LONGEST_OPENING:
                continue
            bare = text.strip(_OPENING_MARKS)
            if bare.startswith(self.words.national):
                return None
            issuer = self._issuer(bare, self._mentions(bare))
            if issuer:
                return issuer
        return None

    def _issuer(self, text: str, mentions: Sequence[Mention]) -> str | None:
        """The province of the first mention that opens the text or is part of a body's name."""
        for mention in mentions:
            named = _BODY.match(text, mention.end)
            if len(mention.provinces) == 1 and named:
                return mention.provinces[0]
        return None

    def _titles(self, text: str) -> bool:
        return any(word in text for word in self.words.titles)

    def _mentions(self, text: str) -> list[Mention]:
        """Places named by more than one character; a single one means something else too often."""
        return [m for m in self.gazetteer.find(text) if m.end - m.start > 1]


def _opening(text: str, first: Mention) -> str | None:
    """The province that a title opens with, years and brackets aside."""
    alone = len(first.provinces) == 1 and not text[first.end :].startswith(_AND)
    return first.provinces[0] if alone and not _BEFORE.sub("", text[: first.start]) else None


def _provinces(mentions: Iterable[Mention]) -> list[str]:
    return list(dict.fromkeys(province for m in mentions for province in m.provinces))
