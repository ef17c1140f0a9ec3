"""A visitor's conversation: what was asked, what was answered, and so what it goes on from. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from index.filters import Filter
from qa.config import MAX_TOP_K
from qa.records import Answer

KEPT_ANSWERS = 10
"""So many answers keep their cards, so that their numbers still lead somewhere."""
AGAIN = "（按改过的理解重新回答）"
DEFAULT_LIMIT = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it was asked: enough to ask it again.

    `keys` are those of the clues that it was understood by, None where its words decide. `rewritten`
    is what a language model made of a follow-up, "" where none did; `writes` says that one was to
    write the answer. `limit` is how many hits come with the answer, 1 to `MAX_TOP_K`.
    """

    text: str
    wanted: Filter = field(default_factory=Filter)
    limit: int = DEFAULT_LIMIT
    keys: tuple[str, ...] | None = None
    writes: bool = False
    rewritten: str = ""

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= MAX_TOP_K:
            raise ValueError(f"limit {self.limit}")

    @property
    def shown(self) -> str:
        """What stands in the conversation."""
        return self.text if self.keys is None else f"{self.text}{AGAIN}"


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what was said to it: `message` and `cards` as HTML.

    `answer` is None where the question could not be asked. `options` are labels of what may be asked
    next, and the questions they ask. `notes` are sentences in front of the message.
    """

    asked: Asked
    answer: Answer | None
    message: str
    cards: str = ""
    options: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Session:
    """The turns of a conversation, first to last; `id` names it once there is one.

    Turns count from 1. Sessions never change: going back is taking an earlier one.
    """

    id: str = ""
    turns: tuple[Turn, ...] = ()

    @property
    def last(self) -> Answer | None:
        """The answer that a follow-up goes on from."""
        return next((t.answer for t in reversed(self.turns) if t.answer is not None), None)

    @property
    def answer(self) -> Answer | None:
        """The answer of the last turn; None where it has none."""
        return self.turns[-1].answer if self.turns else None

    @property
    def cards(self) -> tuple[str, ...]:
        """The cards of the last answers, newest first; "" for turns without."""
        return tuple(turn.cards for turn in reversed(self.turns))[:KEPT_ANSWERS]

    def before(self, number: int) -> Session:
        """The session as it was before turn `number`."""
        return replace(self, turns=self.turns[: max(0, number - 1)])

    def plus(self, turn: Turn) -> Session:
        """The session with one more turn."""
        return replace(self, turns=(*self.turns, turn))
