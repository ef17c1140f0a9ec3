"""The same practice elsewhere: the best of each other province, what is shared, what differs.

And the reverse: what other provinces do that one's own does not mention.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from index.errors import UsageError
from index.filters import Filter
from index.ranking import BoolVector
from index.records import ACHIEVEMENT, COLUMNS, TASK, TEXT, Hit
from index.sentences import Span
from qa.concepts import Concepts
from qa.judge import Judge
from qa.knowledge import load_telling
from qa.question import check_top_k
from qa.ranking import Ranking
from qa.records import SIMILAR, Question
from qa.retrieve import NO_PRACTICE, Searcher
from qa.signals import Vector

CLEARLY_UNLIKE = 0.5
"""How far below likeness the nearest must stay for a practice to count as not mentioned."""
DEED_WITHIN = 0.5
"""So much, in log-odds, a deed may be less near than a plan of its province and still be told for it."""
MOST_LEADS = 60
"""So many practices of other provinces are held against one's own."""
MOST_MISSING = 8

_ADDRESS = re.compile(rf"(?:.+/)?[^/\s]+/\d+/(?:{'|'.join((*COLUMNS, TEXT))})(?:/\d+)?")
"""What an id, or the address of a cell or passage within its document, looks like."""


@dataclass(frozen=True, slots=True)
class Found:
    """The practice that was asked about, None when only described, and what is nearest to it.

    `hits`: the best of each other province, then the rest. `alike`: those that tell of the same practice.
    """

    source: Hit | None
    hits: Sequence[Hit]
    alike: Sequence[Hit]

    @property
    def of_each(self) -> tuple[Hit, ...]:
        """Of each province that has any the first that is alike, or a deed that is nearly as near."""
        alike: dict[str, list[Hit]] = {}
        for hit in self.alike:
            alike.setdefault(hit.passage.province, []).append(hit)
        return tuple(_deed_first(hits) for hits in alike.values())

    def cut(self, top_k: int) -> Found:
        """The same with the first `top_k` hits."""
        hits = self.hits[:top_k]
        # Ranks are those in `hits`.
        return Found(self.source, hits, tuple(hit for hit in self.alike if hit.rank <= top_k))


@dataclass(frozen=True, slots=True)
class Difference:
    """Concepts of two passages: of both, of the one alone, of the source alone."""

    shared: tuple[str, ...]
    here: tuple[str, ...]
    source: tuple[str, ...]


