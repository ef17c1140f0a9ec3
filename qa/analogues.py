"""The same practice elsewhere: the best of each other province, what is shared, what differs.

And the reverse: what other provinces do that one's own does not mention.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from index.errors import UsageError
from index.filters import Filter
from index.ranking import BoolVector, ranked
from index.records import ACHIEVEMENT, TASK, Hit
from qa.concepts import Concepts
from qa.question import check_top_k
from qa.records import SIMILAR, Question
from qa.retrieve import TASK_DEMOTION, Searcher

CLEARLY_UNLIKE = 0.5
"""How far below likeness the nearest must stay for a practice to count as not mentioned."""
MOST_LEADS = 60
"""So many practices of other provinces are held against one's own."""
MOST_MISSING = 8


@dataclass(frozen=True, slots=True)
class Found:
    """The practice that was asked about, None when only described, and those like it."""

    source: Hit | None
    hits: tuple[Hit, ...]


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
        self._passages = searcher.store.passages
        self._provinces = np.array([passage.province for passage in self._passages])
        self._columns = np.array([passage.column for passage in self._passages])
        self._row_of = {passage.id: row for row, passage in enumerate(self._passages)}
        # An address without its document will do where only one document has it.
        addresses = Counter(id_.split("/", 1)[1] for id_ in self._row_of)
        self._row_at = {
            address: row
            for id_, row in self._row_of.items()
            if addresses[address := id_.split("/", 1)[1]] == 1
        }
        self._concepts = Concepts(
            [segments.text for segments in searcher.store.segments],
            searcher.postings,
            searcher.segmenter,
        )

    def similar(
        self, asked: str, home: str | None, top_k: int = 10, wanted: Filter | None = None
    ) -> Found:
        """What is like `asked`: the id of a passage, or a description.

        Args:
            asked: an id as in `Hit.passage.id`, or words; a question for similar practices too.
            home: the province whose practice is meant; None takes it from the words.
            top_k: how many hits; the best of each other province comes first.
            wanted: what the hits must have.
        Raises:
            UsageError: `home` is no province of the store, a filter value that nothing has, a
                description without a word.
        """
        check_top_k(top_k)
        row = self._row_of.get(asked.strip(), self._row_at.get(asked.strip()))
        if row is not None:
            return self._like_passage(row, top_k, wanted or Filter())
        return self._like_described(asked, home, top_k, wanted or Filter())

    def difference(self, row: int, source: int | None, words: Sequence[str]) -> Difference:
        """What the passage in `row` shares with the source, or with the `words` of a description."""
        if source is None:
            text = self._passages[row].text
            return Difference(tuple(word for word in words if word in text), (), ())
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

    def _like_passage(self, row: int, top_k: int, wanted: Filter) -> Found:
        allowed = self._provinces != self._provinces[row]
        chosen = self._searcher.store.facets.allowed(wanted)
        allowed &= True if chosen is None else chosen
        demoted = TASK_DEMOTION * ((self._columns == TASK) & (TASK not in wanted.column))
        scores = self._searcher.likeness.log_odds(row) - demoted
        rows = np.flatnonzero(allowed)
        found = ranked(rows, scores[rows], len(rows))
        hits = [Hit(self._passages[m.row], m.score, m.rank) for m in found]
        return Found(Hit(self._passages[row], 0.0, 1), best_of_each_province_first(hits)[:top_k])

    def _like_described(self, text: str, home: str | None, top_k: int, wanted: Filter) -> Found:
        question = self._as_similar(self._searcher.read(text), home)
        sources = self._searcher.source_rows(question)
        source = Hit(self._passages[sources[0]], 0.0, 1) if sources else None
        if not self._searcher.is_answerable(question, wanted):
            return Found(source, ())
        hits = best_of_each_province_first(self._searcher.rank(question, wanted))
        return Found(source, hits[:top_k])

    def _as_similar(self, question: Question, home: str | None) -> Question:
        if home is None:
            return replace(question, kind=SIMILAR)
        names = [p for p in self._searcher.store.facets.values["province"] if p.startswith(home)]
        if not home or len(names) != 1:
            known = "、".join(self._searcher.store.facets.values["province"])
            raise UsageError(f"没有叫“{home}”的省份。可选：{known}。")
        return replace(question, kind=SIMILAR, provinces=tuple(names))


def best_of_each_province_first(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """`hits` with the first of every province in front, otherwise in order, ranked anew."""
    first: dict[str, Hit] = {}
    rest: list[Hit] = []
    for hit in hits:
        if first.setdefault(hit.passage.province, hit) is not hit:
            rest.append(hit)
    ordered = (*first.values(), *rest)
    return tuple(replace(hit, rank=rank) for rank, hit in enumerate(ordered, 1))


def _apart(rows: Iterable[int], alike: dict[int, BoolVector]) -> list[int]:
    """`rows` without those that tell of the same practice as one before."""
    kept: list[int] = []
    for row in rows:
        if not any(alike[other][row] for other in kept):
            kept.append(row)
    return kept
