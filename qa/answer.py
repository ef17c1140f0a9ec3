"""The main line of answering: understand → find → judge → say, each statement with its citation.

Nothing is said that is not in the documents, and no language model is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.filters import Filter
from index.records import Hit
from qa.analogues import AnalogueFinder
from qa.cite import check
from qa.contrast import contrast
from qa.conversation import continued, recalled
from qa.judge import Judge, Judgement
from qa.prose import (
    analogues_text,
    contrasts_text,
    figures_text,
    in_quotes,
    missing_text,
    quoted,
    verdicts_text,
)
from qa.question import check_top_k
from qa.quote import Quoter
from qa.records import (
    COMPARE,
    FIGURES,
    NOT_MENTIONED,
    SIMILAR,
    STATUSES,
    WHICH,
    Analogue,
    Answer,
    Contrast,
    ProvinceFigure,
    Question,
    Refusal,
    Verdict,
)
from qa.retrieve import Searcher
from qa.signals import Vector
from qa.tabulate import tabulate

ABSENT, OFF_TOPIC = "absent", "off_topic"
NOT_THERE, NOT_IN_PROVINCE = "not_mentioned", "not_in_province"
"""Reasons for refusing: the store does not hold the place or year; the question is about something
else; it is near, but not mentioned; others mention it, but not the provinces asked about."""
OFF_TOPIC_BELOW = -2.5
"""A question is about something else when the log-odds of no passage reach this."""

CAUTION = "把握不大：没有找到与所问明显一致的内容，以下可能只是相近，请逐条核对原文。"

CITED_PER_PROVINCE = 2
CITED_IF_OPEN = 5
STILL_ABOUT = 3.0
"""How far a passage may fall behind the best, in log-odds, and still be part of an open answer."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is going to be said, and the tables it is said from."""

    text: str
    verdicts: tuple[Verdict, ...] = ()
    figures: tuple[ProvinceFigure, ...] = ()
    analogues: tuple[Analogue, ...] = ()
    contrasts: tuple[Contrast, ...] = ()


