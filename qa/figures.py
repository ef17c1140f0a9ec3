"""The figure that answers: which quantity of a text, of what, over which period, of which place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from index.bundled import KNOWLEDGE
from index.errors import KnowledgeError
from index.places import load_gazetteer
from index.sentences import sentence_spans
from qa.quantities import (
    AMOUNT,
    COUNT,
    DATE,
    SHARE,
    UNIT_KINDS,
    UNIT_PATTERN,
    Period,
    Quantity,
    find_periods,
    find_quantities,
    months_of,
    same_unit,
)

NAME = "name"
KINDS = (AMOUNT, COUNT, SHARE, DATE, NAME)

CLOSE_ENOUGH = 0.25
"""Of the 3 that closeness can reach. In items that do not answer, two quantities of three miss it."""

NARROWED_BY = 16
"""So many characters of a clause before 的 may narrow what is counted."""

_APART = "分别"
_CLAUSE_END = re.compile(r"[，。；：！？,;\n]|（(?![^）]*）)")
_LINK = re.compile(r"(?:一?共|总共|大[概约]|[是有达为了到])+$")
_ASIDE = re.compile("[（(][^）)]*[）)]")
_LONG_ASIDE = re.compile("（(?=[^）]{7})")
_LOOSE_END = re.compile(r"(?:[的和、]|（[^）]*)+$")
_RELATIVE = re.compile("^[具拥]?有.*?的(?=..)")
_HEAD = re.compile(r"(?:^|[，。；：,;]|\d[.、])(?:目前|其中)?$")
_CUT_OFF = re.compile(r"[，。；、）,;)]")
_CONDITION = re.compile("的[，,]")
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


@dataclass(frozen=True, slots=True)
class FigureCues:
    """How questions ask for figures and how texts name them; see `data/knowledge/figures.toml`."""

    asked: tuple[tuple[re.Pattern[str], str], ...]
    how_many: re.Pattern[str]
    nouns: tuple[tuple[re.Pattern[str], str], ...]
    unit_asked: re.Pattern[str]
    units_named: tuple[tuple[re.Pattern[str], str], ...]
    alike: tuple[frozenset[str], ...]
    total_asked: re.Pattern[str]
    total: re.Pattern[str]
    part: re.Pattern[str]
    new: re.Pattern[str]
    links: re.Pattern[str]
    openers: re.Pattern[str]
    verbs: re.Pattern[str]
    predicates: re.Pattern[str]
    places: tuple[str, ...]
    zone: re.Pattern[str]
    whole: re.Pattern[str]
    standing: re.Pattern[str]

    def kinds_in(self, question: str) -> set[str]:
        """The kinds that a question's own words ask for; what one cue has matched is used up."""
        found = set()
        for cue, kind in self.asked:
            question, times = cue.subn("■", question)
            found |= {kind} if times else set()
        return found

    def weight_in(self, question: str) -> Callable[[str], float]:
        """How much a question's words count: most what its cue asks of, least the cue itself.

        Of 高价值项目的签约金额有多少 the cue is 金额 and 签约 what it asks of; a date is asked of
        what follows: of 何时挂牌 it is 挂牌.
        """
        kinds = ((cue, kind) for cue, kind in self.asked if kind != NAME)
        cues = ((self.unit_asked, COUNT), *kinds, (self.how_many, AMOUNT))
        found = ((match, kind) for cue, kind in cues if (match := cue.search(question)))
        match, kind = next(found, (None, ""))
        if not match:
            return lambda _: 1.0
        before = re.split("[，,的]", _LINK.sub("", question[: match.start()]))[-1][-8:]
        after = _CLAUSE_END.split(question[match.end() :])[0][:8]
        if kind == DATE and len(after) > 1:
            return lambda word: 3.0 if word in after else 1.0
        near, cue = before + match[0] + after, match[0]
        return lambda word: (
            0.3 if word in cue else 3.0 if before.endswith(word) else 2.0 if word in near else 1.0
        )

    def units_in(self, question: str) -> frozenset[str]:
        """The units a question asks for, none when it names none."""
        if asked := {same_unit(match["unit"]) for match in self.unit_asked.finditer(question)}:
            return frozenset(asked)
        named = (unit for noun, unit in self.units_named if noun.search(question))
        return frozenset(islice(named, 1))

    def agree(self, one: str, other: str) -> bool:
        """Whether what is counted in two units may be the same."""
        return one == other or any({one, other} <= group for group in self.alike)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a question asks for: kinds and units of figure, years, and its words' weights."""

    question: str
    kinds: frozenset[str]
    units: frozenset[str]
    years: frozenset[str]
    words: dict[str, float]

    def may_count_in(self, unit: str, cues: FigureCues) -> bool:
        """Whether a count in `unit` may answer; where no unit is named, any may."""
        return not self.units or any(cues.agree(asked, unit) for asked in self.units)


