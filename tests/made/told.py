"""What of a document must come back from any format: its cells item by item, without their places."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from index.readers import read_document, read_source
from index.records import Cell, Document

SUBJECT = "2016-2017年知识产权工作绩效和2018年工作计划"


@cache
def bundled() -> Document:
    """The bundled document as it is read."""
    return read_document(read_source(next((Path(__file__).parents[2] / "data").glob("*.txt"))))


def cells_of(*provinces: str) -> list[Cell]:
    """Its cells of some provinces."""
    return [cell for cell in bundled().cells if cell.province in provinces]


def told(cells: Iterable[Cell]) -> list[tuple[object, ...]]:
    """What each cell says of itself, and its items."""
    return [
        (
            c.province,
            c.year,
            c.theme,
            c.task,
            c.tasks,
            c.column,
            c.column_title,
            tuple(item.text for item in c.items),
        )
        for c in cells
    ]
