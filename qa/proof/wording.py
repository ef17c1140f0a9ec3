"""How sentences are worded in this field, from a file that anyone may edit."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from index.bundled import KNOWLEDGE
from index.errors import KnowledgeError
from qa.proof.characters import words_of
from qa.quantities import UNIT_KINDS

PART = {"first": "M", "months": "M1-", "month": "M", "quarter": "Q", "half": "H", "edge": "E"}


@dataclass(frozen=True, slots=True)
class ProofWording:
    """How sentences are worded: the entries of `data/knowledge/proof.toml`, which explains them."""

    label: re.Pattern[str]
    idle: re.Pattern[str]
    standing: re.Pattern[str]
    aside: re.Pattern[str]
    claiming: re.Pattern[str]
    topic: re.Pattern[str]
    category: re.Pattern[str]
    below: re.Pattern[str]
    at_most: re.Pattern[str]
    at_least: re.Pattern[str]
    counted_cited: re.Pattern[str]
    counted_silent: re.Pattern[str]
    counted: re.Pattern[str]
    writers_own: re.Pattern[str]
    ordinal: re.Pattern[str]
    spoken: re.Pattern[str]
    moment: re.Pattern[str]
    done: re.Pattern[str]
    fulfilled: re.Pattern[str]
    listed: re.Pattern[str]
    planned: re.Pattern[str]
    doing: re.Pattern[str]
    finished: re.Pattern[str]
    created: re.Pattern[str]
    bodies: re.Pattern[str]
    underway: re.Pattern[str]
    promoted: re.Pattern[str]
    foretold: re.Pattern[str]
    settled: re.Pattern[str]
    outcome: re.Pattern[str]
    silent: re.Pattern[str]
    lacking: re.Pattern[str]
    not_places: re.Pattern[str]
    others: re.Pattern[str]
    alike: tuple[frozenset[str], ...]
    documents: frozenset[str]

    def is_idle(self, text: str) -> bool:
        """Whether nothing but connecting words and punctuation is in `text`."""
        return not self.idle.sub("", words_of(text))


@cache
def load_proof_wording(path: Path = KNOWLEDGE / "proof.toml") -> ProofWording:
    """The wording in a file.

    Raises:
        KnowledgeError: unreadable, an entry unknown or missing, an unknown unit, or a pattern that
            does not compile.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        units = table.pop("units")
        if unknown := {unit for group in units["alike"] for unit in group} - UNIT_KINDS.keys():
            raise ValueError(f"不认识的单位 {'、'.join(sorted(unknown))}")
        patterns = {name: entry for part in table.values() for name, entry in part.items()}
        expected = {field.name for field in fields(ProofWording)} - {"alike", "documents"}
        if wrong := expected ^ patterns.keys():
            raise ValueError(f"缺少或不认识的条目 {'、'.join(sorted(wrong))}")
        if wrong := {name for name, entry in patterns.items() if not isinstance(entry, list)}:
            raise ValueError(f"{'、'.join(sorted(wrong))} 应当是列表")
        wording = ProofWording(
            **{name: _any_of(entry) for name, entry in patterns.items()},
            alike=tuple(frozenset(group) for group in units["alike"]),
            documents=frozenset(units["documents"]),
        )
        if wording.moment.groupindex.keys() != {"year", "relative", "day", *PART}:
            raise ValueError("moment 里的分组名称不对")
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError, re.error) as error:
        raise KnowledgeError(f"{path.name} 有误：{error}。") from error
    return wording


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    """Any of `patterns`, the longest first."""
    longest_first = sorted(patterns, key=len, reverse=True)
    return re.compile("|".join(f"(?:{pattern})" for pattern in longest_first))
