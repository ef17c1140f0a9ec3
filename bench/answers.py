"""How well answers judge provinces, refuse and quote, over the labelled questions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.questions import LabelledQuestion
from qa.answer import Answerer
from qa.records import DONE, NOT_MENTIONED, Answer


@dataclass(slots=True)
class Tally:
    """Hits, false alarms and misses of one kind of claim."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, claimed: set[str], true: set[str]) -> None:
        """Count one question's claims."""
        self.right += len(claimed & true)
        self.wrong += len(claimed - true)
        self.missed += len(true - claimed)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall over all claims."""
        return 2 * self.right / (2 * self.right + self.wrong + self.missed)


def measure_answers(answerer: Answerer, questions: Sequence[LabelledQuestion]) -> dict[str, float]:
    """Province F1, done F1 and status accuracy; refusals of both kinds; quotes verbatim; facts stated."""
    return {
        **_verdicts(answerer, [q for q in questions if q.type == "set"]),
        "unanswerable refused": _share_refused(answerer, (q for q in questions if not q.evidence)),
        "answerable refused": _share_refused(answerer, (q for q in questions if q.evidence)),
        "facts stated": _share(
            q.answer in answerer.answer(q.question).text for q in questions if q.type == "fact"
        ),
        "figures stated": _share(
            _states(answerer.answer(q.question), province, value)
            for q in questions
            if q.type == "numeric"
            for province, value in q.provinces.items()
        ),
        "quotes verbatim": _quotes(answerer, questions),
    }


def _verdicts(answerer: Answerer, questions: Iterable[LabelledQuestion]) -> dict[str, float]:
    provinces, done = Tally(), Tally()
    same = []
    for question in questions:
        verdicts = {v.province: v.status for v in answerer.answer(question.question).verdicts}
        named = {p for p, status in verdicts.items() if status != NOT_MENTIONED}
        provinces.add(named, set(question.provinces))
        done.add(
            {p for p, status in verdicts.items() if status == DONE},
            {p for p, status in question.provinces.items() if status == DONE},
        )
        same += [verdicts[p] == question.provinces[p] for p in named & set(question.provinces)]
    return {"province F1": provinces.f1, "done F1": done.f1, "status accuracy": _share(same)}


def _share_refused(answerer: Answerer, questions: Iterable[LabelledQuestion]) -> float:
    return _share(answerer.answer(q.question).refusal is not None for q in questions)


def _states(answer: Answer, province: str, value: str) -> bool:
    """Whether an answer gives this value, with or without its unit, as the figure of a province."""
    number = value.rstrip("亿万元家件项个名人期次")
    return any(f.province == province and number in f.value for f in answer.figures)


def _quotes(answerer: Answerer, questions: Iterable[LabelledQuestion]) -> float:
    """The share of quotes that stand in the passage of the store that they name."""
    texts = {passage.id: passage.text for passage in answerer.searcher.store.passages}
    return _share(
        citation.quote in texts[citation.passage.id]
        for question in questions
        for citation in answerer.answer(question.question).citations
    )


def _share(outcomes: Iterable[bool]) -> float:
    counted = list(outcomes)
    return sum(counted) / len(counted)
