"""Teach the reader of practices to heed what is asked: the question for the like of one goes before its passage.

Run: `python -m bench.train_likened half` and `python -m bench.train_likened whole`, after `bench.train_alike`,
from whose network it goes on. It learns from `likened.jsonl`: questions for the like of a passage, and which of the
nearest in other provinces tell of what is asked, which in part, which not. No passage there is the source of a
labelled question by which quality is measured. Some pairs of `alike.jsonl` are read again, without a question.

- `half` learns from the passages of every other row of the tables, and tells how well it ranks what is near to the
  others beside the network that it goes on from.
- `whole` learns from all and writes `data/models/alike.npz`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from bench.train import addresses_of, open_as_set
from bench.train_alike import (
    ALIKE,
    PARTLY,
    RATE,
    UNLIKE,
    Judged,
    halves,
    judged_in,
    ndcg,
    read_judged,
    rows_saying_the_same,
)
from bench.train_reader import SEED, Learning, Pair, is_half_wanted, learn
from index.e5.pairs import pair_tokens, read_adapter, write_adapter
from index.e5.weights import read_weights
from index.encode import FloatVector, bundled_weights
from qa.alike import READER, PracticeTexts
from qa.reading import PassageReader
from qa.records import Question
from qa.retrieve import Searcher

LIKENED_FILE = Path(__file__).with_name("likened.jsonl")
EPOCHS = 1
FEW = {ALIKE: 3, PARTLY: 2, UNLIKE: 2}
"""So many others, at most, are read with each question, and with each passage that is read again."""
MISTAKEN_EVERY = 4
"""For one in so many questions a passage that is not meant is read, the likeliest of its province: what is asked is
to be heeded where the wrong passage was taken for it."""

Texts = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Likened:
    """A question for the like of a passage, and which others tell of what it asks."""

    question: Question
    judged: Judged


class Beside:
    """What is read for a question: what it asks with the practice it means, and the others beside it."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self._passages = searcher.store.passages
        self._provinces = searcher.store.facets.labels("province")
        self._texts = PracticeTexts(searcher.store, searcher.backdrop.whitening)

    def alone(self, judged: Judged, others: Sequence[int]) -> list[Texts]:
        """A passage as it stands, and each of `others`."""
        practice = self._texts.practice(judged.row)
        return [(practice, self._texts.beside(judged.row, other)) for other in others]

    def asked(self, question: Question, source: int, others: Sequence[int]) -> list[Texts]:
        """What is asked of the passage in `source`, and each of `others`."""
        span = self._searcher.best_sentence(question, source)
        practice = self._texts.practice(source, span, question.asked)
        return [(practice, self._texts.beside(source, other, span)) for other in others]

    def mistaken(self, likened: Likened) -> int:
        """The likeliest passage of the province that is not meant."""
        row = likened.judged.row
        own = (self._provinces == self._provinces[row]) & [
            passage.text != self._passages[row].text for passage in self._passages
        ]
        odds = self._searcher.logits(likened.question)
        return int(np.where(own, odds, -np.inf).argmax())


def main(arguments: Sequence[str] | None = None) -> int:
    """Learn, and tell or write."""
    is_half = is_half_wanted("bench.train_likened", arguments)
    searcher = open_as_set()
    judged, likened = list(read_judged(searcher.store)), list(read_likened(searcher))
    taught, left = halves(searcher.store, judged) if is_half else (judged, [])
    shunned = rows_saying_the_same(searcher.store, left)
    rows = {each.row for each in taught} - shunned
    beside = Beside(searcher)
    learning = teach(
        beside,
        [each for each in judged if each.row in rows],
        [each for each in likened if each.judged.row in rows],
        shunned,
    )
    if is_half:
        tell(beside, learning, [each for each in likened if each.judged.row not in rows])
    else:
        write_adapter(READER, learning.adapter())
    return 0


def teach(
    beside: Beside, judged: Sequence[Judged], likened: Sequence[Likened], shunned: set[int]
) -> Learning:
    """A network that has learnt from a few pairs of each, but none with `shunned` passages."""
    torch.manual_seed(SEED)
    learning = Learning(read_weights(bundled_weights()), read_adapter(READER))
    chance = np.random.default_rng(SEED)
    pairs: list[Pair] = []
    for each in judged:
        others = _few(each.labels, shunned, chance)
        pairs += _pairs(learning, beside.alone(each, others), [each.labels[o] for o in others])
    for at, asked in enumerate(likened):
        labels = asked.judged.labels
        others = _few(labels, shunned, chance)
        source = beside.mistaken(asked) if at % MISTAKEN_EVERY == 0 else asked.judged.row
        texts = beside.asked(asked.question, source, others)
        pairs += _pairs(learning, texts, [labels[o] for o in others])
    print(f"{len(pairs)} pairs of {len(judged)} passages and {len(likened)} questions")
    learn(learning, pairs, RATE, EPOCHS)
    return learning


def tell(beside: Beside, learning: Learning, left: Sequence[Likened]) -> None:
    """How well what is near to passages left out is ranked by reading it with the question, and before without."""
    before = PassageReader(READER)

    @torch.inference_mode()
    def now(texts: Sequence[Texts]) -> FloatVector:
        rows = [pair_tokens(learning.tokens, *each) for each in texts]
        found: FloatVector = learning.log_odds(rows).numpy()
        return found

    ranked = []
    for each in left:
        others = list(each.judged.labels)
        alone = beside.alone(each.judged, others)
        asked = beside.asked(each.question, each.judged.row, others)
        odds = before.log_odds(alone[0][0], [passage for _, passage in alone]), now(asked)
        ranked.append([ndcg(each.judged, of) for of in odds])
    for name, mean in zip(("without", "with"), np.nanmean(ranked, axis=0), strict=True):
        print(f"nDCG@10 of what is near, read {name} the question: {mean:.3f}")


def read_likened(searcher: Searcher, path: Path = LIKENED_FILE) -> Iterator[Likened]:
    """The questions of a file, understood, with what it says of passages, in its order."""
    rows = {address: row for row, address in enumerate(addresses_of(searcher.store))}
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        yield Likened(searcher.read(entry["question"]), judged_in(entry, rows))


def _pairs(learning: Learning, texts: Sequence[Texts], labels: Sequence[float]) -> Iterator[Pair]:
    for (asked, passage), label in zip(texts, labels, strict=True):
        yield Pair(pair_tokens(learning.tokens, asked, passage), label)


def _few(labels: dict[int, float], shunned: set[int], chance: np.random.Generator) -> list[int]:
    """Some passages of each label, none of them `shunned`."""
    found: list[int] = []
    for label, most in FEW.items():
        rows = [row for row, given in labels.items() if given == label and row not in shunned]
        found += chance.permutation(np.array(rows, dtype=int))[:most].tolist()
    return found


if __name__ == "__main__":
    sys.exit(main())
