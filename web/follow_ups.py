"""What a user may ask next, one click away. Pure."""

from __future__ import annotations

from index.filters import FacetIndex
from index.records import ACHIEVEMENT, PLAN
from qa.records import COMPARE, DONE, FIGURES, SIMILAR, Answer
from web.words import Words

LONGEST_NAME = 24
OF_NO_ONE_PRACTICE = (SIMILAR, COMPARE, FIGURES)
"""Kinds of question whose answer tells of no one practice that could have its like."""


def follow_ups(answer: Answer, facets: FacetIndex, say: Words) -> list[tuple[str, str]]:
    """Labels of buttons and the questions they ask."""
    if answer.refusal or not answer.citations:
        return []
    found = []
    if answer.question.kind not in OF_NO_ONE_PRACTICE and (asked := _similar(answer)):
        found.append((say["similar"], asked))
    years = sorted(facets.years_by_column().get(PLAN, ()))
    asks_plan = PLAN in answer.question.columns
    if years and not asks_plan and answer.question.kind not in (SIMILAR, COMPARE):
        found.append((say["plan"].format(year=years[0]), f"{years[0]}年有什么打算？"))
    return found


def _similar(answer: Answer) -> str:
    """The question for the like of the first practice that was done; empty when there is none."""
    done = [n for verdict in answer.verdicts if verdict.status == DONE for n in verdict.citations]
    achieved = [c.n for c in answer.citations if c.passage.column == ACHIEVEMENT]
    number = next(iter([*done, *achieved]), None)
    source = next((c.passage for c in answer.citations if c.n == number), None)
    if source is None:
        return ""
    core = answer.question.core.strip("“”")[:LONGEST_NAME]
    return f"与{source.province}“{core}”类似的做法，其他省有哪些"
