"""Lines as they are set on a page → the paragraphs that were broken into them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from index.readers.outline import numbered
from index.readers.parts import Spot

INDENT = 1.2
"""How far to the right a paragraph begins at least; this and what follows in sizes of its type."""
BLANK = 1.5
"""The space between lines that sets paragraphs apart."""
SLACK = 0.25
"""What a full line may lack."""
OTHER_SIZE = 1.15
DISPLAY = 1.25
"""How many times the size of the body a title's is."""
FEWEST_FULL, FULL_SHARE = 5, 0.3
"""The number and the share of lines that end at one margin from which it is one."""
_FEW_LINES = 50
_OUTLIERS = 0.98

_PAUSES = "，、,%％"
_TERMINAL = re.compile(r"[。；！？!?;：:][”’」』）)]*$")
_CLOSING = "，。、；：！？）〕》”’」』】…—%％,.;:!?)]}"
_WORD = r"[A-Za-z0-9][A-Za-z0-9.%+/-]*"
_BASE = rf"(?:\+?{_WORD}|\+.|——|……|.)"
_UNIT = re.compile(
    rf"[（〔《「『【(\[“‘]*{_BASE}(?:[“”‘’]+[（《]?{_BASE}?|[{re.escape(_CLOSING)}](?:{_WORD})?)*"
)
"""What no line break parts; typesetters differ on quotation marks, which keep to both sides here."""
_LISTED = re.compile(r"(?:\d{1,2}\s*[.．、]|[（(]\d{1,2}[）)]|[①-⑳●■◆—])")


@dataclass(frozen=True, slots=True)
class Line:
    """A visual line of one page; lengths in points from its upper left corner.

    `widths` are those of its characters.
    """

    text: str
    page: int
    left: float
    right: float
    top: float
    bottom: float
    size: float
    widths: tuple[float, ...]

    @property
    def filled_to(self) -> float:
        """Where its last character ends that may not hang over the margin."""
        return self.right - (self.widths[-1] if self.text[-1] in _CLOSING else 0)

    @property
    def opening(self) -> float:
        """The width of what could not be parted at its beginning."""
        unit = _UNIT.match(self.text)
        return sum(self.widths[: unit.end() if unit else 1])


@dataclass(frozen=True, slots=True)
class Measure:
    """Between what margins lines are set, and the size of most of their type."""

    left: float
    right: float
    size: float


def measure(lines: Sequence[Line], left: float, right: float) -> Measure:
    """The margins that lines keep between two edges; one that stands out among many does not count.

    Where few lines are full, the space at the right is taken to be that at the left.
    """
    lefts = sorted(line.left for line in lines)
    rights = sorted(line.filled_to for line in lines)
    sizes = [line.size for line in lines for _ in line.text]
    outliers = 0 if len(lines) < _FEW_LINES else round((1 - _OUTLIERS) * len(lines))
    begin, end = lefts[outliers], rights[-1 - outliers]
    full = sum(end - line.right < line.size for line in lines)
    if full < max(FEWEST_FULL, FULL_SHARE * len(lines)):
        end = max(end, right - max(0.0, begin - left))
    return Measure(begin, end, median(sizes))


def paragraphs(lines: Iterable[Line], within: Measure) -> Iterator[tuple[Line, ...]]:
    """The lines of each paragraph."""
    held: list[Line] = []
    for line in lines:
        if held and ends(held[-1], line, within):
            yield tuple(held)
            held = []
        held.append(line)
    if held:
        yield tuple(held)


def ends(line: Line, following: Line, within: Measure) -> bool:
    """Whether a paragraph ends after `line`.

    A line that has room left for what the next one begins with was not broken for want of it.
    """
    larger, smaller = max(line.size, following.size), min(line.size, following.size)
    on_one_page = line.page == following.page
    if larger > OTHER_SIZE * smaller:
        return True
    if on_one_page and following.top - line.bottom > BLANK * larger:
        return True
    if on_one_page and smaller >= DISPLAY * within.size:
        return False  # A title of several centred lines.
    if has_room(line, following, within):
        return True
    if _is_indented(following, within):
        return not _is_centred(following, within) or is_terminal(line.text)
    return line.text[-1] in _CLOSING and line.text[-1] not in _PAUSES and _opens(following.text)


def has_room(line: Line, following: Line, within: Measure) -> bool:
    """Whether what `following` begins with would have stood in `line`."""
    return within.right - line.right >= following.opening + SLACK * line.size


def is_terminal(text: str) -> bool:
    """Whether a text ends as a sentence or clause does."""
    return _TERMINAL.search(text) is not None


def joined(lines: Iterable[Line]) -> str:
    """What the lines of a paragraph say; only Latin words are parted by a space."""
    text = ""
    for line in lines:
        apart = text[-1:].isascii() and text[-1:].isalpha() and line.text[0].isascii()
        text += (" " if apart and line.text[0].isalpha() else "") + line.text
    return text


def spot_of(lines: Iterable[Line]) -> Spot:
    """Where lines stand."""
    return Spot(pages=tuple(sorted({line.page for line in lines})))


def _is_indented(line: Line, within: Measure) -> bool:
    return line.left - within.left > INDENT * line.size


def _is_centred(line: Line, within: Measure) -> bool:
    return abs((line.left - within.left) - (within.right - line.right)) < line.size


def _opens(text: str) -> bool:
    return _LISTED.match(text) is not None or numbered(text) is not None
