"""The network reading a question and a passage together: which parts of the passage are asked for.

As `index.e5.pairs`, but each part is told by the mean of the states of its own tokens, beside that of all,
as extractive question answering tells answers (Devlin et al. 2019): one reading tells all parts of a passage.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from index.e5.network import PROMPT, Network, means_of
from index.e5.pairs import Adapter, question_tokens
from index.e5.tokens import Tokens
from index.sentences import Span


class SpanNetwork:
    """Question, passage and parts of it → log-odds that each is what is asked for."""

    def __init__(self, network: Network, adapter: Adapter) -> None:
        """Adapt `network`, which from then on can do nothing else.

        Raises:
            ValueError: `adapter` was taught nothing of parts.
        """
        if adapter.span_weights is None:
            raise ValueError("the adapter holds no span_weights")
        adapter.change(network)
        network.to_integers()
        self._network = network
        self._weights, self._bias = torch.from_numpy(adapter.weights), adapter.bias
        self._span_weights = torch.from_numpy(adapter.span_weights)

    @torch.inference_mode()
    def log_odds(self, question: str, passage: str, spans: Sequence[Span]) -> NDArray[np.float32]:
        """The log-odds that each of `spans`, one or more, in order and apart, is what is asked for, shape (n,)."""
        row, places = span_tokens(self._network.tokens, question, passage, spans)
        states, is_token = self._network.states([row])
        whole, parts = pooled(states, is_token, [places])
        found: NDArray[np.float32] = (parts @ self._span_weights + whole @ self._weights).numpy()
        return found + np.float32(self._bias)


def pooled(
    states: Tensor, is_token: Tensor, places: Sequence[Sequence[Span]]
) -> tuple[Tensor, Tensor]:
    """For each part of each row, one or more, the mean of the row's states and that of its own.

    Both of shape (parts, width).
    """
    means = means_of(states, is_token)
    own = [(row, start, end) for row, spans in enumerate(places) for start, end in spans]
    return (
        torch.stack([means[row] for row, _start, _end in own]),
        torch.stack([states[row, start:end].mean(0) for row, start, end in own]),
    )


def span_tokens(
    tokens: Tokens, question: str, passage: str, spans: Sequence[Span]
) -> tuple[list[int], list[Span]]:
    """A question and a passage in one row of tokens, and where in it the parts in `spans` stand.

    The passage is cut into tokens part by part, so that none belongs to two.
    """
    asked = question_tokens(tokens, question)
    row = [*asked, *tokens.of(PROMPT)]
    places, at = [], 0
    for start, end in spans:
        row += tokens.of(passage[at:start]) if start > at else []
        first = len(row)
        row += tokens.of(passage[start:end])
        places.append((first, len(row)))
        at = end
    row += tokens.of(passage[at:]) if at < len(passage) else []
    return [*row, asked[-1]], places
