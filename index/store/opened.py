"""A store as it is searched and shown, wherever it lives."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

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
    ) -> None:
        self.home = home
        """Where it lives, newer versions too."""
        self.version = version
        """What this version is called there."""
        self.manifest = manifest
        self.cells = tuple(cells)
        self.passages: list[Passage] = make_passages(cells)
        self.vectors = arrays.vectors
        """A unit-length float32 row for each passage."""
        self.sentence_vectors = arrays.sentence_vectors
        """A row for each sentence of each passage, in order."""
        self.segments = arrays.segments
        """The words of each passage."""
        self.facets = FacetIndex(self.passages)
        self._cell_by_id = {cell.id: cell for cell in cells}
        self._row_cells: dict[tuple[str, str, int], list[Cell]] = {}
        for cell in cells:
            self._row_cells.setdefault((cell.document, cell.province, cell.row), []).append(cell)

    def cell(self, cell_id: str) -> Cell:
        """The cell with this id; KeyError when there is none."""
        return self._cell_by_id[cell_id]

    def row(self, cell: Cell) -> list[Cell]:
        """The cells of a cell's table row: those printed in it, and a plan that it shares."""
        own = self._row_cells[cell.document, cell.province, cell.row]
        printed = {c.column for c in own}
        shared = [
            c
            for c in self.cells
            if (c.document, c.province, c.theme) == (cell.document, cell.province, cell.theme)
            and c.column not in printed
            and own[0].task in c.tasks
        ]
        return [*own, *shared]

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
