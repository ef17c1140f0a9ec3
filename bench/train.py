"""Fit the models in `data/models/` on the labelled questions that are kept for tuning.

Run: `python -m bench.train`. Half of the questions are held out (`bench.questions.is_held_out`) and
never seen here.

- `relevance.toml`: a row is a passage of a question; its label is whether it is evidence.
- `grounds.toml`: a row is a question of `questions.jsonl`, `answerable.jsonl` or `hard.jsonl`; its label
  is whether the document answers it. The grounds leave it open unless they lie so low as only the first
  share in `UNREAD` of those that it does, or so high as only the second of those that it does not: what
  the best passages read as is weighed beside them there. The thresholds are where cross-validation
  refuses `WRONGLY_REFUSED`, and doubts `WRONGLY_DOUBTED`, of those that it answers, the hard ones left
  aside.
- `mention.toml`, after `bench.train_which`: a row is a province and a question which provinces; its label is
  whether the province is to be named. Those whose best passage is settled without reading are left out.
- `stating.toml`: a row is a figure that a passage states and a question of figures; its label is whether it is
  what its province is to be told with.
- `likeness.toml`: a row is a pair of passages of two provinces; its label is whether one question has
  both as evidence. Only passages that are evidence of something are compared with all others. A wrong
  one counts as two that are missed (F of 0.7): wrong is worse than silent.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_recall_curve
from sklearn.model_selection import cross_val_predict

from bench.answers import states
from bench.questions import (
    ANALOG,
    HARD_FILE,
    NUMERIC,
    SET,
    AnyQuestion,
    LabelledQuestion,
    is_held_out,
    read_answerable,
    read_questions,
)
from index.build import open_or_build
from index.errors import EncoderError
from index.store import Store
from qa import grounds, likeness, mention, relevance, stating
from qa.config import load_settings
from qa.grounds import GROUNDS, READING, TERMS, expanded
from qa.judge import Judge
from qa.likeness import LIKENESS_SIGNALS
from qa.mention import MENTION_SIGNALS, Mention
from qa.opening import open_whole
from qa.reading import Read
from qa.records import Question
from qa.relevance import load_relevance
from qa.retrieve import Searcher
from qa.signals import SIGNALS
from qa.stating import STATING_SIGNALS, stating_signals
from qa.tabulate import statements

RELEVANCE_HEADER = """\
# How likely a passage answers a question: log-odds = bias + sum of weight x signal (qa/signals.py).
# Fitted by `python -m bench.train`; the thresholds below the bias were chosen on the same
# questions: see bench/results.md. 由 bench/train.py 生成，阈值的由来见 bench/results.md。
"""
MENTION_HEADER = """\
# How likely a province whose best passage is in doubt mentions what is asked: log-odds = bias + sum of
# weight x signal (qa/mention.py). Fitted by `python -m bench.train`; the thresholds were chosen on the same
# questions: see bench/results.md. 由 bench/train.py 生成，阈值的由来见 bench/results.md。
"""
STATING_HEADER = """\
# How likely a figure is the one of its province that is asked for: log-odds = bias + sum of weight x signal
# (qa/stating.py). Fitted by `python -m bench.train`; the thresholds were chosen on the same questions: see
# bench/results.md. 由 bench/train.py 生成，阈值的由来见 bench/results.md。
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
WRONGLY_REFUSED, WRONGLY_DOUBTED = 0.0225, 0.07
GROUNDS_C = 0.3
UNREAD = (0.005, 0.03)
EXTREMES = (0.01, 0.99)
MENTION = {
    "open_from": -2.5,
    "open_to": 0.0,
    "mentioned_above": 0.0,
    "alone_above": -1.4,
    "read_from": -3.1,
    "read_to": 3.0,
}
"""Readings of the tuning half lie from -3.0 to 2.7."""
STATING = {"stated_above": -1.85, "shared_above": -0.5}
THRESHOLDS = {"mentioned_above": -2.2, "mentioned_within": 4.0}
SAME_PRACTICE = (SET, ANALOG)
"""Questions whose evidence of different provinces is the same practice."""


def main() -> int:
    """Fit and write."""
    settings = load_settings()
    store = open_or_build(settings.store, settings.encoder, print)
    questions = [q for q in read_questions() if not is_held_out(q)]
    _fit_relevance(open_whole(store), [q for q in questions if q.type != ANALOG])
    # What follows stands on the relevance just fitted.
    load_relevance.cache_clear()
    searcher = open_whole(store)
    _fit_grounds(searcher)
    _fit_mention(searcher, [q for q in questions if q.type == "set"])
    _fit_stating(searcher, [q for q in questions if q.type == NUMERIC])
    _fit_likeness(searcher, [q for q in questions if q.type in SAME_PRACTICE])
    return 0


