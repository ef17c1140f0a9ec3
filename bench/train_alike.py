"""Teach the reader to tell whether two passages tell of the same practice, and weigh what it says.

Run: `python -m bench.train_alike half`, then `python -m bench.train_alike whole`, after `bench.train_reader`,
from whose network it goes on, and `bench.train`. It learns from `alike.jsonl` only: for the passages of the
document that tell of something done or planned, which of the nearest in other provinces tell of the same
practice, which in part, which not.

- `half` learns from the passages of every other row of the tables and shuns those of the others, and whatever says
  the same; it tells how well it ranks what is near to those, and writes `data/models/alike.toml`: what its reading
  counts beside likeness.
- `whole` learns from all and writes `data/models/alike.npz`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression

from bench.train import addresses_of, open_as_set, write_linear
from bench.train_reader import SEED, Learning, Pair, is_half_wanted, learn
from index.e5.pairs import pair_tokens, read_adapter, write_adapter
from index.e5.weights import read_weights
from index.encode import FloatVector, bundled_weights
from index.store import Store
from qa import reading
from qa.alike import ALIKE_SIGNALS, MODEL, READER, PracticeTexts
from qa.likeness import Likeness

ALIKE_FILE = Path(__file__).with_name("alike.jsonl")
ALIKE, PARTLY, UNLIKE = 1.0, 0.35, 0.0
LABELS = {"alike": ALIKE, "partly": PARTLY, "unlike": UNLIKE}
PARTLY_COUNTS = 0.5
"""Where what is alike is told from the rest, what is so in part counts half."""
RATE = 2e-4
"""Slower than at first: it knows already what texts have to do with each other."""
ALIKE_ABOVE = -1.0
"""Chosen on labelled questions: of the provinces told more are right and fewer are left out than by likeness."""
HEADER = """\
# How likely two passages tell of the same practice: log-odds = bias + sum of weight x signal
# (qa/alike.py); what is not read counts as `unread`. Fitted by `python -m bench.train_alike half`; the
# threshold was chosen on labelled questions: see bench/results.md. 由 bench/train_alike.py 生成。
"""


@dataclass(frozen=True, slots=True)
class Judged:
    """A passage and others, by their rows, with how alike each is."""

    row: int
    labels: dict[int, float]


def main(arguments: Sequence[str] | None = None) -> int:
    """Learn and write."""
    is_half = is_half_wanted("bench.train_alike", arguments)
    searcher = open_as_set()
    store = searcher.store
    texts = PracticeTexts(store, searcher.backdrop.whitening)
    judged = list(read_judged(store))
    taught, left = halves(store, judged) if is_half else (judged, [])
    shunned = rows_saying_the_same(store, left)
    learning = teach(texts, [each for each in taught if each.row not in shunned], shunned)
    if is_half:
        weigh(searcher.likeness, [(each, read(learning, texts, each)) for each in left])
    else:
        write_adapter(READER, learning.adapter())
    return 0


def halves(store: Store, judged: Sequence[Judged]) -> tuple[list[Judged], list[Judged]]:
    """Those of every other row of the tables, and those of the rows between."""
    rows = {each.row: store.passages[each.row].id.rsplit("/", 2)[0] for each in judged}
    taught = set(list(dict.fromkeys(rows.values()))[::2])
    return (
        [each for each in judged if rows[each.row] in taught],
        [each for each in judged if rows[each.row] not in taught],
    )


def rows_saying_the_same(store: Store, judged: Sequence[Judged]) -> set[int]:
    """The rows of all passages that read like one of `judged`."""
    texts = {store.passages[each.row].text for each in judged}
    return {row for row, passage in enumerate(store.passages) if passage.text in texts}


def teach(texts: PracticeTexts, taught: Sequence[Judged], shunned: set[int]) -> Learning:
    """A network that has learnt from all pairs of `taught` but those with `shunned` passages."""
    torch.manual_seed(SEED)
    learning = Learning(read_weights(bundled_weights()), read_adapter(reading.MODEL))
    pairs = [
        Pair(_tokens(learning, texts, each.row, row), label)
        for each in taught
        for row, label in each.labels.items()
        if row not in shunned
    ]
    print(f"{len(pairs)} pairs of {len(taught)} passages")
    learn(learning, pairs, RATE)
    return learning


@torch.inference_mode()
def read(learning: Learning, texts: PracticeTexts, judged: Judged) -> FloatVector:
    """The log-odds of what stands beside a passage, in the order of its labels."""
    rows = [_tokens(learning, texts, judged.row, row) for row in judged.labels]
    found: FloatVector = learning.log_odds(rows).numpy()
    return found


def weigh(likeness: Likeness, read_beside: Sequence[tuple[Judged, FloatVector]]) -> None:
    """Fit what reading counts beside likeness, and tell how well each ranks what is near."""
    like = [likeness.log_odds(each.row)[list(each.labels)] for each, _odds in read_beside]
    signals = np.column_stack([np.concatenate(like), np.concatenate([o for _, o in read_beside])])
    labels = np.array([label for each, _odds in read_beside for label in each.labels.values()])
    weights = np.where(labels == PARTLY, PARTLY_COUNTS, 1.0)
    model = LogisticRegression(max_iter=5000).fit(signals, labels == ALIKE, sample_weight=weights)
    unread = round(float(signals[labels == UNLIKE, 1].mean()), 2)
    write_linear(
        MODEL, HEADER, ALIKE_SIGNALS, model, {"alike_above": ALIKE_ABOVE, "unread": unread}
    )
    both = np.split(model.decision_function(signals), np.cumsum([len(o) for o in like])[:-1])
    for name, odds in (
        ("likeness", like),
        ("reading", [o for _, o in read_beside]),
        ("both", both),
    ):
        ranked = [ndcg(each, o) for (each, _), o in zip(read_beside, odds, strict=True)]
        print(f"nDCG@10 of what is near, ranked by {name}: {np.nanmean(ranked):.3f}")


def ndcg(judged: Judged, odds: FloatVector) -> float:
    """How well `odds` rank what is alike; not a number where nothing is."""
    is_alike = np.array(list(judged.labels.values()))[np.argsort(-odds)] == ALIKE
    weights = 1 / np.log2(np.arange(10) + 2)
    best = weights[: is_alike.sum()].sum()
    return float(weights[: len(is_alike)] @ is_alike[:10] / best) if best else np.nan


def read_judged(store: Store, path: Path = ALIKE_FILE) -> Iterator[Judged]:
    """What a file says of passages of `store`, in its order."""
    rows = {address: row for row, address in enumerate(addresses_of(store))}
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        yield judged_in(entry, rows)


def judged_in(entry: Mapping[str, Any], rows: Mapping[str, int]) -> Judged:
    """What a line of such a file says, with the row of each address."""
    labels = {rows[other]: label for name, label in LABELS.items() for other in entry[name]}
    return Judged(rows[entry["passage"]], labels)


def _tokens(learning: Learning, texts: PracticeTexts, row: int, other: int) -> list[int]:
    return pair_tokens(learning.tokens, texts.practice(row), texts.beside(row, other))


if __name__ == "__main__":
    sys.exit(main())
