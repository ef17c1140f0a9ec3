"""Which of a row's plain lines belong to the achievement cell, which to the plan cell.

The extraction left nothing between the two. What tells them apart: the achievement column is wide
and the plan column narrow, so a line that its paragraph goes on after fills one or the other;
numbering restarts in the plan; on a page the achievement comes first. None of these alone
suffices (last lines are short, numbers are wrong or missing), so each is a cost and the labelling
of the whole row with the least cost is taken: a shortest path (Viterbi, 1967).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.readers.lines import Fragment
from index.records import ACHIEVEMENT, PLAN

_MARKER = re.compile(r"(\d{1,2})\s*[.．、](?=\D|$)")
_MARKER_BEFORE_YEAR = re.compile(r"(\d{1,2})[.．、](?=(?:19|20)\d\d)")

_STOPS = ("。", "；", "！", "？")

# Costs: what cannot be is dear, what is unusual is cheap; only their order matters.
IMPOSSIBLE = 50.0
BROKEN_LINE = 20.0
BACK_TO_ACHIEVEMENT = 6.0
NUMBER_RESTARTS = 6.0
NUMBER_JUMPS = 3.0
NUMBER_REPEATS = 2.0
SWITCH_WITHOUT_END = 3.0
END_UNMARKED = 2.0
SWITCH_AFTER_COLON = 3.0
NO_PLAN = 1.5
PLAN_FIRST_ON_PAGE = 0.5
SENTENCE_FROM_NOWHERE = 1.0


@dataclass(frozen=True, slots=True)
class Line:
    """A plain fragment with what its neighbours tell about it."""

    fragment: Fragment
    number: int | None
    opens_part: bool
    opens_paragraph: bool


@dataclass(frozen=True, slots=True)
class _Tail:
    """How a cell ends so far: its last number, and its last line if no end is marked there."""

    number: int = 0
    unfinished: bool = False
    narrow: bool = False


@dataclass(frozen=True, slots=True)
class _Path:
    """A labelling of the lines so far."""

    cost: float
    labels: tuple[str, ...]
    achievement: _Tail
    plan: _Tail

    def tail(self, label: str) -> _Tail:
        return self.achievement if label == ACHIEVEMENT else self.plan


def mark_lines(parts: Sequence[Sequence[Fragment]]) -> list[Line]:
    """The lines of a row with their numbers and paragraph starts, its page parts in order."""
    lines: list[Line] = []
    for part in parts:
        for i, fragment in enumerate(part):
            after_end = i == 0 or part[i - 1].ends
            number = _number(fragment.text, after_end)
            lines.append(Line(fragment, number, i == 0, after_end or number is not None))
    return lines


def label_lines(lines: Sequence[Line], border: int) -> list[str]:
    """`ACHIEVEMENT` or `PLAN` for each line of one row.

    Args:
        lines: the row's lines in reading order, as `mark_lines` gives them.
        border: half-widths above which a full line is the achievement column's.
    """
    paths: dict[object, _Path] = {None: _Path(0.0, (), _Tail(), _Tail())}
    for i, line in enumerate(lines):
        following: dict[object, _Path] = {}
        for path in paths.values():
            for label in (ACHIEVEMENT, PLAN):
                step = _extend(path, label, line, lines[i - 1] if i else None, border)
                key = (label, step.achievement, step.plan)
                if key not in following or step.cost < following[key].cost:
                    following[key] = step
        paths = following
    return list(min(paths.values(), key=_total).labels)


def _total(path: _Path) -> float:
    return path.cost + (0 if PLAN in path.labels else NO_PLAN)


def _extend(path: _Path, label: str, line: Line, before: Line | None, border: int) -> _Path:
    tail = path.tail(label)
    cost = _place_cost(path, label, line, before, border)
    if line.number is not None:
        cost += _number_cost(line.number, tail.number)
        cost += END_UNMARKED if tail.unfinished else 0
    elif label == ACHIEVEMENT and tail.narrow:
        cost += BROKEN_LINE
    elif before is not None and not tail.unfinished:
        cost += SENTENCE_FROM_NOWHERE if line.opens_part or tail.number else 0
    unfinished = not (line.fragment.ends or line.fragment.text.endswith(_STOPS))
    grown = _Tail(
        number=tail.number if line.number is None else line.number,
        unfinished=unfinished,
        narrow=unfinished and line.fragment.width <= border,
    )
    tails = {ACHIEVEMENT: path.achievement, PLAN: path.plan, label: grown}
    return _Path(path.cost + cost, (*path.labels, label), tails[ACHIEVEMENT], tails[PLAN])


def _place_cost(path: _Path, label: str, line: Line, before: Line | None, border: int) -> float:
    """What width and neighbours say against `label`."""
    plan = label == PLAN
    cost = IMPOSSIBLE if plan and line.fragment.width > border else 0.0
    if before is None:
        return cost + (IMPOSSIBLE if plan else 0)
    if line.opens_part:
        return cost + (PLAN_FIRST_ON_PAGE if plan else 0)
    if label != path.labels[-1]:
        cost += 0 if line.opens_paragraph or path.tail(label).unfinished else SWITCH_WITHOUT_END
        cost += SWITCH_AFTER_COLON if before.fragment.text.endswith(("：", ":")) else 0
        cost += 0 if plan else BACK_TO_ACHIEVEMENT
        cost += END_UNMARKED if plan and path.achievement.narrow else 0
    return cost


def _number_cost(number: int, last: int) -> float:
    if number == last + 1:
        return 0
    if number == last:
        return NUMBER_REPEATS
    return NUMBER_RESTARTS if number == 1 else NUMBER_JUMPS


def _number(text: str, after_end: bool) -> int | None:
    """The number that a line opens with; `97.15%` or `2.5亿元` is none, `1.2016年` is 1."""
    match = _MARKER.match(text) or (after_end and _MARKER_BEFORE_YEAR.match(text.replace(" ", "")))
    return int(match[1]) if match else None
