"""The main line of answering: understand → find → judge → say, each statement with its citation.

Nothing is said that is not in the documents, and no language model is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from index.filters import Filter
from index.records import Hit
from index.sentences import Span
from qa.cite import Evidence, check
from qa.judge import Judge, Judgement
from qa.question import check_top_k
from qa.records import (
    COMPARE,
    DOING,
    DONE,
    FIGURES,
    NOT_MENTIONED,
    PLANNED,
    SIMILAR,
    STATUSES,
    TASKED,
    WHICH,
    Answer,
    Question,
    Refusal,
    Verdict,
)
from qa.retrieve import Searcher
from qa.signals import Vector

ABSENT, OFF_TOPIC = "absent", "off_topic"
"""Reasons for refusing: the store does not hold the place or year; it says nothing of the matter."""

CITED_PER_PROVINCE = 2
CITED_PER_SIDE = 3
CITED_IF_OPEN = 5
STILL_ABOUT = 3.0
"""How far a passage may fall behind the best, in log-odds, and still be part of an open answer."""

STATUS_TEXT = {
    DONE: "已做",
    DOING: "在做（已启动、申报或推进中）",
    PLANNED: "仅列入计划",
    TASKED: "仅列为任务",
    NOT_MENTIONED: "材料未提及（不等于没有）",
}


class Answerer:
    """Answers questions over one store."""

    def __init__(self, searcher: Searcher) -> None:
        self.searcher = searcher
        self._passages = searcher.store.passages
        self._row_of = {passage.id: row for row, passage in enumerate(self._passages)}
        self._judge = Judge(self._passages, searcher.relevance)

    def answer(self, text: str, top_k: int = 10, wanted: Filter | None = None) -> Answer:
        """What the documents say to `text`, or why they do not.

        Raises:
            UsageError: as `Searcher.search`.
        """
        check_top_k(top_k)
        question = self.searcher.read(text)
        hits = self.searcher.rank(question, wanted)
        refusal = self._refusal(question, hits)
        if refusal:
            return Answer(question, refusal.sentence, tuple(hits[:top_k]), refusal=refusal)
        evidence = Evidence()
        verdicts: tuple[Verdict, ...] = ()
        if question.kind in (WHICH, FIGURES):
            verdicts = self._verdicts(question, wanted, evidence)
            said = _which_text(verdicts)
        elif question.kind == COMPARE:
            said = self._compared(question, hits, evidence)
        elif question.kind == SIMILAR:
            hits = _best_of_each_province_first(hits)
            said = self._similar(question, hits, evidence)
        else:
            said = self._quoted(question, self._about(hits), evidence)
        good, bad = check(evidence.citations, self._passages)
        checked = len(good) + len(bad)
        return Answer(question, said, tuple(hits[:top_k]), good, verdicts, None, checked, bad)

    def _refusal(self, question: Question, hits: Sequence[Hit]) -> Refusal | None:
        """Why the question cannot be answered from this store; None when it can."""
        elsewhere = () if question.provinces else question.absent
        if elsewhere or question.absent_years:
            names = "、".join((*elsewhere, *question.absent_years))
            held = "、".join(self.searcher.store.facets.values["province"])
            return Refusal(ABSENT, f"现有文档不包含{names}的内容。文档涉及的省份有：{held}。")
        logits = self.searcher.logits(question)
        allowed = [self._row_of[hit.passage.id] for hit in hits]
        best = float(logits[allowed].max(initial=-np.inf))
        if question.kind != SIMILAR and best < self.searcher.relevance.refused_below:
            nearest = f"最接近的是：{hits[0].passage.text[:40]}…" if hits else ""
            return Refusal(OFF_TOPIC, f"现有文档没有提到“{question.core}”。{nearest}")
        return None

    def _verdicts(
        self, question: Question, wanted: Filter | None, evidence: Evidence
    ) -> tuple[Verdict, ...]:
        """A verdict on every province of the store, or on those asked about."""
        logits = self._usable_logits(question, wanted)
        floor = self.searcher.relevance.mentioned_above
        near = np.flatnonzero(logits >= floor)
        sentences = {int(row): self.searcher.best_sentence(question, int(row)) for row in near}
        provinces = question.provinces or self.searcher.store.facets.values["province"]
        words = self.searcher.words_of(question)
        judged = self._judge.judge(provinces, logits, sentences, words)
        # Numbered by what says most, told in the order of the document.
        verdicts = {
            judgement.province: self._verdict(question, judgement, evidence)
            for judgement in sorted(judged, key=lambda j: STATUSES.index(j.status))
        }
        return tuple(verdicts[judgement.province] for judgement in judged)

    def _verdict(self, question: Question, judgement: Judgement, evidence: Evidence) -> Verdict:
        rows = judgement.rows[:CITED_PER_PROVINCE]
        cited = tuple(self._cite(question, row, evidence) for row in rows)
        return Verdict(judgement.province, judgement.status, cited)

    def _usable_logits(self, question: Question, wanted: Filter | None) -> Vector:
        allowed = self.searcher.allowed(question, wanted)
        logits: Vector = np.where(allowed, self.searcher.logits(question), -np.inf)
        return logits

    def _compared(self, question: Question, hits: Sequence[Hit], evidence: Evidence) -> str:
        """The provinces that were named, side by side."""
        parts = []
        for province in question.provinces:
            own = [hit for hit in hits if hit.passage.province == province]
            about = self._about(own)[:CITED_PER_SIDE]
            said = self._quoted(question, about, evidence) if about else "材料未提及。"
            parts.append(f"【{province}】\n{said}")
        return "\n".join(parts)

    def _similar(self, question: Question, hits: Sequence[Hit], evidence: Evidence) -> str:
        """The source practice, then the best of each other province."""
        parts = []
        source = self.source(question)
        if source is not None:
            parts.append("所问做法：" + self._quote(question, source, evidence))
        first_of_each = hits[: len({hit.passage.province for hit in hits})]
        lines = [self._quote(question, self._row_of[h.passage.id], evidence) for h in first_of_each]
        return "\n".join([*parts, "其他省份最接近的做法，由近及远：", *lines])

    def source(self, question: Question) -> int | None:
        """The row of the practice whose like is asked for."""
        return self.searcher.source_row(question, self.searcher.logits(question))

    def _about(self, hits: Sequence[Hit]) -> list[Hit]:
        """The hits that are as good as the best, or nearly."""
        near = [hit for hit in hits if hit.score >= hits[0].score - STILL_ABOUT]
        return near[:CITED_IF_OPEN]

    def _quoted(self, question: Question, hits: Iterable[Hit], evidence: Evidence) -> str:
        rows = [self._row_of[hit.passage.id] for hit in hits]
        return "\n".join(self._quote(question, row, evidence) for row in rows)

    def _quote(self, question: Question, row: int, evidence: Evidence) -> str:
        """One labelled quote: province, column, the words, their number."""
        passage = self._passages[row]
        n = self._cite(question, row, evidence)
        quote = evidence.citations[n - 1].quote
        return f"{passage.province}（{passage.column_title}）：“{quote}”[{n}]"

    def _cite(self, question: Question, row: int, evidence: Evidence) -> int:
        span: Span = self.searcher.best_sentence(question, row)
        return evidence.cite(self._passages[row], span)


def _which_text(verdicts: Sequence[Verdict]) -> str:
    """How many were judged, and each of them under its status."""
    mentioned = sum(verdict.status != NOT_MENTIONED for verdict in verdicts)
    lines = [f"逐一核对{len(verdicts)}个省份，{mentioned}个提到："]
    for status, name in STATUS_TEXT.items():
        provinces = [
            verdict.province + "".join(f"[{n}]" for n in verdict.citations)
            for verdict in verdicts
            if verdict.status == status
        ]
        if provinces:
            lines.append(f"{name}（{len(provinces)}个）：{'、'.join(provinces)}")
    return "\n".join(lines)


def _best_of_each_province_first(hits: Sequence[Hit]) -> list[Hit]:
    """`hits` with the first of every province in front, otherwise in order."""
    first: dict[str, Hit] = {}
    for hit in hits:
        first.setdefault(hit.passage.province, hit)
    rest = [hit for hit in hits if first[hit.passage.province] is not hit]
    ordered = [*first.values(), *rest]
    return [Hit(h.passage, h.score, n, h.found_by) for n, h in enumerate(ordered, 1)]
