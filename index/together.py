"""What several threads want encoded at the same time, encoded together in one thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from index.encode import FloatMatrix

    Encode = Callable[[list[str]], FloatMatrix]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Texts that a thread waits for, and where it gets their vectors."""

    texts: tuple[str, ...]
    rows: Future[FloatMatrix] = field(default_factory=Future)


class Together:
    """Encodes for many threads: whatever waits when the engine is free goes as one batch.

    The engine is called in one thread only. OpenMP keeps a team of threads for every thread that
    calls it, and what is no team's turn still costs the others time.
    """

    def __init__(self, encode: Encode) -> None:
        """Take an engine whose row for a text does not depend on the texts beside it."""
        self._encode = encode
        self._waiting: deque[_Wanted] = deque()
        self._engine = ThreadPoolExecutor(1, "encoder")

    def __call__(self, texts: Sequence[str]) -> FloatMatrix:
        """A row for each text; raises what the engine raises over them."""
        wanted = _Wanted(tuple(texts))
        self._waiting.append(wanted)
        self._engine.submit(self._serve)
        return wanted.rows.result()

    def _serve(self) -> None:
        """Encode all that waits; nothing, where it went with what waited before."""
        wanted = [self._waiting.popleft() for _ in range(len(self._waiting))]
        if wanted:
            self._encode_all(wanted)

    def _encode_all(self, wanted: Sequence[_Wanted]) -> None:
        try:
            rows = self._encode([text for each in wanted for text in each.texts])
        except Exception as error:
            if len(wanted) == 1:
                wanted[0].rows.set_exception(error)
                return
            # Only whoever wanted what cannot be encoded is to hear of it.
            for each in wanted:
                self._encode_all([each])
            return
        ends = np.cumsum([len(each.texts) for each in wanted])
        for each, part in zip(wanted, np.split(rows, ends[:-1]), strict=True):
            each.rows.set_result(part)
