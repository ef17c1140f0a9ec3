"""What crosses the borders of `qa`: questions, verdicts, figures, citations and answers."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.filters import Filter
from index.records import Hit, Passage

if TYPE_CHECKING:
    from qa.proof import Proof, Sentence

WHICH, FACT, COMPARE, SIMILAR, FIGURES, OPEN = (
    "which",
    "fact",
    "compare",
    "similar",
    "figures",
    "open",
)
KINDS = (SIMILAR, COMPARE, FIGURES, WHICH, FACT, OPEN)
"""The kinds of question, in the order in which they are tried."""

DONE, DOING, PLANNED, TASKED, NOT_MENTIONED = "done", "doing", "planned", "tasked", "not_mentioned"
STATUSES = (DONE, DOING, PLANNED, TASKED, NOT_MENTIONED)
"""What a document can say of a province, the most first."""

_NO_LETTERS = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class Question:
    """What a person typed, understood.

    `asked` is it in simplified script on one line. `core` is what is asked once places, years and the
    words of asking are taken off; it is what is searched for. `is_bare`: nothing was left of it, and
    `core` is all that was typed. `provinces` are those named that the store holds; `absent` places
    and `absent_years` are named, but not held. `columns` and `themes` are what the wording demands.
    `said` is what is asked in the person's own words where `core` has it in the documents', else "".
    `corrected` pairs what was typed with what it was taken for. `is_reverse` asks which provinces have
    it not, or, of similar practices, what others have and the named province has not. `literal` are
    the very words that it asks who mentions, where the documents hold them; "" for other questions.
    `likened` is, of `core`, what names the practice whose like is asked for, where that stands apart.
    """

    text: str
    asked: str
    kind: str
    core: str
    provinces: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    years: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    absent_years: tuple[str, ...] = ()
    corrected: tuple[tuple[str, str], ...] = ()
    is_bare: bool = False
    is_reverse: bool = False
    literal: str = ""
    said: str = ""
    likened: str = ""

    @property
    def own_words(self) -> str:
        """What is asked, in the person's own words."""
        return self.said or self.core

    def in_own_words(self) -> Question:
        """The same, searched for in the person's own words."""
        return replace(self, core=self.own_words, said="")

    @property
    def filter(self) -> Filter:
        """What its passages must have. Similar practices are asked of the provinces not named."""
        provinces = () if self.kind == SIMILAR else self.provinces
        return Filter(province=provinces, column=self.columns, theme=self.themes)

    def without_provinces(self) -> Question:
        """The same, asked of all provinces."""
        return replace(self, provinces=())

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """Places and years named, but not held, that leave nothing to answer from."""
        return (*(() if self.provinces else self.absent), *self.absent_years)

    @property
    def is_description(self) -> bool:
        """Whether it only describes something: nothing was taken off it, no word of asking and no place."""
        is_whole = _letters(self.own_words) == _letters(self.asked)
        return self.kind == OPEN and is_whole and not self.is_bare

    @property
    def asks_missing(self) -> bool:
        """Whether it asks what others have done that the named province does not mention."""
        return self.is_reverse and bool(self.source_provinces)

    def for_source(self) -> Question:
        """The same, searched for by what names the practice whose like is asked for."""
        return replace(self, core=self.likened, said="") if self.likened else self

    @property
    def source_provinces(self) -> tuple[str, ...]:
        """Whose practice similar ones are asked for; none for other kinds."""
        return self.provinces if self.kind == SIMILAR else ()


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim part of a passage: `passage.text[start:end]` is what `[n]` stands for."""

    n: int
    passage: Passage
    start: int
    end: int

    @property
    def quote(self) -> str:
        """The cited words."""
        return self.passage.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the documents say of one province, and the citations that prove it."""

    province: str
    status: str
    citations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ProvinceFigure:
    """A province's figure as written: its value, what it measures, over which period, of which place.

    `amount` is its value in base units, 万 and 亿 multiplied out; a range's is its lower end. `scope` is a
    city or county, "" for the province itself. `outlook` says that it is not reached yet: the word for it
    (预计), or that a plan names it which was not asked for; "" for what is reported, and where plans were.
    `comparable` says that it may be ranked with the others: the same kind of figure, over as long a time,
    of a place as large, as certain.
    """

    province: str
    value: str
    measure: str
    period: str
    scope: str
    comparable: bool
    citations: tuple[int, ...]
    amount: float = 0.0
    outlook: str = ""

    @property
    def when(self) -> str:
        """Its period, and whether it is only expected or planned."""
        return "，".join(filter(None, (self.period, self.outlook)))


