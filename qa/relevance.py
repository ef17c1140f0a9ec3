"""How likely a passage answers a question: a small linear model over the signals.

Its weights are a data file, fitted by `bench/train.py` on labelled questions.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.bundled import DATA
from index.encode import FloatMatrix
from qa.linear import load_linear
from qa.signals import SIGNALS

MODEL = DATA / "models" / "relevance.toml"
Vector = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Relevance:
    """Weights of `SIGNALS`, and what the model's logits mean.

    A province is held to be mentioned when its best passage reaches `mentioned_above` and comes
    within `mentioned_within` of the best of all.
    """

    weights: tuple[float, ...]
    bias: float
    mentioned_above: float
    mentioned_within: float

    def logits(self, signals: FloatMatrix) -> Vector:
        """The log-odds of each row of `signals` that its passage answers."""
        logits: Vector = signals @ np.array(self.weights, dtype=np.float32) + self.bias
        return logits


@cache
def load_relevance(path: Path = MODEL) -> Relevance:
    """The model in a file.

    Raises:
        KnowledgeError: unreadable, or its weights are not those of `SIGNALS`.
    """
    return load_linear(path, SIGNALS, Relevance)