@dataclass(frozen=True, slots=True)
class _Reading:
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
class _Candidate:
    """A quantity in the sentence `start:end` of a text."""

    reading: _Reading
    start: int
    end: int
    quantity: Quantity

    @property
    def before(self) -> str:
        """What stands before it in its clause."""
        return _CLAUSE_END.split(self.reading.text[self.start : self.quantity.start])[-1]

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


def asked_kinds(question: str) -> frozenset[str]:
    """The kinds of figure that a question asks for, or name, or nothing.

    Example: `"受理案件多少件"` asks for count, `"各省规模有多大"` for amount, `"何时挂牌"` for date.
    """
    cues = load_figure_cues()
    question = question.rstrip("？?。！! ")
    found = cues.kinds_in(question)
    if units := {UNIT_KINDS[match["unit"]] for match in cues.unit_asked.finditer(question)}:
        return frozenset(found & {DATE} | units)
    figures = found - {NAME} or _kinds_by_noun(question, cues)
    return frozenset(figures or found)


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
    asked = _asked(question, core_words, text, cues)
    found = [
        (closeness, _fitness(candidate, asked, cues), candidate)
        for candidate in _candidates(_read(text, cues), asked, cues)
        if (closeness := _closeness(candidate, asked.words)) >= CLOSE_ENOUGH
    ]
    found.sort(key=lambda weighed: -(weighed[0] + weighed[1]))
    return [WeighedFigure(_figure(one, cues), *weight) for *weight, one in found[:limit]]


def nearest_figure(question: str, core_words: Iterable[str], text: str) -> float:
    """How near to `core_words` a quantity of an asked kind and unit stands in `text`.

    From 0 (there is none, or no figure is asked for) to 3 (all of them stand beside it).
    """
    if not asked_kinds(question) - {NAME}:
        return 0.0
    cues = load_figure_cues()
    asked = _asked(question, core_words, text, cues)
    candidates = _candidates(_read(text, cues), asked, cues)
    return max((_closeness(candidate, asked.words) for candidate in candidates), default=0.0)


def comparable(figures: Sequence[Figure]) -> list[bool]:
    """Which of several figures may be ranked together: the largest set that is like one of them.

    Alike are figures of one kind and unit, over periods of the same length, all reported or all
    expected, of whole provinces or of one place, of all or of one part, and not values told apart by
    分别. Of sets of one size the earliest is taken; a figure like no other is comparable only when it
    is the only one.
    """
    sets = [[_alike(one, other) for other in figures] for one in figures]
    largest = max(sets, key=sum, default=[])
    return largest if sum(largest) > 1 or len(figures) == 1 else [False] * len(figures)


def _alike(one: Figure, other: Figure) -> bool:
    a, b = one.quantity, other.quantity
    same = (a.kind, a.estimated, one.months, one.scope, one.part) == (
        b.kind,
        b.estimated,
        other.months,
        other.scope,
        other.part,
    )
    told_apart = one is not other and any(_APART in q.qualifier for q in (a, b))
    return same and not told_apart and load_figure_cues().agree(a.unit, b.unit)


