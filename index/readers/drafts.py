"""What tables and sections give before rows are numbered: cells in the making, and an account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from index.readers.parts import Spot
from index.records import Cell, Item
from index.text import close_gaps, squeeze


@dataclass(frozen=True, slots=True)
class Said:
    """A paragraph and where it stands."""

    text: str
    spot: Spot


@dataclass(frozen=True, slots=True)
class Draft:
    """A cell without its number. Drafts of one `row` follow one another."""

    row: object
    province: str
    year: str
    theme: str
    task: str
    tasks: tuple[str, ...]
    column: str
    column_title: str
    said: tuple[Said, ...]
    is_one: bool = False
    """Its paragraphs are one item, as a task's are."""


@dataclass(slots=True)
class Account:
    """Where the characters went that are in no cell, and how columns were understood.

    `aside` holds them by the ledger's field, `reasons` their number by what users call them.
    """

    aside: dict[str, Counter[str]] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    columns: dict[tuple[str, str], None] = field(default_factory=dict)
    tables: int = 0

    def put(self, bucket: str, text: str, reason: str) -> None:
        """Account for `text`: `bucket` is a field of the ledger, `reason` what users call it."""
        said = squeeze(text)
        self.aside.setdefault(bucket, Counter()).update(said)
        self.reasons[reason] += len(said)


def numbered_cells(name: str, drafts: Iterable[Draft]) -> list[Cell]:
    """The cells of a document: rows numbered within each province, ids given.

    A second cell of the same column in one row is told apart by its number: `achievement2`.
    """
    cells: list[Cell] = []
    rows: Counter[str] = Counter()
    numbers: dict[object, int] = {}
    columns: Counter[tuple[str, int, str]] = Counter()
    for draft in drafts:
        key = (draft.province, draft.row)
        if key not in numbers:
            rows[draft.province] += 1
            numbers[key] = rows[draft.province]
        row = numbers[key]
        columns[draft.province, row, draft.column] += 1
        again = columns[draft.province, row, draft.column]
        slot = draft.column if again == 1 else f"{draft.column}{again}"
        cells.append(_cell(name, draft, row, f"{name}/{draft.province}/{row:02d}/{slot}"))
    return cells


def _cell(name: str, draft: Draft, row: int, cell_id: str) -> Cell:
    groups = [draft.said] if draft.is_one else [(said,) for said in draft.said]
    return Cell(
        id=cell_id,
        document=name,
        province=draft.province,
        year=draft.year,
        theme=draft.theme,
        task=draft.task,
        column=draft.column,
        column_title=draft.column_title,
        tasks=draft.tasks,
        row=row,
        items=tuple(_item(f"{cell_id}/{n}", group) for n, group in enumerate(groups, 1)),
    )


def _item(item_id: str, said: Sequence[Said]) -> Item:
    spots = [each.spot for each in said]
    return Item(
        id=item_id,
        text=close_gaps("".join(each.text for each in said)),
        pages=tuple(sorted({page for spot in spots for page in spot.pages})),
        lines=(min(spot.lines[0] for spot in spots), max(spot.lines[1] for spot in spots)),
        place=spots[0].label,
    )
