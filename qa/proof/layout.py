"""How lines are laid out: markers of lists, headings, lines that lead to a list, tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.sentences import Span

_NUMBER = r"\d{1,3}[.、．)）](?!\d)"
_HAN_NUMBER = "[一二三四五六七八九十]{1,3}"
_MARKER = re.compile(
    rf"^\s*(?:(?:[-*+•·‧●■▪>]|#{{1,6}}|{_NUMBER}|[（(][\d一二三四五六七八九十]{{1,3}}[）)]"
    rf"|[①-⑳]|{_HAN_NUMBER}[、.．])\s*){{1,4}}"
)
_INNER_MARKER = re.compile(
    r"(?<=[：；，。、:;])(?:\d{1,2}[.、．)）](?!\d)|[（(]\d{1,2}[）)]|[①-⑳])"
)
_LISTED = re.compile(rf"\s*(?:[-*+•·‧●▪|]|{_NUMBER}|[（(]\d{{1,3}}[）)]|[①-⑳])")
_HEADED = re.compile(rf"\s*(?:#|{_HAN_NUMBER}[、.．]|[（(]{_HAN_NUMBER}[）)])")
_FRAMED = re.compile(r"\s*(?:\*\*[^*]+\*\*|【[^】]+】)[：:]?\s*")
_TABLE_RULE = re.compile(r"[-|:\s]+")
_EMPHASIS = re.compile(r"[*`#]")


@dataclass(frozen=True, slots=True)
class Laid:
    """A sentence as it stands in its line.

    `opens`: it begins the line. `titles`: it is a heading of what follows. `leads`: it ends in a
    colon at the end of its line, and leads to what follows.
    """

    raw: str
    opens: bool
    titles: bool
    leads: bool

    @property
    def is_listed(self) -> bool:
        """Whether it stands in a list or a table."""
        return _LISTED.match(self.raw) is not None


def laid_out(text: str, spans: Sequence[Span]) -> Iterator[Laid]:
    """The sentences of `text` as they stand in their lines."""
    for index, (start, end) in enumerate(spans):
        raw = text[start:end]
        opens = start == 0 or text[start - 1] in "\r\n"
        closes = end == len(text) or text[end - 1] in "\r\n"
        heads_table = index + 1 < len(spans) and _is_rule(text[slice(*spans[index + 1])])
        titles = closes and (heads_table or (opens and _is_titled(raw)))
        yield Laid(raw, opens, titles, leads=closes and raw.rstrip().endswith(("：", ":")))


def without_marker(text: str) -> str:
    """`text` without the marks of lists and headings in front of it."""
    return _MARKER.sub("", text)


def without_inner_markers(text: str) -> str:
    """`text` without the numbers of points within it: ；2.在筹建."""
    return _INNER_MARKER.sub("", text)


def without_emphasis(text: str) -> str:
    """`text` without marks of emphasis, the cells of a table parted by commas."""
    return _EMPHASIS.sub("", text).replace("|", "，")


def _is_titled(raw: str) -> bool:
    """Whether a line is set as a heading: #, 一、 without a full stop, bold or framed as a whole."""
    stopped = raw.rstrip().endswith(("。", "；", "]", "】"))
    return bool(_FRAMED.fullmatch(raw) or (_HEADED.match(raw) and not stopped))


def _is_rule(raw: str) -> bool:
    return "--" in raw and _TABLE_RULE.fullmatch(raw) is not None
