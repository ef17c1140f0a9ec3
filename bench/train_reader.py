"""Teach the bundled network to tell whether a passage answers a question; writes `data/models/reader.npz`.

Run: `python -m bench.train_reader`. It learns from `pairs.jsonl` only: for each passage of the document,
questions that it answers and near misses that it does not, written with that passage alone in sight, and
questions on other things with the passages nearest to them. The labelled questions by which quality is
measured are never seen. Follow it by `python -m bench.train_which whole`, which goes on from it,
and `python -m bench.train`, which weighs what they read.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.functional import binary_cross_entropy_with_logits, dropout, linear

from bench.train import addresses_of, open_as_set
from index.e5.network import MATRICES, Network
from index.e5.pairs import Adapter, pair_tokens, write_adapter
from index.e5.tokens import Tokens
from index.e5.weights import Weights, read_weights
from index.encode import bundled_weights
from qa.reading import MODEL
from qa.retrieve import Searcher

PAIRS_FILE = Path(__file__).with_name("pairs.jsonl")
RANK, SCALE, DROPPED = 16, 2.0, 0.1
EPOCHS, BATCH, RATE, WARM_UP, DECAY, SMOOTHED = 2, 16, 3e-4, 60, 0.01, 0.05
SORTED_BATCHES = 16
"""Pairs of so many batches are ordered by length, so that little is padded."""
SEED = 0


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts in one row of tokens, and how likely the second is what is looked for, from 0 to 1."""

    tokens: list[int]
    label: float


class Tokenised(Protocol):
    """What is learnt from: a row of tokens with whatever is to be told of it."""

    @property
    def tokens(self) -> list[int]:
        """The numbers of the pieces."""
        ...


Example = TypeVar("Example", bound=Tokenised)


class Learning(Network):
    """The network with low-rank changes that can be learnt."""

    def __init__(self, weights: Weights, start: Adapter | None = None) -> None:
        """Begin with the network itself, or with what was learnt before."""
        super().__init__(weights)
        names = [
            f"l{layer}.{matrix}" for layer in range(weights.sizes.layers) for matrix in MATRICES
        ]
        shapes = {name: self.tensors[f"{name}.w"].shape for name in names}
        self._down = {
            name: (torch.randn(RANK, into) / math.sqrt(into)).requires_grad_()
            for name, (_out, into) in shapes.items()
        }
        self._up = {
            name: torch.zeros(out, RANK, requires_grad=True)
            for name, (out, _into) in shapes.items()
        }
        self._head = nn.Linear(weights.sizes.width, 1)
        nn.init.normal_(self._head.weight, std=0.05)
        nn.init.zeros_(self._head.bias)
        if start:
            self._begin_with(start)

    def linear(self, name: str, states: Tensor) -> Tensor:
        """As `Network`, and what has been learnt."""
        narrow = dropout(linear(states, self._down[name]), DROPPED, torch.is_grad_enabled())
        return super().linear(name, states) + SCALE * linear(narrow, self._up[name])

    def log_odds(self, batch: Sequence[Sequence[int]]) -> Tensor:
        """The log-odds of each pair, shape (n,)."""
        found: Tensor = self._head(self.means(batch).float())[:, 0]
        return found

    def loss(self, batch: Sequence[Any]) -> Tensor:
        """How far the log-odds of pairs are from their labels."""
        odds = self.log_odds([pair.tokens for pair in batch])
        return far_off(odds, [pair.label for pair in batch])

    def _begin_with(self, start: Adapter) -> None:
        with torch.no_grad():
            for name in self._down:
                self._down[name].copy_(torch.from_numpy(start.down[name]))
                self._up[name].copy_(torch.from_numpy(start.up[name] / SCALE))
            self._head.weight.copy_(torch.from_numpy(start.weights))
            self._head.bias.fill_(start.bias)

    def parameters(self) -> list[Tensor]:
        """All that is learnt."""
        return [*self._down.values(), *self._up.values(), *self._head.parameters()]

    def adapter(self) -> Adapter:
        """What has been learnt."""
        return Adapter(
            {name: array.detach().numpy() for name, array in self._down.items()},
            {name: (SCALE * array).detach().numpy() for name, array in self._up.items()},
            self._head.weight.detach().numpy()[0],
            float(self._head.bias.detach()),
        )


