"""Quoting passages for one answer: which sentence, under which number."""

from __future__ import annotations

from collections.abc import Iterable

from index.sentences import Span
from qa.cite import Evidence
from qa.figures import answer_figure
from qa.prose import quoted
from qa.records import FACT, Citation, Question
from qa.retrieve import Searcher


class Quoter:
    """Cites passages of a store for one question."""

    def __init__(self, searcher: Searcher, question: Question) -> None:
        self._searcher, self._question = searcher, question
        self._passages = searcher.store.passages
        self._evidence = Evidence()

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All that was cited, by number."""
        return self._evidence.citations

    def cite(self, row: int, span: Span | None = None) -> int:
        """The number of the passage in `row`; `span` overrules which of its words are quoted."""
        return self._evidence.cite(self._passages[row], span or self._telling_span(row))

    def quote(self, row: int) -> str:
        """One labelled quote: province, column, the words, their number."""
        n = self.cite(row)
        return quoted(self.citations[n - 1])

    def quotes(self, rows: Iterable[int]) -> str:
        """One labelled quote a line."""
        return "\n".join(self.quote(row) for row in rows)

    def _telling_span(self, row: int) -> Span:
        """The sentence that states the figure asked for, or else is nearest to what is asked."""
        if self._question.kind == FACT:
            words = self._searcher.words_of(self._question)
            figure = answer_figure(self._question.asked, words, self._passages[row].text)
            if figure:
                return figure.sentence_start, figure.sentence_end
        return self._searcher.best_sentence(self._question, row)
