"""How questions are worded in this field, from files that anyone may edit."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from index.bundled import KNOWLEDGE
from index.errors import KnowledgeError
from index.records import COLUMNS
from qa.records import KINDS, OPEN


@dataclass(frozen=True, slots=True)
class Wording:
    """Patterns for a question's kind, for the column it asks for, and for the words of asking.

    `scaffolding` is taken off a question, and then what is `leading` or left `alone`. `elsewhere`
    asks for the practice of a named province in the others, which the group of `likened` names; `lacking`
    for what the named one has not, `without` for the provinces that have not, `mention` for whose
    documents hold the very words of its group. `dealing_with` stands before a place that is not asked
    about; `short_forms` are written as the documents have them. `anaphora` point to the question before,
    `instead` puts another matter in its place, `recall` calls for a passage of its answer. `also` asks for
    a plan or a task beside what was done.
    """

    kinds: tuple[tuple[str, re.Pattern[str]], ...]
    elsewhere: re.Pattern[str]
    likened: re.Pattern[str]
    lacking: re.Pattern[str]
    without: re.Pattern[str]
    dealing_with: re.Pattern[str]
    mention: re.Pattern[str]
    short_forms: tuple[tuple[re.Pattern[str], str], ...]
    anaphora: re.Pattern[str]
    instead: re.Pattern[str]
    recall: re.Pattern[str]
    columns: tuple[tuple[str, re.Pattern[str]], ...]
    also: re.Pattern[str]
    scaffolding: re.Pattern[str]
    leading: re.Pattern[str]
    alone: re.Pattern[str]

    def kind_of(self, text: str) -> str:
        """The first kind whose patterns match, else `open`."""
        return next((kind for kind, pattern in self.kinds if pattern.search(text)), OPEN)

    def columns_of(self, text: str) -> tuple[str, ...]:
        """The columns that the wording demands."""
        return tuple(column for column, pattern in self.columns if pattern.search(text))


@dataclass(frozen=True, slots=True)
class Telling:
    """Which nouns of the language say what a practice is about.

    Those that the documents use at least `times_as_frequent` as often as general Chinese does, and
    that are no set `phrases` of official writing.
    """

    times_as_frequent: float
    phrases: re.Pattern[str]

    def is_phrase(self, word: str) -> bool:
        """Whether `word` is a set phrase."""
        return bool(self.phrases.fullmatch(word))


@cache
def load_wording(path: Path = KNOWLEDGE / "question.toml") -> Wording:
    """The wording in a file.

    Raises:
        KnowledgeError: unreadable, an unknown kind or column, or a pattern that does not compile.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        unknown = (table["kinds"].keys() - set(KINDS)) | (table["columns"].keys() - set(COLUMNS))
        if unknown:
            raise ValueError(f"不认识的名称 {'、'.join(sorted(unknown))}")
        return Wording(
            kinds=tuple((kind, _any_of(table["kinds"][kind])) for kind in KINDS if kind != OPEN),
            elsewhere=_any_of(table["elsewhere"]["patterns"]),
            likened=_any_of(table["likened"]["patterns"]),
            lacking=_any_of(table["lacking"]["patterns"]),
            without=_any_of(table["without"]["patterns"]),
            dealing_with=re.compile(f"(?:{'|'.join(table['dealing_with']['words'])})$"),
            mention=_any_of(table["mention"]["patterns"]),
            short_forms=tuple((re.compile(k), full) for k, full in table["short_forms"].items()),
            anaphora=_any_of(table["follow_up"]["anaphora"]),
            instead=_any_of(table["follow_up"]["instead"]),
            recall=_any_of(table["follow_up"]["recall"]),
            columns=tuple((name, _any_of(patterns)) for name, patterns in table["columns"].items()),
            also=_any_of(table["also"]["patterns"]),
            scaffolding=_any_of(table["scaffolding"]["phrases"]),
            leading=re.compile(table["scaffolding"]["leading"]),
            alone=re.compile(table["scaffolding"]["alone"]),
        )
    except (OSError, UnicodeDecodeError, ValueError, KeyError, re.error) as error:
        raise KnowledgeError(f"{path.name} 有误：{error}。") from error


@cache
def load_telling(path: Path = KNOWLEDGE / "telling.toml") -> Telling:
    """What makes a noun telling, from a file.

    Raises:
        KnowledgeError: unreadable, no number above 0, or a pattern that does not compile.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        times = float(table["times_as_frequent"])
        if not 0 < times < float("inf"):
            raise ValueError(f"times_as_frequent 应为大于 0 的数，现在是 {times:g}")
        return Telling(times, _any_of(table["phrases"]))
    except (OSError, UnicodeDecodeError, ValueError, TypeError, KeyError, re.error) as error:
        raise KnowledgeError(f"{path.name} 有误：{error}。") from error


@cache
def load_synonyms(path: Path = KNOWLEDGE / "synonyms.txt") -> dict[str, frozenset[str]]:
    """For each word the others that mean the same.

    Raises:
        KnowledgeError: unreadable, or a group of a single word.
    """
    groups: dict[str, set[str]] = {}
    for number, line in enumerate(_lines(path), 1):
        words = line.split("#")[0].split()
        if len(words) == 1:
            raise KnowledgeError(f"{path.name} 第{number}行只有一个词，同义词至少要两个。")
        for word in words:
            groups.setdefault(word, set()).update(w for w in words if w != word)
    return {word: frozenset(others) for word, others in groups.items()}


@cache
def load_everyday(path: Path = KNOWLEDGE / "everyday.txt") -> dict[str, tuple[str, ...]]:
    """For each everyday word what documents call it, the usual term first.

    Raises:
        KnowledgeError: unreadable, a line without terms or without words, a word of two lines.
    """
    terms_of: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(_lines(path), 1):
        terms, _, words = line.split("#")[0].partition(":")
        if not terms.strip():
            continue
        if not words.split():
            raise KnowledgeError(f"{path.name} 第{number}行的冒号后没有平常说法。")
        for word in words.split():
            if word in terms_of:
                raise KnowledgeError(f"{path.name} 第{number}行的“{word}”前面已经有了。")
            terms_of[word] = tuple(term.strip() for term in terms.split(","))
    return terms_of


@cache
def load_english(
    path: Path = KNOWLEDGE / "english.toml",
) -> tuple[tuple[re.Pattern[str], str], ...]:
    """English terms, the longest first, with their Chinese names.

    Raises:
        KnowledgeError: unreadable.
    """
    try:
        table = tomllib.loads("\n".join(_lines(path)))
    except tomllib.TOMLDecodeError as error:
        raise KnowledgeError(f"{path.name} 不是有效的 TOML：{error}。") from error
    terms = sorted(table.items(), key=lambda pair: -len(pair[0]))
    return tuple(
        (re.compile(rf"(?<![a-z]){re.escape(en)}(?![a-z])", re.IGNORECASE), zh) for en, zh in terms
    )


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"读不了知识文件 {path}：{error}。") from error


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)
