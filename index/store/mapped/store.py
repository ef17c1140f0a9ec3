"""A large store: its files are mapped into memory, its passages read when they are looked at."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.arrays import mapped
from index.bm25 import SparseBM25
from index.dense import QuantisedIndex
from index.filters import FACETS, FacetIndex
from index.passages import make_passages
from index.records import Cell, Passage
from index.remembering import LastUsed
from index.runs import LENGTHS, CharacterRuns
from index.store.mapped.ids import IdIndex
from index.store.mapped.lines import Lines
from index.store.mapped.sequences import read_cells, read_passages, read_segments
from index.store.mapped.writing import FACETS_FILE, NAMES, VECTORS, WORDS
from index.store.opened import Store
from index.store.records import CATALOG, Arrays, Manifest
from index.store.version import CELLS, SEGMENTS, SENTENCE_VECTORS
from index.store.version import VECTORS as WHOLE_VECTORS

if TYPE_CHECKING:
    from index.store.home import StoreHome

DOCUMENTS = 4
"""So many documents are kept, when they are looked at as a whole."""


class MappedStore(Store):
    """A store in a folder with a catalog."""

    def __init__(self, home: StoreHome, version: str, manifest: Manifest, folder: Path) -> None:
        """Map the version in `folder`."""
        catalog = folder / CATALOG
        self._lines = Lines(folder / CELLS, mapped(catalog / "cells.npy"))
        words = Lines(folder / SEGMENTS, mapped(catalog / "segments.npy"))
        cells = read_cells(self._lines)
        self._items = items = mapped(catalog / "items.npy")
        said = json.loads((catalog / FACETS_FILE).read_text(encoding="utf-8"))
        codes = dict(zip(FACETS, mapped(catalog / "codes.npy"), strict=True))
        values = {facet: tuple(names) for facet, names in said["values"].items()}
        super().__init__(
            home,
            version,
            manifest,
            cells,
            Arrays(
                mapped(folder / WHOLE_VECTORS),
                mapped(folder / SENTENCE_VECTORS),
                read_segments(words),
            ),
            read_passages(cells, items),
            FacetIndex(values, codes, map(tuple, said["titled"]), map(tuple, said["dated"])),
        )
        self.nearest = QuantisedIndex.load(catalog / VECTORS, self.vectors)
        """The vectors in 8 bits, apart by province: its place among the facet's values."""
        self.bm25 = SparseBM25.load(catalog / WORDS)
        """Over context and text."""
        self.runs = CharacterRuns({n: mapped(catalog / f"runs{n}.npy") for n in LENGTHS})
        self.names = (catalog / NAMES).read_text(encoding="utf-8").splitlines()
        """What is quoted in the texts, and may be mistyped."""
        self._ids = IdIndex(mapped(catalog / "hashes.npy"), mapped(catalog / "rows.npy"))
        self._sentences = mapped(catalog / "sentences.npy")
        self._in_text = mapped(catalog / "in_text.npy")
        self._kept: LastUsed[str, Sequence[Cell]] = LastUsed(DOCUMENTS)

    @property
    def first_sentences(self) -> NDArray[np.int64]:
        """As `Store`."""
        return self._sentences

    def cell(self, cell_id: str) -> Cell:
        """As `Store`: a cell's first passage is named after it."""
        row = self.row_of(f"{cell_id}/1")
        if row is None:
            raise KeyError(cell_id)
        return self.cells[int(self._items[row, 0])]

    def row_of(self, passage_id: str) -> int | None:
        """As `Store`."""
        rows = self._ids.rows_of(passage_id)
        return next((row for row in rows if self.passages[row].id == passage_id), None)

    def document(self, name: str) -> Sequence[Cell]:
        """As `Store`; the last ones are kept."""
        return self._kept.get(name, self._read_document)

    def _read_document(self, name: str) -> Sequence[Cell]:
        documents = self.facets.values["document"]
        if name not in documents:
            raise KeyError(name)
        rows = np.flatnonzero(self.facets.codes("document") == documents.index(name))
        return [self.cells[number] for number in np.unique(self._items[rows, 0]).tolist()]

    def cell_counts(self, facets: Sequence[str]) -> Mapping[tuple[str, ...], int]:
        """As `Store`, of the cells that have any text."""
        return self.facets.counts(facets, self._items[:, 1] == 0)

    def _taken(self, rows: NDArray[np.integer]) -> tuple[list[Passage], list[Cell]]:
        items = self._items[rows].tolist()
        cells = {number: self.cells[number] for number in dict.fromkeys(cell for cell, _ in items)}
        made = {number: make_passages([cell]) for number, cell in cells.items()}
        return [made[cell][item] for cell, item in items], list(cells.values())

    def holding(self, word: str) -> int:
        """How many passages hold `word` in their text."""
        column = self.bm25.column(word)
        return 0 if column is None else int(self._in_text[column])

    def cells_with(self, text: str) -> Iterator[Cell]:
        """The cells of whose items one has `text`, in order; their file is read from its beginning."""
        for number in self._lines.numbers_with(json.dumps(text, ensure_ascii=False)[1:-1]):
            cell = self.cells[number]
            if any(text in item.text for item in cell.items):
                yield cell
