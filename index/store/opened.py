"""A store as it is searched and shown, wherever it lives."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.errors import StoreDamaged
from index.filters import FacetIndex
from index.passages import make_passages
from index.readers.sources import SourceFile
from index.records import Cell, Passage
from index.store.records import Arrays, Content, Manifest, Source

if TYPE_CHECKING:
    from index.store.home import StoreHome


class Store:
    """One version of a store, loaded."""

    def __init__(
        self,
        home: StoreHome,
        version: str,
        manifest: Manifest,
        cells: Sequence[Cell],
        arrays: Arrays,
        passages: Sequence[Passage] | None = None,
        facets: FacetIndex | None = None,
    ) -> None:
        """Take what a version holds; where it is not all of one, its `passages` and their facets."""
        self.home = home
        """Where it lives, newer versions too."""
        self.version = version
        """What this version is called there."""
        self.manifest = manifest
        self.cells = cells
        self.passages = make_passages(cells) if passages is None else passages
        self.vectors = arrays.vectors
        """A unit-length float32 row for each passage."""
        self.sentence_vectors = arrays.sentence_vectors
        """A row for each sentence of each passage, in order."""
        self.segments = arrays.segments
        """The words of each passage."""
        self.facets = FacetIndex.of(self.passages) if facets is None else facets

    def cell(self, cell_id: str) -> Cell:
        """The cell with this id; KeyError when there is none."""
        return self._cell_by_id[cell_id]

    def row_of(self, passage_id: str) -> int | None:
        """The row of the passage with this id; None when there is none."""
        return self.row_by_id.get(passage_id)

    def document(self, name: str) -> Sequence[Cell]:
        """The cells of a document, in order; KeyError when there is none of this name."""
        return self._documents[name]

    def cell_counts(self, facets: Sequence[str]) -> Mapping[tuple[str, ...], int]:
        """How many cells have which values of some facets, in order of appearance."""
        return Counter(tuple(getattr(cell, facet) for facet in facets) for cell in self.cells)

    def excerpt(self, rows: NDArray[np.integer]) -> Store:
        """What it holds of some passages, in its order; the facets keep all their values.

        Args:
            rows: of the passages, ascending.
        """
        passages, cells = self._taken(rows)
        sentences, _ = self.sentences_of(rows)
        return Store(
            self.home,
            self.version,
            self.manifest,
            cells,
            Arrays(
                np.asarray(self.vectors[rows]),
                np.asarray(self.sentence_vectors[sentences]),
                [self.segments[row] for row in rows],
            ),
            passages,
            self.facets.at(rows),
        )

    def row(self, cell: Cell) -> list[Cell]:
        """The cells of a cell's table row: those printed in it, and a plan that it shares."""
        cells = self.document(cell.document)
        own = [c for c in cells if (c.province, c.row) == (cell.province, cell.row)]
        printed = {c.column for c in own}
        shared = [
            c
            for c in cells
            if (c.province, c.theme) == (cell.province, cell.theme)
            and c.column not in printed
            and own[0].task in c.tasks
        ]
        return [*own, *shared]

    def sentences_of(
        self, rows: NDArray[np.integer]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The rows in `sentence_vectors` of some passages' sentences, and where each's begin in those."""
        firsts = self.first_sentences[rows]
        lengths = self.first_sentences[rows + 1] - firsts
        starts = np.cumsum(lengths) - lengths
        return np.repeat(firsts - starts, lengths) + np.arange(lengths.sum()), starts

    def _taken(self, rows: NDArray[np.integer]) -> tuple[list[Passage], list[Cell]]:
        """The passages in `rows`, and the cells that they are of."""
        passages = [self.passages[row] for row in rows]
        return passages, [self.cell(cell) for cell in dict.fromkeys(p.cell for p in passages)]

    @cached_property
    def words(self) -> list[tuple[str, ...]]:
        """The words of each passage's text."""
        return [segments.text for segments in self.segments]

    @cached_property
    def first_sentences(self) -> NDArray[np.int64]:
        """Each passage's first row in `sentence_vectors`, and after the last their number."""
        return np.cumsum([0, *(len(segments.sentences) for segments in self.segments)])

    @cached_property
    def _cell_by_id(self) -> dict[str, Cell]:
        return {cell.id: cell for cell in self.cells}

    @cached_property
    def row_by_id(self) -> Mapping[str, int]:
        """The row of each passage by its id: all of them are read for it."""
        return {passage.id: row for row, passage in enumerate(self.passages)}

    @cached_property
    def _documents(self) -> dict[str, list[Cell]]:
        documents: dict[str, list[Cell]] = {}
        for cell in self.cells:
            documents.setdefault(cell.document, []).append(cell)
        return documents

    def original(self, source: Source) -> SourceFile:
        """A document as it came in; its copy speaks for it, wherever the file itself may be now.

        Raises:
            StoreDamaged: the copy is gone or altered.
        """
        data = self.home.copy_of(self.version, source)
        if data is None or hashlib.sha256(data).hexdigest() != source.sha256:
            raise StoreDamaged(f"索引里保存的来源文档“{source.name}”已损坏。")
        return source.file(data)

    def content(self) -> Content:
        """What it holds, to be written elsewhere; raises as `original`."""
        return Content(
            cells=self.cells,
            vectors=self.vectors,
            sentence_vectors=self.sentence_vectors,
            segments=self.segments,
            encoder=self.manifest.encoder,
            segmentation=self.manifest.segmentation,
            sources=[self.original(source) for source in self.manifest.sources],
        )
