"""What each document of a store holds, by province and theme, and its tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

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
    cells: dict[str, list[Cell]] = {}
    for cell in store.cells:
        cells.setdefault(cell.document, []).append(cell)
    return [
        Listing(
            document=document,
            file=file_of[document],
            provinces=tuple(dict.fromkeys(cell.province for cell in own)),
            years=tuple(sorted({cell.year for cell in own if cell.year})),
            cells=len(own),
            items=sum(len(cell.items) for cell in own),
        )
        for document, own in cells.items()
    ]


class Contents:
    """The documents of a store, to be leafed through."""

    def __init__(self, store: Store) -> None:
        self.documents = store.facets.values["document"]
        """All of them, in order."""
        self._passages = {passage.id: passage for passage in store.passages}
        self._cells: dict[tuple[str, str], list[Cell]] = {}
        for cell in store.cells:
            self._cells.setdefault((cell.document, cell.province), []).append(cell)
        self._entries = {
            document: tuple(
                _entry(province, cells)
                for (name, province), cells in self._cells.items()
                if name == document
            )
            for document in self.documents
        }

    def passage(self, passage_id: str) -> Passage | None:
        """The passage with this id, None where there is none."""
        return self._passages.get(passage_id)

    def document_with(self, province: str) -> str:
        """The first document that has this province; the first of all where none has."""
        holding = (d for d in self.documents if (d, province) in self._cells)
        return next(holding, self.documents[0])

    def entries(self, document: str) -> tuple[Entry, ...]:
        """A document's provinces, in its order."""
        return self._entries[document]

    def themes(self, document: str) -> tuple[str, ...]:
        """A document's themes, in order of appearance."""
        return tuple(dict.fromkeys(t for entry in self.entries(document) for t in entry.items))

    def table(self, document: str, province: str, theme: str = "") -> Table:
        """A province's table, or what of it stands under one theme.

        Raises:
            KeyError: the document has no such province.
        """
        cells = self._cells[document, province]
        return table_of([cell for cell in cells if theme in ("", cell.theme)])

    def passages(self, document: str, province: str, theme: str, column: str) -> list[Passage]:
        """The passages of a document with these labels; an empty one allows all."""
        return [
            passage
            for passage in self._passages.values()
            if passage.document == document
            and province in ("", passage.province)
            and theme in ("", passage.theme)
            and column in ("", passage.column)
        ]


def _entry(province: str, cells: Sequence[Cell]) -> Entry:
    items: dict[str, int] = {}
    for cell in cells:
        items[cell.theme] = items.get(cell.theme, 0) + len(cell.items)
    pages = sorted({page for cell in cells for item in cell.items for page in item.pages})
    return Entry(province, tuple(pages), items)
