"""Provinces × matters: what the documents say of each, and the quotes that prove it.

A matter is judged exactly as the chat judges “which provinces have it”. Where nothing was judged to
be about a matter, or only a promise of it, and its very words stand in the text all the same, they
are quoted beside the verdict: what is written is never passed over in silence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from index.records import ACHIEVEMENT, PLAN, TASK, Passage
from index.remembering import LastUsed
from index.sentences import Span, sentence_spans
from qa.answer import Answers
from qa.cite import check
from qa.highlight import matched_spans
from qa.records import (
    DOING,
    DONE,
    NOT_MENTIONED,
    PLANNED,
    TASKED,
    WHICH,
    Citation,
    Question,
    Verdict,
)

NAMED, UNPROVEN = "named", "unproven"
STANDINGS = (DONE, DOING, PLANNED, TASKED, NAMED, UNPROVEN, NOT_MENTIONED)
"""What a finding may show, what says most first: the statuses, and two between them.

`named`: judged not to be mentioned, though its words stand in the text; `unproven`: the quotes of
the verdict failed their check.
"""
MOST_TOPICS = 10
SHORTEST_NAMED = 3
"""Words of fewer characters stand in too many places to point to a matter."""
REMEMBERED = 256
"""So many matters keep their findings."""

_ASKING = "哪些省份有"
_SAYS_MORE = {
    NOT_MENTIONED: (ACHIEVEMENT, PLAN, TASK),
    TASKED: (ACHIEVEMENT, PLAN),
    PLANNED: (ACHIEVEMENT,),
}
"""The columns that would say more than a status does."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What the documents say of one matter in one province.

    `citations` prove `status`. `named` quotes the matter's very words from a column that would say
    more than the status does, where they stand there.
    """

    province: str
    status: str
    citations: tuple[Citation, ...] = ()
    named: Citation | None = None

    @property
    def standing(self) -> str:
        """One of `STANDINGS`: what is shown."""
        if self.status == NOT_MENTIONED:
            return NAMED if self.named else NOT_MENTIONED
        return self.status if self.citations else UNPROVEN

    @property
    def quotes(self) -> tuple[Citation, ...]:
        """All that is quoted: the proof first."""
        return (*self.citations, *((self.named,) if self.named else ()))


@dataclass(frozen=True, slots=True)
class Matter:
    """A topic with a finding for every province of the store, in order.

    `refusal` says why the documents have no answer; the findings are then all silent, or none where
    the topic is of a place or year that the store does not hold.
    """

    topic: str
    findings: tuple[Finding, ...]
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A province with one finding a matter, None where it is filtered out."""

    province: str
    findings: tuple[Finding | None, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """Matters side by side, a row each province.

    `counts` hold for each matter how many of the chosen provinces stand where, whatever standings
    are shown.
    """

    matters: tuple[Matter, ...]
    rows: tuple[Row, ...]
    counts: tuple[Counter[str], ...]


class GridMaker:
    """Judges matters over one store. Safe to share between threads."""

    def __init__(self, answerer: Answers) -> None:
        self._answerer = answerer
        self._searcher = answerer.searcher
        self._judged: LastUsed[str, Matter] = LastUsed(REMEMBERED)
        self._shared: LastUsed[str, tuple[str, ...]] = LastUsed(REMEMBERED)

    def matter(self, topic: str) -> Matter:
        """The findings of a topic; raises UsageError as `clean_question`."""
        return self._judged.get(topic, self._judge)

    def matters_of(self, theme: str) -> tuple[str, ...]:
        """The topics that the tasks of a theme share, those of most provinces first."""
        return self._shared.get(theme, self._answerer.shared_matters)

    def question(self, topic: str) -> Question:
        """The topic as it is asked of all provinces.

        What asks for provinces already is asked as it stands; a topic, as “which provinces have”.
        """
        question = self._searcher.read(topic)
        asked = question.asked if question.kind == WHICH else f"{_ASKING}{question.asked}"
        return replace(question, kind=WHICH, asked=asked, provinces=(), is_reverse=False)

    def _judge(self, topic: str) -> Matter:
        question = self.question(topic)
        answer = self._answerer.answer_question(question)
        citations = {citation.n: citation for citation in answer.citations}
        words = "" if question.is_bare else "".join(question.core.split())
        passages = self._answerer.about(question).store.passages
        findings = tuple(_finding(v, citations, words, passages) for v in answer.verdicts)
        return Matter(topic, findings, answer.refusal.sentence if answer.refusal else "")


def _finding(
    verdict: Verdict,
    citations: Mapping[int, Citation],
    words: str,
    passages: Sequence[Passage],
) -> Finding:
    proof = tuple(citations[n] for n in verdict.citations if n in citations)
    columns = _SAYS_MORE.get(verdict.status, ())
    named = _named(verdict.province, columns, words, passages)
    return Finding(verdict.province, verdict.status, proof, named)


def _named(
    province: str, columns: Sequence[str], words: str, passages: Sequence[Passage]
) -> Citation | None:
    """The first sentence of a province where `words` stand, by the order of `columns`."""
    if len(words) < SHORTEST_NAMED:
        return None
    for column in columns:
        for passage in passages:
            if (passage.province, passage.column) == (province, column):
                span = _sentence_with(words, passage)
                if span:
                    good, _ = check([Citation(1, passage, *span)], passages)
                    return good[0] if good else None
    return None


def make_grid(
    matters: Sequence[Matter],
    provinces: Sequence[str],
    standings: Iterable[str] = (),
    by_standing: bool = False,
) -> Grid:
    """Matters over `provinces`, in their order or those with most first.

    Args:
        matters: what is compared.
        provinces: the rows.
        standings: what is shown; a province of which nothing is left has no row. Empty shows all.
        by_standing: whether what says most comes first; equals keep the order of `provinces`.
    """
    shown = frozenset(standings) or frozenset(STANDINGS)
    rows = [Row(p, tuple(_of(matter, p) for matter in matters)) for p in provinces]
    counts = tuple(
        Counter(f.standing for row in rows if (f := row.findings[i]) is not None)
        for i in range(len(matters))
    )
    if by_standing:
        rows.sort(key=lambda row: sum(_place(finding) for finding in row.findings))
    kept = [Row(r.province, tuple(_if_shown(f, shown) for f in r.findings)) for r in rows]
    return Grid(tuple(matters), tuple(r for r in kept if any(r.findings)), counts)


def _of(matter: Matter, province: str) -> Finding | None:
    return next((f for f in matter.findings if f.province == province), None)


def _if_shown(finding: Finding | None, shown: frozenset[str]) -> Finding | None:
    return finding if finding is not None and finding.standing in shown else None


def _place(finding: Finding | None) -> int:
    return len(STANDINGS) if finding is None else STANDINGS.index(finding.standing)


def _sentence_with(words: str, passage: Passage) -> Span | None:
    """The sentence of a passage in which `words` begin."""
    found = matched_spans([words], passage.text)
    if not found:
        return None
    return next(span for span in sentence_spans(passage.text) if span[1] > found[0][0])
