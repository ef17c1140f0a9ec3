"""What a quantity is a figure of: the noun phrase that it counts, its period, its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.places import load_gazetteer
from qa.figures.cues import CLAUSE_END, FigureCues, load_figure_cues
from qa.figures.reading import APART, Candidate
from qa.quantities import COUNT, DATE, Period, Quantity, months_of

NEW = "新"
"""The part of which only those count that are new."""
NARROWED_BY = 16
"""So many characters of a clause before 的 may narrow what is counted."""

_LONG_ASIDE = re.compile("（(?=[^）]{7})")
_LOOSE_END = re.compile(r"(?:[的和、]|（[^）]*)+$")
_RELATIVE = re.compile("^[具拥]?有.*?的(?=..)")
_PHRASE = re.compile(r"(?:（[^（）]*）)?(?P<noun>[一-鿿A-Za-z][一-鿿A-Za-z（）、]*)")


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity that answers, its sentence's span, and what it is a figure of.

    `measure` is the noun phrase it belongs to and `period` the period that governs it, as written,
    "" when none does. `months` is that period's length, 0 when it has none or the figure stands at
    a moment. `scope` is the city, county or zone it is of, "" for the province itself. `part` tells
    which of them alone are counted (the new ones, or those of which more is said), "" for all.
    """

    quantity: Quantity
    sentence_start: int
    sentence_end: int
    measure: str
    period: str
    months: int
    scope: str
    part: str


def comparable(figures: Sequence[Figure], planned: Sequence[bool]) -> list[bool]:
    """Which of several figures may be ranked together: the largest set that is like one of them.

    Alike are figures of one kind and unit, over periods of the same length, all reported or all
    expected, all planned or none, of whole provinces or of one place, of all or of one part, and not values
    told apart by 分别. What is reported goes before what is expected or planned; of sets of one size the earliest
    is taken; a figure like no other is comparable only when it is the only one.
    """
    both = list(zip(figures, planned, strict=True))
    sets = [[plan == own and _alike(one, other) for other, plan in both] for one, own in both]

    def worth(place: int) -> tuple[bool, int]:
        is_reported = not planned[place] and not figures[place].quantity.estimate
        return is_reported and sum(sets[place]) > 1, sum(sets[place])

    largest = sets[max(range(len(sets)), key=worth)] if sets else []
    return largest if sum(largest) > 1 or len(figures) == 1 else [False] * len(figures)


def _alike(one: Figure, other: Figure) -> bool:
    a, b = one.quantity, other.quantity
    same = (a.kind, bool(a.estimate), one.months, one.scope, one.part) == (
        b.kind,
        bool(b.estimate),
        other.months,
        other.scope,
        other.part,
    )
    told_apart = one is not other and any(APART in q.qualifier for q in (a, b))
    return same and not told_apart and load_figure_cues().agree(a.unit, b.unit)


def named_figure(candidate: Candidate, cues: FigureCues) -> Figure:
    """A quantity, and what it is a figure of."""
    is_date = candidate.quantity.kind == DATE
    period = None if is_date else candidate.period
    measure = "" if is_date else _without_province(_measure(candidate, cues))
    return Figure(
        quantity=candidate.quantity,
        sentence_start=candidate.start,
        sentence_end=candidate.end,
        measure=measure,
        period=period.text if period else "",
        months=_months(candidate, period, cues) if period else 0,
        scope=candidate.scope,
        part=_part(candidate, measure, cues),
    )


def _without_province(phrase: str) -> str:
    """What is counted, without the province at its head: that is told anyway."""
    head = [m.end for m in load_gazetteer().find(phrase) if m.start == 0 and m.whole]
    return phrase[head[0] :] if head else phrase


def _part(candidate: Candidate, measure: str, cues: FigureCues) -> str:
    """Which of them alone are counted; "" for all."""
    for name, pattern in ((NEW, cues.new), ("其中", cues.part)):
        if pattern.search(candidate.before):
            return name
    return measure.rpartition("的")[0] if cues.verbs.match(measure) else ""


