"""Paragraphs → headings and text: what is a heading, how deep it lies, what stands under it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

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
_TOP_FORM = 3


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
    """The paragraph that is the document's title, or None."""
    first = [part for part in parts if isinstance(part, Paragraph)][:TITLE_WITHIN]
    for paragraph in first:
        text = paragraph.text
        if is_note(text, words):
            continue
        if numbered(text) or len(text) > LONGEST_TITLE or text.endswith(_ENDS):
            return None
        said = squeeze(text)
        if paragraph.level == 1 or said in squeeze(name) or squeeze(name) in said:
            return paragraph
        if any(word in text for word in words.titles):
            return paragraph
    return None


def is_note(text: str, words: SectionWords) -> bool:
    """Whether a line says where the copy comes from."""
    return len(text) <= LONGEST_TITLE and text.startswith(words.notes)


def outline(parts: Sequence[Part], title: Paragraph | None, words: SectionWords) -> list[Block]:
    """The blocks of a document in its order; every part is in one, a heading run in beside it."""
    ranks = _ranks(parts)
    deepest = max((p.level for p in parts if isinstance(p, Paragraph)), default=0)
    blocks: list[Block] = []
    for i, part in enumerate(parts):
        if not isinstance(part, Paragraph):
            blocks.append(part)
            continue
        if title is not None and i < 2 * TITLE_WITHIN and _same(part, title):
            blocks.append(Title(part, of_table=False))
        elif i < TITLE_WITHIN and is_note(part.text, words):
            blocks.append(Note(part))
        else:
            following = next((p for p in parts[i + 1 :] if not isinstance(p, Furniture)), None)
            blocks += _blocks(part, following, ranks, deepest, words)
    return blocks


def _same(paragraph: Paragraph, title: Paragraph) -> bool:
    return paragraph is title or _bare(paragraph.text) == _bare(title.text)


def _bare(text: str) -> str:
    """A title without what its two printings may write differently: brackets, dashes, spaces."""
    return "".join(character for character in text if character.isalnum())


def _ranks(parts: Sequence[Part]) -> dict[int, int]:
    """The rank of each form of numbering: the level that the format gives it, else below those."""
    ranks = {form: _FIRST_OUTLINE_RANK + form for form in range(len(FORMS))}
    for part in parts:
        if isinstance(part, Paragraph) and part.level:
            found = numbered(part.text)
            if found:
                ranks[found.form] = min(ranks[found.form], part.level)
    return ranks


def _blocks(
    part: Paragraph,
    following: Part | None,
    ranks: dict[int, int],
    deepest: int,
    words: SectionWords,
) -> list[Block]:
    found = numbered(part.text)
    if part.level:
        return [Heading(part.level, without_number(part.text), part)]
    if found and not found.alone:
        return [Heading(ranks[found.form], found.heading, None), part]
    if found and _has_text_below(found, following):
        return [Heading(ranks[found.form], found.heading, part)]
    if not found and _is_unnumbered_heading(part.text, words):
        rank = deepest + 1 if deepest else _FIRST_OUTLINE_RANK + _TOP_FORM
        return [Heading(min(rank, ranks[_TOP_FORM]), part.text.strip(), part)]
    if isinstance(following, Grid) and _is_caption(part.text):
        return [Title(part, of_table=True)]
    return [part]


def _has_text_below(found: Numbered, following: Part | None) -> bool:
    """Whether what follows is no point of the same list, so that this one heads it."""
    if not isinstance(following, Paragraph):
        return following is not None
    below = numbered(following.text)
    return below is None or below.form > found.form or not below.alone


def _is_unnumbered_heading(text: str, words: SectionWords) -> bool:
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
