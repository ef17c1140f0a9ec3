"""Cells and words as lines of text, in a store's files and in its database alike."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from sys import intern
from typing import Any

from index.records import Cell, Item
from index.store.records import Segments


def cell_json(cell: Cell) -> str:
    """A cell as one line of JSON."""
    return json.dumps(asdict(cell), ensure_ascii=False)


def cell_from(raw: dict[str, Any]) -> Cell:
    """The cell that `cell_json` wrote, parsed; what many cells say alike is in memory once."""
    return Cell(
        id=raw["id"],
        document=intern(raw["document"]),
        province=intern(raw["province"]),
        year=intern(raw["year"]),
        theme=intern(raw["theme"]),
        task=intern(raw["task"]),
        column=intern(raw["column"]),
        column_title=intern(raw["column_title"]),
        tasks=tuple(map(intern, raw["tasks"])),
        row=raw["row"],
        items=tuple(map(_item_from, raw["items"])),
    )


def _item_from(raw: dict[str, Any]) -> Item:
    first, last = raw["lines"]
    return Item(raw["id"], raw["text"], tuple(raw["pages"]), (first, last), raw.get("place", ""))


def segments_line(segments: Segments) -> str:
    """The words of a passage on one line: context and sentences, parted by tabs."""
    return "\t".join(map(" ".join, (segments.context, *segments.sentences)))


def segments_from(line: str, word: Callable[[str], str] = intern) -> Segments:
    """The words that `segments_line` wrote, each as `word` gives it: once in memory for all passages."""
    context, *sentences = (tuple(map(word, part.split())) for part in line.split("\t"))
    return Segments(context, tuple(sentences))
