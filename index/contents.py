"""What each document of a store holds, by province and theme, and its tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath

import numpy as np

from index.passages import make_passages
from index.records import Cell, Passage
from index.store import Store
from index.table import Table, table_of


@dataclass(frozen=True, slots=True)
class Entry:
    """A province in the table of contents: its pages, and how many items stand under each theme."""

    province: str
    pages: tuple[int, ...]
    items: dict[str, int]

    @property
    def size(self) -> int:
        """How many items it has."""
        return sum(self.items.values())


@dataclass(frozen=True, slots=True)
class Listing:
    """A document in the list of a store: its file, what it is about, and how much it holds."""

    document: str
    file: str
    provinces: tuple[str, ...]
    years: tuple[str, ...]
    cells: int
    items: int


def listings(store: Store) -> list[Listing]:
    """The documents of a store, in its order."""
    file_of = {PurePath(source.name).stem: source.name for source in store.manifest.sources}
    cells = store.cell_counts(["document"])
    items = store.facets.counts(["document"])
    provinces = _within(store.facets.counts(["document", "province"]))
    years = _within(store.facets.counts(["document", "year"]))
    return [
        Listing(
            document=document,
            file=file_of[document],
            provinces=tuple(provinces[document]),
            years=tuple(sorted(filter(None, years[document]))),
            cells=cells[document,],
            items=items[document,],
        )
        for document in store.facets.values["document"]
    ]


class Contents:
    """The documents of a store, to be leafed through; the last ones are kept."""

    OPEN = 8

    def __init__(self, store: Store) -> None:
        self._store = store
        self.documents = store.facets.values["document"]
        """All of them, in order."""
        self._document = lru_cache(self.OPEN)(lambda name: _Document(store.document(name)))

    def passage(self, passage_id: str) -> Passage | None:
        """The passage with this id, None where there is none."""
        row = self._store.row_of(passage_id)
        return None if row is None else self._store.passages[row]

    def document_with(self, province: str) -> str:
        """The first document that has this province; the first of all where none has."""
        facets = self._store.facets
        if province not in facets.values["province"]:
            return self.documents[0]
        is_there = facets.codes("province") == facets.values["province"].index(province)
        first = int(np.argmax(is_there))
        return self.documents[int(facets.codes("document")[first])]

    def entries(self, document: str) -> tuple[Entry, ...]:
        """A document's provinces, in its order."""
        return self._document(document).entries

    def themes(self, document: str) -> tuple[str, ...]:
        """A document's themes, in order of appearance."""
        return tuple(dict.fromkeys(t for entry in self.entries(document) for t in entry.items))

    def table(self, document: str, province: str, theme: str = "") -> Table:
        """A province's table, or what of it stands under one theme.

        Raises:
            KeyError: the document has no such province.
        """
        cells = self._document(document).of_province[province]
        return table_of([cell for cell in cells if theme in ("", cell.theme)])

    def passages(self, document: str, province: str, theme: str, column: str) -> list[Passage]:
        """The passages of a document with these labels; an empty one allows all."""
        return [
            passage
            for passage in self._document(document).passages
            if province in ("", passage.province)
            and theme in ("", passage.theme)
            and column in ("", passage.column)
        ]


class _Document:
    """One document, read."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self.passages = make_passages(cells)
        self.of_province: dict[str, list[Cell]] = {}
        for cell in cells:
            self.of_province.setdefault(cell.province, []).append(cell)
        self.entries = tuple(_entry(name, own) for name, own in self.of_province.items())


def _within(counts: Iterable[tuple[str, ...]]) -> dict[str, list[str]]:
    """For each first value the second ones, in order of appearance."""
    found: dict[str, list[str]] = {}
    for outer, inner in counts:
        found.setdefault(outer, []).append(inner)
    return found


def _entry(province: str, cells: Sequence[Cell]) -> Entry:
    items: dict[str, int] = {}
    for cell in cells:
        items[cell.theme] = items.get(cell.theme, 0) + len(cell.items)
    pages = sorted({page for cell in cells for item in cell.items for page in item.pages})
    return Entry(province, tuple(pages), items)