class AnalogueFinder:
    """Finds like practices in one store."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self._judge = Judge(searcher.store.passages, searcher.relevance)
        self._passages = searcher.store.passages
        self._provinces = searcher.store.facets.labels("province")
        self._columns = searcher.store.facets.labels("column")
        self._row_of = searcher.store.row_by_id
        self._concepts = Concepts(
            [passage.text for passage in self._passages],
            searcher.store.words,
            searcher.postings,
            searcher.segmenter,
            load_telling(),
        )

    def similar(
        self, asked: str, home: str | None, top_k: int = 10, wanted: Filter | None = None
    ) -> Found:
        """What is like `asked`: the id of a passage, or a description.

        Args:
            asked: an id as in `Hit.passage.id`, or words; a question for similar practices too.
            home: the province whose practice is meant; None takes it from the id or the words.
            top_k: how many hits; the best of each other province comes first.
            wanted: what the hits must have.
        Raises:
            UsageError: `home` is no province of the store or not that of the passage, an address that
                no passage has, a filter value that nothing has, a description without a word.
        """
        check_top_k(top_k)
        row = self.row_of(asked)
        if row is not None:
            self._require_of(row, home)
            return self.like_passage(row, wanted).cut(top_k)
        if _ADDRESS.fullmatch(asked.strip()):
            raise UsageError(f"索引里没有编号为“{asked.strip()}”的内容。")
        provinces = self._searcher.store.facets.values["province"]
        question = as_similar(self._searcher.read(asked), home, provinces)
        if not self._searcher.is_answerable(question, wanted):
            source = self._source_of(question)
            return Found(None if source is None else self._source(source), (), ())
        return self.like_described(question, self._searcher.rank(question, wanted)).cut(top_k)

    def row_of(self, asked: str) -> int | None:
        """The row of the passage with this id, or with this address where only one document has it."""
        row = self._row_of.get(asked.strip())
        return self._row_at.get(asked.strip()) if row is None else row

    @cached_property
    def _row_at(self) -> dict[str, int]:
        """The rows by address without its document, where only one document has it."""
        addresses = Counter(id_.split("/", 1)[1] for id_ in self._row_of)
        return {
            address: row
            for id_, row in self._row_of.items()
            if addresses[address := id_.split("/", 1)[1]] == 1
        }

    def like_passage(self, row: int, wanted: Filter | None = None) -> Found:
        """What is like the passage in `row`, in other provinces than its own."""
        allowed = self._provinces != self._provinces[row]
        chosen = self._searcher.store.facets.allowed(wanted or Filter())
        allowed &= True if chosen is None else chosen
        asks_tasks = wanted is not None and TASK in wanted.column
        lowered = NO_PRACTICE * ((self._columns == TASK) & (not asks_tasks))
        rows = np.flatnonzero(allowed)
        likeness = self._searcher.likeness.log_odds(row)
        hits = Ranking.of(self._passages, rows, (likeness - lowered)[rows])
        odds, edge = self._odds(row, likeness, hits)
        return self._found(
            row, Ranking.of(self._passages, rows, (odds - lowered)[rows]), odds >= edge
        )

    def like_described(self, question: Question, hits: Ranking) -> Found:
        """What answers a question for similar practices, or is like the practice that it names.

        Args:
            question: of the kind SIMILAR; the first of its provinces' passages is the source.
            hits: all that may be found, the best first.
        """
        source = self._source_of(question)
        if source is None:
            logits = self._searcher.logits(question)
            return self._found(None, hits, logits >= self._judge.floor(logits))
        likeness = self._searcher.likeness.log_odds(source)
        span = self._searcher.best_sentence(question, source)
        said = self._searcher.said_beside(question, source)
        odds, edge = self._odds(source, likeness, hits, span, said)
        return self._found(source, hits, odds >= edge)

    def _odds(
        self,
        row: int,
        likeness: Vector,
        hits: Ranking,
        span: Span | None = None,
        asked: str = "",
    ) -> tuple[Vector, float]:
        """The log-odds that each passage tells of the practice in `row`, and from where on it does.

        `span` and `asked` say which practice of it is meant. The odds are those of `likeness`; where
        something can read, the nearest of `hits` and the first of each province are read as well.
        """
        alike = self._searcher.alike
        if alike is None:
            return likeness, self._searcher.likeness.model.alike_above
        odds = alike.log_odds(likeness, row, hits.rows, self._provinces, span, asked)
        return odds, alike.model.alike_above

    def status(self, row: int, span: Span, words: Sequence[str]) -> str:
        """What the sentence in `span` says of its practice, as `Judge.status_of`."""
        return self._judge.status_of(row, span, words)

    def difference(self, row: int, source: int | None, described: str) -> Difference:
        """What the passage in `row` shares with the source, or without one with what is described."""
        if source is None:
            return Difference(self._concepts.shared_with(row, described), (), ())
        concepts = self._concepts
        return Difference(
            concepts.shared(row, source), concepts.only(row, source), concepts.only(source, row)
        )

    def missing(
        self,
        home: str,
        rows: Iterable[int],
        most_leads: int = MOST_LEADS,
        most: int = MOST_MISSING,
    ) -> list[int]:
        """Those of `rows` that other provinces did and `home` mentions nowhere, what most have first.

        Args:
            home: a province of the store.
            rows: passages on the matter, the most relevant first.
            most_leads: how many of them are held against its own, at most.
            most: how many are told, at most.
        """
        own = self._provinces == home
        others = [r for r in rows if not own[r] and self._columns[r] == ACHIEVEMENT]
        like = {row: self._searcher.likeness.log_odds(row) for row in others[:most_leads]}
        edge = self._searcher.likeness.model.alike_above
        unmatched = {
            row: odds >= edge
            for row, odds in like.items()
            if odds[own].max() < edge - CLEARLY_UNLIKE
        }
        spread = {r: len(set(self._provinces[alike & ~own])) for r, alike in unmatched.items()}
        return _apart(sorted(unmatched, key=lambda r: -spread[r]), unmatched)[:most]

    def _found(self, source: int | None, hits: Ranking, is_alike: BoolVector) -> Found:
        best = hits.best_of_each_first(self._provinces)
        own = None if source is None else self._source(source)
        return Found(own, best, best.only(is_alike))

    def _source_of(self, question: Question) -> int | None:
        """The row of the practice that a question names, where it names a province's."""
        return next(iter(self._searcher.source_rows(question)), None)

    def _source(self, row: int) -> Hit:
        return Hit(self._passages[row], 0.0, 1)

    def _require_of(self, row: int, home: str | None) -> None:
        """Nothing, unless another province than that of the passage is named."""
        own = self._passages[row].province
        provinces = self._searcher.store.facets.values["province"]
        if home is not None and province_named(home, provinces) != own:
            raise UsageError(f"编号所指的内容属于{own}，不属于“{home}”；给出编号时不必再给省份。")


def as_similar(question: Question, home: str | None, provinces: Sequence[str]) -> Question:
    """`question` as one for practices like that of `home`; None leaves it the provinces it names.

    Raises:
        UsageError: `home` is none of the store's `provinces`.
    """
    asked = replace(question, kind=SIMILAR, is_reverse=False)
    return asked if home is None else replace(asked, provinces=(province_named(home, provinces),))


def province_named(name: str, provinces: Sequence[str]) -> str:
    """The one of `provinces` that `name` is, or is the beginning of.

    Raises:
        UsageError: there is none, or more than one.
    """
    names = [name] if name in provinces else [p for p in provinces if name and p.startswith(name)]
    if len(names) != 1:
        raise UsageError(f"没有叫“{name}”的省份。可选：{'、'.join(provinces)}。")
    return names[0]


def _deed_first(hits: Sequence[Hit]) -> Hit:
    """The best of `hits`, but an achievement that is nearly as good goes before a plan or a task."""
    return next(
        (
            hit
            for hit in hits
            if hit.passage.column == ACHIEVEMENT and hit.score >= hits[0].score - DEED_WITHIN
        ),
        hits[0],
    )


def _apart(rows: Iterable[int], alike: dict[int, BoolVector]) -> list[int]:
    """`rows` without those that tell of the same practice as one before."""
    kept: list[int] = []
    for row in rows:
        if not any(alike[other][row] for other in kept):
            kept.append(row)
    return kept
