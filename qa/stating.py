"""Which figure of a province answers: all that its passages state, weighed beside those of the others.

What speaks for a figure is weighed first; then the likeliest are read with the question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.bundled import DATA
from index.sentences import Span
from qa.figures import WeighedFigure
from qa.linear import load_linear
from qa.signals import Vector

MODEL = DATA / "models" / "stating.toml"
READER = DATA / "models" / "figures.npz"
READ_MODEL = DATA / "models" / "figures.toml"
READ_SIGNALS = (
    "stating",  # log-odds by `STATING_SIGNALS`
    "reading",  # log-odds, read with the question
)
STATING_SIGNALS = (
    "lead",  # of the passage's log-odds over the best of all: never above 0
    "own_lead",  # the same over the best passage of its province that states any figure
    "closeness",  # of the figure to the words of the question
    "fitness",
    "score_lead",  # of closeness and fitness over the best figure of all: never above 0
    "own_score_lead",  # the same over the best figure of its province
    "named",  # share of what it counts, in pairs of neighbouring characters, that the question names
    "own_covers_lead",  # of the share of the question that what it counts holds, over the best of its province
    "plan",  # 1 for a planned figure where no plan was asked for
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A figure that a passage of a province states.

    `row` is the passage's, `log_odds` that it answers, `named` the share of what it counts that the
    question names, `covers` the share of the question that names it, `is_aside` whether it is a plan and
    none was asked for, `is_below` whether it is of a city, county or zone that the question does not name.
    """

    province: str
    row: int
    log_odds: float
    weighed: WeighedFigure
    named: float
    covers: float
    is_aside: bool
    is_below: bool

    @property
    def span(self) -> Span:
        """Where its quantity stands in the passage."""
        return self.weighed.figure.quantity.start, self.weighed.figure.quantity.end

    @property
    def kind(self) -> str:
        """What kind of quantity it is."""
        return self.weighed.figure.quantity.kind


@dataclass(frozen=True, slots=True)
class Stating:
    """Weights of `STATING_SIGNALS`, or of `READ_SIGNALS`; a figure is told from `stated_above` on.

    Where several provinces state one from `shared_above` on, a question that names none asks them all.
    """

    weights: tuple[float, ...]
    bias: float
    stated_above: float
    shared_above: float

    def log_odds(self, signals: NDArray[np.floating]) -> Vector:
        """The log-odds of the statements in the rows of `signals` that they are what is asked for."""
        odds: Vector = signals @ np.array(self.weights) + self.bias
        return odds


def told_of_each(statements: Sequence[Statement], odds: Vector, above: float) -> list[Statement]:
    """The statement of each province that answers best by its `odds`, of those from `above` on.

    A smaller place stands for its province only where that states no figure of the kind itself.
    """
    best: dict[str, Statement] = {}
    for place in np.argsort(-odds, kind="stable").tolist():
        if odds[place] < above:
            break
        statement = statements[place]
        told = best.setdefault(statement.province, statement)
        if told.is_below and not statement.is_below and told.kind == statement.kind:
            best[statement.province] = statement
    return list(best.values())


def stating_signals(statements: Sequence[Statement]) -> NDArray[np.floating]:
    """`STATING_SIGNALS` of each statement made for one question, shape (n, signals); there is at least one."""
    odds = np.array([statement.log_odds for statement in statements])
    scores = np.array([statement.weighed.score for statement in statements])
    closeness = [statement.weighed.closeness for statement in statements]
    fitness = [statement.weighed.fitness for statement in statements]
    provinces = np.array([statement.province for statement in statements])
    return np.column_stack(
        [
            odds - odds.max(),
            _own_lead(odds, provinces),
            closeness,
            fitness,
            scores - scores.max(),
            _own_lead(scores, provinces),
            [statement.named for statement in statements],
            _own_lead(np.array([statement.covers for statement in statements]), provinces),
            [float(statement.is_aside) for statement in statements],
        ]
    )


def _own_lead(values: Vector, provinces: np.ndarray) -> Vector:
    """How far each value falls behind the best of its province."""
    lead: Vector = np.zeros_like(values)
    for province in np.unique(provinces):
        own = provinces == province
        lead[own] = values[own] - values[own].max()
    return lead


@cache
def load_stating(path: Path = MODEL) -> Stating:
    """The model in a file, which weighs what speaks for a figure.

    Raises:
        KnowledgeError: unreadable, or its weights are not those of `STATING_SIGNALS`.
    """
    return load_linear(path, STATING_SIGNALS, Stating)


@cache
def load_stating_read(path: Path = READ_MODEL) -> Stating:
    """The model in a file, which weighs that and what was read; raises as `load_stating`, of `READ_SIGNALS`."""
    return load_linear(path, READ_SIGNALS, Stating)
