"""The figure asked for, of each province that states one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations, islice

import numpy as np

from index.ranking import ranked
from index.records import PLAN, TASK
from index.text import pairs
from qa.figures import (
    NEW,
    asked_kinds,
    asks_figure,
    asks_new,
    comparable,
    load_figure_cues,
    weighed_figures,
)
from qa.figures.windows import windows
from qa.quantities import DATE
from qa.quote import Quoter
from qa.records import FACT, ProvinceFigure, Question
from qa.retrieve import Searcher
from qa.signals import Vector
from qa.stating import (
    Statement,
    Stating,
    load_stating,
    load_stating_read,
    stating_signals,
    told_of_each,
)

ROWS_SEARCHED = 8
SEARCHED_WITHIN = 8.0
"""How far a passage may fall behind the best of all, in log-odds, and still be searched for figures."""
IN_PLAN = "计划"
"""What is said of a planned figure where no plan was asked for."""
FIGURES_WEIGHED = 5
"""So many figures of a passage are weighed."""
READ_FROM = -6.0
"""Only passages are read with the question that state a figure of such log-odds or more."""
PASSAGES_READ, MOST_READ = 12, 32
"""So many of them are read at the least, if there are, and one of each province, but no more than `MOST_READ`."""


def tabulate(
    searcher: Searcher,
    question: Question,
    provinces: Sequence[str],
    logits: Vector,
    quoter: Quoter,
) -> Iterator[ProvinceFigure]:
    """The figure of each of `provinces` that states one, in order, cited.

    `logits` are those of every passage, −inf where it may not be used.

    Raises:
        EncoderError: the network that reads figures cannot be loaded.
    """
    made = statements(searcher, question, provinces, logits)
    model, odds = weigh(searcher, question, made, stated_odds(made))
    told = told_of_each(made, odds, model.stated_above)
    stated = _of_one_unit(_new_if_asked(question, told))
    stated.sort(key=lambda statement: provinces.index(statement.province))
    figures = [statement.weighed.figure for statement in stated]
    alike = comparable(figures, [statement.is_aside for statement in stated])
    for statement, rankable in zip(stated, alike, strict=True):
        figure = statement.weighed.figure
        yield ProvinceFigure(
            province=statement.province,
            value=figure.quantity.text,
            measure=figure.measure,
            period=figure.period,
            scope=figure.scope,
            comparable=rankable,
            citations=(quoter.cite(statement.row, (figure.sentence_start, figure.sentence_end)),),
            amount=figure.quantity.value,
            outlook=figure.quantity.estimate or (IN_PLAN if statement.is_aside else ""),
        )


def asks_all(searcher: Searcher, question: Question, logits: Vector) -> bool:
    """Whether a question that names no province asks for a figure that several state, in like units.

    Example: `"专利代理机构数量"` asks all that tell how many they have, `"知果汇平台有多少用户"` one.
    Raises as `tabulate`.
    """
    counts = asks_figure(question.asked) and DATE not in asked_kinds(question.asked)
    if question.kind != FACT or question.provinces or not counts:
        return False
    everyone = searcher.store.facets.values["province"]
    made = statements(searcher, question, everyone, logits)
    # Most questions that name no province ask for the figure of one: these are told without reading.
    known = stated_odds(made)
    if not _in_like_units(told_of_each(made, known, load_stating().stated_above)):
        return False
    model, odds = weigh(searcher, question, made, known)
    return _in_like_units(told_of_each(made, odds, model.shared_above))


def weigh(
    searcher: Searcher, question: Question, made: Sequence[Statement], known: Vector
) -> tuple[Stating, Vector]:
    """The log-odds of each of `made` that it is what is asked for, and the model that they are of.

    `known` are their `stated_odds`. Where anything can read them, the likeliest passages are read with the question. What is not read is told
    where it would be without reading. Raises as `tabulate`.
    """
    first, reader = load_stating(), searcher.figure_reader
    if reader is None or not made:
        return first, known
    model, passages = load_stating_read(), searcher.store.passages
    odds = known + (model.stated_above - first.stated_above)
    for row in _worth_reading(made, known):
        places = [i for i, one in enumerate(made) if one.row == row and one.kind != DATE]
        spans = [made[place].span for place in places]
        for window in windows(passages[row].text, passages[row].column, spans):
            among = [places[place] for place in window.places]
            read = reader.log_odds(question.asked, window.text, window.spans)
            odds[among] = model.log_odds(np.column_stack([known[among], read]))
    return model, odds


def _worth_reading(made: Sequence[Statement], odds: Vector) -> list[int]:
    """The rows of the passages that state the likeliest figure of each province, then of further likely ones."""
    likely = [made[i] for i in np.argsort(-odds, kind="stable") if odds[i] >= READ_FROM]
    best = {statement.province: statement.row for statement in reversed(likely)}.values()
    rows = dict.fromkeys(statement.row for statement in likely)
    first = [row for row in rows if row in best][:MOST_READ]
    further = (row for row in rows if row not in best)
    return [*first, *islice(further, max(0, PASSAGES_READ - len(first)))]


def stated_odds(made: Sequence[Statement]) -> Vector:
    """The log-odds of each of `made` by what speaks for it, before anything is read."""
    return load_stating().log_odds(stating_signals(made)) if made else np.zeros(0)


def statements(
    searcher: Searcher, question: Question, provinces: Sequence[str], logits: Vector
) -> list[Statement]:
    """What the best passages of `provinces` state that may be the figure asked for."""
    passages, words = searcher.store.passages, searcher.words_of(question)
    usable = np.array([passage.column != TASK for passage in passages])
    usable &= np.isfinite(logits) & (logits >= logits.max() - SEARCHED_WITHIN)
    holders = np.array([passage.province for passage in passages])
    return [
        Statement(
            province=province,
            row=row,
            log_odds=float(logits[row]),
            weighed=weighed,
            named=_held(weighed.figure.measure, question.core),
            covers=_held(question.core, weighed.figure.measure),
            is_aside=passages[row].column == PLAN and PLAN not in question.columns,
            is_below=bool(weighed.figure.scope) and weighed.figure.scope[:2] not in question.asked,
        )
        for province in provinces
        for own in [np.flatnonzero(usable & (holders == province))]
        for row in (match.row for match in ranked(own, logits[own], ROWS_SEARCHED))
        for weighed in weighed_figures(question.asked, words, passages[row].text, FIGURES_WEIGHED)
    ]


def _in_like_units(stated: Sequence[Statement]) -> bool:
    """Whether any two of them are."""
    cues = load_figure_cues()
    units = [statement.weighed.figure.quantity.unit for statement in stated]
    return any(cues.agree(one, other) for one, other in combinations(units, 2))


def _held(text: str, other: str) -> float:
    """The share of `text` that `other` holds, in pairs of neighbouring characters; 0 without any."""
    held, counted = set(pairs(other)), pairs(text)
    return sum(pair in held for pair in counted) / len(counted) if counted else 0.0


def _new_if_asked(question: Question, stated: Sequence[Statement]) -> Sequence[Statement]:
    """Only those of new ones, where these are asked for and any is stated."""
    only_new = [statement for statement in stated if statement.weighed.figure.part == NEW]
    return only_new if only_new and asks_new(question.asked) else stated


def _of_one_unit(stated: Sequence[Statement]) -> list[Statement]:
    """Those in a unit like the usual one: what is counted in another answers another question."""
    cues = load_figure_cues()
    units = Counter(statement.weighed.figure.quantity.unit for statement in stated)
    usual = [unit for unit, count in units.items() if count == max(units.values())]
    return [
        statement
        for statement in stated
        if any(cues.agree(unit, statement.weighed.figure.quantity.unit) for unit in usual)
    ]