def _fit_relevance(searcher: Searcher, questions: Sequence[LabelledQuestion]) -> None:
    signals, labels = relevance_rows(searcher, questions)
    model = LogisticRegression(max_iter=5000).fit(signals, labels)
    write_linear(relevance.MODEL, RELEVANCE_HEADER, SIGNALS, model, THRESHOLDS)
    print(
        f"relevance: {len(questions)} questions, {len(labels)} rows, {int(labels.sum())} evidence"
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """The questions that the grounds are fitted on, one in a row."""

    grounds: NDArray[np.float64]
    read: NDArray[np.float64]
    is_answered: NDArray[np.bool_]
    is_usual: NDArray[np.bool_]


def _fit_grounds(searcher: Searcher) -> None:
    asked = _asked(searcher)
    answered, usual = asked.is_answered, asked.is_usual
    lowest, highest = np.quantile(asked.grounds, EXTREMES, axis=0)
    bounded = np.clip(asked.grounds, lowest, highest)
    mean, deviation = bounded.mean(axis=0), bounded.std(axis=0)
    terms = np.array([expanded(row) for row in (bounded - mean) / deviation])
    model = LogisticRegression(C=GROUNDS_C, max_iter=5000)
    odds = cross_val_predict(model, terms, answered, cv=10, method="decision_function")
    model.fit(terms, answered)
    # Reading: where the odds by the grounds alone leave it open.
    open_from = float(np.quantile(odds[answered & usual], UNREAD[0]))
    open_to = float(np.quantile(odds[~answered & usual], 1 - UNREAD[1]))
    is_open = (odds >= open_from) & (odds <= open_to)
    beside = np.column_stack([odds, asked.read])[is_open]
    reading = LogisticRegression(max_iter=5000)
    odds[is_open] = cross_val_predict(
        reading, beside, answered[is_open], cv=10, method="decision_function"
    )
    reading.fit(beside, answered[is_open])
    refused, doubted = map(
        float, np.quantile(odds[answered & usual], (WRONGLY_REFUSED, WRONGLY_DOUBTED))
    )
    thresholds = {
        "refused_below": round(refused, 3),
        "doubted_below": round(doubted, 3),
        "open_from": round(open_from, 3),
        "open_to": round(open_to, 3),
    }
    parts = zip(READING, (reading.intercept_[0], *reading.coef_[0]), strict=True)
    ranges = zip(GROUNDS, lowest, highest, mean, deviation, strict=True)
    tables = ["", "[reading]", *(f"{name} = {weight:.4f}" for name, weight in parts)]
    tables += ["", "[grounds]"]
    tables += [f"{n} = [{', '.join(f'{v:.4f}' for v in values)}]" for n, *values in ranges]
    write_linear(grounds.MODEL, GROUNDS_HEADER, TERMS, model, thresholds, tables)
    print(f"grounds: {is_open[usual & answered].mean():.2f} of the usual answerable ones are read")
    for called, among in (("usual", usual), ("hard", ~usual)):
        rest = odds[~answered & among]
        shares = f"refused {(rest < refused).mean():.2f}, or doubted {(rest < doubted).mean():.2f}"
        print(f"grounds: {among.sum()} {called} questions; of the unanswerable {shares}")


def _asked(searcher: Searcher) -> _Asked:
    usual: list[AnyQuestion] = [*read_questions(), *read_answerable()]
    found, read, answered, is_usual = [], [], [], []
    for asked in (q for q in (*usual, *read_answerable(HARD_FILE)) if not is_held_out(q)):
        question = searcher.read(asked.question)
        row = searcher.grounds(question)
        if row and not question.elsewhere:
            found.append(row)
            read.append(searcher.best_read(_needed(searcher.reading(question)), question))
            answered.append(asked.answerable)
            is_usual.append(asked in usual)
    return _Asked(np.array(found), np.array(read), np.array(answered), np.array(is_usual))


def _fit_likeness(searcher: Searcher, questions: Sequence[LabelledQuestion]) -> None:
    signals, labels = _likeness_rows(searcher, questions)
    model = LogisticRegression(C=100, max_iter=5000).fit(signals, labels)
    odds = model.decision_function(signals)
    precision, recall, edges = precision_recall_curve(labels, odds)
    worth = 1.5 * precision * recall / np.maximum(0.5 * precision + recall, 1e-9)
    best = float(edges[int(np.argmax(worth[:-1]))])
    write_linear(
        likeness.MODEL, LIKENESS_HEADER, LIKENESS_SIGNALS, model, {"alike_above": round(best, 2)}
    )
    print(f"likeness: {len(labels)} pairs, {int(labels.sum())} alike, F of 0.7: {worth.max():.2f}")


def relevance_rows(
    searcher: Searcher, questions: Iterable[LabelledQuestion]
) -> tuple[np.ndarray, np.ndarray]:
    """Signals and labels of the passages that each question may be answered by."""
    addresses = addresses_of(searcher.store)
    signals, labels = [], []
    for labelled in questions:
        question = searcher.read(labelled.question)
        allowed = searcher.allowed(question)
        evidence = np.isin(addresses, labelled.evidence)
        signals.append(searcher.signals(question)[allowed])
        labels.append(evidence[allowed])
    return np.vstack(signals), np.concatenate(labels)


def _fit_mention(searcher: Searcher, questions: Sequence[LabelledQuestion]) -> None:
    provinces = np.array([passage.province for passage in searcher.store.passages])
    judge = Judge(searcher.store.passages, searcher.relevance)
    limits = Mention((), 0.0, **MENTION)
    rows, labels = [], []
    for labelled in questions:
        question = searcher.read(labelled.question)
        logits = usable_logits(searcher, question)
        of_each = [np.flatnonzero(provinces == p) for p in searcher.store.facets.values["province"]]
        best = np.array([own[np.argmax(logits[own])] for own in of_each])
        best = best[limits.is_open(logits[best], judge.floor(logits))]
        if len(best):
            odds = logits[best]
            read = _needed(searcher.reading_which(question))(best.tolist())
            rows.append(np.column_stack([odds, odds - logits.max(), read]))
            labels += [provinces[row] in labelled.provinces for row in best]
    model = LogisticRegression(max_iter=5000).fit(np.vstack(rows), labels)
    write_linear(mention.MODEL, MENTION_HEADER, MENTION_SIGNALS, model, MENTION)
    print(f"mention: {len(labels)} provinces read, {sum(labels)} to be named")


def _fit_stating(searcher: Searcher, questions: Sequence[LabelledQuestion]) -> None:
    everyone = searcher.store.facets.values["province"]
    rows, labels = [], []
    for labelled in questions:
        question = searcher.read(labelled.question)
        logits = usable_logits(searcher, question)
        made = statements(searcher, question, question.provinces or everyone, logits)
        if not made:
            continue
        rows.append(stating_signals(made))
        labels += [
            states(labelled.provinces.get(one.province, ""), one.weighed.figure.quantity.text)
            for one in made
        ]
    model = LogisticRegression(max_iter=5000).fit(np.vstack(rows), labels)
    write_linear(stating.MODEL, STATING_HEADER, STATING_SIGNALS, model, STATING)
    print(f"stating: {len(labels)} figures, {sum(labels)} to be told")


def usable_logits(searcher: Searcher, question: Question) -> NDArray[np.floating]:
    """The log-odds of every passage, minus infinity where it may not be used."""
    return np.where(searcher.allowed(question), searcher.logits(question), -np.inf)


def _needed(read: Read | None) -> Read:
    """What reads, where anything can."""
    if read is None:
        raise EncoderError("这个平台没有内置编码模型的安装包，不能训练。")
    return read


def _likeness_rows(
    searcher: Searcher, questions: Iterable[LabelledQuestion]
) -> tuple[np.ndarray, np.ndarray]:
    """Signals and labels of the pairs of passages of two provinces."""
    provinces = np.array([passage.province for passage in searcher.store.passages])
    row_of = {address: row for row, address in enumerate(addresses_of(searcher.store))}
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


def open_as_set() -> Searcher:
    """A searcher of the store that the settings name, which is built where there is none."""
    settings = load_settings()
    return open_whole(open_or_build(settings.store, settings.encoder, print))


def addresses_of(store: Store) -> list[str]:
    """What labels call each passage of a store of one document: where it stands in it."""
    return [passage.id.split("/", 1)[1] for passage in store.passages]


def write_linear(
    path: Path,
    header: str,
    names: Sequence[str],
    model: LogisticRegression,
    thresholds: dict[str, float],
    tables: Sequence[str] = (),
) -> None:
    """A file holds `model`: its bias, `thresholds` and further `tables`, and a weight for each of `names`."""
    lines = [header, f"bias = {model.intercept_[0]:.4f}"]
    lines += [f"{name} = {value}" for name, value in thresholds.items()]
    lines += [*tables, "", "[weights]"]
    lines += [f"{_key(name)} = {w:.4f}" for name, w in zip(names, model.coef_[0], strict=True)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _key(name: str) -> str:
    return name if name.isidentifier() else f'"{name}"'


if __name__ == "__main__":
    sys.exit(main())
