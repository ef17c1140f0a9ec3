"""What a store is made of: its manifest, and what goes into it and comes out of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from index.encode import FloatMatrix
from index.engines import Engines
from index.readers.corrections import NOTHING, Corrections
from index.readers.sources import SourceFile
from index.records import Cell

CATALOG = "catalog"
"""The folder of what finds passages in a large store."""


@dataclass(frozen=True, slots=True)
class Source:
    """A document a store was built from: where it was, how big, its SHA-256, and corrections to it."""

    name: str
    path: str
    size: int
    sha256: str
    corrections: Corrections = NOTHING

    @classmethod
    def of(cls, file: SourceFile) -> Source:
        """What is to be remembered of a file."""
        path = str(file.path.resolve())
        return cls(file.name, path, len(file.data), file.sha256, file.corrections)

    def file(self, data: bytes) -> SourceFile:
        """The file again, by its content."""
        return SourceFile(Path(self.path), data, corrections=self.corrections)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a store's version was made of and with."""

    format_version: int
    encoder: str
    dimension: int
    segmentation: str
    sources: tuple[Source, ...]
    counts: dict[str, int]
    files: dict[str, str]
    sizes: dict[str, int] = field(default_factory=dict)
    """Bytes of each of the `files`; none in a store written before they were kept."""
    engines: Engines = field(default_factory=Engines)
    """What searches it; a store written before there was a choice has the plain ones."""

    @property
    def has_catalog(self) -> bool:
        """Whether it is read as far as a question needs it."""
        return any(name.startswith(f"{CATALOG}/") for name in self.files)


@dataclass(frozen=True, slots=True)
class Segments:
    """The words of a passage: those of its context, and those of each sentence of its text."""

    context: tuple[str, ...]
    sentences: tuple[tuple[str, ...], ...]

    @property
    def text(self) -> tuple[str, ...]:
        """The words of the whole text, in order."""
        return tuple(chain.from_iterable(self.sentences))

    @property
    def all(self) -> tuple[str, ...]:
        """Both, the context first."""
        return self.context + self.text


@dataclass(frozen=True, slots=True)
class Arrays:
    """What a store holds beside its cells."""

    vectors: FloatMatrix
    sentence_vectors: FloatMatrix
    segments: Sequence[Segments]


@dataclass(frozen=True, slots=True)
class Content:
    """What is put into a store. `vectors` and `segments` are parallel to the cells' items.

    `kept` names the documents that stand in it as the version before has them; whoever keeps
    documents apart need not write those again.
    """

    cells: Sequence[Cell]
    vectors: FloatMatrix
    sentence_vectors: FloatMatrix
    segments: Sequence[Segments]
    encoder: str
    segmentation: str
    sources: Sequence[SourceFile]
    kept: frozenset[str] = frozenset()

    @property
    def counts(self) -> dict[str, int]:
        """How many documents, cells and passages there are."""
        return {
            "documents": len({cell.document for cell in self.cells}),
            "cells": len(self.cells),
            "passages": len(self.segments),
        }
