"""What a question asks for: which kinds and units of figure, of which years, and how much its words count."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from qa.figures.cues import CLAUSE_END, NAME, FigureCues, load_figure_cues
from qa.quantities import AMOUNT, COUNT, DATE, SHARE, UNIT_KINDS

_ASIDE = re.compile("[（(][^）)]*[）)]")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks for: kinds, units and levels of figure, years, new ones only, its words' weights."""

    question: str
    kinds: frozenset[str]
    units: frozenset[str]
    levels: frozenset[str]
    years: frozenset[str]
    only_new: bool
    words: dict[str, float]

    def may_count_in(self, unit: str, cues: FigureCues) -> bool:
        """Whether a count in `unit` may answer; where no unit is named, any may."""
        return not self.units or any(cues.agree(asked, unit) for asked in self.units)


@lru_cache(maxsize=64)
def asked_kinds(question: str) -> frozenset[str]:
    """The kinds of figure that a question asks for, or name, or nothing.

    Example: `"受理案件多少件"` asks for count, `"各省规模有多大"` for amount, `"何时挂牌"` for date.
    """
    cues = load_figure_cues()
    question = cues.ended(question)
    found = cues.kinds_in(question)
    if units := {UNIT_KINDS[match["unit"]] for match in cues.unit_asked.finditer(question)}:
        return frozenset(found & {DATE} | units)
    figures = found - {NAME} or _kinds_by_noun(question, cues)
    return frozenset(figures or found)


def asks_figure(question: str) -> bool:
    """Whether a question asks for an amount, a count, a share or a date, not only for a name."""
    return bool(asked_kinds(question) - {NAME})


def demanded_kinds(question: str) -> frozenset[str]:
    """The kinds of figure without which a question is not answered: an amount, a date, a count of 多少.

    Example: `"补助多少钱"` demands an amount, `"编制有多少人"` a count, `"哪几家银行"` nothing.
    """
    cues = load_figure_cues()
    question = cues.ended(question)
    if match := cues.unit_asked.search(question):
        counts = UNIT_KINDS[match["unit"]] != COUNT or match[0].startswith("多少")
        return asked_kinds(question) if counts else frozenset()
    return frozenset(cues.kinds_in(question) & {AMOUNT, DATE})


def asks_new(question: str) -> bool:
    """Whether a question asks for new ones only (新设立了几家), not in an aside."""
    return bool(load_figure_cues().new.search(_ASIDE.sub("", question)))


def read_asked(question: str, core_words: Iterable[str], text: str, cues: FigureCues) -> Asked:
    """What a question asks of a text, by how often that says `core_words`."""
    return Asked(
        question=question,
        kinds=asked_kinds(question),
        units=cues.units_in(question),
        levels=frozenset(cues.levels_in(question)),
        years=years_in(question),
        only_new=asks_new(question),
        words=_weights(question, core_words, text, cues),
    )


def years_in(text: str) -> frozenset[str]:
    """The years that a text names, of four digits."""
    return frozenset(re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", text))


def _kinds_by_noun(question: str, cues: FigureCues) -> set[str]:
    """What a question without a unit asks for by its noun; any figure for a bare 多少.

    The noun is the head of what follows (多少质押贷款), else the last before (融资规模有多大); never one
    of an aside in brackets.
    """
    question = _ASIDE.sub("", question)
    asking = cues.how_many.search(question)
    if not asking:
        return set()
    for phrase in (CLAUSE_END.split(question[asking.end() :])[0], question[: asking.start()]):
        nouns = [(noun.end(), kind) for cue, kind in cues.nouns for noun in cue.finditer(phrase)]
        if nouns:
            return {max(nouns)[1]}
    return {AMOUNT, COUNT, SHARE} if cues.any_figure.search(question) else set()


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
