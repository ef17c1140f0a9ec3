"""How well the right items are found, by ir-measures over the labelled questions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import ir_measures
from ir_measures import RR, R, nDCG

from bench.questions import LabelledQuestion
from index.records import Hit

MEASURES = (nDCG @ 10, R @ 10, R @ 30, RR @ 10)
DEPTH = 30

Search = Callable[[str], Sequence[Hit]]


def address(hit: Hit) -> str:
    """A hit's item within its document."""
    return hit.passage.id.split("/", 1)[1]


def measure(questions: Iterable[LabelledQuestion], search: Search) -> dict[str, dict[str, float]]:
    """Each measure's mean for each type of question and for `all`; unanswerable ones left out."""
    answerable = [q for q in questions if q.evidence]
    qrels = {q.id: dict.fromkeys(q.relevant, 1) for q in answerable}
    run = {q.id: {address(hit): hit.score for hit in search(q.question)} for q in answerable}
    values: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    types = {q.id: q.type for q in answerable}
    for metric in ir_measures.iter_calc(MEASURES, qrels, run):
        for group in (types[metric.query_id], "all"):
            values[group][str(metric.measure)].append(metric.value)
    return {
        group: {name: sum(scores) / len(scores) for name, scores in measures.items()}
        for group, measures in values.items()
    }