def _kinds_by_noun(question: str, cues: FigureCues) -> set[str]:
    """What a question without a unit asks for by its noun; any figure for a bare 多少.

    The noun is the head of what follows (多少质押贷款), else the last before (融资规模有多大); never one
    of an aside in brackets.
    """
    question = _ASIDE.sub("", question)
    asking = cues.how_many.search(question)
    if not asking:
        return set()
    for phrase in (_CLAUSE_END.split(question[asking.end() :])[0], question[: asking.start()]):
        nouns = [(noun.end(), kind) for cue, kind in cues.nouns for noun in cue.finditer(phrase)]
        if nouns:
            return {max(nouns)[1]}
    return {AMOUNT, COUNT, SHARE} if re.search("多少|多大", question) else set()


def _weights(
    question: str, core_words: Iterable[str], text: str, cues: FigureCues
) -> dict[str, float]:
    """How much each word counts: more if long, rare in the text, beside what the question asks."""
    weight = cues.weight_in(question.lower())
    body = text.lower()
    return {
        word: len(word) ** 0.5 * weight(word) / max(1, body.count(word))
        for word in dict.fromkeys(word.lower() for word in core_words)
    }


def _read(text: str, cues: FigureCues) -> _Reading:
    found, periods = find_quantities(text), find_periods(text)
    dates = [q for q in found if q.kind == DATE]
    dates += (_as_date(p) for p in periods if re.match(r"\d|[今去]年", p.text))
    return _Reading(
        text=text,
        counted=tuple(_joined(text, [q for q in found if q.kind != DATE])),
        dates=tuple(sorted(dates, key=lambda q: q.start)),
        periods=periods,
        scopes=tuple(sorted(_scopes(text, cues))),
    )


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
                qualifier=_APART,
            )
        elif last:
            yield last
        last = quantity
    if last:
        yield last


def _lists_apart(text: str, one: Quantity, other: Quantity) -> bool:
    apart = _APART in _CLAUSE_END.split(text[: one.start])[-1]
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


def demanded_kinds(question: str) -> frozenset[str]:
    """The kinds of figure without which a question is not answered: an amount, a date, a count of 多少.

    Example: `"补助多少钱"` demands an amount, `"编制有多少人"` a count, `"哪几家银行"` nothing.
    """
    cues = load_figure_cues()
    question = question.rstrip("？?。！! ")
    if match := cues.unit_asked.search(question):
        counts = UNIT_KINDS[match["unit"]] != COUNT or match[0].startswith("多少")
        return asked_kinds(question) if counts else frozenset()
    return frozenset(cues.kinds_in(question) & {AMOUNT, DATE})


def holds_kind(text: str, kinds: Container[str]) -> bool:
    """Whether any quantity or date in `text` is of one of `kinds`."""
    reading = _read(text, load_figure_cues())
    return any(quantity.kind in kinds for quantity in (*reading.counted, *reading.dates))


def _asked(question: str, core_words: Iterable[str], text: str, cues: FigureCues) -> _Asked:
    return _Asked(
        question=question,
        kinds=asked_kinds(question),
        units=cues.units_in(question),
        years=_years(question),
        words=_weights(question, core_words, text, cues),
    )


def _candidates(reading: _Reading, asked: _Asked, cues: FigureCues) -> Iterator[_Candidate]:
    """The quantities of an asked kind and unit, each in its sentence."""
    for start, end in sentence_spans(reading.text):
        for quantity in (*reading.counted, *reading.dates):
            fits = quantity.kind != COUNT or asked.may_count_in(quantity.unit, cues)
            if fits and quantity.kind in asked.kinds and start <= quantity.start < end:
                yield _Candidate(reading, start, end, quantity)


