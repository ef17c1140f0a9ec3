"""A question as the query of an address, and back: `q=…&province=…&column=…&theme=…&top=…`.

A follow-up means nothing alone: its link holds the questions that it goes on from, each `q` with the
parameters behind it. `as` holds the clues that a question was understood by. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from index.filters import FacetIndex
from web.desk import Desk
from web.given import CHOSEN, Given, checked_filter, checked_keys, checked_limit
from web.session import Asked, Session, Turn

TEXT, LIMIT, CLUE = "q", "top", "as"
MOST_QUESTIONS = 20
"""A link of more questions is neither made nor followed to its end."""
Parameters = list[tuple[str, str]]


def query_of(session: Session, desk: Desk) -> str:
    """The query that asks the last question again; "" where there is none or it leads too far back."""
    if session.answer is None:
        return ""
    needed: list[Turn] = []
    for turn in reversed([turn for turn in session.turns if turn.answer is not None]):
        needed.insert(0, turn)
        if desk.stands_alone(turn):
            break
    if len(needed) > MOST_QUESTIONS:
        return ""
    return urlencode([pair for turn in needed for pair in _parameters(turn.asked)])


def read_query(parameters: Iterable[tuple[str, str]], facets: FacetIndex) -> list[Given]:
    """The questions that a query asks, in order; none where it has no `q`.

    Parameters before the first `q` belong to it, so that their order does not matter in a link of
    one question. What the store does not have is left out and named in a note.
    """
    questions: list[tuple[str, Parameters]] = []
    waiting: Parameters = []
    for name, value in parameters:
        if name == TEXT:
            questions.append((value, waiting))
            waiting = []
        else:
            (questions[-1][1] if questions else waiting).append((name, value))
    return [_given(text, given, facets) for text, given in questions[:MOST_QUESTIONS]]


def _parameters(asked: Asked) -> Parameters:
    text = asked.rewritten or asked.text
    chosen = [(facet, value) for facet in CHOSEN for value in getattr(asked.wanted, facet)]
    # No clue at all is an understanding too, and not the one that the words would have.
    clues = [] if asked.keys is None else [(CLUE, key) for key in asked.keys or ("",)]
    return [(TEXT, text), *chosen, (LIMIT, str(asked.limit)), *clues]


def _given(text: str, parameters: Parameters, facets: FacetIndex) -> Given:
    chosen = {facet: _values(parameters, facet) for facet in CHOSEN}
    wanted, unknown = checked_filter(chosen, facets)
    limit, wrong = checked_limit("".join(_values(parameters, LIMIT)[-1:]))
    named = _values(parameters, CLUE)
    keys, strange = checked_keys(filter(None, named), facets)
    asked = Asked(text, wanted, limit, keys if keys or "" in named else None)
    return Given(asked, (*unknown, *wrong, *strange))


def _values(parameters: Parameters, name: str) -> Sequence[str]:
    return [value for key, value in parameters if key == name]
