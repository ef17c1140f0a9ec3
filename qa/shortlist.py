"""Which passages of a large store are weighed for a question.

Those nearest by meaning and by words, of all and of each province, are weighed by what is known without
reading them; the best are read then and weighed as in a small store: `BEST` of all that may be found,
and some of each province, for each is judged by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import numpy as np

from index.encode import Encoder, FloatVector, query_vector
from index.filters import Filter, years_in
from index.ranking import BoolVector, largest
from index.records import ACHIEVEMENT, PLAN, TASK
from qa.postings import Rows
from qa.records import SIMILAR, Question
from qa.relevance import Relevance
from qa.signals import SIGNALS, Vector, standardised
from qa.whole import Whole

LOOKED_AT = 400
"""So many are looked at of all, by meaning and by words."""
BEST = 60
"""So many of those are read."""
OF_EACH = 24
"""So many of each province are read."""
WIDER = 3
"""So many times that are looked at of each."""
LIKE, LIKE_OF_EACH = 40, 8
"""So many that may be like a practice are read by each retriever, of all and of each province."""
TELLING = 12
"""A practice is looked for elsewhere by so many of its words, those that tell most."""
SOURCES = 3
"""So many passages of the province whose like is asked for show what its practice is."""
LEADS = 60
"""So many practices of other provinces are held against one's own."""
NEAREST_OWN = 5
SPREAD = 1_000
"""So many passages stand for all of the store."""
CELLS_READ = 2_000
"""So many cells with the very words of a question are read."""


