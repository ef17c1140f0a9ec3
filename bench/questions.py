"""The labelled questions: which items answer what."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

TASKS_COUNT = ("paraphrase", "filter")
FILE = Path(__file__).with_name("questions.jsonl")


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question with the items that answer it, best first; none when nothing does.

    `evidence` holds item addresses within the document: `安徽省/18/achievement/1`.
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
    def relevant(self) -> tuple[str, ...]:
        """The evidence that a search should find.

        A task is no evidence that anything happened, so it counts only where it was asked for, or
        where a practice was described in other words.
        """
        if self.type in TASKS_COUNT:
            return self.evidence
        return tuple(e for e in self.evidence if "/task/" not in e) or self.evidence


def is_held_out(question: LabelledQuestion) -> bool:
    """Whether a question is kept out of all tuning: every second one."""
    return int(question.id.rsplit("-", 1)[1]) % 2 == 1


def read_questions(path: Path = FILE) -> list[LabelledQuestion]:
    """The questions of a JSON Lines file, in order."""
    lines = path.read_text(encoding="utf-8").splitlines()
    raw = [json.loads(line) for line in lines if line.strip()]
    return [LabelledQuestion(**{**q, "evidence": tuple(q["evidence"])}) for q in raw]
