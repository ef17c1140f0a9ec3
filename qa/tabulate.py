"""The figure asked for, of each province that states one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from index.records import TASK
from qa.figures import Figure, answer_figure, comparable
from qa.quote import Quoter
from qa.records import ProvinceFigure, Question
from qa.retrieve import Searcher
from qa.signals import Vector

ROWS_READ = 4
STATED_WITHIN = 4.0
"""How far a passage may fall behind the best of all and still state the figure asked for."""

Stated = tuple[str, int, Figure]
"""A province, the row of the passage, and the figure it states."""


def tabulate(
    searcher: Searcher,
    question: Question,
    provinces: Sequence[str],
    logits: Vector,
    quoter: Quoter,
) -> Iterator[ProvinceFigure]:
    """The figure of each of `provinces` that states one, in order, cited.

    `logits` are those of every passage, −inf where it may not be used.
    """
    stated = [s for p in provinces if (s := _figure_of(searcher, question, p, logits))]
    stated = _of_one_unit(stated)
    alike = comparable([figure for _, _, figure in stated])
    for (province, row, figure), rankable in zip(stated, alike, strict=True):
        yield ProvinceFigure(
            province=province,
            value=figure.quantity.text,
            measure=figure.measure,
            period=figure.period,
            scope=figure.scope,
            comparable=rankable,
            citations=(quoter.cite(row, (figure.sentence_start, figure.sentence_end)),),
            amount=figure.quantity.value,
        )


def _figure_of(
    searcher: Searcher, question: Question, province: str, logits: Vector
) -> Stated | None:
    """The best passage of a province that states the figure asked for, and the figure."""
    passages = searcher.store.passages
    words = searcher.words_of(question)
    floor = max(searcher.relevance.mentioned_above, float(logits.max()) - STATED_WITHIN)
    rows = [
        int(row)
        for row in np.argsort(-logits, kind="stable")
        if logits[row] >= floor
        and passages[row].province == province
        and passages[row].column != TASK
    ]
    for row in rows[:ROWS_READ]:
        figure = answer_figure(question.asked, words, passages[row].text)
        if figure:
            return province, row, figure
    return None


def _of_one_unit(stated: Sequence[Stated]) -> list[Stated]:
    """Those in the unit that most are in: what is counted in another answers another question."""
    units = Counter(figure.quantity.unit for _, _, figure in stated)
    usual = {unit for unit, count in units.items() if count == max(units.values())}
    return [entry for entry in stated if entry[2].quantity.unit in usual]