class Shortlist:
    """Chooses among the passages of one large store."""

    def __init__(self, whole: Whole, encoder: Encoder, relevance: Relevance) -> None:
        """Take the store, what encodes questions, and what weighs signals."""
        self._whole, self._store = whole, whole.store
        self._encoder, self._relevance = encoder, relevance
        facets = self._store.facets
        self._provinces = facets.values["province"]
        self._codes = facets.codes("province")

    def for_search(self, question: Question, wanted: Filter, top_k: int) -> Rows:
        """Those among which the best `top_k` hits are."""
        if question.source_provinces:
            return self.for_answer(question, wanted)
        best = max(BEST, top_k)
        return _joined([self._near(question, self._allowed(question, wanted), 0, best)])

    def for_answer(self, question: Question, wanted: Filter) -> Rows:
        """Those that every province can be judged by, also where only some were asked about."""
        found = [self._near(question, self._allowed(question, wanted))]
        if question.years or not question.filter.is_empty:
            # Others may mention what those that were asked about do not.
            found.append(self._near(question, None))
        if question.literal:
            found.append(self._holding(question.literal))
        if question.source_provinces:
            own = self._chosen(Filter(province=question.source_provinces))
            found.append(self._near(question, own))
            sources = self._by_meaning(query_vector(self._encoder, question.core), own, SOURCES, 0)[
                :SOURCES
            ]
            found.extend(self.like(int(row)) for row in sources)
        if question.asks_missing:
            found.extend(self._own_like(question))
        return _joined(found)

    def like(self, row: int) -> Rows:
        """The passage in `row` and those of each province that may tell of the same practice."""
        words = dict.fromkeys(self._store.segments[row].text)
        known = [word for word in words if self._store.holding(word)]
        telling = sorted(known, key=self._store.holding)[:TELLING]
        by_meaning = self._by_meaning(self._store.vectors[row], None, LIKE, LIKE_OF_EACH)
        return _joined(
            [np.array([row]), by_meaning, self._by_words(telling, None, LIKE, LIKE_OF_EACH)]
        )

    def of_theme(self, theme: str, home: str) -> Rows:
        """The first practices of a theme, and what is nearest to them of one's own province."""
        about = self._of("theme", (theme,)) & self._deeds_of_others((home,))
        leads = np.flatnonzero(about)[:LEADS]
        return _joined([leads, *self._own_nearest(leads, home)])

    def of_tasks(self, theme: str) -> Rows:
        """The first tasks of a theme, and passages from all over the store."""
        tasks = self._of("theme", (theme,)) & self._of("column", (TASK,))
        everywhere = np.linspace(0, self._whole.size - 1, SPREAD, dtype=np.int64)
        return _joined([np.flatnonzero(tasks)[:SPREAD], everywhere])

    def _near(
        self,
        question: Question,
        allowed: BoolVector | None,
        of_each: int = OF_EACH,
        best: int = BEST,
    ) -> Rows:
        """The best of those allowed, and so many of each province."""
        words = list(dict.fromkeys(self._whole.segmenter.words(question.core)))
        query = query_vector(self._encoder, question.core)
        many = max(LOOKED_AT, best), WIDER * of_each
        found = _joined(
            [self._by_meaning(query, allowed, *many), self._by_words(words, allowed, *many)]
        )
        if not len(found):
            return found
        rows = found[np.argsort(-self._estimates(query, words, found), kind="stable")]
        return self._first(rows, best, of_each)

    def _estimates(self, query: FloatVector, words: Sequence[str], rows: Rows) -> Vector:
        """The log-odds that each of the passages answers, as far as can be told without its text.

        Args:
            query: the vector of what is asked.
            words: of it.
            rows: ascending.
        """
        store, whole = self._store, self._whole
        weights = np.array([whole.idf(word) for word in words])
        held = np.array([store.bm25.held(word, rows) for word in words]).reshape(len(words), -1)
        coverage = weights @ held / max(weights.sum(), 1e-9)
        typical, typical_best = whole.typical(query)
        names = np.array(store.facets.values["column"])
        columns = names[store.facets.codes("column")[rows]]
        signals = {
            "core_cosine": standardised(store.vectors[rows] @ query, typical),
            "sentence_cosine": standardised(whole.best_sentences(query, rows), typical_best),
            "bm25": store.bm25.scores_of(words, rows) / max(whole.best_bm25(words), 1e-9),
            # Where the words stand is not known yet.
            "coverage": coverage,
            "sentence_coverage": coverage,
            "context_coverage": coverage,
            "is_task": columns == TASK,
            "is_plan": columns == PLAN,
        }
        in_order = np.column_stack([signals[name] for name in SIGNALS])
        return self._relevance.logits(in_order.astype(np.float32))

    def _by_meaning(
        self, vector: FloatVector, allowed: BoolVector | None, best: int, of_each: int
    ) -> Rows:
        """The best first, then those of each province."""
        scores, rows = self._store.nearest.nearest_of_each(vector, max(best, of_each), allowed)
        first = rows.ravel()[np.argsort(-scores, axis=None, kind="stable")[:best]]
        found = np.concatenate([first, rows[:, :of_each].ravel()])
        return found[found >= 0]

    def _by_words(
        self, words: Sequence[str], allowed: BoolVector | None, best: int, of_each: int
    ) -> Rows:
        """The best, and those of each province; none that hold no word."""
        scores = self._whole.scores(words)
        if allowed is not None:
            scores = np.where(allowed, scores, 0)
        # Those of a province are sought among so many that few have too few there.
        rows = largest(scores, max(best, WIDER * of_each * len(self._provinces)))
        return self._first(rows, best, of_each)

    def _first(self, rows: Rows, best: int, of_each: int) -> Rows:
        """Of rows in order the first so many, and the first of each province."""
        is_first = np.arange(len(rows)) < best
        if of_each:
            provinces = self._codes[rows]
            by_province = np.argsort(provinces, kind="stable")
            starts = np.searchsorted(provinces[by_province], np.arange(len(self._provinces)))
            place = np.empty(len(rows), dtype=np.int64)
            place[by_province] = np.arange(len(rows)) - starts[provinces[by_province]]
            is_first |= place < of_each
        return rows[is_first]

    def _holding(self, literal: str) -> Rows:
        """Those that hold these very words."""
        cells = islice(self._store.cells_with(literal), CELLS_READ)
        items = (item for cell in cells for item in cell.items if literal in item.text)
        rows = (self._store.row_of(item.id) for item in items)
        return np.array([row for row in rows if row is not None], dtype=np.int64)

    def _own_like(self, question: Question) -> Iterator[Rows]:
        """What is nearest of one's own province to each of the practices that others have."""
        others = self._deeds_of_others(question.source_provinces)
        leads = self._by_meaning(query_vector(self._encoder, question.core), others, LEADS, 0)[
            :LEADS
        ]
        yield leads
        for home in question.source_provinces:
            yield from self._own_nearest(leads, home)

    def _own_nearest(self, leads: Rows, home: str) -> Iterator[Rows]:
        parts = [self._provinces.index(home)]
        for lead in leads:
            vector = self._store.vectors[lead]
            found = self._store.nearest.nearest_of_each(vector, NEAREST_OWN, parts=parts)[1]
            yield found[found >= 0]

    def _deeds_of_others(self, home: Sequence[str]) -> BoolVector:
        """The achievements of other provinces."""
        return self._of("column", (ACHIEVEMENT,)) & ~self._of("province", home)

    def _allowed(self, question: Question, wanted: Filter) -> BoolVector | None:
        """As `Searcher.allowed`, but for passages of other years whose text names one."""
        masks = [self._chosen(wanted), self._chosen(question.filter.without(wanted))]
        periods = self._store.facets.values["year"]
        years = {year for period in periods for year in years_in(period)}
        if asked := years.intersection(question.years) if not wanted.year else ():
            of_year = [p for p in periods if not p or asked.intersection(years_in(p))]
            masks.append(self._of("year", of_year))
        if question.kind == SIMILAR:
            masks.append(~self._of("province", question.source_provinces))
        given = [mask for mask in masks if mask is not None]
        return np.logical_and.reduce(given) if given else None

    def _chosen(self, wanted: Filter) -> BoolVector | None:
        return self._store.facets.allowed(wanted)

    def _of(self, facet: str, values: Sequence[str]) -> BoolVector:
        """Which passages have one of these values."""
        facets = self._store.facets
        is_wanted = np.isin(facets.values[facet], values)
        return is_wanted[facets.codes(facet)]


def _joined(found: Iterable[Rows]) -> Rows:
    """All rows once, ascending."""
    return np.unique(np.concatenate([np.asarray(rows, dtype=np.int64) for rows in found]))
