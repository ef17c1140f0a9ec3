"""What was measured of each system in each round → tables. Pure."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.report import spread, table

OURS = "ours"
NOT_MEASURED, FAILS = "not measured", "fails"
Figures = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Row:
    """A figure's name among what was measured, and how it is shown."""

    figure: str
    title: str
    digits: int = 1


QUALITY = (
    Row("ndcg", "nDCG@10", 3),
    Row("ndcg_held_out", "nDCG@10, held out", 3),
    Row("first", "RR@10", 3),
    Row("first_held_out", "RR@10, held out", 3),
)
COST = (
    Row("search_ms", "a search, median ms"),
    Row("p95_ms", "a search, p95 ms"),
    Row("encoding_ms", "of the median, encoding the question, ms"),
    Row("load_qps", "8 callers at once, searches a second"),
    Row("index_s", "indexing, s"),
    Row("index_alone_s", "indexing without encoding, s", 2),
    Row("index_mb", "memory indexing, peak MB", 0),
    Row("search_mb", "memory searching, peak MB", 0),
    Row("start_s", "start of Python to first answer, s", 2),
)


@dataclass(frozen=True, slots=True)
class Measured:
    """The rounds of a system, or why there are none."""

    title: str
    rounds: tuple[Figures, ...] = ()
    reason: str = ""

    def values(self, figure: str) -> list[float]:
        """The figure in each round; empty where it was not measured in every one."""
        found = [figures[figure] for figures in self.rounds if figure in figures]
        return found if len(found) == len(self.rounds) else []


def main_table(systems: Mapping[str, Measured], rows: Sequence[Row]) -> str:
    """A column for each system; behind each figure how many times ours it is."""
    head = ["", *(system.title for system in systems.values())]
    lines = [[row.title, *(_cell(name, systems, row) for name in systems)] for row in rows]
    reasons = [f"{s.title}: {NOT_MEASURED}: {s.reason}\n" for s in systems.values() if s.reason]
    return "\n".join([table(head, lines), *reasons])


def _cell(name: str, systems: Mapping[str, Measured], row: Row) -> str:
    values = systems[name].values(row.figure)
    if not values:
        return NOT_MEASURED
    if any(map(math.isnan, values)):
        return FAILS
    # A figure that no round changed has no spread.
    shown = spread(values if len(set(values)) > 1 else values[:1], row.digits)
    times = ratio(values, systems[OURS].values(row.figure)) if name != OURS else None
    return shown if times is None else f"{shown} · {times:.2f}×"


def ratio(values: Sequence[float], ours: Sequence[float]) -> float | None:
    """The median over rounds of what is measured ÷ ours; None where ours was not measured."""
    if len(values) != len(ours) or not all(ours):
        return None
    return statistics.median(one / own for one, own in zip(values, ours, strict=True))


def settings_table(systems: Mapping[str, Measured], defaults: Mapping[str, Measured]) -> str:
    """Quality as set up above, and with words cut as each cuts them by itself."""
    head = ["", "by itself", "nDCG@10", "held out", "as set up above", "held out"]
    rows = []
    for name, default in defaults.items():
        figures = [
            _cell_alone(of, figure)
            for of in (default, systems[name])
            for figure in ("ndcg", "ndcg_held_out")
        ]
        rows.append([systems[name].title, default.title, *figures])
    return table(head, rows)


def _cell_alone(measured: Measured, figure: str) -> str:
    values = measured.values(figure)
    return f"{statistics.median(values):.3f}" if values else NOT_MEASURED
