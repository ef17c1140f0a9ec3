"""Linear models in files: weights by name, a bias, thresholds."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from index.errors import KnowledgeError

Model = TypeVar("Model")


def load_linear(path: Path, names: Sequence[str], make: Callable[..., Model]) -> Model:
    """What `make` makes of the model in a file: its `weights` in the order of `names`, and the rest.

    Raises:
        KnowledgeError: unreadable, its weights are not those of `names`, or `make` takes no such rest.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        weights = table.pop("weights")
        if set(weights) != set(names):
            raise ValueError("权重与信号不一致，请用生成它的 bench 脚本重新生成")
        return make(weights=tuple(float(weights[name]) for name in names), **table)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise KnowledgeError(f"{path.name} 有误：{error}。") from error
