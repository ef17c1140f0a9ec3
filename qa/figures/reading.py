"""The quantities of a text, each in its sentence, with the period and the place that govern it."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace

from index.places import load_gazetteer
from index.sentences import sentence_spans
from qa.figures.asked import Asked
from qa.figures.cues import CLAUSE_END, FigureCues, load_figure_cues
from qa.quantities import COUNT, DATE, SHARE, Period, Quantity, find_periods, find_quantities

APART = "分别"
"""Qualifies a quantity that is the sum of several, told apart by this word."""

_HEAD = re.compile(r"(?:^|[，。；：,;]|\d[.、])(?:目前|其中)?$")


@dataclass(frozen=True, slots=True)
class Reading:
    """A text and what stands in it, each in order.

    `counted` are its quantities but the `dates`; these hold the dated periods too. `scopes` says
    from where on what follows is of a smaller place, or, "", of the whole province.
    """

    text: str
    counted: tuple[Quantity, ...]
    dates: tuple[Quantity, ...]
    periods: tuple[Period, ...]
    scopes: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A quantity in the sentence `start:end` of a text."""

    reading: Reading
    start: int
    end: int
    quantity: Quantity

    @property
    def before(self) -> str:
        """What stands before it in its clause."""
        return CLAUSE_END.split(self.reading.text[self.start : self.quantity.start])[-1]

    @property
    def scope(self) -> str:
        """The place below the province that it is of: the last named in its sentence."""
        named = [s for at, s in self.reading.scopes if self.start < at <= self.quantity.start]
        return named[-1] if named else ""

    @property
    def period(self) -> Period | None:
        """The period that governs it: the last before it in its sentence, else in the text.

        In a sentence without periods a date takes their place. What only describes a noun
        (2016年度的评估费) or is compared with (比去年) does not govern.
        """
        text, at = self.reading.text, self.quantity.start
        periods = [p for p in self.reading.periods if p.end <= at and not _describes(text, p)]
        if inside := [p for p in periods if p.start >= self.start]:
            return inside[-1]
        dates = [d for d in self.reading.dates if self.start <= d.start and d.end <= at]
        if dates and dates[-1] is not self.quantity:
            return Period(dates[-1].start, dates[-1].end, dates[-1].text)
        return periods[-1] if periods else None


def holds_kind(text: str, kinds: Container[str]) -> bool:
    """Whether any quantity or date in `text` is of one of `kinds`."""
    reading = read_quantities(text, load_figure_cues())
    return any(quantity.kind in kinds for quantity in (*reading.counted, *reading.dates))


def read_quantities(text: str, cues: FigureCues) -> Reading:
    """What stands in a text."""
    found, periods = find_quantities(text), find_periods(text)
    dates = [q for q in found if q.kind == DATE]
    dates += (_as_date(p) for p in periods if re.match(r"\d|[今去]年", p.text))
    return Reading(
        text=text,
        counted=tuple(_joined(text, [q for q in found if q.kind != DATE])),
        dates=tuple(sorted(dates, key=lambda q: q.start)),
        periods=periods,
        scopes=tuple(sorted(_scopes(text, cues))),
    )


def candidates(reading: Reading, asked: Asked, cues: FigureCues) -> Iterator[Candidate]:
    """The quantities of an asked kind and unit, each in its sentence."""
    for start, end in sentence_spans(reading.text):
        for quantity in (*reading.counted, *reading.dates):
            fits = quantity.kind != COUNT or asked.may_count_in(quantity.unit, cues)
            if fits and quantity.kind in asked.kinds and start <= quantity.start < end:
                yield Candidate(reading, start, end, quantity)


def _as_date(period: Period) -> Quantity:
    """A year or range as the date of what happened in it."""
    year = re.match(r"\d{4}", period.text)
    value = float(year[0]) * 1e4 if year else 0.0
    return Quantity(period.start, period.end, period.text, value, "年", DATE)


def _joined(text: str, quantities: Iterable[Quantity]) -> Iterator[Quantity]:
    """The quantities, those that 分别 lists side by side (791件、1433件) as one, of their sum."""
    last: Quantity | None = None
    for quantity in quantities:
        if last and _lists_apart(text, last, quantity):
            quantity = replace(
                quantity,
                start=last.start,
                text=text[last.start : quantity.end],
                value=last.value + quantity.value,
                qualifier=APART,
            )
        elif last:
            yield last
        last = quantity
    if last:
        yield last


def _lists_apart(text: str, one: Quantity, other: Quantity) -> bool:
    apart = APART in CLAUSE_END.split(text[: one.start])[-1]
    side_by_side = text[one.end : other.start] in ("、", "和", "与", "及")
    return apart and side_by_side and one.unit == other.unit and one.kind != SHARE


def _scopes(text: str, cues: FigureCues) -> Iterator[tuple[int, str]]:
    """Each smaller place that heads a clause, and "" wherever the whole province is named."""
    yield from ((match.end(), "") for match in cues.whole.finditer(text))
    for mention in load_gazetteer().find(text):
        place = text[mention.start : mention.end]
        heads = _HEAD.search(text, 0, mention.start)
        zone = cues.zone.match(text, mention.start) if heads else None
        below = len(place) > 2 and place.endswith(cues.places)
        if zone:
            yield zone.end(), zone[0]
        elif mention.whole:
            yield mention.end, ""
        elif heads and below and not text.startswith("等", mention.end):
            yield mention.end, place


def _describes(text: str, period: Period) -> bool:
    """Whether a period only describes a noun or stands for comparison."""
    return text.startswith("的", period.end) or text[: period.start].endswith(("比", "较", "同"))
