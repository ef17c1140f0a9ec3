"""Sentences as characters: what of them is words, blanked out, in plain digits or in pairs. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from index.sentences import Span
from index.text import fold_width
from qa.quantities import NUMERALS, chinese_number

BLANK = "■"
_NO_WORD = re.compile(rf"[^\w{BLANK}]+|_+")
_POINT = re.compile(rf"([{NUMERALS}]{{1,8}})点([零〇一二三四五六七八九]{{1,8}})")
_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")


def words_of(text: str) -> str:
    """`text` without its punctuation; what was blanked out stays."""
    return _NO_WORD.sub("", text)


def filled(text: str, spans: Iterable[Span], mark: str = BLANK) -> str:
    """`text`, as long as before, with `mark` in place of `spans`."""
    characters = list(text)
    for start, end in spans:
        characters[start:end] = mark * (end - start)
    return "".join(characters)


def readable(text: str) -> str:
    """`text` with plain digits, and 一点二 as 1.2."""
    return _POINT.sub(_decimal, fold_width(text))


def character_pairs(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters of `text`, punctuation left out."""
    return frozenset(a + b for a, b in pairwise(words_of(text)))


def _decimal(match: re.Match[str]) -> str:
    whole = chinese_number(match[1])
    return match[0] if whole is None else f"{whole:.0f}.{match[2].translate(_DIGITS)}"
