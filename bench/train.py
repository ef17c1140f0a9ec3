"""Fit the models in `data/models/` on the labelled questions that are kept for tuning.

Run: `python -m bench.train`. Half of the questions are held out (`bench.questions.is_held_out`) and
never seen here.

- `relevance.toml`: a row is a passage of a question; its label is whether it is evidence.
- `grounds.toml`: a row is a question of `questions.jsonl`, `answerable.jsonl` or `hard.jsonl`; its label
  is whether the document answers it. The thresholds are where cross-validation refuses
  `WRONGLY_REFUSED`, and doubts `WRONGLY_DOUBTED`, of those that it does, the hard ones left aside.
- `likeness.toml`: a row is a pair of passages of two provinces; its label is whether one question has
  both as evidence. Only passages that are evidence of something are compared with all others.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_recall_curve
from sklearn.model_selection import cross_val_predict

from bench.questions import (
    HARD_FILE,
    AnyQuestion,
    LabelledQuestion,
    is_held_out,
    read_answerable,
    read_questions,
)
from index.build import open_or_build
from qa import grounds, likeness, relevance
from qa.config import load_settings
from qa.grounds import GROUNDS, TERMS, expanded
from qa.likeness import LIKENESS_SIGNALS
from qa.opening import open_whole
from qa.relevance import load_relevance
from qa.retrieve import Searcher
from qa.signals import SIGNALS

RELEVANCE_HEADER = """\
# How likely a passage answers a question: log-odds = bias + sum of weight x signal (qa/signals.py).
# Fitted by `python -m bench.train`; the thresholds below the bias were chosen on the same
# questions: see bench/results.md. 由 bench/train.py 生成，阈值的由来见 bench/results.md。
"""
LIKENESS_HEADER = """\
# How likely two passages tell of the same practice: log-odds = bias + sum of weight x signal
# (qa/likeness.py). Fitted by `python -m bench.train`. 由 bench/train.py 生成。
"""
GROUNDS_HEADER = """\
# How likely a question can be answered at all: log-odds = bias + sum of weight x term, the terms being
# the grounds of qa/grounds.py, standardised, and their squares and products. Each ground has its lowest
# and highest value, mean and deviation. Fitted by `python -m bench.train`. 由 bench/train.py 生成。
"""
WRONGLY_REFUSED, WRONGLY_DOUBTED = 0.05, 0.12
GROUNDS_C = 0.3
EXTREMES = (0.01, 0.99)
THRESHOLDS = {"mentioned_above": -2.2, "mentioned_within": 4.0}
SAME_PRACTICE = ("set", "analog")
"""Questions whose evidence of different provinces is the same practice."""


def main() -> int:
    """Fit and write."""
    settings = load_settings()
    store = open_or_build(settings.store, settings.encoder, print)
    questions = [q for q in read_questions() if not is_held_out(q)]
    _fit_relevance(open_whole(store), [q for q in questions if q.type != "analog"])
    # What follows stands on the relevance just fitted.
    load_relevance.cache_clear()
    searcher = open_whole(store)
    _fit_grounds(searcher)
    _fit_likeness(searcher, [q for q in questions if q.type in SAME_PRACTICE])
    return 0


def _fit_relevance(searcher: Searcher, questions: Sequence[LabelledQuestion]) -> None:
    signals, labels = relevance_rows(searcher, questions)
    model = LogisticRegression(max_iter=5000).fit(signals, labels)
    _write(relevance.MODEL, RELEVANCE_HEADER, SIGNALS, model, THRESHOLDS)
    print(
        f"relevance: {len(questions)} questions, {len(labels)} rows, {int(labels.sum())} evidence"
    )


def _fit_grounds(searcher: Searcher) -> None:
    usual: list[AnyQuestion] = [*read_questions(), *read_answerable()]
    hard = read_answerable(HARD_FILE)
    rows, labels, is_usual = [], [], []
    for asked in (q for q in (*usual, *hard) if not is_held_out(q)):
        question = searcher.read(asked.question)
        found = searcher.grounds(question)
        if found and not question.elsewhere:
            rows.append(found)
            labels.append(asked.answerable)
            is_usual.append(asked in usual)
    lowest, highest = np.quantile(rows, EXTREMES, axis=0)
    bounded = np.clip(rows, lowest, highest)
    mean, deviation = bounded.mean(axis=0), bounded.std(axis=0)
    terms = np.array([expanded(row) for row in (bounded - mean) / deviation])
    model = LogisticRegression(C=GROUNDS_C, max_iter=5000)
    odds = cross_val_predict(model, terms, labels, cv=10, method="decision_function")
    is_answered, counts = np.array(labels, dtype=bool), np.array(is_usual, dtype=bool)
    answered = odds[is_answered & counts]
    refused, doubted = map(float, np.quantile(answered, (WRONGLY_REFUSED, WRONGLY_DOUBTED)))
    ranges = zip(GROUNDS, lowest, highest, mean, deviation, strict=True)
    lines = [f"{n} = [{', '.join(f'{v:.4f}' for v in values)}]" for n, *values in ranges]
    extra = {"refused_below": round(refused, 3), "doubted_below": round(doubted, 3)}
    model.fit(terms, labels)
    _write(grounds.MODEL, GROUNDS_HEADER, TERMS, model, extra, ["", "[grounds]", *lines])
    for called, among in (("usual", counts), ("hard", ~counts)):
        rest = odds[~is_answered & among]
        shares = f"refused {(rest < refused).mean():.2f}, or doubted {(rest < doubted).mean():.2f}"
        print(f"grounds: {among.sum()} {called} questions; of the unanswerable {shares}")


def _fit_likeness(searcher: Searcher, questions: Sequence[LabelledQuestion]) -> None:
    signals, labels = _likeness_rows(searcher, questions)
    model = LogisticRegression(C=100, max_iter=5000).fit(signals, labels)
    odds = model.decision_function(signals)
    precision, recall, edges = precision_recall_curve(labels, odds)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
    best = float(edges[int(np.argmax(f1[:-1]))])
    _write(
        likeness.MODEL, LIKENESS_HEADER, LIKENESS_SIGNALS, model, {"alike_above": round(best, 2)}
    )
    print(f"likeness: {len(labels)} pairs, {int(labels.sum())} alike, F1 {f1.max():.2f}")


def relevance_rows(
    searcher: Searcher, questions: Iterable[LabelledQuestion]
) -> tuple[np.ndarray, np.ndarray]:
    """Signals and labels of the passages that each question may be answered by."""
    addresses = _addresses(searcher)
    signals, labels = [], []
    for labelled in questions:
        question = searcher.read(labelled.question)
        allowed = searcher.allowed(question)
        evidence = np.isin(addresses, labelled.evidence)
        signals.append(searcher.signals(question)[allowed])
        labels.append(evidence[allowed])
    return np.vstack(signals), np.concatenate(labels)


def _likeness_rows(
    searcher: Searcher, questions: Iterable[LabelledQuestion]
) -> tuple[np.ndarray, np.ndarray]:
    """Signals and labels of the pairs of passages of two provinces."""
    provinces = np.array([passage.province for passage in searcher.store.passages])
    row_of = {address: row for row, address in enumerate(_addresses(searcher))}
    alike: dict[int, set[int]] = defaultdict(set)
    for labelled in questions:
        rows = {row_of[address] for address in labelled.relevant}
        for row in rows:
            alike[row] |= rows
    signals, labels = [], []
    for row, others in alike.items():
        elsewhere = provinces != provinces[row]
        signals.append(searcher.likeness.signals(row)[elsewhere])
        labels.append(np.isin(np.arange(len(provinces)), list(others))[elsewhere])
    return np.vstack(signals), np.concatenate(labels)


def _addresses(searcher: Searcher) -> list[str]:
    return [passage.id.split("/", 1)[1] for passage in searcher.store.passages]


def _write(
    path: Path,
    header: str,
    names: Sequence[str],
    model: LogisticRegression,
    thresholds: dict[str, float],
    tables: Sequence[str] = (),
) -> None:
    lines = [header, f"bias = {model.intercept_[0]:.4f}"]
    lines += [f"{name} = {value}" for name, value in thresholds.items()]
    lines += [*tables, "", "[weights]"]
    lines += [f"{_key(name)} = {w:.4f}" for name, w in zip(names, model.coef_[0], strict=True)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _key(name: str) -> str:
    return name if name.isidentifier() else f'"{name}"'


if __name__ == "__main__":
    sys.exit(main())
