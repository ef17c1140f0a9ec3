"""The main line of answering: understand → find → judge → say, each statement with its citation.

Nothing is said that is not in the documents, and no language model is asked.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from index.filters import Filter
from index.records import Hit
from qa.analogues import AnalogueFinder, Found, as_similar
from qa.caution import caution_of
from qa.cite import check
from qa.contrast import contrast
from qa.conversation import continued, recalled
from qa.elsewhere import missing_practices
from qa.fulfilment import FulfilmentFinder, fulfilments_text
from qa.judge import Judge, Judgement
from qa.matters import shared_matters
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
from qa.ranking import Ranking
from qa.records import (
    COMPARE,
    FIGURES,
    NOT_MENTIONED,
    SIMILAR,
    STATUSES,
    WHICH,
    Analogue,
    Answer,
    Citation,
    Contrast,
    Fulfilment,
    ProvinceFigure,
    Question,
    Refusal,
    Verdict,
)
from qa.retrieve import Searcher, Searching
from qa.signals import Vector
from qa.tabulate import asks_all, tabulate

ABSENT, OFF_TOPIC = "absent", "off_topic"
NOT_THERE, NOT_IN_PROVINCE = "not_mentioned", "not_in_province"
"""Reasons for refusing: the store does not hold the place or year; the question is about something
else; it is near, but not mentioned; others mention it, but not the provinces asked about."""
OFF_TOPIC_BELOW = -2.5
"""A question is about something else when the log-odds of no passage reach this."""


CITED_PER_PROVINCE = 2
CITED_IF_OPEN = 5
OPENING_CHARS = 40
"""So much of a passage stands for it in the words of a question."""
STILL_ABOUT = 3.0
"""How far a passage may fall behind the best, in log-odds, and still be part of an open answer."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is going to be said, and the tables it is said from."""

    text: str
    verdicts: tuple[Verdict, ...] = ()
    figures: tuple[ProvinceFigure, ...] = ()
    analogues: tuple[Analogue, ...] = ()
    silent: tuple[str, ...] = ()
    contrasts: tuple[Contrast, ...] = ()
    fulfilments: tuple[Fulfilment, ...] = ()


class Answers(ABC):
    """What answers questions over one store, of whatever size."""

    @property
    @abstractmethod
    def searcher(self) -> Searching:
        """What finds passages."""

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

    @abstractmethod
    def answer_question(
        self, question: Question, top_k: int = 10, wanted: Filter | None = None
    ) -> Answer:
        """What the documents say to a question that is understood already."""

    @abstractmethod
    def similar(
        self, asked: str, home: str | None, top_k: int = 10, wanted: Filter | None = None
    ) -> Found:
        """As `AnalogueFinder.similar`."""

    @abstractmethod
    def similar_described(self, text: str, home: str | None = None) -> Answer:
        """What other provinces than `home` have of a practice in words.

        Where `home` mentions the practice itself, its own is the source; otherwise there is none, and
        `home` is left out all the same.

        Raises:
            UsageError: as `Searcher.read`; `home` is no province of the store.
        """

    @abstractmethod
    def similar_to(self, passage_id: str) -> Answer | None:
        """What other provinces have like a passage, its hits those that are alike; None without one."""

    @abstractmethod
    def missing(self, home: str, theme: str) -> tuple[Citation, ...]:
        """As `missing_practices`."""

    @abstractmethod
    def shared_matters(self, theme: str) -> tuple[str, ...]:
        """As `shared_matters`."""

    @abstractmethod
    def about(self, question: Question) -> Searcher:
        """What is searched for a question, every passage of which is weighed."""


