"""The labelled questions: which items answer what."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SET, FACT, NUMERIC, ANALOG, NO_ANSWER = "set", "fact", "numeric", "analog", "noanswer"
TYPES = (SET, FACT, NUMERIC, "paraphrase", ANALOG, "filter", "lang", NO_ANSWER)
"""The types of question: which provinces, a fact, figures, in other words, a like practice, with a
province and a column, in another script or spelling, and one that nothing answers."""
TASKS_COUNT = ("paraphrase", "filter")
FILE = Path(__file__).with_name("questions.jsonl")
ANSWERABLE_FILE = Path(__file__).with_name("answerable.jsonl")
HARD_FILE = Path(__file__).with_name("hard.jsonl")
"""Made to be hard to tell apart: near misses, and what is there asked for in wholly other words."""


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question with the items that answer it, best first; none when nothing does.

    `evidence` holds items' addresses within their document (`安徽省/18/achievement/1`), or their ids
    in a store once `bench.labelled` has looked them up there. `provinces` holds a status each for
    questions of which provinces, a figure each for questions of figures.
    """

    id: str
    type: str
    question: str
    evidence: tuple[str, ...]
    provinces: dict[str, str] = field(default_factory=dict)
    answer: str = ""
    source: str = ""
    source_item: str = ""

    @property
    def answerable(self) -> bool:
        """Whether anything answers it."""
        return bool(self.evidence)

    @property
    def relevant(self) -> tuple[str, ...]:
        """The evidence that a search should find.

        A task is no evidence that anything happened, so it counts only where it was asked for, or
        where a practice was described in other words.
        """
        if self.type in TASKS_COUNT:
            return self.evidence
        return tuple(e for e in self.evidence if "/task/" not in e) or self.evidence


@dataclass(frozen=True, slots=True)
class AnswerableQuestion:
    """A question of which only this is labelled: whether the document answers it.

    `evidence` names an item that does, and need not be complete.
    """

    id: str
    why: str
    question: str
    answerable: bool
    evidence: tuple[str, ...] = ()


AnyQuestion = LabelledQuestion | AnswerableQuestion


def is_held_out(question: AnyQuestion) -> bool:
    """Whether a question is kept out of all tuning: every second one."""
    return int(question.id.rsplit("-", 1)[1]) % 2 == 1


def read_questions(path: Path = FILE) -> list[LabelledQuestion]:
    """The questions of a JSON Lines file, in order."""
    return [LabelledQuestion(**q) for q in _read(path)]


def read_answerable(path: Path = ANSWERABLE_FILE) -> list[AnswerableQuestion]:
    """The questions of a JSON Lines file that says of each whether it can be answered."""
    return [AnswerableQuestion(**q) for q in _read(path)]


def _read(path: Path) -> list[dict[str, Any]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    raw = [json.loads(line) for line in lines if line.strip()]
    return [{**q, "evidence": tuple(q["evidence"])} for q in raw]
