"""Teach the reader which provinces are to be named: whether a passage tells of just what is asked.

Run: `python -m bench.train_which half`, then `python -m bench.train_which whole`, after `bench.train_reader`, from
whose network it goes on. It learns from `which.jsonl`: questions which provinces have or plan something, and of the
passages nearest to them which tell of it (as done, under way, planned or a task), which only of part of it or of
something beside it, which do not; of the document, and of passages of other fields made up for this
(`other_fields.jsonl`). Some of what the reader was taught before is read again, so that it is not forgotten.

- `half` learns from the passages of every other row of the tables and of two fields of three; it tells how well it
  finds those of the others that tell of what is asked, and how well the reader before it did, which knows all of the
  document.
- `whole` learns from all and writes `data/models/which.npz`. Follow it by `bench.train`, which weighs what is read.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from sklearn.metrics import average_precision_score

from bench.train import open_as_set
from bench.train_figures import Passage, is_own, left_out, read_passages
from bench.train_reader import SEED, Learning, Pair, is_half_wanted, learn, read_pairs
from index.e5.pairs import pair_tokens, read_adapter, write_adapter
from index.e5.weights import read_weights
from index.encode import bundled_weights
from index.sentences import Span, sentence_spans
from qa.mention import READER
from qa.reading import MODEL, around
from qa.retrieve import Searcher

WHICH_FILE = Path(__file__).with_name("which.jsonl")
TELLS, PARTLY, UNTOLD = 1.0, 0.2, 0.0
LABELS = {
    "done": TELLS,
    "doing": TELLS,
    "planned": TELLS,
    "tasked": TELLS,
    "partly": PARTLY,
    "no": UNTOLD,
}
RATE, EPOCHS = 2e-4, 1
AGAIN_EVERY = 4
"""One in so many of the pairs learnt before is read again."""


@dataclass(frozen=True, slots=True)
class Which:
    """A question which provinces, and how far each of some passages tells of what it asks."""

    question: str
    labels: dict[str, float]


def main(arguments: Sequence[str] | None = None) -> int:
    """Learn, and tell or write."""
    is_half = is_half_wanted("bench.train_which", arguments)
    searcher = open_as_set()
    passages = read_passages(searcher)
    asked = list(read_which())
    left = left_out(passages) if is_half else set()
    taught = {name for name, passage in passages.items() if passage.part not in left}
    torch.manual_seed(SEED)
    learning = Learning(read_weights(bundled_weights()), read_adapter(MODEL))
    reading = Reading(searcher, learning, passages)
    if is_half:
        tell("before", reading, asked, passages.keys() - taught)
    pairs = [pair for each in asked for pair in reading.pairs(each, taught)]
    print(f"{len(asked)} questions, {len(pairs)} pairs")
    learn(learning, [*pairs, *read_pairs(searcher, learning.tokens)[::AGAIN_EVERY]], RATE, EPOCHS)
    if is_half:
        tell("now", reading, asked, passages.keys() - taught)
    else:
        write_adapter(READER, learning.adapter())
    return 0


def read_which(path: Path = WHICH_FILE) -> Iterator[Which]:
    """The questions of a file, in its order."""
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        labels = {passage: value for name, value in LABELS.items() for passage in entry[name]}
        yield Which(entry["question"], labels)


class Reading:
    """What a network reads of the passages of a question: each as an answer would have it read."""

    def __init__(
        self, searcher: Searcher, learning: Learning, passages: Mapping[str, Passage]
    ) -> None:
        self._searcher, self._learning, self._passages = searcher, learning, passages
        self._rows = {name: row for row, name in enumerate(n for n in passages if is_own(n))}

    def pairs(self, which: Which, some: set[str]) -> Iterator[Pair]:
        """The question beside those of its passages that are among `some`."""
        question = self._searcher.read(which.question)
        for name, label in which.labels.items():
            if name not in some:
                continue
            text = self._passages[name].text
            if is_own(name):
                span = self._searcher.best_sentence(question, self._rows[name])
            else:
                span = nearest_sentence(which.question, text)
            tokens = pair_tokens(self._learning.tokens, question.asked, around(text, span))
            yield Pair(tokens, label)

    @torch.inference_mode()
    def odds(self, pairs: Sequence[Pair]) -> list[float]:
        """The log-odds of each that the passage tells of what is asked."""
        return [float(self._learning.log_odds([pair.tokens])) for pair in pairs]


def nearest_sentence(question: str, text: str) -> Span:
    """The sentence of a text of no store that shares most characters with a question."""
    asked = set(question)
    return max(sentence_spans(text), key=lambda span: len(asked & set(text[slice(*span)])))


def tell(when: str, reading: Reading, asked: Sequence[Which], left: set[str]) -> None:
    """How well passages that tell of what is asked are found among those that were left out."""
    for name, some in (
        ("the document", {n for n in left if is_own(n)}),
        ("other fields", {n for n in left if not is_own(n)}),
    ):
        pairs = [pair for each in asked for pair in reading.pairs(each, some)]
        is_told = np.array([pair.label == TELLS for pair in pairs])
        precision = average_precision_score(is_told, reading.odds(pairs))
        print(f"average precision {when}, {name}: {precision:.3f} of {len(pairs)} pairs")


if __name__ == "__main__":
    sys.exit(main())
