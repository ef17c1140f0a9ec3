"""Which provinces: each of them judged by itself, on its own best evidence.

Whether it mentions what is asked at all is told by its best passage, which is read where its log-odds
leave that open. The column decides first: an achievement may say done or doing, a plan only planned, a
task only tasked. Within achievements the wording decides.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from index.bundled import KNOWLEDGE
from index.errors import KnowledgeError
from index.ranking import BoolVector
from index.records import ACHIEVEMENT, PLAN, TASK, Passage
from index.sentences import Span
from qa.mention import load_mention
from qa.reading import Read
from qa.records import DOING, DONE, NOT_MENTIONED, PLANNED, TASKED
from qa.relevance import Relevance
from qa.signals import Vector

COLUMN_WITHIN = 2.5
"""How far a column's best passage may fall behind the province's best and still be about it."""
ALSO_WITHIN = 1.5
"""How far a further passage may fall behind its column's best and still have a say."""

SentenceOf = Callable[[int], Span]
"""Gives for a row of the store the sentence of its passage that is meant."""

_CLAUSE = re.compile(r"[^，,；;。]+[，,；;。]?")


@dataclass(frozen=True, slots=True)
class StatusWording:
    """Patterns that tell what was done from what is under way."""

    doing_sentence: re.Pattern[str]
    doing_clause: re.Pattern[str]
    doing_mild: re.Pattern[str]
    done_clause: re.Pattern[str]
    done_outcome: re.Pattern[str]
    done_sentence: re.Pattern[str]

    def status_of(self, sentence: str, words: Sequence[str]) -> str:
        """`done` or `doing`, as an achievement's `sentence` says of `words`."""
        clause = _best_clause(sentence, words)
        if self.done_clause.search(clause):
            return DONE
        came_of_it = self.done_outcome.search(sentence, sentence.index(clause) + len(clause))
        if came_of_it and not self.doing_sentence.search(clause):
            return DONE
        if self.doing_sentence.search(sentence) or self.doing_clause.search(clause):
            return DOING
        mild = self.doing_mild.search(clause) and not self.done_sentence.search(sentence)
        return DOING if mild else DONE


@dataclass(frozen=True, slots=True)
class Judgement:
    """A province's status and the rows that prove it, the strongest first."""

    province: str
    status: str
    rows: tuple[int, ...]


