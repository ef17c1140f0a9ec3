"""What answers over a searcher, whether every passage of its store is weighed or those that matter."""

from __future__ import annotations

from index.filters import Filter
from qa.analogues import Found, as_similar
from qa.answer import Answerer, Answers
from qa.large import LargeSearcher
from qa.records import Answer, Citation, Question
from qa.retrieve import Searcher, Searching


def answerer_over(searcher: Searching) -> Answers:
    """What answers from a searcher's store."""
    if isinstance(searcher, LargeSearcher):
        return LargeAnswerer(searcher)
    if isinstance(searcher, Searcher):
        return Answerer(searcher)
    raise TypeError(type(searcher))


class LargeAnswerer(Answers):
    """Answers questions over a large store."""

    def __init__(self, searcher: LargeSearcher) -> None:
        self._searcher = searcher

    @property
    def searcher(self) -> LargeSearcher:
        """As `Answers`."""
        return self._searcher

    def about(self, question: Question) -> Searcher:
        """As `Answers`."""
        return self.searcher.about(question)

    def answer_question(
        self, question: Question, top_k: int = 10, wanted: Filter | None = None
    ) -> Answer:
        """As `Answers`."""
        asked = Answerer(self.searcher.about(question, wanted))
        return asked.answer_question(question, top_k, wanted)

    def similar(
        self, asked: str, home: str | None, top_k: int = 10, wanted: Filter | None = None
    ) -> Found:
        """As `Answers`."""
        row = self._row_of(asked)
        if row is not None:
            passage_id = self.searcher.store.passages[row].id
            return self._like(row).similar(passage_id, home, top_k, wanted)
        return self._described(asked, home, wanted).similar(asked, home, top_k, wanted)

    def similar_described(self, text: str, home: str | None = None) -> Answer:
        """As `Answers`."""
        return self._described(text, home).similar_described(text, home)

    def similar_to(self, passage_id: str) -> Answer | None:
        """As `Answers`."""
        row = self._row_of(passage_id)
        if row is None:
            return None
        return self._like(row).similar_to(self.searcher.store.passages[row].id)

    def missing(self, home: str, theme: str) -> tuple[Citation, ...]:
        """As `Answers`: of the first practices of the theme."""
        rows = self.searcher.shortlist.of_theme(theme, home)
        return Answerer(self.searcher.over(rows)).missing(home, theme)

    def shared_matters(self, theme: str) -> tuple[str, ...]:
        """As `Answers`: of the first tasks of the theme."""
        rows = self.searcher.shortlist.of_tasks(theme)
        return Answerer(self.searcher.over(rows)).shared_matters(theme)

    def _like(self, row: int) -> Answerer:
        """Answers over what may be like the passage in `row`."""
        return Answerer(self.searcher.over(self.searcher.shortlist.like(row)))

    def _described(self, text: str, home: str | None, wanted: Filter | None = None) -> Answerer:
        """Answers over what may be like a practice in words."""
        provinces = self.searcher.store.facets.values["province"]
        question = as_similar(self.searcher.read(text), home, provinces)
        return Answerer(self.searcher.about(question, wanted))

    def _row_of(self, asked: str) -> int | None:
        """The row of the passage with this id, or with this address where only one document has it."""
        store, wanted = self.searcher.store, asked.strip()
        row = store.row_of(wanted)
        if row is None and "/" in wanted:
            documents = store.facets.values["document"]
            rows = [store.row_of(f"{document}/{wanted}") for document in documents]
            there = [row for row in rows if row is not None]
            row = there[0] if len(there) == 1 else None
        return row