def is_half_wanted(program: str, arguments: Sequence[str] | None = None) -> bool:
    """Whether the command asks for `half`, which learns from a part and tells how well, or for `whole`."""
    parser = argparse.ArgumentParser(prog=program)
    parser.add_argument("part", choices=("half", "whole"))
    return bool(parser.parse_args(arguments).part == "half")


def main() -> int:
    """Learn and write."""
    searcher = open_as_set()
    torch.manual_seed(SEED)
    learning = Learning(read_weights(bundled_weights()))
    pairs = read_pairs(searcher, learning.tokens)
    print(f"{len(pairs)} pairs, {sum(pair.label for pair in pairs):.0f} of them answered")
    learn(learning, pairs)
    write_adapter(MODEL, learning.adapter())
    return 0


def read_pairs(searcher: Searcher, tokens: Tokens, path: Path = PAIRS_FILE) -> list[Pair]:
    """The pairs of a file, the questions as they are understood."""
    store = searcher.store
    texts = dict(zip(addresses_of(store), (p.text for p in store.passages), strict=True))
    pairs = []
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        asked = searcher.read(entry["question"]).asked
        row = pair_tokens(tokens, asked, texts[entry["passage"]])
        pairs.append(Pair(row, float(entry["is_answer"])))
    return pairs


def far_off(odds: Tensor, labels: Sequence[float]) -> Tensor:
    """Cross-entropy of log-odds and labels from 0 to 1, of which none counts as quite certain."""
    smooth = torch.tensor(labels) * (1 - 2 * SMOOTHED) + SMOOTHED
    return binary_cross_entropy_with_logits(odds, smooth)


def learn(
    learning: Learning, examples: Sequence[Tokenised], rate: float = RATE, epochs: int = EPOCHS
) -> None:
    """Go through `examples` `epochs` times, from `rate` on ever more slowly."""
    order = np.random.default_rng(SEED)
    optimizer = torch.optim.AdamW(learning.parameters(), lr=rate, weight_decay=DECAY)
    batches = [batch for _ in range(epochs) for batch in _batches(examples, order)]
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / WARM_UP, 1 - step / len(batches))
    )
    started, recent = time.monotonic(), 0.0
    for step, batch in enumerate(batches, 1):
        with _fast():
            loss = learning.loss(batch)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(learning.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        recent += (loss.item() - recent) / min(step, 50)
        if step % 50 == 0:
            print(f"{step}/{len(batches)}: loss {recent:.3f}, {time.monotonic() - started:.0f} s")


@contextmanager
def _fast() -> Iterator[None]:
    """What is multiplied meanwhile is in half precision where the processor has it: there it takes half the time.

    Where it has not, it would take twenty times as long.
    """
    if torch.backends.cpu.get_cpu_capability() in ("DEFAULT", "AVX2"):
        yield
        return
    # The plain kernel, since the other's gradient is slow in half precision.
    with torch.autocast("cpu", torch.bfloat16), sdpa_kernel(SDPBackend.MATH):
        yield


def _batches(examples: Sequence[Example], order: np.random.Generator) -> Iterator[list[Example]]:
    """All examples once, in random order but for those of like length."""
    shuffled = [examples[i] for i in order.permutation(len(examples))]
    batches = []
    for start in range(0, len(examples), BATCH * SORTED_BATCHES):
        near = sorted(shuffled[start : start + BATCH * SORTED_BATCHES], key=lambda e: len(e.tokens))
        batches += [near[at : at + BATCH] for at in range(0, len(near), BATCH)]
    return (batches[i] for i in order.permutation(len(batches)))


if __name__ == "__main__":
    sys.exit(main())
