"""Whether a question can be answered from the store at all: grounds for it, weighed by a model."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations, combinations_with_replacement
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.bundled import DATA
from index.encode import FloatMatrix
from index.errors import KnowledgeError
from index.ranking import BoolVector
from index.records import Passage
from index.runs import CharacterRuns
from index.text import close_gaps
from qa.figures import asks_figure, nearest_figure
from qa.postings import Postings
from qa.records import FACT, FIGURES, Question
from qa.signals import SIGNALS, SignalIndex, Vector

MODEL = DATA / "models" / "grounds.toml"
GROUNDS = (
    "best",  # log-odds of the best passage
    "best_ten",  # mean log-odds of the best ten
    "cosine",  # of the nearest sentence, from 0 at unrelated to about 1 at the same
    "coverage",  # idf-weighted share of what is asked in one sentence of the best passage
    "unknown",  # idf-weighted share of its words that no passage has, in their synonyms neither
    "together",  # share of pairs of its telling words that stand together in some sentence
    "unseen_run",  # most characters in a row of which no three stand together in any passage
    "seen_pairs",  # share of its pairs of neighbouring characters that stand in some passage
    "words",  # logarithm of how many words are asked for
    "is_numeric",  # whether a number or a date is asked for
    "figure",  # how near a figure of the asked kind stands to what is asked, in the best five: 0 to 3
    "lead",  # log-odds of the best passage above those of the fifth
    "length",  # characters of what is asked
)
READING = ("constant", "grounds", "read")
"""What the log-odds after reading are made of."""
FIRST = 5
"""So many of the best passages are read for a figure."""
LOWEST_COSINE, COSINE_SPAN = 0.87, 0.03
TELLING_IDF = 1.0


@dataclass(frozen=True, slots=True)
class GroundsModel:
    """A linear model over `GROUNDS`, their squares and products, each standardised first.

    `lowest` and `highest` bound what has been seen of each; beyond them nothing is extrapolated.
    A question whose log-odds are below `refused_below` is refused, below `doubted_below` answered
    with a caution. Where they lie from `open_from` to `open_to`, the best passages are read, and
    `reading` weighs a constant, these log-odds, and those that the reading comes to.
    """

    lowest: tuple[float, ...]
    highest: tuple[float, ...]
    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float
    refused_below: float
    doubted_below: float
    open_from: float
    open_to: float
    reading: tuple[float, ...]

    def log_odds(self, grounds: Sequence[float]) -> float:
        """The log-odds that a question with these `grounds` can be answered."""
        bounded = np.clip(grounds, self.lowest, self.highest)
        standard = (bounded - np.array(self.mean)) / np.array(self.deviation)
        return float(expanded(standard) @ np.array(self.weights) + self.bias)

    def is_open(self, log_odds: float) -> bool:
        """Whether the grounds leave it open, so that passages must be read."""
        return self.open_from <= log_odds <= self.open_to

    def after_reading(self, log_odds: float, read: float) -> float:
        """The log-odds of an open question, by its grounds and what was `read`."""
        return float(np.dot(self.reading, (1.0, log_odds, read)))


def expanded(standard: NDArray[np.floating]) -> NDArray[np.floating]:
    """Values followed by their squares and products, in the order of `TERMS`."""
    pairs = combinations_with_replacement(range(len(GROUNDS)), 2)
    return np.array([*standard, *(standard[i] * standard[j] for i, j in pairs)])


TERMS = (*GROUNDS, *(f"{a} {b}" for a, b in combinations_with_replacement(GROUNDS, 2)))
"""Names of what is weighed: each ground, then each pair of them."""


class GroundsIndex:
    """Computes the grounds of questions put to one store."""

    def __init__(
        self,
        passages: Sequence[Passage],
        runs: CharacterRuns,
        postings: Postings,
        signals: SignalIndex,
    ) -> None:
        self._passages = passages
        self._runs, self._postings, self._signals = runs, postings, signals

    def compute(
        self, question: Question, signals: FloatMatrix, logits: Vector, allowed: BoolVector
    ) -> tuple[float, ...]:
        """The grounds, in the order of `GROUNDS`, from the `allowed` passages; at least one is."""
        rows = np.flatnonzero(allowed)
        best = rows[np.argsort(-logits[rows], kind="stable")[:10]]
        words = self._signals.words_of(question)
        core = close_gaps(question.core).replace(" ", "")
        is_numeric = question.kind in (FACT, FIGURES) and asks_figure(question.asked)
        first = best[:FIRST]
        return (
            float(logits[best[0]]),
            float(logits[best].mean()),
            (self._signals.best_cosine(question, allowed) - LOWEST_COSINE) / COSINE_SPAN,
            float(signals[best[0], SIGNALS.index("sentence_coverage")]),
            self._unknown(words),
            self._together(words),
            float(self._unseen_run(core)),
            self._seen_pairs(core),
            float(np.log1p(len(words))),
            float(is_numeric),
            self._figure(question, words, first) if is_numeric else 0.0,
            float(logits[first[0]] - logits[first[-1]]),
            float(len(core)),
        )

    def _figure(self, question: Question, words: Sequence[str], rows: Iterable[int]) -> float:
        texts = (self._passages[row].text for row in rows)
        return max(nearest_figure(question.asked, words, text) for text in texts)

    def _unknown(self, words: Sequence[str]) -> float:
        weights = np.array([self._postings.idf(word) for word in words])
        unknown = np.array([not self._signals.is_known(word) for word in words])
        return float(weights @ unknown / weights.sum()) if len(words) else 1.0

    def _together(self, words: Sequence[str]) -> float:
        telling = [w for w in words if len(w) > 1 and self._postings.idf(w) > TELLING_IDF]
        pairs = [self._signals.stand_together(a, b) for a, b in combinations(telling, 2)]
        return sum(pairs) / len(pairs) if pairs else 1.0

    def _seen_pairs(self, core: str) -> float:
        stand = self._runs.standing(core, 2)
        return float(stand.mean()) if len(stand) else 0.0

    def _unseen_run(self, core: str) -> int:
        seen = np.zeros(len(core), dtype=bool)
        for at in np.flatnonzero(self._runs.standing(core, 3)):
            seen[at : at + 3] = True
        runs = "".join("." if known else "#" for known in seen).split(".")
        return max(map(len, runs))


@cache
def load_grounds_model(path: Path = MODEL) -> GroundsModel:
    """The model in a file.

    Raises:
        KnowledgeError: unreadable, or its terms are not `GROUNDS` and `TERMS`.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        ranges, weights = table["grounds"], table["weights"]
        if tuple(ranges) != GROUNDS or tuple(weights) != TERMS:
            raise ValueError("各项与程序不一致，请用 bench/train.py 重新生成")
        lowest, highest, mean, deviation = zip(*ranges.values(), strict=True)
        return GroundsModel(
            lowest=lowest,
            highest=highest,
            mean=mean,
            deviation=deviation,
            weights=tuple(weights.values()),
            bias=table["bias"],
            refused_below=table["refused_below"],
            doubted_below=table["doubted_below"],
            open_from=table["open_from"],
            open_to=table["open_to"],
            reading=tuple(table["reading"][name] for name in READING),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise KnowledgeError(f"{path.name} 有误：{error}。") from error
