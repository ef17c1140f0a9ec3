"""How well the right items are found, by ir-measures over labelled questions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import ir_measures
from ir_measures import RR, R, nDCG

from bench.questions import LabelledQuestion
from index.fuse import fuse_rankings
from index.ranking import Retriever
from index.records import Hit
from qa.question import clean_question
from qa.retrieve import Searcher

NDCG, RECALL, FIRST = str(nDCG @ 10), str(R @ 10), str(RR)
MEASURES = (nDCG @ 10, R @ 10, RR)
DEPTH = 100
ALL = "all"
HYBRID = "hybrid"

Search = Callable[[str], Sequence[Hit]]


@dataclass(frozen=True, slots=True)
class Found:
    """How well the items of `questions` questions of a type are found: the mean of each measure."""

    type: str
    questions: int
    ndcg: float
    recall: float
    first: float


def measure(
    questions: Iterable[LabelledQuestion], hits: Mapping[str, Sequence[Hit]]
) -> tuple[Found, ...]:
    """The means for each type of question that there is, and for all of them last.

    Args:
        questions: what was asked; those that nothing answers are left out.
        hits: what was found for each, by its id, best first.
    Returns:
        Nothing for no answerable question.
    """
    answerable = {q.id: q for q in questions if q.answerable}
    qrels = {q.id: dict.fromkeys(q.relevant, 1) for q in answerable.values()}
    # By rank, as people see it: equal scores would be ordered by name here.
    run = {id_: {hit.passage.id: -float(hit.rank) for hit in hits[id_]} for id_ in answerable}
    values: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for metric in ir_measures.iter_calc(MEASURES, qrels, run):
        for group in (answerable[metric.query_id].type, ALL):
            values[group][str(metric.measure)].append(metric.value)
    return tuple(_found(group, values[group]) for group in sorted(values, key=_all_last))


def _found(group: str, values: Mapping[str, Sequence[float]]) -> Found:
    means = {name: sum(scores) / len(scores) for name, scores in values.items()}
    return Found(group, len(values[NDCG]), means[NDCG], means[RECALL], means[FIRST])


def _all_last(group: str) -> tuple[bool, str]:
    return group == ALL, group


def halves(searcher: Searcher) -> dict[str, Search]:
    """Searches by each retriever alone and by their plain fusion, to see what the rest adds."""

    def search(question: str, retrievers: Sequence[Retriever]) -> list[Hit]:
        query = clean_question(question)
        rankings = {r.name: r.search(query, DEPTH) for r in retrievers}
        return [
            Hit(searcher.store.passages[match.row], match.score, match.rank)
            for match, _ in fuse_rankings(rankings)[:DEPTH]
        ]

    alone: dict[str, Search] = {
        r.name: partial(search, retrievers=(r,)) for r in searcher.retrievers
    }
    return alone | {HYBRID: partial(search, retrievers=searcher.retrievers)}
