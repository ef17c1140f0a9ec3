"""Follow-ups: questions that go on from the one before, and calls for a passage of its answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa.knowledge import load_wording
from qa.prose import label, where_text
from qa.quantities import chinese_number
from qa.question import settled
from qa.records import (
    COMPARE,
    FACT,
    FIGURES,
    OPEN,
    SIMILAR,
    WHICH,
    Answer,
    Citation,
    Question,
    Refusal,
)

NO_SUCH_CITATION = "no_such_citation"
"""The reason for refusing to show a citation whose number the answer before does not have."""


def goes_on(text: str) -> bool:
    """Whether a question points back by its words."""
    return bool(load_wording().anaphora.search(text))


def continued(question: Question, previous: Question) -> Question:
    """`question`, completed from the one before where it goes on from it; else itself.

    It goes on when it says nothing of its own (那湖南呢, 其他省呢), points back (它的规模是多少), or
    asks the same of another matter (那专利保险呢).
    """
    asks_instead = bool(load_wording().instead.search(question.asked)) and not question.is_bare
    if not (question.is_bare or asks_instead or goes_on(question.asked)):
        return question
    kept = () if _asks_others(question, previous) else previous.provinces
    provinces = question.provinces or kept
    core = _core(question.core, previous.core, question.is_bare, asks_instead)
    said = _core(question.own_words, previous.own_words, question.is_bare, asks_instead)
    return replace(
        question,
        asked=f"{'、'.join(provinces)}{core}",
        kind=_kind(question, previous, provinces),
        core=core,
        said=said if said != core else "",
        provinces=provinces,
        columns=question.columns or (() if question.years else previous.columns),
        themes=question.themes or (() if asks_instead else previous.themes),
        years=question.years or previous.years,
        absent=question.absent if question.provinces or question.absent else previous.absent,
        absent_years=question.absent_years if question.years else previous.absent_years,
        is_bare=False,
    )


def _core(asked: str, before: str, is_bare: bool, asks_instead: bool) -> str:
    if is_bare:
        return before
    return asked if asks_instead else f"{before} {asked}"


def _asks_others(question: Question, previous: Question) -> bool:
    """Whether the same is asked of the provinces that were not named."""
    return previous.kind != SIMILAR and bool(load_wording().elsewhere.search(question.asked))


def recalled(question: Question, previous: Answer) -> Answer | None:
    """The whole passage of a citation that `question` calls for (第二条的原文); None when it does not.

    A number that the answer before has not is refused.
    """
    match = load_wording().recall.search(question.asked)
    n = _number(match[1]) if match else None
    if n is None:
        return None
    found = [citation for citation in previous.citations if citation.n == n]
    if not found:
        return _no_such(question, len(previous.citations))
    passage = found[0].passage
    citation = Citation(1, passage, 0, len(passage.text))
    name = "所在小节" if passage.is_running_text else "工作任务"
    task = f"{name}：{passage.task}" if passage.task else ""
    where = "，".join(filter(None, (label(passage), where_text(passage), task)))
    text = f"{where}\n“{passage.text}”[1]"
    # What was asked about stays what it was, so that the conversation can go on.
    asked = replace(previous.question, text=question.text, asked=question.asked, kind=OPEN)
    return Answer(asked, text, (), (citation,), checked=1)


def _no_such(question: Question, held: int) -> Answer:
    sentence = (
        f"上一个回答只引用了{held}条原文，编号从1到{held}。" if held else "上一个回答没有引用原文。"
    )
    return Answer(question, sentence, (), refusal=Refusal(NO_SUCH_CITATION, sentence))


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
    if _asks_others(question, previous):
        return {FACT: FIGURES, OPEN: WHICH}.get(previous.kind, previous.kind)
    # Whether one province has something is still asked as which ones have it.
    return WHICH if previous.kind == WHICH else settled(previous.kind, provinces)
