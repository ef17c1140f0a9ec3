"""What `cewen eval` measures over labelled questions, as a value, as JSON and as tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rich.console import Group, RenderableType
from rich.table import Table

from bench.answers import (
    Asked,
    Claims,
    Share,
    all_judged,
    ask,
    facts_stated,
    figures_stated,
    provinces_done,
    provinces_named,
    quotes_verbatim,
    refused,
    statuses_right,
)
from bench.quality import ALL, DEPTH, FIRST, HYBRID, NDCG, RECALL, Found, halves, measure
from bench.questions import AnyQuestion, LabelledQuestion
from index.store import Store
from qa.answer import Answerer
from qa.render import RETRIEVERS

CEWEN = "cewen"
ONLY_ANSWERABLE = "answerable_or_not"
SEARCHES = {CEWEN: "策问", **RETRIEVERS, HYBRID: "简单融合"}
"""The searches compared, and what users call them."""
TYPE_NAMES = {
    "set": "哪些省份",
    "fact": "事实",
    "numeric": "数字对比",
    "paraphrase": "换个说法",
    "analog": "类似做法",
    "filter": "限定省份栏目",
    "lang": "繁体、英文、错字",
    "noanswer": "没有答案",
    ONLY_ANSWERABLE: "只标能否回答",
    ALL: "全部",
}
"""What users call the types of question."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was measured; None, or a type left out, where no question could show it.

    `questions` counts those of each type, `found` holds each search's figures, the project's own
    first; `unanswerable_refused` is to be high, `answerable_refused` low.
    """

    questions: dict[str, int]
    found: dict[str, tuple[Found, ...]]
    provinces: Claims | None
    done: Claims | None
    statuses: Share | None
    all_judged: Share | None
    facts: Share | None
    figures: Share | None
    unanswerable_refused: Share | None
    answerable_refused: Share | None
    quotes: Share | None


def evaluate(answerer: Answerer, questions: Sequence[AnyQuestion]) -> Evaluation:
    """Every question asked once, and each search's hits held against the evidence."""
    searcher = answerer.searcher
    labelled = [q for q in questions if isinstance(q, LabelledQuestion) and q.answerable]
    beside = {
        name: measure(labelled, {q.id: search(q.question) for q in labelled})
        for name, search in halves(searcher).items()
    }
    own = evaluate_answers(ask(answerer, questions, DEPTH), searcher.store)
    return replace(own, found=own.found | beside)


def evaluate_answers(asked: Sequence[Asked], store: Store) -> Evaluation:
    """The same of questions that have been asked; the project's own search alone."""
    labelled = [one.question for one in asked if isinstance(one.question, LabelledQuestion)]
    found = measure(labelled, {one.question.id: one.answer.hits for one in asked})
    return Evaluation(
        questions=_counts(one.question for one in asked),
        found={CEWEN: found},
        provinces=provinces_named(asked),
        done=provinces_done(asked),
        statuses=statuses_right(asked),
        all_judged=all_judged(asked, store.facets.values["province"]),
        facts=facts_stated(asked),
        figures=figures_stated(asked),
        unanswerable_refused=refused(asked, answerable=False),
        answerable_refused=refused(asked, answerable=True),
        quotes=quotes_verbatim(asked, {p.id: p.text for p in store.passages}),
    )


def evaluation_json(evaluation: Evaluation) -> dict[str, object]:
    """An evaluation as programs get it; what was not measured is left out."""
    return {
        "questions": evaluation.questions,
        "retrieval": {
            name: {one.type: _found_json(one) for one in found}
            for name, found in evaluation.found.items()
            if found
        },
        **{
            name: _claims_json(value) if isinstance(value, Claims) else _share_json(value)
            for name, _, value in _answer_figures(evaluation)
        },
    }


def evaluation_table(evaluation: Evaluation) -> RenderableType:
    """An evaluation for a terminal: what was asked, what was found, how it was answered."""
    tables = [_own_table(evaluation), _searches_table(evaluation), _answers_table(evaluation)]
    counts = "，".join(f"{TYPE_NAMES[type_]}{n}题" for type_, n in evaluation.questions.items())
    return Group(f"{counts}。", *(table for table in tables if table.row_count))


def _counts(questions: Iterable[AnyQuestion]) -> dict[str, int]:
    types = (q.type if isinstance(q, LabelledQuestion) else ONLY_ANSWERABLE for q in questions)
    counts = Counter(types)
    return {type_: counts[type_] for type_ in TYPE_NAMES if counts[type_]} | {ALL: counts.total()}


def _answer_figures(evaluation: Evaluation) -> list[tuple[str, str, Claims | Share]]:
    """Key, Chinese name and value of what was measured of the answers."""
    figures = [
        ("province", "点到的省份 F1", evaluation.provinces),
        ("done", "判为已做的省份 F1", evaluation.done),
        ("status_accuracy", "状态判断正确（双方都点到的省份）", evaluation.statuses),
        ("all_provinces_judged", "每个省份都恰好判断一次的题", evaluation.all_judged),
        ("facts_stated", "说出了事实", evaluation.facts),
        ("figures_stated", "给出了数字", evaluation.figures),
        ("unanswerable_refused", "没有答案的题，说明了没有", evaluation.unanswerable_refused),
        ("answerable_refused", "有答案的题，却说没有（越低越好）", evaluation.answerable_refused),
        ("quotes_verbatim", "引文与原文逐字一致", evaluation.quotes),
    ]
    return [(key, name, value) for key, name, value in figures if value is not None]


def _own_table(evaluation: Evaluation) -> Table:
    table = Table("检索", "题数", NDCG, RECALL, FIRST)
    for one in evaluation.found[CEWEN]:
        figures = (one.ndcg, one.recall, one.first)
        table.add_row(TYPE_NAMES[one.type], str(one.questions), *map(_percent, figures))
    return table


def _searches_table(evaluation: Evaluation) -> Table:
    """The searches side by side: one measure for each type, every measure over all of them."""
    table = Table("对照", *(SEARCHES.get(name, name) for name in evaluation.found))
    for same_type in zip(*evaluation.found.values(), strict=True):
        name = TYPE_NAMES[same_type[0].type]
        table.add_row(f"{name} {NDCG}", *(_percent(one.ndcg) for one in same_type))
        if same_type[0].type == ALL:
            table.add_row(f"{name} {RECALL}", *(_percent(one.recall) for one in same_type))
            table.add_row(f"{name} {FIRST}", *(_percent(one.first) for one in same_type))
    return table


def _answers_table(evaluation: Evaluation) -> Table:
    table = Table("回答", "结果", "依据")
    for _, name, value in _answer_figures(evaluation):
        if isinstance(value, Claims):
            basis = f"对{value.right}，错{value.wrong}，漏{value.missed}"
            table.add_row(name, _percent(value.f1), basis)
        else:
            table.add_row(name, _percent(value.value), f"{value.right}/{value.of}")
    return table


def _percent(value: float) -> str:
    return f"{value:.1%}"


def _found_json(found: Found) -> dict[str, float]:
    figures = {NDCG: found.ndcg, RECALL: found.recall, FIRST: found.first}
    return {"questions": found.questions} | {n: round(v, 4) for n, v in figures.items()}


def _claims_json(claims: Claims) -> dict[str, float]:
    return {
        "f1": round(claims.f1, 4),
        "right": claims.right,
        "wrong": claims.wrong,
        "missed": claims.missed,
    }


def _share_json(share: Share) -> dict[str, float]:
    return {"value": round(share.value, 4), "right": share.right, "of": share.of}
