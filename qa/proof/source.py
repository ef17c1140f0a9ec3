"""A passage as a source: the words, names, numbers, times and places that it can prove."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from index.places import Mention
from index.records import PLAN, TASK, Passage
from index.sentences import sentence_spans
from qa.proof.characters import character_pairs, filled, readable
from qa.proof.layout import without_marker
from qa.proof.moments import Moment, says
from qa.proof.numbers import Figure, Numbers, find_numbers
from qa.proof.places import find_places
from qa.proof.quotes import find_titles, folded, holds_in_order, parts_of
from qa.proof.sentences import find_clauses, find_sentences
from qa.proof.wording import load_proof_wording
from qa.quantities import COUNT


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of a passage, its pairs of characters, and the sentence before and after it."""

    text: str
    pairs: frozenset[str]
    before: str
    after: str


class Source:
    """A passage that may be cited; each kind of what it says is read when first asked for."""

    def __init__(self, passage: Passage) -> None:
        self.text, self.province, self.column = passage.text, passage.province, passage.column
        self.years = {int(year) for year in re.findall(r"(?:19|20)\d\d", passage.column_title)}

    @property
    def is_promise(self) -> bool:
        """Whether it says what is planned or was ordered, not what was done."""
        return self.column in (PLAN, TASK)

    @cached_property
    def folded(self) -> str:
        """The text as quotations are compared with it."""
        return folded(self.text)

    @cached_property
    def untitled(self) -> str:
        """What is left of that without the names in 《》."""
        return folded(filled(self.text, find_titles(self.text)))

    @cached_property
    def numbers(self) -> Numbers:
        """What it states in numbers; a month without a year is of the year named last."""
        said = list(self._numbers_by_sentence())
        titles = (self.text[start + 1 : end - 1] for start, end in find_titles(self.text))
        titled = [find_numbers(readable(title)) for title in titles]
        return Numbers(
            figures=tuple(figure for part in (*said, *titled) for figure in part.figures),
            times=tuple(time for part in said for time in part.times),
            loose=tuple(number for part in said for number in part.loose),
        )

    def _numbers_by_sentence(self) -> Iterator[Numbers]:
        year, this_year = 0, max(self.years, default=0)
        for start, end in find_sentences(self.text):
            text = readable(without_marker(self.text[start:end]))
            said = find_numbers(text, year, this_year, widely=True)
            years = [moment[0] for _, moments in said.times for moment in moments if moment[0]]
            year = max(years, default=year)
            yield said

    @cached_property
    def moments(self) -> frozenset[Moment]:
        """All moments that its text names."""
        return frozenset(m for _, moments in self.numbers.times for m in moments)

    @cached_property
    def values(self) -> tuple[float, ...]:
        """All its numbers without their units."""
        loose = (value for _, value in self.numbers.loose)
        figures = (value for figure in self.numbers.figures for value in figure.values)
        return (*loose, *figures, *(float(moment[0]) for moment in self.moments))

    @cached_property
    def titles(self) -> int:
        """How many names in 《》 it holds."""
        return len(find_titles(self.text))

    @cached_property
    def places(self) -> tuple[Mention, ...]:
        """The places that its text names."""
        return tuple(find_places(self.text))

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """The clauses of its sentences."""
        return tuple(
            Clause(
                text=clause[0],
                pairs=character_pairs(clause[0]),
                before=self.text[start : start + clause.start()],
                after=self.text[start + clause.end() : end],
            )
            for start, end in sentence_spans(self.text)
            for clause in find_clauses(self.text[start:end])
        )

    def has_words(self, words: str) -> bool:
        """Whether it holds `words`, or their parts around ellipses in order."""
        return holds_in_order(self.folded, words)

    def has_name(self, name: str) -> bool:
        """Whether it names `name`: in whole, but for what is in brackets at its end, or in plain words."""
        parts = list(parts_of(name))
        if len(parts) != 1:
            return self.has_words(name)
        return (
            any(f"《{parts[0]}{end}" in self.folded for end in "》(") or parts[0] in self.untitled
        )

    def has_figure(self, figure: Figure) -> bool:
        """Whether it states the number, in whatever unit, or names so many documents."""
        wording = load_proof_wording()
        if figure.values == (1.0,) and f"一{figure.unit}" in self.text:
            return True
        names = figure.unit in wording.documents and self.titles > 1
        return all(self._has(value, figure) for value in figure.values) or (
            names and figure.values == (self.titles,)
        )

    def _has(self, value: float, figure: Figure) -> bool:
        known = (other for other in self.numbers.figures if _agree(other, figure))
        if any(_same(value, v) for other in known for v in other.values):
            return True
        return figure.kind == COUNT and any(_same(value, v) for _, v in self.numbers.loose)

    def has_value(self, value: float) -> bool:
        """Whether it states the number in any unit."""
        return any(_same(value, known) for known in self.values)

    def has_time(self, moments: frozenset[Moment]) -> bool:
        """Whether its text names all the moments, or its column's title is of just these years."""
        if {year for year, _, _ in moments} == self.years and not any(m[1] for m in moments):
            return True
        return all(any(says(known, m) for known in self.moments) for m in moments)

    def speaks_of(self, provinces: Iterable[str]) -> bool:
        """Whether its text names one of `provinces`, or a place in one."""
        return any({*provinces} & {*place.provinces} for place in self.places)

    def has_place(self, mention: Mention, name: str) -> bool:
        """Whether it speaks of a place: of a province by any name, of a city by its own.

        A city may also go by its first character in a zone of several: 合芜蚌.
        """
        if name in self.text or (mention.whole and self.province in mention.provinces):
            return True
        if mention.whole:
            return self.speaks_of(mention.provinces)
        zones = (
            self.text[m.start : m.end] for m in self.places if m.provinces == mention.provinces
        )
        return name[:2] in self.text or any(len(zone) == 3 and name[0] in zone for zone in zones)


def _agree(known: Figure, figure: Figure) -> bool:
    """Whether units mean the same and bounds do not contradict."""
    pair = {known.unit, figure.unit}
    alike = len(pair) == 1 or any(pair <= group for group in load_proof_wording().alike)
    if known.kind != figure.kind or not alike:
        return False
    return known.side < 0 if figure.side == -2 else known.side * figure.side >= 0


def _same(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-9)
