"""Domain knowledge from readable files, loaded and validated in one place.

The files stand in `data/knowledge/`; anyone may edit or extend them.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from index.bundled import KNOWLEDGE
from index.errors import KnowledgeError
from index.records import ACHIEVEMENT, COLUMNS, PLAN

THEME = "theme"
PROVINCE, NUMBER, YEAR = "province", "number", "year"
LABELS = (PROVINCE, NUMBER, YEAR)
_ASIDE = re.compile(r"[（(][^（()）]*[)）]$")


@dataclass(frozen=True, slots=True)
class ColumnNames:
    """Which column titles mean theme, task, achievement and plan, and which only label a row."""

    words: tuple[tuple[str, tuple[str, ...]], ...]
    titles: tuple[tuple[str, str], ...]
    first: tuple[tuple[str, str], ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    said: tuple[tuple[str, str], ...] = ()
    """Titles whose meaning a user told: before all others, and no part of them."""

    def correcting(self, said: tuple[tuple[str, str], ...]) -> ColumnNames:
        """The same names, but for titles whose meaning a user told."""
        return replace(self, said=said)

    def column_of(self, title: str) -> str | None:
        """The column a title names, or None. `"2018年工作计划"` → `"plan"`.

        What stands in brackets at its end says nothing: `"2018年计划（任务分解）"` is a plan.
        """
        told = dict(self.said).get(title)
        if told:
            return None if told in LABELS else told
        bare = _ASIDE.sub("", title) or title
        for word, column in self.first:
            if word in bare:
                return column
        found = [
            (bare.rfind(word) + len(word), len(word), -rank, column)
            for rank, (column, words) in enumerate(self.words)
            for word in words
            if word in bare
        ]
        return max(found)[-1] if found else None

    def label_of(self, title: str) -> str | None:
        """`PROVINCE`, `NUMBER` or `YEAR` for a title that names only what labels a row, or None."""
        told = dict(self.said).get(title)
        return (told if told in LABELS else None) if told else dict(self.labels).get(title)

    def example(self, column: str) -> str:
        """A title that would have named `column`."""
        return dict(self.titles)[column]


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Words that segmentation keeps whole, and a hash that names this very set of words."""

    words: tuple[str, ...]
    stop_words: frozenset[str]
    digest: str


@cache
def load_column_names(path: Path = KNOWLEDGE / "columns.toml") -> ColumnNames:
    """The column names in a file.

    Raises:
        KnowledgeError: unreadable, or a column without title or words.
    """
    table = _load_toml(path)
    if set(table) != {THEME, *COLUMNS, "labels"}:
        sections = "、".join((THEME, *COLUMNS, "labels"))
        raise KnowledgeError(f"{path.name} 应当恰好有这几节：{sections}。")
    labels = table.pop("labels")
    if set(labels) != set(LABELS):
        raise KnowledgeError(f"{path.name}：[labels] 应当恰好有：{'、'.join(LABELS)}。")
    for column, entry in table.items():
        words = entry.get("words") if isinstance(entry, dict) else None
        if not words or not isinstance(words, list) or not entry.get("title"):
            raise KnowledgeError(f"{path.name}：[{column}] 需要 title 和非空的 words 列表。")
    return ColumnNames(
        words=tuple((column, tuple(entry["words"])) for column, entry in table.items()),
        titles=tuple((column, entry["title"]) for column, entry in table.items()),
        first=tuple((w, column) for column, entry in table.items() for w in entry.get("first", ())),
        labels=tuple((title, label) for label, titles in labels.items() for title in titles),
    )


@dataclass(frozen=True, slots=True)
class SectionWords:
    """What headings of documents without tables mean; each field holds words of `sections.toml`."""

    achievement: tuple[str, ...]
    plan: tuple[str, ...]
    achievement_cues: tuple[str, ...]
    plan_cues: tuple[str, ...]
    headings: tuple[str, ...]
    titles: tuple[str, ...]
    reports: tuple[str, ...]
    notes: tuple[str, ...]
    national: tuple[str, ...]

    def meaning_of(self, heading: str) -> str | None:
        """`ACHIEVEMENT` or `PLAN`; None when a heading has words of neither, or of both."""
        looks_back = any(word in heading for word in self.achievement)
        looks_ahead = any(word in heading for word in self.plan)
        if looks_back == looks_ahead:
            return None
        return ACHIEVEMENT if looks_back else PLAN


@cache
def load_section_words(path: Path = KNOWLEDGE / "sections.toml") -> SectionWords:
    """The words in a file.

    Raises:
        KnowledgeError: unreadable, or a section without words.
    """
    table = _load_toml(path)
    try:
        return SectionWords(
            achievement=tuple(table[ACHIEVEMENT]["words"]),
            plan=tuple(table[PLAN]["words"]),
            achievement_cues=tuple(table[ACHIEVEMENT]["cues"]),
            plan_cues=tuple(table[PLAN]["cues"]),
            **{
                section: tuple(table[section]["words"])
                for section in ("headings", "titles", "reports", "notes", "national")
            },
        )
    except (KeyError, TypeError) as error:
        raise KnowledgeError(f"{path.name} 缺少或写错了 {error}。") from error


@cache
def load_dictionary(
    words_path: Path = KNOWLEDGE / "dictionary.txt",
    stop_words_path: Path = KNOWLEDGE / "stop_words.txt",
) -> Dictionary:
    """The project's words and stop words.

    Raises:
        KnowledgeError: a file is unreadable, or a line holds more than one word.
    """
    words, stop_words = _load_words(words_path), _load_words(stop_words_path)
    digest = hashlib.sha256("\n".join([*words, "", *stop_words]).encode()).hexdigest()[:16]
    return Dictionary(words, frozenset(stop_words), digest)


def _load_words(path: Path) -> tuple[str, ...]:
    lines = [line.split("#")[0].strip() for line in _read(path).splitlines()]
    for number, line in enumerate(lines, 1):
        if " " in line or "\t" in line:
            raise KnowledgeError(f"{path.name} 第{number}行：每行只能写一个词，不能含空格。")
    return tuple(dict.fromkeys(line for line in lines if line))


def _load_toml(path: Path) -> dict[str, dict[str, Any]]:
    try:
        return tomllib.loads(_read(path))
    except tomllib.TOMLDecodeError as error:
        raise KnowledgeError(f"{path.name} 不是有效的 TOML：{error}。") from error


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"读不了知识文件 {path}：{error}。") from error
