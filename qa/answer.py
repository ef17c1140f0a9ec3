"""The main line of answering: understand → find → judge → say, each statement with its citation.

Nothing is said that is not in the documents, and no language model is asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from index.filters import Filter
from index.records import TASK, Hit
from index.sentences import Span
from qa.cite import Evidence, check
from qa.figures import Figure, answer_figure, comparable
from qa.judge import Judge, Judgement
from qa.question import check_top_k
from qa.records import (
    COMPARE,
    DOING,
    DONE,
    FACT,
    FIGURES,
    NOT_MENTIONED,
    PLANNED,
    SIMILAR,
    STATUSES,
    TASKED,
    WHICH,
    Answer,
    ProvinceFigure,
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
ROWS_READ_FOR_FIGURES = 4
FIGURES_WITHIN = 4.0
"""How far a passage may fall behind the best of all and still state the figure asked for."""
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
        figures: tuple[ProvinceFigure, ...] = ()
        if question.kind == FIGURES:
            figures = tuple(self._figures(question, wanted, evidence))
        if figures:
            said = _figures_text(figures, self._provinces(question))
        elif question.kind in (WHICH, FIGURES):
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
        return Answer(
            question, said, tuple(hits[:top_k]), good, verdicts, figures, None, checked, bad
        )

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
        words = self.searcher.words_of(question)
        judged = self._judge.judge(self._provinces(question), logits, sentences, words)
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

    def _provinces(self, question: Question) -> tuple[str, ...]:
        """Those asked about, or every province of the store."""
        return question.provinces or self.searcher.store.facets.values["province"]

    def _figures(
        self, question: Question, wanted: Filter | None, evidence: Evidence
    ) -> Iterator[ProvinceFigure]:
        """The figure of each province that states one, in the order of the document."""
        logits = self._usable_logits(question, wanted)
        found = []
        for province in self._provinces(question):
            stated = self._figure_of(question, province, logits)
            if stated:
                found.append((province, *stated))
        found = _of_one_unit(found)
        alike = comparable([figure for _, _, figure in found])
        for (province, row, figure), rankable in zip(found, alike, strict=True):
            span = (figure.sentence_start, figure.sentence_end)
            n = evidence.cite(self._passages[row], span)
            yield ProvinceFigure(
                province=province,
                value=figure.quantity.text,
                measure=figure.measure,
                period=figure.period,
                scope=figure.scope,
                comparable=rankable,
                citations=(n,),
            )

    def _figure_of(
        self, question: Question, province: str, logits: Vector
    ) -> tuple[int, Figure] | None:
        """The best passage of a province that states the figure asked for, and the figure."""
        words = self.searcher.words_of(question)
        floor = max(self.searcher.relevance.mentioned_above, float(logits.max()) - FIGURES_WITHIN)
        rows = [
            row
            for row in np.argsort(-logits, kind="stable")
            if logits[row] >= floor
            and self._passages[row].province == province
            and self._passages[row].column != TASK
        ]
        for row in rows[:ROWS_READ_FOR_FIGURES]:
            figure = answer_figure(question.asked, words, self._passages[row].text)
            if figure:
                return int(row), figure
        return None

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
        return evidence.cite(self._passages[row], self._span(question, row))

    def _span(self, question: Question, row: int) -> Span:
        """The sentence that states the figure asked for, or else is nearest to what is asked."""
        if question.kind == FACT:
            words = self.searcher.words_of(question)
            figure = answer_figure(question.asked, words, self._passages[row].text)
            if figure:
                return figure.sentence_start, figure.sentence_end
        return self.searcher.best_sentence(question, row)


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


def _of_one_unit(found: list[tuple[str, int, Figure]]) -> list[tuple[str, int, Figure]]:
    """Those in the unit that most are in: what is counted in another answers another question."""
    units = Counter(figure.quantity.unit for _, _, figure in found)
    usual = {unit for unit, count in units.items() if count == max(units.values())}
    return [entry for entry in found if entry[2].quantity.unit in usual]


def _figures_text(figures: Sequence[ProvinceFigure], provinces: Sequence[str]) -> str:
    """The figure of each province with its period, which may be ranked, and who states none."""
    lines = [f"逐一查看{len(provinces)}个省份，{len(figures)}个给出了数字："]
    for figure in figures:
        aside = [part for part in (figure.scope, figure.measure, figure.period) if part]
        note = f"（{'，'.join(aside)}）" if aside else ""
        cited = "".join(f"[{n}]" for n in figure.citations)
        apart = "" if figure.comparable else "；口径不同，不宜直接比较"
        lines.append(f"{figure.province}：{figure.value}{note}{cited}{apart}")
    silent = [p for p in provinces if p not in {figure.province for figure in figures}]
    if silent:
        lines.append(f"材料未给出（不等于没有）：{'、'.join(silent)}")
    return "\n".join(lines)


def _best_of_each_province_first(hits: Sequence[Hit]) -> list[Hit]:
    """`hits` with the first of every province in front, otherwise in order."""
    first: dict[str, Hit] = {}
    for hit in hits:
        first.setdefault(hit.passage.province, hit)
    rest = [hit for hit in hits if first[hit.passage.province] is not hit]
    ordered = [*first.values(), *rest]
    return [Hit(h.passage, h.score, n, h.found_by) for n, h in enumerate(ordered, 1)]
