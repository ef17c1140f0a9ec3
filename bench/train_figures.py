"""Teach the reader which figure of a passage is the one asked for, and weigh what it says.

Run: `python -m bench.train_figures half`, then `python -m bench.train_figures whole`, after `bench.train_reader`,
from whose network it goes on, and `bench.train`. It learns from `figures.jsonl` only: questions for figures, and
which of those in the passages near to them are right, which partly so (another level, a part, a plan), which wrong;
of the document, and of passages of other fields made up for this (`other_fields.jsonl`).

- `half` learns from the passages of every other row of the tables and of two fields of three; it tells how well it
  tells the figures of the others, and writes `data/models/figures.toml`: what reading counts beside what else speaks
  for a figure.
- `whole` learns from all and writes `data/models/figures.npz`.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from torch import Tensor, nn

from bench.train import addresses_of, open_as_set, usable_logits, write_linear
from bench.train_reader import SEED, Learning, far_off, is_half_wanted, learn
from index.e5.pairs import Adapter, read_adapter, write_adapter
from index.e5.spans import pooled, span_tokens
from index.e5.weights import Weights, read_weights
from index.encode import bundled_weights
from index.sentences import Span
from qa import reading
from qa.figures.windows import windows
from qa.retrieve import Searcher
from qa.stating import READ_MODEL, READ_SIGNALS, READER
from qa.tabulate import stated_odds, statements

FIGURES_FILE = Path(__file__).with_name("figures.jsonl")
PASSAGES_FILE = Path(__file__).with_name("other_fields.jsonl")
RIGHT, PARTLY, WRONG = 1.0, 0.35, 0.0
LABELS = {"right": RIGHT, "partly": PARTLY, "wrong": WRONG}
PARTLY_COUNTS = 0.5
"""Where what is right is told from the rest, what is so in part counts half."""
RATE, EPOCHS = 4e-4, 3
THRESHOLDS = {"stated_above": -1.8, "shared_above": -1.0}
HEADER = """\
# How likely a figure is the one of its province that is asked for, once it is read with the question: log-odds = bias
# + sum of weight x signal (qa/stating.py). Fitted by
# `python -m bench.train_figures half`; the thresholds were chosen on labelled questions: see bench/results.md.
# 由 bench/train_figures.py 生成。
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a figure stands: in the passage `passage`, from character `start` on."""

    passage: str
    start: int


@dataclass(frozen=True, slots=True)
class Label:
    """Before which character a figure ends, and how right it is."""

    end: int
    right: float


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question, and the figures that may answer it."""

    question: str
    labels: dict[Place, Label]


@dataclass(frozen=True, slots=True)
class Passage:
    """A text, whether it is `plan` or `achievement`, and the `part` of the whole that it belongs to."""

    text: str
    column: str
    part: str


@dataclass(frozen=True, slots=True)
class Spanned:
    """A question and a window of a passage in one row of tokens, where in it its figures stand.

    `figures` and `labels` say which those are, and how right.
    """

    tokens: list[int]
    places: list[Span]
    figures: list[Place]
    labels: list[float]


