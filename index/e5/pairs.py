"""The network reading a question and a passage together: whether the one is answered by the other.

A cross-encoder (Nogueira & Cho 2019) made of the encoder's own weights: low-rank changes to its matrices
(LoRA, Hu et al. 2022) and one row that weighs the mean of the last states are all that is added.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from index.e5.network import PROMPT, Network
from index.e5.tokens import Tokens

QUESTION_PROMPT = "query: "
QUESTION_TOKENS, PASSAGE_TOKENS = 96, 256
"""What is longer is cut off."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """What makes a cross-encoder of the network: float32 arrays by a matrix's name in the network.

    A matrix of shape (out, in) becomes itself and `up` (out, rank) times `down` (rank, in). `weights`
    (width,) and `bias` turn the mean of the last states into log-odds; `span_weights` (width,), where there
    are any, what the mean over a part of the passage adds to them.
    """

    down: dict[str, NDArray[np.float32]]
    up: dict[str, NDArray[np.float32]]
    weights: NDArray[np.float32]
    bias: float
    span_weights: NDArray[np.float32] | None = None

    def change(self, network: Network) -> None:
        """Adapt `network`, which from then on can do nothing else."""
        for name, up in self.up.items():
            network.tensors[f"{name}.w"] += torch.from_numpy(up @ self.down[name])


class PairNetwork:
    """Question and passages → log-odds that each answers it."""

    def __init__(self, network: Network, adapter: Adapter) -> None:
        """Adapt `network`, which from then on can do nothing else."""
        adapter.change(network)
        network.to_integers()
        self._network = network
        self._weights, self._bias = torch.from_numpy(adapter.weights), adapter.bias

    @torch.inference_mode()
    def log_odds(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """The log-odds that each of `passages` answers `question`, shape (n,)."""
        pairs = [pair_tokens(self._network.tokens, question, passage) for passage in passages]
        found: NDArray[np.float32] = (self._network.means(pairs) @ self._weights).numpy()
        return found + np.float32(self._bias)


def pair_tokens(tokens: Tokens, question: str, passage: str) -> list[int]:
    """A question and a passage in one row of tokens, as the network reads a pair of texts."""
    said = tokens.marked(tokens.of(PROMPT + passage)[:PASSAGE_TOKENS])
    return [*question_tokens(tokens, question), *said[1:]]


def question_tokens(tokens: Tokens, question: str) -> list[int]:
    """The beginning of such a row: the question between its marks, and the mark before the passage."""
    asked = tokens.marked(tokens.of(QUESTION_PROMPT + question)[:QUESTION_TOKENS])
    return [*asked, asked[-1]]


def write_adapter(path: Path, adapter: Adapter) -> None:
    """A file holds `adapter`, in half precision."""
    arrays = {f"{name}.down": array for name, array in adapter.down.items()}
    arrays |= {f"{name}.up": array for name, array in adapter.up.items()}
    arrays |= {"weights": adapter.weights, "bias": np.array([adapter.bias])}
    if adapter.span_weights is not None:
        arrays["span_weights"] = adapter.span_weights
    halves = {name: array.astype(np.float16) for name, array in arrays.items()}
    np.savez_compressed(path, allow_pickle=False, **halves)


def read_adapter(path: Path) -> Adapter:
    """The adapter in a file.

    Raises:
        ValueError: it is not a file of this kind.
        OSError: it cannot be read.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as halves:
            arrays = {name: array.astype(np.float32) for name, array in halves.items()}
        weights, bias = arrays.pop("weights"), float(arrays.pop("bias")[0])
        span_weights = arrays.pop("span_weights", None)
        names = {name.rpartition(".")[0] for name in arrays}
        down = {name: arrays[f"{name}.down"] for name in names}
        up = {name: arrays[f"{name}.up"] for name in names}
        return Adapter(down, up, weights, bias, span_weights)
    except (KeyError, IndexError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(f"{path.name} holds no adapter: {error}") from error
