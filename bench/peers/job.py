"""What every system is given: the same passages, the same questions, the same encoder."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from index.encode import BUNDLED, Encoder, FloatMatrix, load_encoder

TOP_K = 10
"""How many passages a search gives."""
DEPTH = 10
"""How far each retriever of a framework is asked. With the 60 that all of them fuse ranks by, nDCG@10
falls the deeper they are asked: 0.653 at 10, 0.650 at 20, 0.636 at 50, 0.640 at 100; 0.604 at 4."""

Search = Callable[[str], Sequence[str]]
"""A question → ids of passages, the best first."""


@dataclass(frozen=True, slots=True)
class Text:
    """A passage as a framework gets it."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Job:
    """What is indexed and what is asked. `first` and those of `load` are no part of `questions`."""

    texts: tuple[Text, ...]
    first: str
    questions: tuple[str, ...]
    load: tuple[str, ...]


class System(Protocol):
    """A module of `bench.peers.systems`. `is_segmented`: words by jieba, not by its own default."""

    def prepare(
        self, folder: Path, texts: Sequence[Text], is_segmented: bool
    ) -> Callable[[], object]:
        """What indexes `texts` into `folder`; imports and models are loaded before."""
        ...

    def open_search(self, folder: Path, is_segmented: bool) -> Search:
        """A search over what was indexed into `folder`."""
        ...


class ClockedEncoder:
    """An encoder that adds up the seconds it takes."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.dimension = encoder.name, encoder.dimension
        self.seconds = 0.0
        self._encoder = encoder

    def encode_query(self, sentences: Sequence[str]) -> FloatMatrix:
        """A row for each question."""
        return self._clocked(self._encoder.encode_query, sentences)

    def encode_document(self, sentences: Sequence[str]) -> FloatMatrix:
        """A row for each passage."""
        return self._clocked(self._encoder.encode_document, sentences)

    def _clocked(
        self, encode: Callable[[Sequence[str]], FloatMatrix], sentences: Sequence[str]
    ) -> FloatMatrix:
        start = time.perf_counter()
        try:
            return encode(sentences)
        finally:
            self.seconds += time.perf_counter() - start


@cache
def clocked_encoder() -> ClockedEncoder:
    """The bundled encoder, one a process: frameworks make their adapters themselves."""
    return ClockedEncoder(load_encoder(BUNDLED))


def write_job(path: Path, job: Job) -> None:
    """Put a job where the processes that measure find it."""
    path.write_text(json.dumps(asdict(job), ensure_ascii=False), encoding="utf-8")


def read_job(path: Path) -> Job:
    """The job that `write_job` put there."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    texts = tuple(Text(**text) for text in raw["texts"])
    return Job(texts, raw["first"], tuple(raw["questions"]), tuple(raw["load"]))
