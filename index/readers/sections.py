"""Paragraphs → headings and text: what is a heading, how deep it lies, what stands under it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from index.knowledge import SectionWords
from index.readers.outline import FORMS, Numbered, numbered, without_number
from index.readers.parts import Furniture, Grid, Paragraph, Part
from index.text import squeeze

LONGEST_UNNUMBERED = 25
"""Characters beyond which a line without a number is no heading, whatever its words."""
LONGEST_CAPTION = 60
TITLE_WITHIN = 8
"""A document's title stands among its first paragraphs."""
LONGEST_TITLE = 120

_ENDS = ("。", "；", "：", "，", "、", "！", "？", ":", ";", ",", ".", "!", "?")
_FIRST_OUTLINE_RANK = 100
_YEARLY = re.compile(r"(?:关于)?(?:19|20)\d\d年(?:的)?(?:政府)?工作(?:情况)?")
_APPENDIX = re.compile(r"附[件录表]\s*[\d一二三四五六七八九十]*")
_TOP_FORM = 3
"""The form 一、, at which sections begin to be numbered."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; those of higher `rank` lie deeper. `paragraph` is None for one run into its text."""

    rank: int
    text: str
    paragraph: Paragraph | None


@dataclass(frozen=True, slots=True)
class Title:
    """The title of the document, or of a table right below it."""

    paragraph: Paragraph
    of_table: bool


@dataclass(frozen=True, slots=True)
class Note:
    """A line about where the copy comes from."""

    paragraph: Paragraph


Block = Heading | Title | Note | Paragraph | Grid | Furniture


def find_title(name: str, parts: Sequence[Part], words: SectionWords) -> Paragraph | None:
    """The paragraph that is the title of the document called `name`, or None."""
    seen = [part for part in parts if not isinstance(part, Furniture)][: TITLE_WITHIN + 1]
    for part, following in zip_longest(seen[:TITLE_WITHIN], seen[1:]):
        if not isinstance(part, Paragraph) or isinstance(following, Grid):
            return None
        if is_note(part.text, words):
            continue
        if numbered(part.text) or len(part.text) > LONGEST_TITLE or part.text.endswith(_ENDS):
            return None
        if _names(part, name, words):
            return part
    return None


def _names(paragraph: Paragraph, name: str, words: SectionWords) -> bool:
    """Whether a paragraph may be the title of the document called `name`, not of its first part."""
    said, called = squeeze(paragraph.text), squeeze(name)
    if said in called or called in said:
        return True
    if paragraph.level:
        return paragraph.level == 1
    return not _is_plain_heading(paragraph.text, words) and any(w in said for w in words.titles)


def is_note(text: str, words: SectionWords) -> bool:
    """Whether a line says where the copy comes from."""
    return len(text) <= LONGEST_TITLE and text.startswith(words.notes)


def outline(parts: Sequence[Part], title: Paragraph | None, words: SectionWords) -> list[Block]:
    """The blocks of a document in its order; every part is in one, a heading run in beside it."""
    levels, following = _Levels(parts), _following(parts)
    blocks: list[Block] = []
    for i, part in enumerate(parts):
        if not isinstance(part, Paragraph):
            blocks.append(part)
        elif title is not None and i < 2 * TITLE_WITHIN and _same(part, title):
            blocks.append(Title(part, of_table=False))
        elif i < TITLE_WITHIN and is_note(part.text, words):
            blocks.append(Note(part))
        else:
            blocks += _blocks(part, following[i], levels, blocks, words)
    return blocks


def _following(parts: Sequence[Part]) -> list[Part | None]:
    """What comes after each part, furniture aside."""
    following: list[Part | None] = []
    after: Part | None = None
    for part in reversed(parts):
        following.append(after)
        after = after if isinstance(part, Furniture) else part
    return following[::-1]


def _same(paragraph: Paragraph, title: Paragraph) -> bool:
    return paragraph is title or _bare(paragraph.text) == _bare(title.text)


def _bare(text: str) -> str:
    """A title without what its two printings may write differently: brackets, dashes, spaces."""
    return "".join(character for character in text if character.isalnum())


class _Levels:
    """How deep headings lie: as their format says, else by their form, below those.

    Numbers that begin again under a heading without a number lie below it.
    """

    def __init__(self, parts: Sequence[Part]) -> None:
        self._ranks = {form: _FIRST_OUTLINE_RANK + 2 * form for form in range(len(FORMS))}
        self._below = 0
        self._is_plain_open = False
        deepest = 0
        for part in parts:
            if isinstance(part, Paragraph) and part.level:
                deepest = max(deepest, part.level)
                found = numbered(part.text)
                if found:
                    self._ranks[found.form] = min(self._ranks[found.form], 2 * part.level)
        self._top = min(
            self._ranks[_TOP_FORM],
            2 * deepest + 2 if deepest else _FIRST_OUTLINE_RANK + 2 * _TOP_FORM,
        )

    def given(self, level: int) -> int:
        """The rank of a heading that the format marks."""
        self._below, self._is_plain_open = 0, False
        return 2 * level

    def plain(self) -> int:
        """The rank of a heading that has neither number nor mark."""
        self._below, self._is_plain_open = 0, True
        return self._top

    def numbered(self, found: Numbered) -> int:
        """The rank of a numbered heading."""
        if found.form == _TOP_FORM and found.first and self._is_plain_open:
            self._below = 1
        return self._ranks[found.form] + (self._below if found.form == _TOP_FORM else 0)


def _blocks(
    part: Paragraph,
    following: Part | None,
    levels: _Levels,
    before: Sequence[Block],
    words: SectionWords,
) -> list[Block]:
    """A paragraph as text, as a heading, or as both."""
    found = numbered(part.text)
    if part.level and len(part.text) <= LONGEST_TITLE:
        return [Heading(levels.given(part.level), without_number(part.text), part)]
    if found and not found.alone:
        return [Heading(levels.numbered(found), found.heading, None), part]
    if found and _has_text_below(found, following):
        return [Heading(levels.numbered(found), found.heading, part)]
    if not found and (_is_plain_heading(part.text, words) or _names_appendix(part.text, before)):
        return [Heading(levels.plain(), part.text, part)]
    if isinstance(following, Grid) and _is_caption(part.text):
        return [Title(part, of_table=True)]
    return [part]


def _names_appendix(text: str, before: Sequence[Block]) -> bool:
    """Whether a line is the title of the appendix that the line before announces."""
    last = before[-1] if before else None
    announced = isinstance(last, Heading) and _APPENDIX.fullmatch(last.text) is not None
    return announced and _is_caption(text)


def _has_text_below(found: Numbered, following: Part | None) -> bool:
    """Whether what follows is no point of the same list, so that this one heads it."""
    if not isinstance(following, Paragraph):
        return following is not None
    below = numbered(following.text)
    return below is None or below.form > found.form or not below.alone


def _is_plain_heading(text: str, words: SectionWords) -> bool:
    if len(text) > LONGEST_UNNUMBERED or text.endswith(_ENDS):
        return False
    return (
        words.meaning_of(text) is not None
        or any(word in text for word in words.headings)
        or is_yearly(text)
    )


def is_yearly(text: str) -> bool:
    """Whether a heading names nothing but a year's work: `"关于2025年工作"`."""
    return _YEARLY.fullmatch(text) is not None


def _is_caption(text: str) -> bool:
    return len(text) <= LONGEST_CAPTION and not text.endswith(_ENDS)
