"""What each part is worth: the pipeline with one part switched off at a time, on the held-out half.

Run: `python -m bench.ablation`, or `python -m bench.run --ablation`. Where what is switched off changes
the signals, the relevance model is fitted again without it on the other half, as `bench/train.py` does;
the grounds for refusing stay as they are but for the log-odds that this model gives them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from unittest import mock

import numpy as np
from sklearn.linear_model import LogisticRegression

from bench.answers import ask
from bench.evaluate import CEWEN, Evaluation, evaluate_answers
from bench.labelled import read_bundled
from bench.quality import DEPTH
from bench.questions import is_held_out, read_questions
from bench.train import relevance_rows
from index.build import open_or_build
from index.encode import Encoder, QueryCache, load_encoder
from index.filters import Filter
from index.ranking import BoolVector
from index.segment import load_segmenter
from index.store import Store
from qa.answer import Answerer
from qa.config import load_settings
from qa.judge import Judge, Judgement
from qa.records import DONE, Question
from qa.relevance import load_relevance
from qa.retrieve import Searcher
from qa.signals import SIGNALS

DENSE = ("core_cosine", "sentence_cosine")
OF_SENTENCES = ("sentence_cosine", "sentence_coverage")
COLUMNS = (
    "nDCG@10 all",
    "province F1",
    "done F1",
    "status accuracy",
    "unanswerable refused",
    "answerable refused",
)


class LargeCache(QueryCache):
    """Remembers every question of the bench: all pipelines ask the same ones."""

    SIZE = 10_000


class WholeQuestion(Searcher):
    """Searches for the question as it was asked, its scaffolding left on."""

    def read(self, text: str) -> Question:
        """`text`, understood; its core is all of it."""
        question = super().read(text)
        return replace(question, core=question.asked)


class Unfiltered(Searcher):
    """Lets a question's own provinces, columns and themes filter nothing."""

    def allowed(self, question: Question, wanted: Filter | None = None) -> BoolVector:
        """What the user chose, and for similar practices the other provinces."""
        kept = question.source_provinces
        return super().allowed(replace(question, provinces=kept, columns=(), themes=()), wanted)


class EqualTasks(Searcher):
    """Ranks a task like any other passage."""

    def _is_unasked_task(self, question: Question, wanted: Filter | None = None) -> BoolVector:  # noqa: ARG002
        return np.zeros_like(self._is_task)


class Sourceless(Searcher):
    """Ranks similar practices by the question alone, tasks last."""

    def source_rows(self, question: Question) -> list[int]:  # noqa: ARG002
        """None, whatever the question."""
        return []


class Unread(Searcher):
    """Reads no passages: the grounds, the log-odds and likeness decide alone."""

    alike = None

    def reading(self, question: Question) -> None:
        """Nothing, whatever the question."""


class ColumnJudge(Judge):
    """Takes every achievement for done, however it is worded."""

    def _judge_achievements(self, province: str, rows: tuple[int, ...], *_: object) -> Judgement:
        return Judgement(province, DONE, rows)


class ColumnAnswerer(Answerer):
    """Judges by the column alone."""

    def __init__(self, searcher: Searcher) -> None:
        super().__init__(searcher)
        self._judge = ColumnJudge(searcher.store.passages, searcher.relevance)


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The pipeline with something switched off; `refitted` when that changes the signals."""

    name: str
    without: tuple[str, ...] = ()
    searcher: type[Searcher] = Searcher
    answerer: type[Answerer] = Answerer
    refitted: bool = False
    during: Callable[[], AbstractContextManager[object]] = nullcontext


PIPELINES = (
    Pipeline("the full pipeline"),
    Pipeline("without dense signals", DENSE, refitted=True),
    Pipeline("without BM25", ("bm25",), refitted=True),
    Pipeline(
        "without synonyms",
        refitted=True,
        # The one part that has no seam of its own: a table loaded once a process.
        during=partial(mock.patch, "qa.signals.load_synonyms", dict),
    ),
    Pipeline("without sentence signals", OF_SENTENCES, refitted=True),
    Pipeline("without context coverage", ("context_coverage",), refitted=True),
    Pipeline("without taking off the scaffolding", searcher=WholeQuestion, refitted=True),
    Pipeline("without filters from understanding", searcher=Unfiltered),
    Pipeline("without task demotion", searcher=EqualTasks),
    Pipeline("without likeness to the source", searcher=Sourceless),
    Pipeline("without reading passages", searcher=Unread),
    Pipeline("judging by column only", answerer=ColumnAnswerer),
)


def main() -> int:
    """Print the table."""
    settings = load_settings()
    print(ablation_table(open_or_build(settings.store, settings.encoder, print)))
    return 0


def ablation_table(store: Store) -> str:
    """A row for each pipeline, in Markdown."""
    encoder = LargeCache(load_encoder(store.manifest.encoder))
    lines = [
        f"| pipeline | {' | '.join(COLUMNS)} |",
        "|---" * (1 + len(COLUMNS)) + "|",
    ]
    for pipeline in PIPELINES:
        figures = _figures(measured(pipeline, store, encoder))
        lines.append(f"| {pipeline.name} | {' | '.join(f'{value:.3f}' for value in figures)} |")
    return "\n".join(lines) + "\n"


def measured(pipeline: Pipeline, store: Store, encoder: Encoder) -> Evaluation:
    """How a pipeline does on the questions held out."""
    questions = [q for q in read_bundled(store) if is_held_out(q)]
    with pipeline.during():
        searcher = pipeline.searcher(store, encoder, load_segmenter(), load_relevance())
        if pipeline.refitted:
            searcher = _refitted(pipeline, searcher, encoder)
        return evaluate_answers(ask(pipeline.answerer(searcher), questions, DEPTH), store)


def _refitted(pipeline: Pipeline, searcher: Searcher, encoder: Encoder) -> Searcher:
    """The same searcher with the relevance model fitted on the signals that are left."""
    tuning = [q for q in read_questions() if not is_held_out(q) and q.type != "analog"]
    signals, labels = relevance_rows(searcher, tuning)
    kept = np.array([name not in pipeline.without for name in SIGNALS])
    model = LogisticRegression(max_iter=5000).fit(signals[:, kept], labels)
    weights = np.zeros(len(SIGNALS))
    weights[kept] = model.coef_[0]
    relevance = replace(searcher.relevance, weights=tuple(weights), bias=float(model.intercept_[0]))
    return pipeline.searcher(searcher.store, encoder, searcher.segmenter, relevance)


def _figures(evaluation: Evaluation) -> Iterator[float]:
    """The figures of `COLUMNS`; every one can be measured on the project's own questions."""
    yield evaluation.found[CEWEN][-1].ndcg
    for claims in (evaluation.provinces, evaluation.done):
        yield claims.f1 if claims else float("nan")
    refusals = (evaluation.unanswerable_refused, evaluation.answerable_refused)
    for share in (evaluation.statuses, *refusals):
        yield share.value if share else float("nan")


if __name__ == "__main__":
    sys.exit(main())