def _months(candidate: Candidate, period: Period, cues: FigureCues) -> int:
    """The period's length; 0 for a count that stands at a moment, not over time.

    2017年共有30人通过 is over time, though 共有30人 alone would stand.
    """
    stands = candidate.quantity.kind == COUNT and cues.standing.search(candidate.before)
    own = period.start >= candidate.quantity.start - len(candidate.before)
    return 0 if stands and not own else months_of(period.text)


def _measure(candidate: Candidate, cues: FigureCues) -> str:
    """The noun phrase that a quantity counts: the one right after it, else the one before it.

    Where there is none, what is said of it: 通过资格考试 for 30人通过资格考试; else what the clause before
    it tells of. A bare 金额 is of what was counted before.
    """
    if counted := counted_before(candidate, cues):
        return _measure(counted, cues) + cues.links.sub("", candidate.before)
    reading, quantity = candidate.reading, candidate.quantity
    after = _PHRASE.match(reading.text, quantity.end, candidate.end)
    if after and (phrase := _leading_phrase(after["noun"], cues)):
        return phrase
    clause = quantity.start - len(candidate.before)
    others: list[Period | Quantity] = [*reading.counted, *reading.dates, *reading.periods]
    start = max([clause, *(other.end for other in others if other.end <= quantity.start)])
    phrase = _trailing_phrase(reading.text[start : quantity.start], cues)
    said_of = after["noun"] if after and quantity.kind == COUNT else ""
    return phrase or said_of or _told_of_before(candidate, cues)


def counted_before(candidate: Candidate, cues: FigureCues) -> Candidate | None:
    """What a bare measure (金额17.6亿元) is of: the last counted before it in its sentence.

    Of 质押登记46项，涉及专利203件，金额17.6亿元 it is the 46项; what only goes with these does not count.
    """
    if not cues.bare.fullmatch(cues.links.sub("", candidate.before)):
        return None
    before = [
        replace(candidate, quantity=quantity)
        for quantity in candidate.reading.counted
        if candidate.start <= quantity.start < candidate.quantity.start
    ]
    for counted in reversed(before):
        noun = _measure(counted, cues)
        if noun and not cues.verbs.match(noun) and not cues.bare.fullmatch(noun):
            return counted
    return None


def _told_of_before(candidate: Candidate, cues: FigureCues) -> str:
    """What the clause before a quantity's own tells of: of another number, of what grows or falls.

    Example: `"代理机构数量"` in `"我省代理机构数量快速增长，已增加到76家"`.
    """
    clause = candidate.quantity.start - len(candidate.before)
    if clause <= candidate.start:
        return ""
    earlier = CLAUSE_END.split(candidate.reading.text[candidate.start : clause - 1])[-1]
    numbers = [q for q in candidate.reading.counted if clause - len(earlier) <= q.start < clause]
    if numbers:
        return _measure(replace(candidate, quantity=numbers[-1]), cues)
    subject, *predicate = cues.changes.split(earlier, maxsplit=1)
    return _trailing_phrase(cues.whole.split(subject)[-1], cues) if predicate else ""


def _leading_phrase(run: str, cues: FigureCues) -> str:
    """The noun phrase at the head of `run`, up to the first word that says something of it."""
    run = _LONG_ASIDE.split(_RELATIVE.sub("", run))[0]
    run = run.removeprefix("的")
    end = cues.predicates.search(run)
    return _LOOSE_END.sub("", run[: end.start()] if end else run)


def _trailing_phrase(run: str, cues: FigureCues) -> str:
    """The noun phrase at the end of `run`, without what leads to it or links it to the number.

    Example: `"全省专利质押融资额达"` ends in `"专利质押融资额"`, `"已开展试点的机构"` in `"开展试点的机构"`:
    what narrows it is part of what is counted.
    """
    run = cues.links.sub("", re.split(r"、(?![^（]*）)", run)[-1])
    verbs = [verb for verb in cues.verbs.finditer(run) if len(run) - verb.end() > 2]
    start = verbs[-1].end() if verbs else 0
    phrase = cues.openers.sub("", run[start:]).lstrip("）").rstrip("（")
    if not cues.verbs.sub("", phrase):
        return ""
    is_narrowed = (
        len(verbs) > 1 and verbs[-1][0] == "的" and start - verbs[-2].start() < NARROWED_BY
    )
    return run[verbs[-2].start() :].rstrip("（") if is_narrowed else phrase
