"""Which quantities of a text answer: how near they stand to the words of a question, and what else speaks for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from qa.figures.asked import Asked, asks_figure, read_asked, years_in
from qa.figures.cues import CLAUSE_END, FigureCues, load_figure_cues
from qa.figures.naming import Figure, counted_before, named_figure
from qa.figures.reading import Candidate, candidates, read_quantities
from qa.quantities import DATE

CLOSE_ENOUGH = 0.25
"""Of the 3 that closeness can reach. In items that do not answer, two quantities of three miss it."""

_CUT_OFF = re.compile(r"[，。；、）,;)]")
_CONDITION = re.compile("的[，,]")


@dataclass(frozen=True, slots=True)
class WeighedFigure:
    """A figure and how well it answers.

    `closeness` is the share of the question's words that its sentence holds, and how near they are to
    it, 0 to 3. `fitness` is what else speaks for it (above 0) or against it.
    """

    figure: Figure
    closeness: float
    fitness: float

    @property
    def score(self) -> float:
        """The higher, the better it answers."""
        return self.closeness + self.fitness


def answer_figure(question: str, core_words: Iterable[str], text: str) -> Figure | None:
    """The quantity of `text` that answers, None when there is none of an asked kind and unit.

    It stands in a sentence that holds many of `core_words`, and near to them there; of equals the
    first. Values told apart by 分别 (791件、1433件) are one quantity, of their sum.
    """
    found = weighed_figures(question, core_words, text, 1)
    return found[0].figure if found else None


def weighed_figures(
    question: str, core_words: Iterable[str], text: str, limit: int
) -> list[WeighedFigure]:
    """The `limit` quantities of `text` that answer best, as `answer_figure` finds them, best first."""
    cues = load_figure_cues()
    asked = read_asked(question, core_words, text, cues)
    found = [
        (closeness, _fitness(candidate, asked, cues), candidate)
        for candidate in candidates(read_quantities(text, cues), asked, cues)
        if (closeness := _closeness(candidate, asked.words, cues)) >= CLOSE_ENOUGH
    ]
    found.sort(key=lambda weighed: -(weighed[0] + weighed[1]))
    return [WeighedFigure(named_figure(one, cues), *weight) for *weight, one in found[:limit]]


def nearest_figure(question: str, core_words: Iterable[str], text: str) -> float:
    """How near to `core_words` a quantity of an asked kind and unit stands in `text`.

    From 0 (there is none, or no figure is asked for) to 3 (all of them stand beside it).
    """
    if not asks_figure(question):
        return 0.0
    cues = load_figure_cues()
    asked = read_asked(question, core_words, text, cues)
    found = candidates(read_quantities(text, cues), asked, cues)
    return max((_closeness(candidate, asked.words, cues) for candidate in found), default=0.0)


def _closeness(candidate: Candidate, words: Mapping[str, float], cues: FigureCues) -> float:
    """The share of the words that a quantity's sentence holds, and how near they are to it.

    From 0 (none is there) to 3 (all stand beside it, or beside what it is the 金额 of). A word said earlier
    in the text counts half.
    """
    text = candidate.reading.text.lower()
    beside = [one for one in (candidate, counted_before(candidate, cues)) if one]
    gained = 0.0
    for word, weight in words.items():
        places = re.finditer(re.escape(word), text[candidate.start : candidate.end])
        near = [
            _nearness(one, candidate.start + place.start(), len(word))
            for place in places
            for one in beside
        ]
        said_before = 0.5 * (word in text[: candidate.start])
        gained += weight * (1 + 2 * max(near) if near else said_before)
    return gained / (sum(words.values()) or 1)


def _nearness(candidate: Candidate, word: int, length: int) -> float:
    """1 for a word beside a quantity, less over characters, clauses and other quantities.

    What stands before a list is shared by its members, so words ahead are cut off less than words
    behind; and what stands before the first date of a sentence is the subject of all.
    """
    reading, quantity = candidate.reading, candidate.quantity
    is_date, ahead = quantity.kind == DATE, word < quantity.start
    start, end = (word + length, quantity.start) if ahead else (quantity.end, word)
    others = [q for q in (reading.dates if is_date else reading.counted) if q is not quantity]
    barriers = sum(start <= q.start and q.end <= end for q in others)
    clauses = len(CLAUSE_END.findall(reading.text[start:end]))
    distance = max(0, end - start) / 2 + (3 * clauses + 4 * barriers) * (1 if ahead else 2)
    if not ahead and _CUT_OFF.match(reading.text, start):
        distance += -6 if is_date else 15
    if ahead and is_date and not any(candidate.start <= q.start < start for q in others):
        distance = min(distance, 4)
    return 1 / (1 + max(0, distance) / 8)


def _fitness(candidate: Candidate, asked: Asked, cues: FigureCues) -> float:
    """What speaks for (above 0) or against a quantity besides the words near it.

    The weights, as those of nearness, were set by hand on questions of our own and on the
    odd-numbered half of the labelled ones.
    """
    quantity, before = candidate.quantity, candidate.before
    total = cues.total_asked.search(asked.question)
    fit = 0.5 * (quantity.unit in asked.units)
    fit += (0.6 if total else 0.1) * bool(cues.total.search(before))
    fit -= (0.4 if total else 0.2) * bool(cues.part.search(before))
    is_new = bool(cues.new.search(before))
    if is_new or asked.only_new:
        fit += 0.4 if is_new and asked.only_new else -0.8
    if cues.limit.search(quantity.qualifier) and not cues.limit_asked.search(asked.question):
        fit -= 0.6
    else:
        bounds = quantity.qualifier.split("…")
        fit += 0.3 * any(len(bound) > 1 and bound in asked.question for bound in bounds)
    fit -= 0.8 * _is_of_another_level(candidate, asked, cues)
    fit -= 0.5 * bool(_CONDITION.match(candidate.reading.text, quantity.end))
    fit += 0.3 * (quantity.unit == "日" and bool(re.search("[天日号]", asked.question)))
    return fit + _fitness_of_time_and_place(candidate, asked)


def _is_of_another_level(candidate: Candidate, asked: Asked, cues: FigureCues) -> bool:
    """Whether its clause says of it another level than the question: the last before it, or the first after."""
    if not asked.levels:
        return False
    after = CLAUSE_END.split(candidate.reading.text[candidate.quantity.end : candidate.end])[0]
    before = cues.levels_in(candidate.before)
    own = before[-1:] or cues.levels_in(after)[:1]
    return bool(own) and own[0] not in asked.levels


def _fitness_of_time_and_place(candidate: Candidate, asked: Asked) -> float:
    period, scope = candidate.period, candidate.scope
    said = years_in(period.text) if period else frozenset()
    in_time = (0.3 if asked.years & said else -0.6) if asked.years and said else 0.0
    return in_time - 0.4 * bool(scope and scope[:2] not in asked.question)
