"""What crosses the borders of `index`: documents, cells, items, passages and hits.

A cell's identity is its address (document, province, row, column), an item's is its cell's
address and its place in the cell; never the text, because texts repeat.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

TASK, ACHIEVEMENT, PLAN, TEXT = "task", "achievement", "plan", "text"
COLUMNS = (TASK, ACHIEVEMENT, PLAN)
NATIONWIDE = "全国"
"""The province of what belongs to none."""
BODY_TITLE = "正文"
"""The column title of text that stands under no heading."""


@dataclass(frozen=True, slots=True)
class Item:
    """A numbered point, or one paragraph of an unnumbered cell.

    `text` stands as in the source with the extraction's damage undone. `pages` are the printed
    pages it stands on, ascending, none in a file without pages; `lines` its first and last line in
    the source file, from 1. `place` names where it stands as only some formats can: `"2018!B5"`.
    """

    id: str
    text: str
    pages: tuple[int, ...]
    lines: tuple[int, int]
    place: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table. `tasks` names every task it answers: more than one when merged."""

    id: str
    document: str
    province: str
    year: str
    theme: str
    task: str
    column: str
    column_title: str
    tasks: tuple[str, ...]
    row: int
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """Where each non-space character of a source went; the counts sum up to `total`.

    `titles` are titles and headings, `labels` serial numbers, provinces and years of rows,
    `furniture` what a page carries beside its text, and marks of the format.
    """

    total: int
    cells: int
    themes: int = 0
    titles: int = 0
    headers: int = 0
    labels: int = 0
    page_numbers: int = 0
    repeated: int = 0
    bold_copies: int = 0
    furniture: int = 0

    @property
    def missing(self) -> int:
        """Characters lost (positive) or invented (negative); 0 in a balanced ledger."""
        return self.total - (
            self.cells
            + self.themes
            + self.titles
            + self.headers
            + self.labels
            + self.page_numbers
            + self.repeated
            + self.bold_copies
            + self.furniture
        )


@dataclass(frozen=True, slots=True)
class Intake:
    """How a source was understood, for its user to check.

    `columns` pairs each title of its tables' columns, or top heading of its text, with the column
    that it was taken for. `passed_over` says of what is in no cell how many characters it has.
    """

    tables: int = 0
    columns: tuple[tuple[str, str], ...] = ()
    passed_over: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One source as read: its cells in reading order and the ledger of its characters.

    `pages` are its first and last printed page; empty where the format has none.
    """

    name: str
    pages: tuple[int, ...]
    cells: tuple[Cell, ...]
    ledger: Ledger
    intake: Intake = Intake()


@dataclass(frozen=True, slots=True)
class Passage:
    """One item, ready to be found: `text` is quoted, `context` is only embedded in front of it."""

    id: str
    cell: str
    document: str
    province: str
    year: str
    column: str
    column_title: str
    theme: str
    task: str
    tasks: tuple[str, ...]
    row: int
    text: str
    context: str
    pages: tuple[int, ...]
    lines: tuple[int, int]
    place: str = ""

    @property
    def is_running_text(self) -> bool:
        """Whether it stands under headings, not in a table: `theme` and `task` are the headings."""
        return is_running_text(self)

    @property
    def embedded(self) -> str:
        """What the encoder sees."""
        return f"{self.context}\n{self.text}"


def is_running_text(labelled: Cell | Passage) -> bool:
    """Whether a cell or passage stands under headings, not in a table.

    Its column is then titled like its highest heading.
    """
    return labelled.column_title != "" and labelled.column_title in (labelled.theme, BODY_TITLE)


@dataclass(frozen=True, slots=True)
class Match:
    """A passage's place in one ranking: row in the store, score (higher is better), rank from 1."""

    row: int
    score: float
    rank: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question.

    `score`: higher is better, comparable within one search only. `rank` from 1. `found_by` maps
    each retriever that found it to its rank there.
    """

    passage: Passage
    score: float
    rank: int
    found_by: Mapping[str, int] = field(default_factory=dict)
