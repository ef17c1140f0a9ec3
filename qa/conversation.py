"""Follow-ups: questions that go on from the one before, and calls for a passage of its answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa.knowledge import load_wording
from qa.prose import label, pages_text
from qa.quantities import chinese_number
from qa.question import settled
from qa.records import COMPARE, FACT, FIGURES, OPEN, SIMILAR, WHICH, Answer, Citation, Question


def goes_on(text: str) -> bool:
    """Whether a question points back by its words."""
    return bool(load_wording().anaphora.search(text))


def continued(question: Question, previous: Question) -> Question:
    """`question`, completed from the one before where it goes on from it; else itself.

    It goes on when it says nothing of its own (那湖南呢), or points back (它的规模是多少).
    """
    if not question.is_bare and not goes_on(question.asked):
        return question
    provinces = question.provinces or previous.provinces
    core = previous.core if question.is_bare else f"{previous.core} {question.core}"
    return replace(
        question,
        asked=f"{'、'.join(provinces)}{core}",
        kind=_kind(question, previous, provinces),
        core=core,
        provinces=provinces,
        columns=question.columns or (() if question.years else previous.columns),
        themes=question.themes or previous.themes,
        absent=question.absent if question.provinces or question.absent else previous.absent,
        is_bare=False,
    )


def recalled(question: Question, previous: Answer) -> Answer | None:
    """The whole passage of a citation that `question` calls for (第二条的原文); None when it does not."""
    match = load_wording().recall.search(question.asked)
    n = _number(match[1]) if match else None
    found = [citation for citation in previous.citations if citation.n == n]
    if not found:
        return None
    passage = found[0].passage
    citation = Citation(1, passage, 0, len(passage.text))
    where = f"{label(passage)}，{pages_text(passage.pages)}，工作任务：{passage.task}"
    text = f"{where}\n“{passage.text}”[1]"
    # What was asked about stays what it was, so that the conversation can go on.
    asked = replace(previous.question, text=question.text, asked=question.asked, kind=OPEN)
    return Answer(asked, text, (), (citation,), checked=1)


def _number(numeral: str) -> float | None:
    return float(numeral) if numeral.isdecimal() else chinese_number(numeral)


def _kind(question: Question, previous: Question, provinces: Sequence[str]) -> str:
    """What a follow-up asks for: its own kind, or else that of the question before.

    Another province after a comparison, or after asking for the like of a practice, is asked plainly.
    """
    if question.kind != OPEN:
        return question.kind
    if question.provinces and previous.kind in (COMPARE, SIMILAR):
        return OPEN
    if len(question.provinces) == 1 and previous.kind == FIGURES:
        return FACT
    # Whether one province has something is still asked as which ones have it.
    return WHICH if previous.kind == WHICH else settled(previous.kind, provinces)