class Answerer(Answers):
    """Answers questions over a store of which every passage is weighed."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self.analogues = AnalogueFinder(searcher)
        self._passages = searcher.store.passages
        self._row_of = searcher.store.row_by_id
        self._fulfilments = FulfilmentFinder(searcher, self._row_of)
        self._judge = Judge(self._passages, searcher.relevance)

    @property
    def searcher(self) -> Searcher:
        """As `Answers`."""
        return self._searcher

    def about(self, question: Question) -> Searcher:  # noqa: ARG002
        """As `Answers`: all there is."""
        return self.searcher

    def answer_question(
        self, question: Question, top_k: int = 10, wanted: Filter | None = None
    ) -> Answer:
        """As `Answers`."""
        check_top_k(top_k)
        hits = self.searcher.rank(question, wanted)
        if refusal := self._refusal(question, hits, wanted):
            return self._refused(question, hits[:top_k], wanted, refusal)
        if asks_all(self.searcher, question, self._usable_logits(question, wanted)):
            question = replace(question, kind=FIGURES)
        quoter = Quoter(self.searcher, question)
        draft = self._draft(question, hits, wanted, quoter)
        if draft.verdicts and all(v.status == NOT_MENTIONED for v in draft.verdicts):
            refusal = self._not_mentioned(question, hits, wanted)
            return self._refused(question, hits[:top_k], wanted, refusal)
        draft = self._with_fulfilments(draft, wanted, quoter)
        caution = caution_of(question, quoter.citations, self._is_sure(question, wanted))
        return self._checked(question, hits[:top_k], draft, quoter, caution)

    def similar(
        self, asked: str, home: str | None, top_k: int = 10, wanted: Filter | None = None
    ) -> Found:
        """As `Answers`."""
        return self.analogues.similar(asked, home, top_k, wanted)

    def missing(self, home: str, theme: str) -> tuple[Citation, ...]:
        """As `Answers`."""
        return missing_practices(self.analogues, self.searcher.store, home, theme)

    def shared_matters(self, theme: str) -> tuple[str, ...]:
        """As `Answers`."""
        return shared_matters(self.searcher, theme)

    def similar_to(self, passage_id: str) -> Answer | None:
        """As `Answers`."""
        row = self.analogues.row_of(passage_id)
        return None if row is None else self._similar_to(row)

    def _similar_to(self, row: int) -> Answer:
        passage = self._passages[row]
        opening = passage.text[:OPENING_CHARS]
        opening += "…" if len(passage.text) > OPENING_CHARS else ""
        question = Question(
            text=f"与{passage.province}这条做法类似的做法：{opening}",
            asked=passage.text,
            kind=SIMILAR,
            core=passage.text,
            provinces=(passage.province,),
        )
        found = self.analogues.like_passage(row)
        quoter = Quoter(self.searcher, question)
        quoter.cite(row, (0, len(passage.text)))
        draft = self._similar(question, found, None, quoter)
        return self._checked(question, found.of_each, draft, quoter)

    def similar_described(self, text: str, home: str | None = None) -> Answer:
        """As `Answers`."""
        provinces = self.searcher.store.facets.values["province"]
        question = as_similar(self.searcher.read(text), home, provinces)
        if home is None or self._is_at_home(question):
            return self.answer_question(question)
        everyone = self.searcher.store.facets.values["province"]
        others = tuple(name for name in everyone if name not in question.provinces)
        elsewhere = f"{question.text}（{'、'.join(question.provinces)}以外）"
        asked = replace(question.without_provinces(), text=elsewhere)
        return self.answer_question(asked, wanted=Filter(province=others))

    def _is_at_home(self, question: Question) -> bool:
        """Whether the province whose practice is meant mentions it."""
        logits = self.searcher.logits(question)
        own = logits[self.searcher.source_rows(question)]
        is_mentioned = own.max(initial=-np.inf) >= self._judge.floor(logits)
        return bool(is_mentioned) and self.searcher.is_answerable(question)

    def _refused(
        self, question: Question, hits: Sequence[Hit], wanted: Filter | None, refusal: Refusal
    ) -> Answer:
        """What stands in place of an answer: why there is none, and what is nearest."""
        return Answer(
            question,
            refusal.sentence,
            tuple(hits),
            verdicts=self._none_mentions(question, refusal),
            silent=self._none_has_the_like(question, refusal, wanted),
            refusal=refusal,
        )

    def _checked(
        self,
        question: Question,
        hits: Sequence[Hit],
        draft: Draft,
        quoter: Quoter,
        caution: str = "",
    ) -> Answer:
        """An answer with the citations that hold."""
        good, bad = check(quoter.citations, self._passages)
        return Answer(
            question=question,
            text="\n".join(filter(None, (caution, draft.text))),
            hits=tuple(hits),
            citations=good,
            verdicts=draft.verdicts,
            figures=draft.figures,
            analogues=draft.analogues,
            silent=draft.silent,
            contrasts=draft.contrasts,
            fulfilments=draft.fulfilments,
            caution=caution,
            checked=len(good) + len(bad),
            rejected=bad,
        )

    def _draft(
        self, question: Question, hits: Ranking, wanted: Filter | None, quoter: Quoter
    ) -> Draft:
        logits = self._usable_logits(question, wanted)
        if question.asks_missing:
            return self._missing(question, hits, quoter)
        if question.kind == SIMILAR:
            found = self.analogues.like_described(question, hits)
            return self._similar(question, found, wanted, quoter)
        if question.kind == COMPARE:
            return self._compared(question, logits, quoter)
        if question.kind == FIGURES:
            figures = self._figures(question, logits, quoter)
            if figures.figures:
                return figures
            return self._told(question, logits, quoter)
        if question.kind == WHICH:
            return self._verdicts(question, logits, quoter)
        return Draft(quoter.quotes(self._rows(self._about(hits))))

    def _with_fulfilments(self, draft: Draft, wanted: Filter | None, quoter: Quoter) -> Draft:
        """What is going to be said, and what came of the plans that it cites."""
        found = self._fulfilments.find(quoter, wanted)
        told = fulfilments_text(found, quoter.citations)
        text = "\n".join(filter(None, (draft.text, told)))
        return replace(draft, text=text, fulfilments=found)

    def _refusal(
        self, question: Question, hits: Sequence[Hit], wanted: Filter | None
    ) -> Refusal | None:
        """Why the question cannot be answered from this store; None when it can."""
        if question.elsewhere:
            names = "、".join(question.elsewhere)
            held = "、".join(self.searcher.store.facets.values["province"])
            return Refusal(ABSENT, f"现有文档不包含{names}的内容。文档涉及的省份有：{held}。")
        if _asks_for_all(question) or self._is_answerable(question, wanted):
            return None
        return self._not_mentioned(question, hits, wanted)

    def _not_mentioned(
        self, question: Question, hits: Sequence[Hit], wanted: Filter | None
    ) -> Refusal:
        """Why it cannot be answered: only others mention it, nobody does, or it lies far off."""
        if others := self._provinces_that_mention(question):
            names = "、".join(question.provinces)
            sentence = f"{names}的材料没有提到{in_quotes(question.own_words)}。提到相近内容的有：{'、'.join(others)}。"
            return Refusal(NOT_IN_PROVINCE, sentence)
        nearest = f"最接近的是：{hits[0].passage.text[:40]}…" if hits else ""
        best = float(self._usable_logits(question, wanted).max())
        reason = OFF_TOPIC if best < OFF_TOPIC_BELOW else NOT_THERE
        return Refusal(reason, f"现有文档没有提到{in_quotes(question.own_words)}。{nearest}")

    def _is_answerable(self, question: Question, wanted: Filter | None) -> bool:
        if question.literal:
            return bool(np.isfinite(self._usable_logits(question, wanted)).any())
        return self.searcher.is_answerable(question, wanted)

    def _is_sure(self, question: Question, wanted: Filter | None) -> bool:
        if question.literal or _asks_for_all(question):
            return True
        return not self.searcher.is_doubtful(question, wanted)

    def _none_mentions(self, question: Question, refusal: Refusal) -> tuple[Verdict, ...]:
        """Which provinces have it, when the documents do not mention it: each is named all the same."""
        if question.kind != WHICH or refusal.reason == ABSENT:
            return ()
        return tuple(Verdict(province, NOT_MENTIONED) for province in self._provinces(question))

    def _none_has_the_like(
        self, question: Question, refusal: Refusal, wanted: Filter | None
    ) -> tuple[str, ...]:
        """The provinces that were looked at for like practices, when the documents mention none."""
        if question.kind != SIMILAR or question.asks_missing or refusal.reason == ABSENT:
            return ()
        return self._looked_at(question, wanted)

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

    def _told(self, question: Question, logits: Vector, quoter: Quoter) -> Draft:
        """Verdicts where no figure is stated; of provinces that were named their words, too."""
        draft = self._verdicts(question, logits, quoter)
        first = [v.citations[0] for v in draft.verdicts if v.citations and question.provinces]
        quotes = [quoted(quoter.citations[n - 1]) for n in first]
        return replace(draft, text="\n".join([*quotes, draft.text]))

    def _judged(self, question: Question, logits: Vector) -> list[Judgement]:
        sentence_of = partial(self.searcher.best_sentence, question)
        words = self.searcher.words_of(question)
        read = self.searcher.reading_which(question)
        return self._judge.judge(self._provinces(question), logits, sentence_of, words, read)

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

    def _similar(
        self, question: Question, found: Found, wanted: Filter | None, quoter: Quoter
    ) -> Draft:
        """The source practice, then the best of each other province that has one like it."""
        source = self._row_of[found.source.passage.id] if found.source else None
        said = quoter.quote(source) if source is not None else ""
        rows = self._rows(found.of_each)
        analogues = tuple(self._analogue(row, source, question, quoter) for row in rows)
        named = {analogue.province for analogue in analogues}
        silent = tuple(p for p in self._looked_at(question, wanted) if p not in named)
        text = analogues_text(said, analogues, silent, lambda n: quoted(quoter.citations[n - 1]))
        return Draft(text, analogues=analogues, silent=silent)

    def _looked_at(self, question: Question, wanted: Filter | None) -> tuple[str, ...]:
        """The provinces of which any passage may be found, in the order of the store."""
        allowed = np.flatnonzero(self.searcher.allowed(question, wanted)).tolist()
        return tuple(dict.fromkeys(self._passages[row].province for row in allowed))

    def _missing(self, question: Question, hits: Ranking, quoter: Quoter) -> Draft:
        """What other provinces did on the matter and the named one mentions nowhere."""
        home = question.source_provinces[0]
        logits = self.searcher.logits(question)
        floor = -np.inf if question.is_bare else self.searcher.relevance.mentioned_above
        missing = self.analogues.missing(home, hits.rows[logits[hits.rows] >= floor].tolist())
        analogues = tuple(self._analogue(row, None, question, quoter) for row in missing)
        text = missing_text(home, analogues, lambda n: quoted(quoter.citations[n - 1]))
        return Draft(text, analogues=analogues)

    def _analogue(
        self, row: int, source: int | None, question: Question, quoter: Quoter
    ) -> Analogue:
        n = quoter.cite(row)
        quote = quoter.citations[n - 1]
        words = self.searcher.words_of(question)
        difference = self.analogues.difference(row, source, question.core)
        return Analogue(
            province=self._passages[row].province,
            citation=n,
            shared=difference.shared,
            here=difference.here,
            source=difference.source,
            status=self.analogues.status(row, (quote.start, quote.end), words),
        )

    def _provinces(self, question: Question) -> tuple[str, ...]:
        """Those asked about, or every province of the store."""
        return question.provinces or self.searcher.store.facets.values["province"]

    def _usable_logits(self, question: Question, wanted: Filter | None) -> Vector:
        allowed = self.searcher.allowed(question, wanted)
        logits: Vector = np.where(allowed, self.searcher.logits(question), -np.inf)
        return self._holding(question.literal, logits) if question.literal else logits

    def _holding(self, words: str, logits: Vector) -> Vector:
        """Log-odds by which every passage that holds `words` is about them, and no other is."""
        holds = np.array([words in passage.text for passage in self._passages])
        # So near each other that the columns decide, and of one column the nearest comes first.
        about = self._judge.floor(logits) + 1 / (1 + np.exp(-np.clip(logits, -50, 50)))
        held: Vector = np.where(holds & np.isfinite(logits), about, -np.inf)
        return held

    def _about(self, hits: Sequence[Hit]) -> list[Hit]:
        """The hits that are as good as the best, or nearly."""
        return [hit for hit in hits[:CITED_IF_OPEN] if hit.score >= hits[0].score - STILL_ABOUT]

    def _rows(self, hits: Sequence[Hit]) -> list[int]:
        return [self._row_of[hit.passage.id] for hit in hits]


def _asks_for_all(question: Question) -> bool:
    """Whether it asks for all that others have and the named province has not."""
    return question.asks_missing and question.is_bare
