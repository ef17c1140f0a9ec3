"""Fit `data/models/relevance.toml` on the labelled questions that are kept for tuning.

Run: `python -m bench.train`. A row is a passage of a question; its label is whether it is evidence.
Half of the questions are held out (`bench.questions.is_held_out`) and never seen here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from bench.questions import LabelledQuestion, is_held_out, read_questions
from index.build import open_or_build
from qa.config import load_settings
from qa.relevance import MODEL
from qa.retrieve import Searcher, open_searcher
from qa.signals import SIGNALS

HEADER = """\
# How likely a passage answers a question: log-odds = bias + sum of weight x signal (qa/signals.py).
# Fitted by `python -m bench.train`; the thresholds below the weights were chosen on the same
# questions: see bench/results.md. 由 bench/train.py 生成，阈值的由来见 bench/results.md。
"""
THRESHOLDS = {"mentioned_above": -2.2, "mentioned_within": 4.0, "refused_below": -3.0}


def main() -> int:
    """Fit and write."""
    settings = load_settings()
    searcher = open_searcher(open_or_build(settings.store, settings.encoder, print))
    questions = [q for q in read_questions() if not is_held_out(q) and q.type != "analog"]
    signals, labels = _rows(searcher, questions)
    model = LogisticRegression(max_iter=5000).fit(signals, labels)
    lines = [HEADER, f"bias = {model.intercept_[0]:.4f}"]
    lines += [f"{name} = {value}" for name, value in THRESHOLDS.items()]
    lines += ["", "[weights]"]
    lines += [f"{n} = {w:.4f}" for n, w in zip(SIGNALS, model.coef_[0], strict=True)]
    Path(MODEL).write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(questions)} questions, {len(labels)} rows, {int(labels.sum())} of them evidence")
    return 0


def _rows(
    searcher: Searcher, questions: Iterable[LabelledQuestion]
) -> tuple[np.ndarray, np.ndarray]:
    """Signals and labels of the passages that each question may be answered by."""
    passages = searcher.store.passages
    addresses = [passage.id.split("/", 1)[1] for passage in passages]
    signals, labels = [], []
    for labelled in questions:
        question = searcher.read(labelled.question)
        allowed = searcher.allowed(question)
        evidence = np.isin(addresses, labelled.evidence)
        signals.append(searcher.signals(question)[allowed])
        labels.append(evidence[allowed])
    return np.vstack(signals), np.concatenate(labels)


if __name__ == "__main__":
    sys.exit(main())