def _closeness(candidate: _Candidate, words: Mapping[str, float]) -> float:
    """The share of the words that a quantity's sentence holds, and how near they are to it.

    From 0 (none is there) to 3 (all stand beside it). A word said earlier in the text counts half.
    """
    text = candidate.reading.text.lower()
    gained = 0.0
    for word, weight in words.items():
        places = re.finditer(re.escape(word), text[candidate.start : candidate.end])
        near = [_nearness(candidate, candidate.start + p.start(), len(word)) for p in places]
        said_before = 0.5 * (word in text[: candidate.start])
        gained += weight * (1 + 2 * max(near) if near else said_before)
    return gained / (sum(words.values()) or 1)


def _nearness(candidate: _Candidate, word: int, length: int) -> float:
    """1 for a word beside a quantity, less over characters, clauses and other quantities.

    What stands before a list is shared by its members, so words ahead are cut off less than words
    behind; and what stands before the first date of a sentence is the subject of all.
    """
    reading, quantity = candidate.reading, candidate.quantity
    is_date, ahead = quantity.kind == DATE, word < quantity.start
    start, end = (word + length, quantity.start) if ahead else (quantity.end, word)
    others = [q for q in (reading.dates if is_date else reading.counted) if q is not quantity]
    barriers = sum(start <= q.start and q.end <= end for q in others)
    clauses = len(_CLAUSE_END.findall(reading.text[start:end]))
    distance = max(0, end - start) / 2 + (3 * clauses + 4 * barriers) * (1 if ahead else 2)
    if not ahead and _CUT_OFF.match(reading.text, start):
        distance += -6 if is_date else 15
    if ahead and is_date and not any(candidate.start <= q.start < start for q in others):
        distance = min(distance, 4)
    return 1 / (1 + max(0, distance) / 8)


def _fitness(candidate: _Candidate, asked: _Asked, cues: FigureCues) -> float:
    """What speaks for (above 0) or against a quantity besides the words near it.

    The weights, as those of nearness, were set by hand on questions of our own and on the
    odd-numbered half of the labelled ones.
    """
    quantity, before = candidate.quantity, candidate.before
    total = cues.total_asked.search(asked.question)
    fit = 0.5 * (quantity.unit in asked.units)
    fit += (0.6 if total else 0.1) * bool(cues.total.search(before))
    fit -= (0.4 if total else 0.2) * bool(cues.part.search(before))
    if cues.new.search(before):
        fit += 0.4 if cues.new.search(asked.question) else -0.8
    bounds = quantity.qualifier.split("…")
    fit += 0.3 * any(len(bound) > 1 and bound in asked.question for bound in bounds)
    fit -= 0.5 * bool(_CONDITION.match(candidate.reading.text, quantity.end))
    fit += 0.3 * (quantity.unit == "日" and bool(re.search("[天日号]", asked.question)))
    return fit + _fitness_of_time_and_place(candidate, asked)


def _fitness_of_time_and_place(candidate: _Candidate, asked: _Asked) -> float:
    period, scope = candidate.period, candidate.scope
    said = _years(period.text) if period else frozenset()
    in_time = (0.3 if asked.years & said else -0.6) if asked.years and said else 0.0
    return in_time - 0.4 * bool(scope and scope[:2] not in asked.question)