class SpanLearning(Learning):
    """As `Learning`, and what the mean over a part of the passage counts."""

    def __init__(self, weights: Weights, start: Adapter) -> None:
        """Begin with what was learnt of whole passages."""
        super().__init__(weights, start)
        self._span = nn.Linear(weights.sizes.width, 1, bias=False)
        nn.init.normal_(self._span.weight, std=0.02)

    def odds(self, batch: Sequence[Spanned]) -> Tensor:
        """The log-odds of all figures, in order."""
        states, is_token = self.states([example.tokens for example in batch])
        whole, own = pooled(states, is_token, [example.places for example in batch])
        found: Tensor = (self._head(whole.float()) + self._span(own.float()))[:, 0]
        return found

    def loss(self, batch: Sequence[Spanned]) -> Tensor:
        """As `Learning.loss`, of figures."""
        return far_off(self.odds(batch), [label for example in batch for label in example.labels])

    def parameters(self) -> list[Tensor]:
        """As `Learning`."""
        return [*super().parameters(), self._span.weight]

    def adapter(self) -> Adapter:
        """As `Learning`."""
        whole = super().adapter()
        return Adapter(
            whole.down, whole.up, whole.weights, whole.bias, self._span.weight.detach().numpy()[0]
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Learn and write."""
    is_half = is_half_wanted("bench.train_figures", arguments)
    searcher = open_as_set()
    passages = read_passages(searcher)
    labelled = list(read_labelled_figures())
    shunned = left_out(passages) if is_half else set()
    torch.manual_seed(SEED)
    learning = SpanLearning(read_weights(bundled_weights()), read_adapter(reading.MODEL))
    taught = [e for each in labelled for e in examples(learning, each, passages, shunned)]
    print(f"{len(labelled)} questions, {len(taught)} windows")
    learn(learning, taught, RATE, EPOCHS)
    if is_half:
        kept = {passage.part for passage in passages.values()} - shunned
        read = [_read(learning, examples(learning, each, passages, kept)) for each in labelled]
        weigh(searcher, labelled, read)
    else:
        write_adapter(READER, learning.adapter())
    return 0


def read_passages(searcher: Searcher, path: Path = PASSAGES_FILE) -> dict[str, Passage]:
    """The passages of a store, in its order, and those of a file, by what labels call them."""
    found = {}
    for passage, address in zip(searcher.store.passages, addresses_of(searcher.store), strict=True):
        found[address] = Passage(passage.text, passage.column, address.rsplit("/", 2)[0])
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        found[entry["id"]] = Passage(entry["text"], entry["column"], entry["field"])
    return found


def read_labelled_figures(path: Path = FIGURES_FILE) -> Iterator[Labelled]:
    """The questions of a file with the figures that may answer them."""
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        labels = {
            Place(passage, start): Label(start + len(text), right)
            for name, right in LABELS.items()
            for passage, start, text in entry[name]
        }
        yield Labelled(entry["question"], labels)


def is_own(name: str) -> bool:
    """Whether a passage, or a part of the whole, is the document's: these are called by their row."""
    return "/" in name


def left_out(passages: Mapping[str, Passage]) -> set[str]:
    """Every other row of the tables, and every third of the fields."""
    parts = dict.fromkeys(passage.part for passage in passages.values())
    rows = [part for part in parts if is_own(part)]
    fields = [part for part in parts if not is_own(part)]
    return {*rows[1::2], *fields[2::3]}


def examples(
    learning: SpanLearning,
    labelled: Labelled,
    passages: Mapping[str, Passage],
    shunned: Iterable[str] = (),
) -> Iterator[Spanned]:
    """What is read for one question: the windows around its figures, but of the parts `shunned`."""
    by_passage: dict[str, list[Place]] = defaultdict(list)
    for place in labelled.labels:
        if passages[place.passage].part not in shunned:
            by_passage[place.passage].append(place)
    for name, places in by_passage.items():
        passage = passages[name]
        spans = [(place.start, labelled.labels[place].end) for place in places]
        for window in windows(passage.text, passage.column, spans):
            row, at = span_tokens(learning.tokens, labelled.question, window.text, window.spans)
            figures = [places[i] for i in window.places]
            yield Spanned(row, at, figures, [labelled.labels[f].right for f in figures])


def weigh(
    searcher: Searcher, labelled: Sequence[Labelled], read: Sequence[Mapping[Place, float]]
) -> None:
    """Fit what reading counts, by how the figures of passages not taught read; tell how well each tells them."""
    found = [
        (is_own(place.passage), each.labels[place].right == RIGHT, value)
        for each, odds in zip(labelled, read, strict=True)
        for place, value in odds.items()
    ]
    of_document, is_right, values = (np.array(column) for column in zip(*found, strict=True))
    for name, some in (("the document", of_document), ("other fields", ~of_document)):
        precision = average_precision_score(is_right[some], values[some])
        print(
            f"average precision of reading alone, {name}: {precision:.3f} of {some.sum()} figures"
        )
    signals, labels = _beside(searcher, labelled, read)
    weights = np.where(labels == PARTLY, PARTLY_COUNTS, 1.0)
    model = LogisticRegression(max_iter=5000).fit(signals, labels == RIGHT, sample_weight=weights)
    write_linear(READ_MODEL, HEADER, READ_SIGNALS, model, THRESHOLDS)
    both = model.decision_function(signals)
    for name, scores in (
        ("what else speaks", signals[:, 0]),
        ("reading", signals[:, 1]),
        ("both", both),
    ):
        precision = average_precision_score(labels == RIGHT, scores)
        print(f"average precision by {name}: {precision:.3f} of {len(labels)} figures")


@torch.inference_mode()
def _read(learning: SpanLearning, windows_of_one: Iterable[Spanned]) -> dict[Place, float]:
    """How the figures of a question read."""
    return {
        figure: odds
        for example in windows_of_one
        for figure, odds in zip(example.figures, learning.odds([example]).tolist(), strict=True)
    }


def _beside(
    searcher: Searcher, labelled: Sequence[Labelled], read: Sequence[Mapping[Place, float]]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """`READ_SIGNALS` of the document's figures that were read, and their labels."""
    addresses = addresses_of(searcher.store)
    rows, labels = [], []
    for each, odds in zip(labelled, read, strict=True):
        if not any(is_own(place.passage) for place in odds):
            continue
        question = searcher.read(each.question)
        logits = usable_logits(searcher, question)
        everyone = question.provinces or searcher.store.facets.values["province"]
        made = statements(searcher, question, everyone, logits)
        for one, known in zip(made, stated_odds(made), strict=True):
            place = Place(addresses[one.row], one.weighed.figure.quantity.start)
            if place in odds:
                rows.append((known, odds[place]))
                labels.append(each.labels[place].right)
    return np.array(rows), np.array(labels)


if __name__ == "__main__":
    sys.exit(main())
