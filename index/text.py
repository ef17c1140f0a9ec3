"""Pure functions on text: undo what extraction did to it, measure it, compare it."""

from __future__ import annotations

import re
import unicodedata

BOLD_COPIES = 4
"""How often extractors of layered PDFs emit text whose boldness was faked by overprinting."""

LONGEST_LINE = 600
"""No visual line of a page holds more characters; what does was never printed as one."""

_SPACES = re.compile(r"\s+")
_ASCII_GAP = re.compile(r"(?<=[A-Za-z]) +(?=[A-Za-z])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def squeeze(text: str) -> str:
    """`text` without any white space: what must be conserved from source to cell."""
    return _SPACES.sub("", text)


def close_gaps(text: str) -> str:
    """`text` without the spaces that typesetting left around digits and Latin letters.

    Only a space between two Latin letters separates words and stays.

    Example: `close_gaps("2017 年 1月，LED lamp")` is `"2017年1月，LED lamp"`.
    """
    return " ".join(squeeze(part) for part in _ASCII_GAP.split(text))


def without_controls(text: str) -> str:
    """`text` with control and invisible formatting characters turned into spaces, then trimmed."""
    return _SPACES.sub(" ", _CONTROL.sub(" ", text)).strip()


_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code).isalnum()}


def fold_width(text: str) -> str:
    """`text` with full-width letters and digits as plain ones; for matching, never for showing."""
    return text.translate(_FULL_WIDTH)


def display_width(text: str) -> int:
    """Columns that `text` takes in half-widths: 2 for Chinese and full-width, 1 for the rest."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def undo_overprint(text: str, copies: int = BOLD_COPIES) -> str | None:
    """`text` said once, when it is nothing but runs each standing `copies` times; else None.

    Run borders may fall anywhere, so every border is tried, the shortest run first.

    Example: `undo_overprint("2222016016016016")` is `"2016"`, `undo_overprint("天天")` is None.
    """
    if not text or len(text) > LONGEST_LINE or len(text) % copies:
        return None
    # From the end: what the text from each place on says once, where it can be said.
    said: list[str | None] = [None] * len(text) + [""]
    for start in range(len(text) - copies, -1, -1):
        for size in range(1, (len(text) - start) // copies + 1):
            rest = said[start + size * copies]
            run = text[start : start + size]
            if rest is not None and text.startswith(run * copies, start):
                said[start] = run + rest
                break
    return said[0]


def pairs(text: str) -> list[str]:
    """The pairs of neighbouring characters in `text`, in order."""
    return [text[at : at + 2] for at in range(len(text) - 1)]
