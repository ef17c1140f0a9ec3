"""How questions ask for figures and how texts name them, from a file that anyone may edit."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from index.bundled import KNOWLEDGE
from index.errors import KnowledgeError
from qa.quantities import AMOUNT, COUNT, DATE, SHARE, UNIT_KINDS, UNIT_PATTERN, same_unit

NAME = "name"
KINDS = (AMOUNT, COUNT, SHARE, DATE, NAME)
CLAUSE_END = re.compile(r"[，。；：！？,;\n]|（(?![^）]*）)")

_LINK = re.compile(r"(?:一?共|总共|大[概约]|[是有达为了到])+$")


@dataclass(frozen=True, slots=True)
class FigureCues:
    """How questions ask for figures and how texts name them; see `data/knowledge/figures.toml`."""

    asked: tuple[tuple[re.Pattern[str], str], ...]
    after: re.Pattern[str]
    how_many: re.Pattern[str]
    any_figure: re.Pattern[str]
    nouns: tuple[tuple[re.Pattern[str], str], ...]
    unit_asked: re.Pattern[str]
    units_named: tuple[tuple[re.Pattern[str], str], ...]
    alike: tuple[frozenset[str], ...]
    total_asked: re.Pattern[str]
    total: re.Pattern[str]
    part: re.Pattern[str]
    new: re.Pattern[str]
    limit: re.Pattern[str]
    limit_asked: re.Pattern[str]
    levels: tuple[tuple[str, re.Pattern[str]], ...]
    links: re.Pattern[str]
    openers: re.Pattern[str]
    verbs: re.Pattern[str]
    predicates: re.Pattern[str]
    bare: re.Pattern[str]
    changes: re.Pattern[str]
    places: tuple[str, ...]
    zone: re.Pattern[str]
    whole: re.Pattern[str]
    standing: re.Pattern[str]

    def ended(self, question: str) -> str:
        """A question up to the last of the words that ask."""
        return self.after.sub("", question, count=1)

    def kinds_in(self, question: str) -> set[str]:
        """The kinds that a question's own words ask for; what one cue has matched is used up."""
        found = set()
        for cue, kind in self.asked:
            question, times = cue.subn("■", question)
            found |= {kind} if times else set()
        return found

    def weight_in(self, question: str) -> Callable[[str], float]:
        """How much a question's words count: most what its cue asks of, least the cue itself.

        Of 高价值项目的签约金额有多少 the cue is 金额 and 签约 what it asks of; a date is asked of
        what follows: of 何时挂牌 it is 挂牌.
        """
        kinds = ((cue, kind) for cue, kind in self.asked if kind != NAME)
        cues = ((self.unit_asked, COUNT), *kinds, (self.how_many, AMOUNT))
        found = ((match, kind) for cue, kind in cues if (match := cue.search(question)))
        match, kind = next(found, (None, ""))
        if not match:
            return lambda _: 1.0
        before = re.split("[，,的]", _LINK.sub("", question[: match.start()]))[-1][-8:]
        after = CLAUSE_END.split(question[match.end() :])[0][:8]
        if kind == DATE and len(after) > 1:
            return lambda word: 3.0 if word in after else 1.0
        near, cue = before + match[0] + after, match[0]
        return lambda word: (
            0.3 if word in cue else 3.0 if before.endswith(word) else 2.0 if word in near else 1.0
        )

    def units_in(self, question: str) -> frozenset[str]:
        """The units a question asks for, none when it names none."""
        if asked := {same_unit(match["unit"]) for match in self.unit_asked.finditer(question)}:
            return frozenset(asked)
        named = (unit for noun, unit in self.units_named if noun.search(question))
        return frozenset(islice(named, 1))

    def levels_in(self, text: str) -> list[str]:
        """The levels that a text names (国家级, 省级), in its order."""
        found = [(match.start(), name) for name, cue in self.levels for match in cue.finditer(text)]
        return [name for _start, name in sorted(found)]

    def agree(self, one: str, other: str) -> bool:
        """Whether what is counted in two units may be the same."""
        return one == other or any({one, other} <= group for group in self.alike)


@cache
def load_figure_cues(path: Path = KNOWLEDGE / "figures.toml") -> FigureCues:
    """The cues in a file.

    Raises:
        KnowledgeError: unreadable, a part missing, an unknown kind, a pattern that does not compile.
    """
    try:
        return _cues(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, ValueError, KeyError, re.error) as error:
        raise KnowledgeError(f"{path.name} 有误：{error}。") from error


def _cues(table: dict[str, Any]) -> FigureCues:
    nouns = dict(table["nouns"])
    how_many, any_figure = nouns.pop("how_many"), nouns.pop("any_figure")
    unknown = (table["kinds"].keys() | nouns.keys()) - set(KINDS)
    if unknown:
        raise ValueError(f"不认识的种类 {'、'.join(sorted(unknown))}")
    if unknown := {unit for group in table["units"]["alike"] for unit in group} - UNIT_KINDS.keys():
        raise ValueError(f"不认识的单位 {'、'.join(sorted(unknown))}")
    units, totals, limits, measure, scope = (
        table[part] for part in ("units", "totals", "limits", "measure", "scope")
    )
    return FigureCues(
        asked=_by_length(table["kinds"]),
        after=re.compile(table["ending"]["after"]),
        how_many=_any_of(how_many),
        any_figure=_any_of(any_figure),
        nouns=_by_length(nouns),
        unit_asked=_any_of(
            units["asked"],
            "(?<!哪){}[万亿]?(?:个(?=[市省人县区]))?"
            f"(?!{units['adjectives']})(?P<unit>{UNIT_PATTERN})",
        ),
        units_named=tuple((re.compile(noun), unit) for noun, unit in units["named"].items()),
        alike=tuple(frozenset(group) for group in units["alike"]),
        total_asked=_any_of(totals["asked"]),
        total=_any_of(totals["total"]),
        part=_any_of(totals["part"]),
        new=_any_of(totals["new"]),
        limit=_any_of(limits["amount"]),
        limit_asked=_any_of(limits["asked"]),
        levels=tuple((name, _any_of(words)) for name, words in table["levels"].items()),
        links=_any_of(measure["links"], "{}+$"),
        openers=_any_of(measure["openers"], "^{}+"),
        verbs=_any_of(measure["verbs"]),
        predicates=_any_of(measure["predicates"]),
        bare=_any_of(measure["bare"]),
        changes=_any_of(measure["changes"]),
        places=tuple(scope["places"]),
        zone=_any_of(scope["zones"], "[一-鿿]{2,14}?{}"),
        whole=_any_of(scope["whole"]),
        standing=_any_of(table["standing"]["words"]),
    )


def _by_length(cues: dict[str, list[str]]) -> tuple[tuple[re.Pattern[str], str], ...]:
    pairs = [(cue, kind) for kind in KINDS if kind in cues for cue in cues[kind]]
    pairs.sort(key=lambda pair: -len(pair[0]))
    return tuple((re.compile(cue, re.IGNORECASE), kind) for cue, kind in pairs)


def _any_of(patterns: Iterable[str], frame: str = "{}") -> re.Pattern[str]:
    """Any of `patterns`, the longest first, in the place of `{}` in `frame`."""
    longest_first = sorted(patterns, key=len, reverse=True)
    return re.compile(frame.replace("{}", f"(?:{'|'.join(longest_first)})"), re.IGNORECASE)