@cache
def load_status_wording(path: Path = KNOWLEDGE / "status.toml") -> StatusWording:
    """The wording in a file.

    Raises:
        KnowledgeError: unreadable, or a pattern that does not compile.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        return StatusWording(
            doing_sentence=re.compile("|".join(table["doing"]["sentence"])),
            doing_clause=re.compile("|".join(table["doing"]["clause"])),
            doing_mild=re.compile("|".join(table["doing"]["mild"])),
            done_clause=re.compile("|".join(table["done"]["clause"])),
            done_outcome=re.compile("|".join(table["done"]["outcome"])),
            done_sentence=re.compile("|".join(table["done"]["sentence"])),
        )
    except (OSError, UnicodeDecodeError, ValueError, KeyError, re.error) as error:
        raise KnowledgeError(f"{path.name} 有误：{error}。") from error


class Judge:
    """Judges provinces on the passages of a store."""

    def __init__(self, passages: Sequence[Passage], relevance: Relevance) -> None:
        self._passages = passages
        self._relevance = relevance
        self._provinces = np.array([passage.province for passage in passages])
        self._columns = np.array([passage.column for passage in passages])

    def judge(
        self,
        provinces: Sequence[str],
        logits: Vector,
        sentence_of: SentenceOf,
        words: Sequence[str],
        read: Read | None = None,
    ) -> list[Judgement]:
        """One judgement a province, in the order given.

        Args:
            provinces: whom to judge.
            logits: of every passage that it answers; −inf where it may not be used.
            sentence_of: gives for a row the sentence of its passage that is judged.
            words: of what is asked.
            read: reads passages; without it their log-odds alone tell what is mentioned.
        """
        is_mentioned = self._mentioned(provinces, logits, read)
        return [
            self._judge_one(province, logits, sentence_of, words)
            if mentions
            else Judgement(province, NOT_MENTIONED, ())
            for province, mentions in zip(provinces, is_mentioned, strict=True)
        ]

    def status_of(self, row: int, span: Span, words: Sequence[str]) -> str:
        """What a passage says of its own practice: by its column, an achievement by its wording.

        "" for a document without these columns.

        Args:
            row: of the passage.
            span: its sentence that is judged.
            words: of what is asked.
        """
        if self._columns[row] == ACHIEVEMENT:
            return load_status_wording().status_of(self._passages[row].text[slice(*span)], words)
        return {PLAN: PLANNED, TASK: TASKED}.get(str(self._columns[row]), "")

    def floor(self, logits: Vector) -> float:
        """What a passage must reach to count as about what is asked."""
        best = float(logits.max(initial=-np.inf))
        return max(self._relevance.mentioned_above, best - self._relevance.mentioned_within)

    def _mentioned(self, provinces: Sequence[str], logits: Vector, read: Read | None) -> BoolVector:
        """Which provinces mention what is asked."""
        of_each = [np.flatnonzero(self._provinces == province) for province in provinces]
        odds = np.array([logits[own].max(initial=-np.inf) for own in of_each])
        floor = self.floor(logits)
        if read is None:
            return odds >= floor
        model = load_mention()
        mentioned = model.is_sure(odds, floor)
        is_open = np.flatnonzero(model.is_open(odds, floor))
        signals = np.column_stack([odds[is_open], odds[is_open] - logits.max(initial=-np.inf)])
        anyway, turns_on_it = model.whatever_reads(signals)
        mentioned[is_open[anyway]] = True
        is_read = is_open[turns_on_it]
        if len(is_read):
            owns = (of_each[place] for place in is_read)
            best = [int(own[np.argmax(logits[own])]) for own in owns]
            log_odds = model.log_odds(np.column_stack([signals[turns_on_it], read(best)]))
            mentioned[is_read] = model.are_mentions(log_odds, bool(mentioned.any()))
        return mentioned

    def _judge_one(
        self, province: str, logits: Vector, sentence_of: SentenceOf, words: Sequence[str]
    ) -> Judgement:
        """What a province that mentions it says of it."""
        own = np.flatnonzero(self._provinces == province)
        best = float(logits[own].max())
        floor = min(best, self.floor(logits))
        for column, status in ((ACHIEVEMENT, DONE), (PLAN, PLANNED), (TASK, TASKED)):
            rows = self._rows_about(own[self._columns[own] == column], logits, floor, best)
            if rows and column == ACHIEVEMENT:
                return self._judge_achievements(province, rows, sentence_of, words)
            if rows:
                return Judgement(province, status, rows)
        return Judgement(province, TASKED, (int(own[np.argmax(logits[own])]),))

    def _rows_about(
        self, rows: np.ndarray, logits: Vector, floor: float, best: float
    ) -> tuple[int, ...]:
        """The rows of one column that are about what is asked, the best first."""
        if not len(rows) or logits[rows].max() < max(floor, best - COLUMN_WITHIN):
            return ()
        near = rows[logits[rows] >= max(floor, logits[rows].max() - ALSO_WITHIN)]
        return tuple(int(row) for row in near[np.argsort(-logits[near], kind="stable")])

    def _judge_achievements(
        self,
        province: str,
        rows: tuple[int, ...],
        sentence_of: SentenceOf,
        words: Sequence[str],
    ) -> Judgement:
        """Done when any of the achievements says so; what is cited says what is judged."""
        wording = load_status_wording()
        sentences = {row: self._passages[row].text[slice(*sentence_of(row))] for row in rows}
        said = {row: wording.status_of(sentence, words) for row, sentence in sentences.items()}
        status = DONE if DONE in said.values() else DOING
        return Judgement(province, status, tuple(row for row in rows if said[row] == status))


def _best_clause(sentence: str, words: Sequence[str]) -> str:
    """The clause of `sentence` that holds most of `words`; the first among equals."""
    clauses: list[str] = _CLAUSE.findall(sentence) or [sentence]
    return max(clauses, key=lambda clause: sum(len(word) for word in words if word in clause))
