"""How well answers judge provinces, state facts and figures, refuse and quote."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tqdm import tqdm

from bench.questions import FACT, NUMERIC, SET, AnyQuestion, LabelledQuestion
from qa.answer import Answerer
from qa.records import DONE, NOT_MENTIONED, Answer

_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)([万亿]?)")


@dataclass(frozen=True, slots=True)
class Asked:
    """A labelled question and what it was answered."""

    question: AnyQuestion
    answer: Answer


@dataclass(frozen=True, slots=True)
class Share:
    """So many `right` `of` so many, which is never 0."""

    right: int
    of: int

    @property
    def value(self) -> float:
        """From 0 to 1."""
        return self.right / self.of


@dataclass(frozen=True, slots=True)
class Claims:
    """Claims of one kind over several questions; not all of the three are 0."""

    right: int
    wrong: int
    missed: int

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.right / (2 * self.right + self.wrong + self.missed)


def ask(answerer: Answerer, questions: Sequence[AnyQuestion], top_k: int) -> list[Asked]:
    """Each question with its answer and the best `top_k` hits; a progress bar in a terminal."""
    bar = tqdm(questions, desc="评测", unit="题", file=sys.stderr, disable=None)
    return [Asked(q, answerer.answer(q.question, top_k)) for q in bar]


def provinces_named(asked: Iterable[Asked]) -> Claims | None:
    """Which provinces are named at all; None when nothing is labelled."""
    return _claims((_named(a), set(q.provinces)) for q, a in _judged(asked))


def provinces_done(asked: Iterable[Asked]) -> Claims | None:
    """Which provinces are said to have done it; None when nothing is labelled."""
    return _claims(
        (
            {v.province for v in a.verdicts if v.status == DONE},
            {p for p, status in q.provinces.items() if status == DONE},
        )
        for q, a in _judged(asked)
    )


def statuses_right(asked: Iterable[Asked]) -> Share | None:
    """The share of right statuses, of provinces that both label and answer name."""
    return _share(
        verdict.status == question.provinces[verdict.province]
        for question, answer in _of_type(asked, SET)
        for verdict in answer.verdicts
        if verdict.status != NOT_MENTIONED and verdict.province in question.provinces
    )


def all_judged(asked: Iterable[Asked], provinces: Sequence[str]) -> Share | None:
    """The share of questions of which provinces that judge each of `provinces` exactly once."""
    return _share(
        sorted(verdict.province for verdict in answer.verdicts) == sorted(provinces)
        for _, answer in _of_type(asked, SET)
    )


def facts_stated(asked: Iterable[Asked]) -> Share | None:
    """The share of facts that stand in the answer, a number not as part of a longer one."""
    return _share(_says(a.text, q.answer) for q, a in _of_type(asked, FACT) if q.answer)


def figures_stated(asked: Iterable[Asked]) -> Share | None:
    """The share of labelled figures that the answer gives for their province."""
    return _share(
        any(f.province == province and states(f.value, value) for f in a.figures)
        for q, a in _of_type(asked, NUMERIC)
        for province, value in q.provinces.items()
    )


def states(value: str, labelled: str) -> bool:
    """Whether a figure says one of the numbers of the labelled one, with its 万 or 亿, or is it."""
    return bool(_amounts(value) & _amounts(labelled)) or value == labelled


def refused(asked: Iterable[Asked], answerable: bool) -> Share | None:
    """The share that is refused of the questions that can, or cannot, be answered."""
    return _share(
        a.answer.refusal is not None for a in asked if a.question.answerable == answerable
    )


def quotes_verbatim(asked: Iterable[Asked], text_of: Mapping[str, str]) -> Share | None:
    """The share of quotes that stand in the text of the passage that they name."""
    return _share(
        bool(citation.quote.strip()) and citation.quote in text_of.get(citation.passage.id, "")
        for one in asked
        for citation in one.answer.citations
    )


def _of_type(asked: Iterable[Asked], type_: str) -> Iterable[tuple[LabelledQuestion, Answer]]:
    for one in asked:
        if isinstance(one.question, LabelledQuestion) and one.question.type == type_:
            yield one.question, one.answer


def _judged(asked: Iterable[Asked]) -> Iterable[tuple[LabelledQuestion, Answer]]:
    """The questions of which provinces whose provinces are labelled."""
    return ((q, a) for q, a in _of_type(asked, SET) if q.provinces)


def _named(answer: Answer) -> set[str]:
    return {v.province for v in answer.verdicts if v.status != NOT_MENTIONED}


def _says(text: str, fact: str) -> bool:
    before = r"(?<![\d.])" if fact[0].isdigit() else ""
    return re.search(before + re.escape(fact), text) is not None


def _amounts(value: str) -> set[tuple[str, ...]]:
    """The numbers in a figure with their 万 or 亿, whatever else is written around them."""
    return set(_AMOUNT.findall(value))


def _claims(pairs: Iterable[tuple[set[str], set[str]]]) -> Claims | None:
    """Count what is claimed and what is true, question by question."""
    counted = list(pairs)
    claims = Claims(
        right=sum(len(claimed & true) for claimed, true in counted),
        wrong=sum(len(claimed - true) for claimed, true in counted),
        missed=sum(len(true - claimed) for claimed, true in counted),
    )
    return claims if claims.right + claims.wrong + claims.missed else None


def _share(outcomes: Iterable[bool]) -> Share | None:
    counted = list(outcomes)
    return Share(sum(counted), len(counted)) if counted else None
