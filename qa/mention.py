"""Whether a province mentions what is asked: its best passage weighed, and read where that leaves it open."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from index.bundled import DATA
from index.ranking import BoolVector
from qa.linear import load_linear
from qa.signals import Vector

MODEL = DATA / "models" / "mention.toml"
READER = DATA / "models" / "which.npz"
MENTION_SIGNALS = (
    "log_odds",  # of the province's best passage
    "lead",  # of these over the best passage of all provinces: never above 0
    "read",  # log-odds that it tells of just what is asked, read with the question
)


@dataclass(frozen=True, slots=True)
class Mention:
    """Weights of `MENTION_SIGNALS`.

    A best passage below `open_from` is no mention; one above `open_to` is, unless it falls far behind
    the best of all provinces. Any other is a mention from `mentioned_above` on, where there would be none from
    `alone_above` on, and read where that may turn on it: readings lie between `read_from` and `read_to`.
    """

    weights: tuple[float, ...]
    bias: float
    open_from: float
    open_to: float
    mentioned_above: float
    alone_above: float
    read_from: float
    read_to: float

    def is_sure(self, log_odds: Vector, floor: float) -> BoolVector:
        """Which of the best passages are mentions unread; below `floor` they fall too far behind."""
        return (log_odds > self.open_to) & (log_odds >= floor)

    def is_open(self, log_odds: Vector, floor: float) -> BoolVector:
        """Which of the best passages are weighed with their reading."""
        return (log_odds >= self.open_from) & ~self.is_sure(log_odds, floor)

    def whatever_reads(self, signals: np.ndarray) -> tuple[BoolVector, BoolVector]:
        """Which are mentions whatever they read as, and which turn on it.

        Args:
            signals: rows of `MENTION_SIGNALS` without the reading.
        """
        low, high = (
            self.log_odds(np.column_stack([signals, np.full(len(signals), read)]))
            >= self.mentioned_above
            for read in (self.read_from, self.read_to)
        )
        return low, high & ~low

    def are_mentions(self, log_odds: Vector, is_any_sure: bool) -> BoolVector:
        """Which of those that were read are mentions, beside those that are sure."""
        found: BoolVector = log_odds >= self.mentioned_above
        return found if is_any_sure or found.any() else log_odds >= self.alone_above

    def log_odds(self, signals: np.ndarray) -> Vector:
        """The log-odds of each row of `MENTION_SIGNALS` that it is a mention."""
        found: Vector = signals @ np.array(self.weights) + self.bias
        return found


@cache
def load_mention(path: Path = MODEL) -> Mention:
    """The model in a file.

    Raises:
        KnowledgeError: unreadable, or its weights are not those of `MENTION_SIGNALS`.
    """
    return load_linear(path, MENTION_SIGNALS, Mention)
