"""A conversation as the record that the visitor's browser keeps, and back. Pure.

Only what was asked is kept: answers are found anew from the store as it is when they are read again.
The server keeps nothing.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from index.errors import CewenError
from index.store import Store
from web.given import CHOSEN, Given, checked_filter, checked_keys, checked_limit
from web.session import DEFAULT_LIMIT, Asked, Session

VERSION = 1
MOST_TURNS = 50
"""Of a longer conversation the last turns are kept."""
LONGEST_RECORD = 500_000
CHANGED = "材料在这次对话之后更新过，以下按现有材料重新回答。"
_ID = re.compile(r"[0-9a-f]{16}")


class HistoryError(CewenError):
    """A record that this version did not write."""


@dataclass(frozen=True, slots=True)
class Record:
    """A conversation that was kept: its id, and its questions, each with what was left out of it."""

    id: str
    questions: tuple[Given, ...]


def record_of(session: Session, store: Store) -> str:
    """A session as JSON; "" while nothing in it was answered."""
    asked = [turn.asked for turn in session.turns if turn.answer is not None][-MOST_TURNS:]
    if not asked:
        return ""
    turns = [_written(each) for each in asked]
    record = {"version": VERSION, "id": session.id, "store": fingerprint(store), "turns": turns}
    return json.dumps(record, ensure_ascii=False)


def read_record(text: object, store: Store) -> Record:
    """A record, checked against the store.

    Raises:
        HistoryError: it is none, or of another version.
    """
    record = _parsed(text)
    turns = record.get("turns")
    known = record.get("version") == VERSION and _ID.fullmatch(_text(record, "id"))
    if not known or not isinstance(turns, list) or not 0 < len(turns) <= MOST_TURNS:
        raise HistoryError("这条历史记录不是本页保存的，读不了。")
    questions = tuple(_read(turn, store) for turn in turns)
    if record.get("store") != fingerprint(store):
        first = questions[0]
        questions = (Given(first.asked, (CHANGED, *first.notes)), *questions[1:])
    return Record(_text(record, "id"), questions)


def fingerprint(store: Store) -> str:
    """A few characters that change with the documents of a store."""
    sources = [source.sha256 for source in store.manifest.sources]
    return sha256("".join(sources).encode()).hexdigest()[:16]


def _written(asked: Asked) -> dict[str, object]:
    """What a question was asked with; what was left as it is by default is left out."""
    chosen = {facet: list(getattr(asked.wanted, facet)) for facet in CHOSEN}
    limit = asked.limit if asked.limit != DEFAULT_LIMIT else None
    rest = {"top": limit, "rewritten": asked.rewritten, "writes": asked.writes}
    kept = {name: value for name, value in (chosen | rest).items() if value}
    clues = {} if asked.keys is None else {"as": list(asked.keys)}
    return {"text": asked.text, **kept, **clues}


def _parsed(text: object) -> dict[str, Any]:
    if isinstance(text, str) and len(text) <= LONGEST_RECORD:
        try:
            record = json.loads(text)
        except (ValueError, RecursionError):
            record = None
        if isinstance(record, dict):
            return record
    raise HistoryError("这条历史记录已损坏，读不了。")


def _read(turn: object, store: Store) -> Given:
    if not isinstance(turn, dict) or not _text(turn, "text"):
        raise HistoryError("这条历史记录已损坏，读不了。")
    wanted, unknown = checked_filter({f: _texts(turn, f) for f in CHOSEN}, store.facets)
    top = turn.get("top")
    limit, wrong = checked_limit("" if top is None else str(top))
    keys, strange = checked_keys(_texts(turn, "as"), store.facets)
    asked = Asked(
        text=_text(turn, "text"),
        wanted=wanted,
        limit=limit,
        keys=keys if "as" in turn else None,
        writes=turn.get("writes") is True,
        rewritten=_text(turn, "rewritten"),
    )
    return Given(asked, (*unknown, *wrong, *strange))


def _text(values: dict[str, Any], name: str) -> str:
    value = values.get(name)
    return value if isinstance(value, str) else ""


def _texts(values: dict[str, Any], name: str) -> list[str]:
    found = values.get(name)
    return [value for value in found if isinstance(value, str)] if isinstance(found, list) else []
