"""What stands in quotation marks and in 《》: where it is, and whether a text holds the same words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.sentences import Span
from index.text import squeeze
from qa.proof.citations import citation_pattern

QUOTED = 4
"""Words in quotation marks of fewer characters are names or distance, no quotation."""

_CLOSING = {"“": "”", "「": "」", "『": "』", '"': '"', "《": "》"}
_QUOTES, _TITLES = re.compile('[“”「」『』"]'), re.compile("[《》]")
_ELLIPSIS = re.compile(r"…+|\.{3,}|。{3,}|⋯+")
_EDGE = "，。；：、！？,.;:!?·"
_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | dict.fromkeys(
    map(ord, "“”‘’「」『』\"'")
)


def find_quotes(text: str) -> list[Span]:
    """The spans in quotation marks, marks included, none inside another."""
    return _outermost(text, _QUOTES)


def find_titles(text: str) -> list[Span]:
    """The spans in 《》, marks included, none inside another."""
    return _outermost(text, _TITLES)


def folded(text: str) -> str:
    """`text` without white space, full width, and quotation marks, which change inside others."""
    return squeeze(text).translate(_FOLD)


def parts_of(words: str) -> Iterator[str]:
    """The parts of a quotation between ellipses, folded, without punctuation at their ends."""
    for part in _ELLIPSIS.split(citation_pattern().sub("", words)):
        yield folded(part).strip(_EDGE)


def holds_in_order(text: str, words: str) -> bool:
    """Whether a folded text holds `words`, or their parts around ellipses in order."""
    at = 0
    for part in parts_of(words):
        found = text.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return True


def _outermost(text: str, marks: re.Pattern[str]) -> list[Span]:
    """The spans between matching `marks`; unclosed ones are none."""
    found: list[Span] = []
    opened: list[tuple[str, int]] = []
    for match in marks.finditer(text):
        mark = match[0]
        if opened and mark == _CLOSING[opened[-1][0]]:
            _, start = opened.pop()
            while found and found[-1][0] > start:
                found.pop()
            found.append((start, match.end()))
        elif mark in _CLOSING:
            opened.append((mark, match.start()))
    return found
