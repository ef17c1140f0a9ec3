"""What users say of answers, kept in one SQLite file on this machine."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from index.errors import CewenError, UsageError
from index.filters import FACETS, Filter
from qa.config import Settings
from qa.records import NOT_MENTIONED, Answer

USEFUL, USELESS, WRONG = "useful", "useless", "wrong_citation"
VERDICT_TEXT = {USEFUL: "有用", USELESS: "无用", WRONG: "引用错误"}
SCHEMA = 1
BUSY_SECONDS = 5.0
LONGEST_COMMENT = 500

_TABLE = """
CREATE TABLE feedback (
    id INTEGER PRIMARY KEY,
    time TEXT NOT NULL,
    conversation TEXT NOT NULL,
    turn INTEGER NOT NULL,
    question TEXT NOT NULL,
    standalone TEXT NOT NULL,
    filters TEXT NOT NULL,
    kind TEXT NOT NULL,
    cited TEXT NOT NULL,
    provinces TEXT NOT NULL,
    verdict TEXT NOT NULL,
    comment TEXT NOT NULL DEFAULT '',
    version TEXT NOT NULL,
    UNIQUE (conversation, turn, question)
)"""
# The page reports every click twice; a changed mind takes its comment along.
_KEEP = """
INSERT INTO feedback
    (time, conversation, turn, question, standalone, filters, kind, cited, provinces, verdict, version)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (conversation, turn, question) DO UPDATE SET
    time = excluded.time, standalone = excluded.standalone, filters = excluded.filters,
    kind = excluded.kind, cited = excluded.cited, provinces = excluded.provinces,
    comment = CASE WHEN verdict = excluded.verdict THEN comment ELSE '' END,
    verdict = excluded.verdict, version = excluded.version"""
_PLACE = "conversation = ? AND turn = ? AND question = ?"


class FeedbackError(CewenError):
    """The file cannot be read or written, or is another version's."""

    exit_code = 3


@dataclass(frozen=True, slots=True)
class Place:
    """Which answer is spoken of: turn `turn` of a conversation, and the question as it was typed."""

    conversation: str
    turn: int
    question: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """What was said of an answer.

    `standalone` is a text that asks the same by itself, "" where there is none. `cited` are number
    and item of each citation; `provinces` the statuses that were given. `time` is in UTC, ISO 8601.
    """

    place: Place
    verdict: str
    standalone: str
    filters: Filter
    kind: str
    cited: tuple[tuple[int, str], ...]
    provinces: dict[str, str]
    comment: str = ""
    time: str = ""
    version: str = ""
    id: int = 0


def feedback_on(
    answer: Answer, place: Place, verdict: str, standalone: str, filters: Filter
) -> Feedback:
    """What was said of an answer, with what is to be remembered of it."""
    given = [v for v in answer.verdicts if v.status != NOT_MENTIONED]
    return Feedback(
        place=place,
        verdict=verdict,
        standalone=standalone,
        filters=filters,
        kind=answer.question.kind,
        cited=tuple((c.n, c.passage.id) for c in answer.citations),
        provinces={v.province: v.status for v in given},
    )


class FeedbackBook:
    """Keeps feedback in a file, which is made with the first of it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        # Switching a new file to WAL does not wait for another connection that does the same.
        self._turn = threading.Lock()

    def keep(self, feedback: Feedback) -> None:
        """The feedback is in the file, once for each answer: the last word counts.

        Raises:
            FeedbackError: it cannot be written.
        """
        place = feedback.place
        row = (
            datetime.now(UTC).isoformat(timespec="seconds"),
            place.conversation,
            place.turn,
            place.question,
            feedback.standalone,
            _json({f: getattr(feedback.filters, f) for f in FACETS}),
            feedback.kind,
            _json(feedback.cited),
            _json(feedback.provinces),
            feedback.verdict,
            version("cewen"),
        )
        with self._opened() as connection:
            connection.execute(_KEEP, row)

    def comment(self, place: Place, text: str) -> None:
        """What was said of an answer carries a comment, cut at `LONGEST_COMMENT` characters."""
        with self._opened() as connection:
            comment = text.strip()[:LONGEST_COMMENT]
            connection.execute(
                f"UPDATE feedback SET comment = ? WHERE {_PLACE}", (comment, *_place(place))
            )

    def withdraw(self, place: Place) -> None:
        """Nothing is said of an answer any more."""
        with self._opened() as connection:
            connection.execute(f"DELETE FROM feedback WHERE {_PLACE}", _place(place))

    def verdicts(self, conversation: str) -> dict[Place, str]:
        """What was said of the answers of a conversation; raises FeedbackError as `read`."""
        return {f.place: f.verdict for f in self.read() if f.place.conversation == conversation}

    def read(self) -> list[Feedback]:
        """All of it, in the order it came in; none where there is no file yet.

        Raises:
            FeedbackError: the file cannot be read.
        """
        if not self.path.exists():
            return []
        with self._opened() as connection:
            connection.row_factory = sqlite3.Row
            return [
                _feedback(row) for row in connection.execute("SELECT * FROM feedback ORDER BY id")
            ]

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """A connection whose changes are kept together, or not at all."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # What people asked is for this user alone; SQLite's other files take after this one.
            self.path.touch(mode=0o600, exist_ok=True)
            with (
                self._turn,
                closing(sqlite3.connect(self.path, timeout=BUSY_SECONDS)) as connection,
            ):
                connection.execute("PRAGMA journal_mode = WAL")
                with connection:
                    connection.execute("BEGIN IMMEDIATE")
                    _prepare(connection)
                    yield connection
        except (sqlite3.Error, OSError) as error:
            raise FeedbackError(f"评价文件 {self.path} 读写不了（{error}）。") from error


def open_book(settings: Settings) -> FeedbackBook | None:
    """The book of the settings; None when feedback is switched off.

    Raises:
        UsageError: it would lie inside the store, which holds nothing but itself.
    """
    path = settings.feedback
    if path is None:
        return None
    if isinstance(settings.store, Path) and settings.store.resolve() in path.resolve().parents:
        raise UsageError(f"评价文件 {path} 不能放在索引文件夹里，请另选位置（CEWEN_FEEDBACK）。")
    return FeedbackBook(path)


def _prepare(connection: sqlite3.Connection) -> None:
    """Make the table in a new file; refuse another version's, and another program's."""
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if found == tables == 0:
        connection.execute(_TABLE)
        connection.execute(f"PRAGMA user_version = {SCHEMA}")
    elif found != SCHEMA:
        raise sqlite3.DatabaseError(f"版本是{found}，应为{SCHEMA}")


def _feedback(row: sqlite3.Row) -> Feedback:
    return Feedback(
        place=Place(row["conversation"], row["turn"], row["question"]),
        verdict=row["verdict"],
        standalone=row["standalone"],
        filters=Filter(**{f: tuple(v) for f, v in json.loads(row["filters"]).items()}),
        kind=row["kind"],
        cited=tuple((n, item) for n, item in json.loads(row["cited"])),
        provinces=json.loads(row["provinces"]),
        comment=row["comment"],
        time=row["time"],
        version=row["version"],
        id=row["id"],
    )


def _place(place: Place) -> tuple[str, int, str]:
    return place.conversation, place.turn, place.question


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
