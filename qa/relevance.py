"""How likely a passage answers a question: a small linear model over the signals.

Its weights are a data file, fitted by `bench/train.py` on labelled questions.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.bundled import DATA
from index.encode import FloatMatrix
from index.errors import KnowledgeError
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
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        weights = table.pop("weights")
        if set(weights) != set(SIGNALS):
            raise ValueError("权重与信号不一致，请用 bench/train.py 重新生成")
        return Relevance(weights=tuple(weights[name] for name in SIGNALS), **table)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise KnowledgeError(f"{path.name} 有误：{error}。") from error
