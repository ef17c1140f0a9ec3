"""The network: a BERT encoder whose last states are averaged over the tokens (Wang et al. 2024)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import gelu, layer_norm, linear, scaled_dot_product_attention

from index.e5.integers import IS_FAST, IntegerMatrix
from index.e5.tokens import Tokens
from index.e5.weights import Weights, dequantise, read_weights
from index.threads import TORCH

PROMPT = "passage: "
MATRICES = ("qkv", "ao", "fi", "fo")
"""Those of each layer, by their names in `Network.tensors`: `l0.qkv.w` and `l0.qkv.b`."""
BATCH_TOKENS = 1024
"""Padded tokens that go through the network at once: fits the caches of a small processor."""


def load_network(path: Path) -> Network:
    """The network of a model's file.

    Raises:
        ValueError: it is not a file of this kind.
        OSError: it cannot be read.
    """
    return Network(read_weights(path))


class Network:
    """Texts → unit vectors, many at a time; calls from several threads do not disturb each other.

    In single precision: half of it is faster where the processor has it, but then a text's vector
    depends on the processor and on what else is in its batch, and so would the order of hits.
    Log-odds, which no store keeps, may be told `to_integers`.
    """

    def __init__(self, weights: Weights) -> None:
        self.sizes = weights.sizes
        self.tokens = Tokens(weights.vocabulary)
        self._pad = weights.vocabulary.pad
        # The words alone would fill 380 MB: they stay in 4 bits and are widened as they come.
        self._words = weights.blocks("emb.word").reshape(weights.sizes.vocabulary, -1)
        self.tensors = _tensors_of(weights)
        self._in_integers: dict[str, IntegerMatrix] = {}

    def to_integers(self) -> None:
        """Multiply in integers from now on, where that is fast: once, after all that changes the matrices.

        Log-odds read so correlate by .998 with those in single precision, as which others still read them.
        """
        if not IS_FAST:
            return
        for layer in range(self.sizes.layers):
            for name in (f"l{layer}.{matrix}" for matrix in MATRICES):
                weights, bias = self.tensors.pop(f"{name}.w"), self.tensors.pop(f"{name}.b")
                self._in_integers[name] = IntegerMatrix.of(weights, bias)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """A unit row for each text, shape (n, width).

        A text longer than the network's positions is cut into windows, whose averages count by
        their tokens, as in the engine. Between two batches, others that wait for `TORCH` have their turn.
        """
        windows = [
            (row, window)
            for row, text in enumerate(texts)
            for window in self._windows(self.tokens.of(PROMPT + text))
        ]
        sums = np.zeros((len(texts), self.sizes.width), dtype=np.float32)
        for batch in _batches(windows):
            means = TORCH.submit(self._encoded, [tokens for _row, tokens in batch]).result()
            for (row, tokens), mean in zip(batch, means, strict=True):
                sums[row] += max(1, len(tokens) - 2) * mean
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        vectors: NDArray[np.float32] = sums / np.maximum(lengths, np.float32(1e-6))
        return vectors

    @torch.inference_mode()
    def _encoded(self, batch: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        means: NDArray[np.float32] = self.means(batch).numpy()
        return means

    def _windows(self, tokens: Sequence[int]) -> Iterator[list[int]]:
        """Tokens in pieces that fit, each between the marks of beginning and end."""
        room = self.sizes.positions - 2
        for start in range(0, max(1, len(tokens)), room):
            yield self.tokens.marked(tokens[start : start + room])

    def means(self, batch: Sequence[Sequence[int]]) -> Tensor:
        """The mean of the last states of each row of tokens, shape (n, width)."""
        return means_of(*self.states(batch))

    def states(self, batch: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
        """The last states of rows of tokens, shape (n, longest, width), and which places hold any."""
        length = max(map(len, batch))
        ids = np.full((len(batch), length), self._pad)
        for row, tokens in enumerate(batch):
            ids[row, : len(tokens)] = tokens
        is_token = torch.arange(length) < torch.tensor([[len(tokens)] for tokens in batch])
        states = self._embedded(ids)
        for layer in range(self.sizes.layers):
            states = self._layer(layer, states, is_token[:, None, None, :])
        return states, is_token

    def _embedded(self, ids: NDArray[np.int64]) -> Tensor:
        words = dequantise(self._words[ids]).reshape(*ids.shape, self.sizes.width)
        return self._norm("emb.ln", torch.from_numpy(words) + self.tensors["emb"][: ids.shape[1]])

    def _layer(self, layer: int, states: Tensor, mask: Tensor) -> Tensor:
        """One layer: attention, then the inner layer, each added to what came in and normed."""
        count, length, width = states.shape
        heads = self.linear(f"l{layer}.qkv", states).view(
            count, length, 3, self.sizes.heads, width // self.sizes.heads
        )
        query, key, value = heads.permute(2, 0, 3, 1, 4)
        seen = scaled_dot_product_attention(query, key, value, attn_mask=mask)
        seen = self.linear(f"l{layer}.ao", seen.transpose(1, 2).reshape(states.shape))
        states = self._norm(f"l{layer}.aln", states + seen)
        inner = self.linear(f"l{layer}.fo", gelu(self.linear(f"l{layer}.fi", states)))
        return self._norm(f"l{layer}.oln", states + inner)

    def linear(self, name: str, states: Tensor) -> Tensor:
        """States through the matrix and bias called `name`."""
        if name in self._in_integers:
            return self._in_integers[name](states)
        return linear(states, self.tensors[f"{name}.w"], self.tensors[f"{name}.b"])

    def _norm(self, name: str, states: Tensor) -> Tensor:
        return layer_norm(
            states,
            states.shape[-1:],
            self.tensors[f"{name}.w"],
            self.tensors[f"{name}.b"],
            self.sizes.epsilon,
        )


def means_of(states: Tensor, is_token: Tensor) -> Tensor:
    """The mean of each row of states over the places that hold a token, shape (n, width)."""
    return (states * is_token[..., None]).sum(1) / is_token.sum(1, keepdim=True)


def _tensors_of(weights: Weights) -> dict[str, Tensor]:
    """All tensors but the words; query, key and value of a layer are one."""
    width, layers = weights.sizes.width, range(weights.sizes.layers)
    found = {
        "emb": weights.tensor("emb.pos").reshape(-1, width) + weights.tensor("emb.type")[:width]
    }
    for name in ("emb.ln", *(f"l{n}.{norm}" for n in layers for norm in ("aln", "oln"))):
        found |= {f"{name}.{part}": weights.tensor(f"{name}.{part}") for part in "wb"}
    for n in layers:
        for name in MATRICES:
            parts = name if name == "qkv" else (name,)
            bias = np.concatenate([weights.tensor(f"l{n}.{part}.b") for part in parts])
            weight = np.concatenate([weights.tensor(f"l{n}.{part}.w") for part in parts])
            found |= {f"l{n}.{name}.b": bias, f"l{n}.{name}.w": weight.reshape(len(bias), -1)}
    return {name: torch.from_numpy(values) for name, values in found.items()}


def _batches(windows: list[tuple[int, list[int]]]) -> Iterator[list[tuple[int, list[int]]]]:
    """Windows of like length together, so that little is padded."""
    batch: list[tuple[int, list[int]]] = []
    for window in sorted(windows, key=lambda window: len(window[1])):
        if batch and (len(batch) + 1) * len(window[1]) > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(window)
    if batch:
        yield batch
