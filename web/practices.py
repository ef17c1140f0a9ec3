"""What may be picked to find its like: a province's themes, and their passages row by row. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.records import TASK, Passage


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the source: its task, and the passages of its other columns in order."""

    tasks: tuple[Passage, ...]
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """What has been chosen so far, and what there is to choose from; rows once it is a theme."""

    provinces: tuple[str, ...]
    province: str = ""
    themes: tuple[str, ...] = ()
    theme: str = ""
    rows: tuple[Row, ...] = ()


class NotHeld(KeyError):
    """No province or theme has the name; `facet` and `name` say which."""

    def __init__(self, facet: str, name: str) -> None:
        super().__init__(name)
        self.facet, self.name = facet, name


def shelf(passages: Sequence[Passage], province: str = "", theme: str = "") -> Shelf:
    """What a province's theme holds, or what there is to choose from.

    A province with a single theme needs no further choice.

    Raises:
        NotHeld: an unknown province, or a theme that it does not have.
    """
    provinces = tuple(dict.fromkeys(passage.province for passage in passages))
    if not province:
        return Shelf(provinces)
    own = [passage for passage in passages if passage.province == province]
    if not own:
        raise NotHeld("province", province)
    themes = tuple(dict.fromkeys(passage.theme for passage in own))
    if theme and theme not in themes:
        raise NotHeld("theme", theme)
    chosen = theme or (themes[0] if len(themes) == 1 else None)
    rows = _rows([passage for passage in own if passage.theme == chosen])
    return Shelf(provinces, province, themes, chosen or "", rows)


def _rows(passages: Sequence[Passage]) -> tuple[Row, ...]:
    rows: dict[tuple[str, int], list[Passage]] = {}
    for passage in passages:
        rows.setdefault((passage.document, passage.row), []).append(passage)
    return tuple(
        Row(
            tuple(p for p in row if p.column == TASK),
            tuple(p for p in row if p.column != TASK),
        )
        for row in rows.values()
    )
