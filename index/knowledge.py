"""Domain knowledge from readable files, loaded and validated in one place.

The files stand in `data/knowledge/`; anyone may edit or extend them.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from index.bundled import KNOWLEDGE
from index.errors import KnowledgeError
from index.records import COLUMNS

THEME = "theme"


@dataclass(frozen=True, slots=True)
class ColumnNames:
    """Which column titles mean theme, task, achievement and plan."""

    words: tuple[tuple[str, tuple[str, ...]], ...]
    titles: tuple[tuple[str, str], ...]

    def column_of(self, title: str) -> str | None:
        """The column a title names, or None. `"2018年工作计划"` → `"plan"`."""
        return next((c for c, words in self.words if any(w in title for w in words)), None)

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
    if set(table) != {THEME, *COLUMNS}:
        raise KnowledgeError(f"{path.name} 应当恰好有这几节：{'、'.join((THEME, *COLUMNS))}。")
    for column, entry in table.items():
        words = entry.get("words") if isinstance(entry, dict) else None
        if not words or not isinstance(words, list) or not entry.get("title"):
            raise KnowledgeError(f"{path.name}：[{column}] 需要 title 和非空的 words 列表。")
    return ColumnNames(
        words=tuple((column, tuple(entry["words"])) for column, entry in table.items()),
        titles=tuple((column, entry["title"]) for column, entry in table.items()),
    )


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
