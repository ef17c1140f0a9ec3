"""What was understood of a question, as clues a user can take away, add and change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from index.filters import years_in
from qa.question import settled
from qa.records import COMPARE, KINDS, OPEN, SIMILAR, WHICH, Question

KIND, PROVINCE, COLUMN, THEME, YEAR = "kind", "province", "column", "theme", "year"
CORRECTED = "corrected"
FACETS = (KIND, PROVINCE, COLUMN, THEME, YEAR, CORRECTED)
_ARROW = "→"


@dataclass(frozen=True, slots=True)
class Clue:
    """One thing that was understood: `value` to programs, `shown` to people."""

    facet: str
    value: str
    shown: str

    @property
    def key(self) -> str:
        """`province:湖南省`."""
        return f"{self.facet}:{self.value}"


def clues_of(question: Question, titles: Mapping[str, Sequence[str]]) -> list[Clue]:
    """What was understood of `question`. `titles` are those that each column goes by."""
    absent = question.absent_years
    return [
        Clue(KIND, question.kind, question.kind),
        *(Clue(PROVINCE, name, name) for name in question.provinces),
        *(column_clue(column, titles) for column in question.columns),
        *(Clue(THEME, theme, theme) for theme in question.themes),
        *(clue for clue in map(_year_clue, question.years) if clue.shown not in absent),
        *(Clue(CORRECTED, f"{a}{_ARROW}{b}", f"{a}{_ARROW}{b}") for a, b in question.corrected),
    ]


def all_clues(
    values: Mapping[str, Sequence[str]], titles: Mapping[str, Sequence[str]]
) -> list[Clue]:
    """All that can be understood over a store, by its facets' `values`."""
    return [
        *(Clue(KIND, kind, kind) for kind in KINDS),
        *(Clue(PROVINCE, name, name) for name in values["province"]),
        *(column_clue(column, titles) for column in values["column"]),
        *(Clue(THEME, theme, theme) for theme in values["theme"] if theme),
        *map(_year_clue, sorted({year for period in values["year"] for year in years_in(period)})),
    ]


def column_clue(column: str, titles: Mapping[str, Sequence[str]]) -> Clue:
    """The clue of a column, shown by its titles."""
    return Clue(COLUMN, column, "／".join(titles.get(column, (column,))))


def _year_clue(year: str) -> Clue:
    return Clue(YEAR, year, f"{year}年")


def revised(question: Question, keys: Iterable[str]) -> Question:
    """`question`, understood as `keys` say: the last kind among them, these and no other facets."""
    chosen: dict[str, list[str]] = {facet: [] for facet in FACETS}
    for key in keys:
        facet, _, value = key.partition(":")
        chosen[facet].append(value)
    kind = chosen[KIND][-1] if chosen[KIND] else OPEN
    provinces = tuple(chosen[PROVINCE])
    question = _uncorrected(question, chosen[CORRECTED])
    return replace(
        question,
        kind=settled(kind, provinces) if kind == COMPARE else kind,
        provinces=provinces,
        columns=tuple(chosen[COLUMN]),
        themes=tuple(chosen[THEME]),
        years=tuple(chosen[YEAR]),
        absent=(),
        is_reverse=question.is_reverse and (kind == WHICH or (kind == SIMILAR and bool(provinces))),
    )


def _uncorrected(question: Question, kept: Sequence[str]) -> Question:
    """`question` with the corrections that are not `kept` undone."""
    for typed, name in question.corrected:
        if f"{typed}{_ARROW}{name}" not in kept:
            is_as_typed = typed in question.asked
            question = replace(
                question,
                asked=question.asked if is_as_typed else question.asked.replace(name, typed),
                core=question.core.replace(name, typed),
                corrected=tuple(pair for pair in question.corrected if pair != (typed, name)),
            )
    return question