@dataclass(frozen=True, slots=True)
class Analogue:
    """The nearest practice of another province: its citation, and how it stands to the source.

    `shared` are concepts of both, `here` of it alone, `source` of the source alone; all may be empty.
    `status` is what its citation says of it, "" in a document that does not tell plans from deeds.
    """

    province: str
    citation: int
    shared: tuple[str, ...] = ()
    here: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    status: str = ""


@dataclass(frozen=True, slots=True)
class Contrast:
    """One practice across the provinces compared: each one's citation, None where not mentioned."""

    cited: tuple[tuple[str, int | None], ...]

    @property
    def is_common(self) -> bool:
        """Whether all of them have it."""
        return all(n is not None for _, n in self.cited)


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """The citation of a plan, and of what came of it; None where the later documents do not tell."""

    plan: int
    done: int | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a question is not answered, as one of `reasons` and a sentence for the user."""

    reason: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a language model says of a province, with its quote; void when `trouble` says why."""

    province: str
    status: str
    quote: str
    reason: str
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Writing:
    """What a language model wrote, as it came, and the proof of its sentences.

    `prompt` is the name and hash of the prompt. `is_whole`: it came to its end. `trouble` says in one
    sentence why it is not, or why nothing of it can be used. `tokens` are those of the prompt and of
    the reply, None where the service does not count.
    """

    raw: str
    proof: Proof
    prompt: str
    is_whole: bool = False
    trouble: str = ""
    tokens: tuple[int | None, int | None] = (None, None)
    seconds: float = 0.0

    @property
    def is_growing(self) -> bool:
        """Whether it is still being written."""
        return not (self.is_whole or self.trouble)

    @property
    def shown(self) -> str:
        """The sentences that hold, in order."""
        return "".join(s.text for s in self.proof.sentences if s.fault is None).strip()


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said, what proves it, and what was found.

    `text` cites as [n]. `caution` warns that what is said may not be what is asked. `silent` are the
    other provinces that were looked at for `analogues` and have none. `checked` counts the quotes held
    against their passages; `rejected` are those that were not found there, and are not shown.
    `prompts` are names and hashes of the prompts that a language model was given for it, in that order.
    """

    question: Question
    text: str
    hits: tuple[Hit, ...]
    citations: tuple[Citation, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    figures: tuple[ProvinceFigure, ...] = ()
    analogues: tuple[Analogue, ...] = ()
    silent: tuple[str, ...] = ()
    contrasts: tuple[Contrast, ...] = ()
    fulfilments: tuple[Fulfilment, ...] = ()
    refusal: Refusal | None = None
    opinions: tuple[Opinion, ...] = ()
    prompts: tuple[str, ...] = ()
    writing: Writing | None = None
    caution: str = ""
    checked: int = 0
    rejected: tuple[Citation, ...] = ()

    @property
    def is_rewritten(self) -> bool:
        """Whether it answers a question that a language model put in full."""
        return any(prompt.startswith("rewrite@") for prompt in self.prompts)

    @property
    def source(self) -> Citation | None:
        """The practice whose like was asked for; None where it was only described, or none was."""
        if self.question.kind != SIMILAR or self.question.asks_missing:
            return None
        found = {analogue.citation for analogue in self.analogues}
        return next((c for c in self.citations if c.n not in found), None)

    @property
    def rejected_sentences(self) -> tuple[Sentence, ...]:
        """What a language model wrote that failed its proof."""
        sentences = self.writing.proof.sentences if self.writing else ()
        return tuple(sentence for sentence in sentences if sentence.fault is not None)


def _letters(text: str) -> str:
    """`text` without spaces and punctuation, in lower case."""
    return _NO_LETTERS.sub("", text).lower()