class Answerer:
    """Answers questions over one store."""

    def __init__(self, searcher: Searcher) -> None:
        self.searcher = searcher
        self.analogues = AnalogueFinder(searcher)
        self._passages = searcher.store.passages
        self._row_of = {passage.id: row for row, passage in enumerate(self._passages)}
        self._judge = Judge(self._passages, searcher.relevance)

    def answer(
        self,
        text: str,
        top_k: int = 10,
        wanted: Filter | None = None,
        previous: Answer | None = None,
    ) -> Answer:
        """What the documents say to `text`, or why they do not.

        Args:
            text: as a person typed it.
            top_k: how many hits come with the answer.
            wanted: what the passages must have.
            previous: the answer before, which a follow-up goes on from.
        Raises:
            UsageError: as `Searcher.search`.
        """
        question = self.searcher.read(text)
        if previous is not None:
            again = recalled(question, previous)
            if again is not None:
                return again
            question = continued(question, previous.question)
        return self.answer_question(question, top_k, wanted)

    def answer_question(
        self, question: Question, top_k: int = 10, wanted: Filter | None = None
    ) -> Answer:
        """What the documents say to a question that is understood already."""
        check_top_k(top_k)
        hits = self.searcher.rank(question, wanted)
        refusal = self._refusal(question, hits, wanted)
        if refusal:
            return Answer(
                question,
                refusal.sentence,
                tuple(hits[:top_k]),
                verdicts=self._none_mentions(question, refusal),
                refusal=refusal,
            )
        quoter = Quoter(self.searcher, question)
        draft = self._draft(question, hits, wanted, quoter)
        good, bad = check(quoter.citations, self._passages)
        caution = "" if self._is_sure(question, wanted) else CAUTION
        return Answer(
            question=question,
            text="\n".join(filter(None, (caution, draft.text))),
            hits=tuple(hits[:top_k]),
            citations=good,
            verdicts=draft.verdicts,
            figures=draft.figures,
            analogues=draft.analogues,
            contrasts=draft.contrasts,
            caution=caution,
            checked=len(good) + len(bad),
            rejected=bad,
        )

    def _draft(
        self, question: Question, hits: Sequence[Hit], wanted: Filter | None, quoter: Quoter
    ) -> Draft:
        logits = self._usable_logits(question, wanted)
        if question.kind == SIMILAR and question.is_reverse and question.source_provinces:
            return self._missing(question, hits, quoter)
        if question.kind == SIMILAR:
            return self._similar(question, hits, quoter)
        if question.kind == COMPARE:
            return self._compared(question, logits, quoter)
        if question.kind == FIGURES:
            figures = self._figures(question, logits, quoter)
            if figures.figures:
                return figures
        if question.kind in (WHICH, FIGURES):
            return self._verdicts(question, logits, quoter)
        return Draft(quoter.quotes(self._rows(self._about(hits))))

    def _refusal(
        self, question: Question, hits: Sequence[Hit], wanted: Filter | None
    ) -> Refusal | None:
        """Why the question cannot be answered from this store; None when it can."""
        if question.elsewhere:
            names = "、".join(question.elsewhere)
            held = "、".join(self.searcher.store.facets.values["province"])
            return Refusal(ABSENT, f"现有文档不包含{names}的内容。文档涉及的省份有：{held}。")
        if _asks_for_all(question) or self.searcher.is_answerable(question, wanted):
            return None
        if others := self._provinces_that_mention(question):
            names = "、".join(question.provinces)
            sentence = f"{names}的材料没有提到{in_quotes(question.core)}。提到相近内容的有：{'、'.join(others)}。"
            return Refusal(NOT_IN_PROVINCE, sentence)
        nearest = f"最接近的是：{hits[0].passage.text[:40]}…" if hits else ""
        best = float(self._usable_logits(question, wanted).max())
        reason = OFF_TOPIC if best < OFF_TOPIC_BELOW else NOT_THERE
        return Refusal(reason, f"现有文档没有提到{in_quotes(question.core)}。{nearest}")

    def _is_sure(self, question: Question, wanted: Filter | None) -> bool:
        return _asks_for_all(question) or not self.searcher.is_doubtful(question, wanted)

    def _none_mentions(self, question: Question, refusal: Refusal) -> tuple[Verdict, ...]:
        """Which provinces have it, when the documents do not mention it: each is named all the same."""
        if question.kind != WHICH or refusal.reason == ABSENT:
            return ()
        return tuple(Verdict(province, NOT_MENTIONED) for province in self._provinces(question))

    def _provinces_that_mention(self, question: Question) -> tuple[str, ...]:
        """Where only some provinces were asked about: the others whose documents mention it."""
        if not question.filter.province:
            return ()
        everywhere = question.without_provinces()
        if not self.searcher.is_answerable(everywhere):
            return ()
        judged = self._judged(everywhere, self._usable_logits(everywhere, None))
        asked = question.provinces
        return tuple(
            j.province for j in judged if j.status != NOT_MENTIONED and j.province not in asked
        )

    def _verdicts(self, question: Question, logits: Vector, quoter: Quoter) -> Draft:
        """A verdict on every province of the store, or on those asked about."""
        judged = self._judged(question, logits)
        # Numbered by what says most, told in the order of the document.
        cited = {
            judgement.province: tuple(quoter.cite(r) for r in judgement.rows[:CITED_PER_PROVINCE])
            for judgement in sorted(judged, key=lambda j: STATUSES.index(j.status))
        }
        verdicts = tuple(Verdict(j.province, j.status, cited[j.province]) for j in judged)
        return Draft(verdicts_text(verdicts, question.is_reverse), verdicts=verdicts)

    def _judged(self, question: Question, logits: Vector) -> list[Judgement]:
        near = np.flatnonzero(logits >= self.searcher.relevance.mentioned_above)
        sentences = {int(row): self.searcher.best_sentence(question, int(row)) for row in near}
        words = self.searcher.words_of(question)
        return self._judge.judge(self._provinces(question), logits, sentences, words)

    def _figures(self, question: Question, logits: Vector, quoter: Quoter) -> Draft:
        provinces = self._provinces(question)
        figures = tuple(tabulate(self.searcher, question, provinces, logits, quoter))
        return Draft(figures_text(figures, provinces), figures=figures)

    def _compared(self, question: Question, logits: Vector, quoter: Quoter) -> Draft:
        """The provinces that were named, practice by practice."""
        about = logits >= max(self._judge.floor(logits), float(logits.max()) - STILL_ABOUT)
        rows = contrast(self.searcher, question.provinces, logits, about)
        contrasts = tuple(
            Contrast(tuple((p, None if row is None else quoter.cite(row)) for p, row in sides))
            for sides in sorted(rows, key=lambda sides: any(row is None for _, row in sides))
        )
        verdicts = self._verdicts(question, logits, quoter).verdicts
        text = contrasts_text(contrasts, lambda n: quoted(quoter.citations[n - 1]))
        return Draft(text, contrasts=contrasts, verdicts=verdicts)

    def _similar(self, question: Question, hits: Sequence[Hit], quoter: Quoter) -> Draft:
        """The source practice, then the best of each other province that has one like it."""
        sources = self.searcher.source_rows(question)[:1]
        source = sources[0] if sources else None
        said = quoter.quote(source) if source is not None else ""
        nearest = self._nearest_of_each(question, hits, source)
        words = self.searcher.words_of(question)
        analogues = tuple(self._analogue(row, source, words, quoter) for row in nearest)
        named = {analogue.province for analogue in analogues} | set(question.source_provinces)
        silent = [p for p in self._provinces(question.without_provinces()) if p not in named]
        text = analogues_text(said, analogues, silent, lambda n: quoted(quoter.citations[n - 1]))
        return Draft(text, analogues=analogues)

    def _nearest_of_each(
        self, question: Question, hits: Sequence[Hit], source: int | None
    ) -> list[int]:
        """The best row of each province that answers the question, or is like the source."""
        logits = self.searcher.logits(question)
        floor = self._judge.floor(logits)
        best: dict[str, int] = {}
        for row in self._rows(hits):
            best.setdefault(self._passages[row].province, row)
        alike = self.searcher.likeness.log_odds(source) if source is not None else logits
        edge = self.searcher.likeness.model.alike_above if source is not None else np.inf
        return [row for row in best.values() if logits[row] >= floor or alike[row] >= edge]

    def _missing(self, question: Question, hits: Sequence[Hit], quoter: Quoter) -> Draft:
        """What other provinces did on the matter and the named one mentions nowhere."""
        home = question.source_provinces[0]
        logits = self.searcher.logits(question)
        floor = -np.inf if question.is_bare else self.searcher.relevance.mentioned_above
        rows = [row for row in self._rows(hits) if logits[row] >= floor]
        missing = self.analogues.missing(home, rows)
        analogues = tuple(self._analogue(row, None, (), quoter) for row in missing)
        text = missing_text(home, analogues, lambda n: quoted(quoter.citations[n - 1]))
        return Draft(text, analogues=analogues)

    def _analogue(
        self, row: int, source: int | None, words: Sequence[str], quoter: Quoter
    ) -> Analogue:
        difference = self.analogues.difference(row, source, words)
        return Analogue(
            province=self._passages[row].province,
            citation=quoter.cite(row),
            shared=difference.shared,
            here=difference.here,
            source=difference.source,
        )

    def _provinces(self, question: Question) -> tuple[str, ...]:
        """Those asked about, or every province of the store."""
        return question.provinces or self.searcher.store.facets.values["province"]

    def _usable_logits(self, question: Question, wanted: Filter | None) -> Vector:
        allowed = self.searcher.allowed(question, wanted)
        logits: Vector = np.where(allowed, self.searcher.logits(question), -np.inf)
        return logits

    def _about(self, hits: Sequence[Hit]) -> list[Hit]:
        """The hits that are as good as the best, or nearly."""
        near = [hit for hit in hits if hit.score >= hits[0].score - STILL_ABOUT]
        return near[:CITED_IF_OPEN]

    def _rows(self, hits: Sequence[Hit]) -> list[int]:
        return [self._row_of[hit.passage.id] for hit in hits]


def _asks_for_all(question: Question) -> bool:
    """Whether it asks for all that others have and the named province has not."""
    return question.kind == SIMILAR and question.is_reverse and question.is_bare
