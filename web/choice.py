"""What an address chooses to compare: read, checked, and written back as an address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from index.store import Store
from qa.config import MAX_QUESTION_CHARS
from qa.grid import MOST_TOPICS, STANDINGS, UNPROVEN

GRID, OVERVIEW, MISSING = "grid", "overview", "missing"
VIEWS = (GRID, MISSING, OVERVIEW)
DOCUMENT, STATUS = "document", "status"
SORTS = (DOCUMENT, STATUS)
CHOOSABLE = tuple(standing for standing in STANDINGS if standing != UNPROVEN)
SHOWN_CHARS = 40
"""So much of a wrong value is repeated to its author."""


class BadChoice(ValueError):
    """An address that chooses what cannot be compared: a key of the words, and what they name."""

    def __init__(self, key: str, **named: object) -> None:
        super().__init__(key)
        self.key = key
        self.named = named

    def sentence(self, words: Mapping[str, str]) -> str:
        """What to tell the author, from the words of bad choices."""
        return words[self.key].format(**self.named)


@dataclass(frozen=True, slots=True)
class Choice:
    """One address: which view, of what, filtered and ordered how."""

    view: str = OVERVIEW
    topics: tuple[str, ...] = ()
    theme: str = ""
    provinces: tuple[str, ...] = ()
    standings: tuple[str, ...] = ()
    sort: str = DOCUMENT

    def query(self, **changes: object) -> str:
        """It as the query of an address, with changes; keys that it does not know are added."""
        known = {key: value for key, value in changes.items() if key in self.__slots__}
        chosen = replace(self, **known)  # type: ignore[arg-type]
        pairs = [
            ("view", chosen.view),
            *(("topic", topic) for topic in chosen.topics),
            ("theme", chosen.theme),
            *(("province", province) for province in chosen.provinces),
            *(("status", standing) for standing in chosen.standings),
            ("sort", chosen.sort if chosen.sort != DOCUMENT else ""),
            *((key, str(value)) for key, value in changes.items() if key not in known),
        ]
        return urlencode([(key, value) for key, value in pairs if value])


def read_choice(params: QueryParams, store: Store) -> Choice:
    """What the parameters of an address choose; without a view, the one that fits what is given.

    Raises:
        BadChoice: a value that does not exist, too many topics, or one without words or too long.
    """
    topics = typed_topics(params)
    theme = params.get("theme", "").strip()
    default = GRID if topics or theme else OVERVIEW
    choice = Choice(
        view=_one_of(VIEWS, params.get("view") or default, "unknown_view"),
        topics=topics,
        theme=theme,
        provinces=tuple(dict.fromkeys(filter(None, params.getlist("province")))),
        standings=tuple(dict.fromkeys(filter(None, params.getlist("status")))),
        sort=_one_of(SORTS, params.get("sort") or DOCUMENT, "unknown_sort"),
    )
    _check(choice, store)
    return choice


def _check(choice: Choice, store: Store) -> None:
    _check_topics(choice.topics)
    values = store.facets.values
    for province in choice.provinces:
        _one_of(values["province"], province, "unknown_province")
    for standing in choice.standings:
        _one_of(CHOOSABLE, standing, "unknown_status")
    if choice.theme:
        _one_of(values["theme"], choice.theme, "unknown_theme")


def _one_of(known: Sequence[str], value: str, key: str) -> str:
    if value not in known:
        raise BadChoice(key, value=value[:SHOWN_CHARS], known="、".join(filter(None, known)))
    return value


def typed_topics(params: QueryParams) -> tuple[str, ...]:
    """The topics as typed, one a line, each once; not checked."""
    lines = (line.strip() for text in params.getlist("topic") for line in text.splitlines())
    return tuple(dict.fromkeys(filter(None, lines)))


def _check_topics(topics: Sequence[str]) -> None:
    if len(topics) > MOST_TOPICS:
        raise BadChoice("many_topics", count=len(topics), most=MOST_TOPICS)
    for topic in topics:
        if len(topic) > MAX_QUESTION_CHARS:
            raise BadChoice("long_topic", count=len(topic), most=MAX_QUESTION_CHARS)
        if not any(character.isalnum() for character in topic):
            raise BadChoice("wordless_topic", value=topic[:SHOWN_CHARS])
