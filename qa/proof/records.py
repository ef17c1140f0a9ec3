"""What is found out about a text: its sentences, what each claims and cites, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, replace

FOREIGN, UNKNOWN_KEY, UNCITED = "foreign", "unknown_key", "uncited"
QUOTE, NAME, NUMBER, PROVINCE = "quote", "name", "number", "province"
STATUS, ABSENCE = "status", "absence"
FAULT_TEXT = {
    FOREIGN: "这句话不是用中文写的。",
    UNKNOWN_KEY: "引用了不存在的材料编号{detail}。",
    ABSENCE: "材料里有{detail}的内容，不能说没有或未提及。",
    UNCITED: "这句话没有注明依据哪条材料。",
    QUOTE: "引号里的话“{detail}”与所引材料的原文不一致。",
    NAME: "所引材料里没有《{detail}》这个名称。",
    NUMBER: "所引材料里没有“{detail}”这个数字或日期，或者限定词与原文相反。",
    PROVINCE: "所引材料说的不是“{detail}”。",
    STATUS: "所引材料只说在计划、布置或推进，不能写成已经做到：“{detail}”。",
}
"""What is wrong with a sentence, for users, by kind; `{detail}` is where it shows."""

SHOWN = 40
"""So many characters of where it shows are shown."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a sentence: one of the kinds in `FAULT_TEXT`, and where it shows."""

    kind: str
    detail: str = ""

    @property
    def sentence(self) -> str:
        """What is wrong, for the user."""
        return FAULT_TEXT[self.kind].format(detail=self.detail)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: `text` is the half-open span `start:end` of the whole, white space after it included.

    `keys` are those it cites that have a passage, in order. `checked`: it says something that a
    passage could prove. `fault` is the first one found, if any.
    """

    start: int
    end: int
    text: str
    keys: tuple[int, ...]
    checked: bool
    fault: Fault | None


@dataclass(frozen=True, slots=True)
class Proof:
    """A text's sentences, which cover it."""

    sentences: tuple[Sentence, ...]

    @property
    def checked(self) -> int:
        """How many of them say something that a passage could prove."""
        return sum(sentence.checked for sentence in self.sentences)

    @property
    def failed(self) -> int:
        """How many of them have a fault."""
        return sum(sentence.fault is not None for sentence in self.sentences)

    @property
    def is_proven(self) -> bool:
        """Whether something was checked and nothing failed."""
        return self.checked > 0 and not self.failed

    def unfinished(self) -> Proof:
        """What can be said while the last sentence is still being written: of that one, nothing yet."""
        settled, last = self.sentences[:-1], self.sentences[-1:]
        return Proof((*settled, *(replace(s, checked=False, fault=None) for s in last)))