def _years(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", text))


def _describes(text: str, period: Period) -> bool:
    """Whether a period only describes a noun or stands for comparison."""
    return text.startswith("的", period.end) or text[: period.start].endswith(("比", "较", "同"))


def _figure(candidate: _Candidate, cues: FigureCues) -> Figure:
    is_date = candidate.quantity.kind == DATE
    period = None if is_date else candidate.period
    measure = "" if is_date else _measure(candidate, cues)
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


def _part(candidate: _Candidate, measure: str, cues: FigureCues) -> str:
    """Which of them alone are counted; "" for all."""
    for name, pattern in (("新", cues.new), ("其中", cues.part)):
        if pattern.search(candidate.before):
            return name
    return measure.rpartition("的")[0] if cues.verbs.match(measure) else ""


def _months(candidate: _Candidate, period: Period, cues: FigureCues) -> int:
    """The period's length; 0 for a count that stands at a moment, not over time.

    2017年共有30人通过 is over time, though 共有30人 alone would stand.
    """
    stands = candidate.quantity.kind == COUNT and cues.standing.search(candidate.before)
    own = period.start >= candidate.quantity.start - len(candidate.before)
    return 0 if stands and not own else months_of(period.text)


def _measure(candidate: _Candidate, cues: FigureCues) -> str:
    """The noun phrase that a quantity counts: the one right after it, else the one before it.

    Where there is none, what is said of it: 通过资格考试 for 30人通过资格考试.
    """
    reading, quantity = candidate.reading, candidate.quantity
    after = _PHRASE.match(reading.text, quantity.end, candidate.end)
    if after and (phrase := _leading_phrase(after["noun"], cues)):
        return phrase
    clause = quantity.start - len(candidate.before)
    others: list[Period | Quantity] = [*reading.counted, *reading.dates, *reading.periods]
    start = max([clause, *(other.end for other in others if other.end <= quantity.start)])
    phrase = _trailing_phrase(reading.text[start : quantity.start], cues)
    return phrase or (after["noun"] if after and quantity.kind == COUNT else "")


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


@cache
def load_figure_cues(path: Path = KNOWLEDGE / "figures.toml") -> FigureCues:
    """The cues in a file.

    Raises:
        KnowledgeError: unreadable, a part missing, an unknown kind, a pattern that does not compile.
    """
    try:
        return _cues(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, ValueError, KeyError, re.error) as error:
        raise KnowledgeError(f"{path.name} 有误：{error}。") from error


def _cues(table: dict[str, Any]) -> FigureCues:
    nouns = dict(table["nouns"])
    how_many = nouns.pop("how_many")
    unknown = (table["kinds"].keys() | nouns.keys()) - set(KINDS)
    if unknown:
        raise ValueError(f"不认识的种类 {'、'.join(sorted(unknown))}")
    if unknown := {unit for group in table["units"]["alike"] for unit in group} - UNIT_KINDS.keys():
        raise ValueError(f"不认识的单位 {'、'.join(sorted(unknown))}")
    units, totals, measure, scope = (
        table[part] for part in ("units", "totals", "measure", "scope")
    )
    return FigureCues(
        asked=_by_length(table["kinds"]),
        how_many=_any_of(how_many),
        nouns=_by_length(nouns),
        unit_asked=_any_of(
            units["asked"], "(?<!哪){}[万亿]?(?:个(?=[市省人县区]))?(?P<unit>" + UNIT_PATTERN + ")"
        ),
        units_named=tuple((re.compile(noun), unit) for noun, unit in units["named"].items()),
        alike=tuple(frozenset(group) for group in units["alike"]),
        total_asked=_any_of(totals["asked"]),
        total=_any_of(totals["total"]),
        part=_any_of(totals["part"]),
        new=_any_of(totals["new"]),
        links=_any_of(measure["links"], "{}+$"),
        openers=_any_of(measure["openers"], "^{}+"),
        verbs=_any_of(measure["verbs"]),
        predicates=_any_of(measure["predicates"]),
        places=tuple(scope["places"]),
        zone=_any_of(scope["zones"], "[一-鿿]{2,14}?{}"),
        whole=_any_of(scope["whole"]),
        standing=_any_of(table["standing"]["words"]),
    )


def _by_length(cues: dict[str, list[str]]) -> tuple[tuple[re.Pattern[str], str], ...]:
    pairs = [(cue, kind) for kind in KINDS if kind in cues for cue in cues[kind]]
    pairs.sort(key=lambda pair: -len(pair[0]))
    return tuple((re.compile(cue, re.IGNORECASE), kind) for cue, kind in pairs)


def _any_of(patterns: Iterable[str], frame: str = "{}") -> re.Pattern[str]:
    """Any of `patterns`, the longest first, in the place of `{}` in `frame`."""
    longest_first = sorted(patterns, key=len, reverse=True)
    return re.compile(frame.replace("{}", f"(?:{'|'.join(longest_first)})"), re.IGNORECASE)
