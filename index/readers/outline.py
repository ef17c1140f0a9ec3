"""Chinese outline numbering: which paragraphs are headings, alone or run into their text."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST_HEADING = 60
"""Characters beyond which a numbered line is text, not a heading."""
LONGEST_LISTED = 30
"""The same for forms that number the points of a list as often as sections: 1. （1）."""

_NUMERAL = r"[一二三四五六七八九十百〇零]{1,4}"
FORMS = (
    re.compile(rf"第(?:{_NUMERAL}|\d{{1,2}})[编篇部]分?[\s、：:.]*"),
    re.compile(rf"第(?:{_NUMERAL}|\d{{1,2}})章[\s、：:.]*"),
    re.compile(rf"第(?:{_NUMERAL}|\d{{1,2}})节[\s、：:.]*"),
    re.compile(rf"{_NUMERAL}\s*[、．.]\s*"),
    re.compile(rf"[（(]{_NUMERAL}[）)]\s*、?"),
    re.compile(rf"{_NUMERAL}是(?=[一-鿿])"),
    re.compile(r"\d{1,2}\s*(?:[.．](?!\d)|、)\s*"),
    re.compile(r"[（(]\d{1,2}[）)]\s*"),
)
"""How sections are numbered, from the highest down."""
FIRST_LISTED = 5
_SENTENCE = re.compile(r"[。！？!?]")
_NO_HEADING_ENDS = ("；", ";", "：", ":", "，", ",", "、")
_STOP = "。！？!?"


@dataclass(frozen=True, slots=True)
class Numbered:
    """A numbered opening: its form's place in `FORMS`, and the heading without its number.

    `alone`: the heading is all of its paragraph; else the text follows on the same line. `first`:
    it begins its numbering.
    """

    form: int
    heading: str
    alone: bool
    first: bool


def numbered(text: str) -> Numbered | None:
    """The heading that a paragraph opens with by its number, or None.

    Example: `"（一）经济稳进。全年……"` opens with `经济稳进`, which is not alone.
    """
    for form, pattern in enumerate(FORMS):
        match = pattern.match(text)
        if match:
            first = re.sub(r"\W", "", match[0]).strip("第编篇部分章节是") in ("一", "1")
            return _heading(form, text[match.end() :].strip(), first)
    return None


def _heading(form: int, rest: str, first: bool) -> Numbered | None:
    stop = _SENTENCE.search(rest)
    head = rest[: stop.start()] if stop else rest
    alone = not rest[len(head) :].strip(_STOP)
    longest = LONGEST_LISTED if form >= FIRST_LISTED else LONGEST_HEADING
    if not head or len(head) > longest or (alone and rest.endswith(_NO_HEADING_ENDS)):
        return None
    if form >= FIRST_LISTED and (not alone or stop):
        return None
    return Numbered(form, head, alone, first)


def without_number(text: str) -> str:
    """A heading without its number: `"一、总体要求"` → `"总体要求"`."""
    for pattern in FORMS:
        match = pattern.match(text)
        if match and match.end() < len(text):
            return text[match.end() :].strip()
    return text
