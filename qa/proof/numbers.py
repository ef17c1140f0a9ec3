"""What a text states in numbers: figures with their units, times, and numbers without either."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qa.proof.characters import BLANK, filled
from qa.proof.moments import Moment, find_moments
from qa.proof.wording import load_proof_wording
from qa.quantities import (
    DASH,
    DATE,
    NUMERALS,
    Quantity,
    arabic,
    blank,
    chinese_number,
    find_periods,
    find_quantities,
    same_unit,
)

_LOOSE = re.compile(r"\d+(?:[,，]\d{3}(?!\d))*(?:\.\d+)?(?:万亿|[百千万亿])?")
_LONG_NUMERAL = re.compile(rf"[{NUMERALS}]{{25,}}")
_CLAUSE_END = re.compile("[，。；：、]")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its unit: its value, or both ends of a range.

    `side`: 1 the number or more, −1 the number or less, −2 less than the number, 0 the number.
    """

    text: str
    start: int
    end: int
    values: tuple[float, ...]
    unit: str
    kind: str
    side: int


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a text states in numbers; times and `loose` numbers, without a unit, as written and read."""

    figures: tuple[Figure, ...]
    times: tuple[tuple[str, frozenset[Moment]], ...]
    loose: tuple[tuple[str, float], ...]


def find_numbers(text: str, year: int = 0, this_year: int = 0, widely: bool = False) -> Numbers:
    """What `text` states in numbers.

    `year` is the one named last before it, `this_year` what 今年 means. With `widely` stretches of
    time also go by their other names.
    """
    wording = load_proof_wording()
    text = _LONG_NUMERAL.sub(blank, wording.writers_own.sub(blank, text))
    found = find_quantities(text)
    dated = [(q.start, q.end) for q in found if q.kind == DATE]
    dated += [(period.start, period.end) for period in find_periods(text)]
    times = []
    for start, end in sorted(dated):
        moments, year = find_moments(text[start:end], year, this_year, widely)
        times.append((text[start:end], moments))
    figures = tuple(_figure(q, text) for q in found if q.kind != DATE)
    rest = filled(text, [*dated, *((f.start, f.end) for f in figures)])
    rest += BLANK.join(wording.moment.sub(blank, time) for time, _ in times)
    return Numbers(figures, tuple(times), tuple(_loose(rest)))


def _figure(quantity: Quantity, text: str) -> Figure:
    """A quantity with both ends of its range, and to which side it is open."""
    values = [quantity.value]
    upper = re.split(DASH, quantity.text)[-1]
    if upper != quantity.text:
        values += [q.value for q in find_quantities(upper) if q.kind == quantity.kind]
    before = _CLAUSE_END.split(text[max(0, quantity.start - 4) : quantity.start])[-1]
    return Figure(
        text=quantity.text,
        start=quantity.start,
        end=quantity.end,
        values=tuple(values),
        unit=same_unit(quantity.unit),
        kind=quantity.kind,
        side=_side(f"{before}…{quantity.qualifier}"),
    )


def _side(bounds: str) -> int:
    wording = load_proof_wording()
    sides = ((wording.below, -2), (wording.at_most, -1), (wording.at_least, 1))
    return next((side for pattern, side in sides if pattern.search(bounds)), 0)


def _loose(text: str) -> Iterator[tuple[str, float]]:
    """The numbers without a unit: Arabic ones, ordinals, and those of 两大."""
    wording = load_proof_wording()
    for match in _LOOSE.finditer(text):
        yield match[0], arabic(match[0])
    for pattern in (wording.ordinal, wording.spoken):
        for match in pattern.finditer(text):
            value = chinese_number(next(filter(None, match.groups())))
            if value is not None:
                yield match[0], value
