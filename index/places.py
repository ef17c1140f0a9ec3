"""Which provinces a text names: by any of their names, by group, by city or district."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from index.bundled import KNOWLEDGE
from index.errors import KnowledgeError

LONGEST_PLACE = 14
_CHINESE = re.compile(r"[一-鿿]")


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in a text: `text[start:end]`, and the full names of the provinces it stands for.

    `whole`: it names those provinces themselves, not a city or zone in one.
    """

    start: int
    end: int
    provinces: tuple[str, ...]
    whole: bool


class Gazetteer:
    """Names of places and the provinces they stand for."""

    def __init__(
        self,
        names: dict[str, tuple[str, ...]],
        letters: dict[str, str],
        beside: dict[str, str],
        whole: frozenset[str],
    ) -> None:
        """Take `names` of two characters or more, and one-character `letters` of provinces.

        `beside` says where a single letter is meant: `initial` ones wherever a text begins with
        them, others between what may stand `before` and `after`. `whole` are those names that stand
        for provinces themselves.
        """
        self._beside = beside
        self._names = names
        self._letters = letters
        self._whole = whole
        self._by_lower = {name.lower(): provinces for name, provinces in names.items()}
        latin = sorted((n for n in names if n.isascii()), key=len, reverse=True)
        self._latin = re.compile(rf"\b({'|'.join(map(re.escape, latin))})\b", re.IGNORECASE)

    def find(self, text: str) -> list[Mention]:
        """The places in `text`, in order, the longest name at each place."""
        return sorted([*self._find_chinese(text), *self._find_latin(text)], key=lambda m: m.start)

    def _find_latin(self, text: str) -> Iterator[Mention]:
        for match in self._latin.finditer(text):
            yield Mention(match.start(), match.end(), self._by_lower[match[0].lower()], True)

    def _find_chinese(self, text: str) -> Iterator[Mention]:
        at = 0
        while at < len(text):
            mention = self._name_at(text, at) or self._letters_at(text, at)
            if mention:
                yield mention
            at = mention.end if mention else at + 1

    def _name_at(self, text: str, at: int) -> Mention | None:
        if not _CHINESE.match(text[at]):
            return None
        for size in range(min(LONGEST_PLACE, len(text) - at), 1, -1):
            name = text[at : at + size]
            if name in self._names:
                return Mention(at, at + size, self._names[name], name in self._whole)
        return None

    def _letters_at(self, text: str, at: int) -> Mention | None:
        """One-character names: several in a row, or one that stands by itself."""
        end = at
        while end < len(text) and text[end] in self._letters:
            end += 1
        alone = end - at == 1 and self._stands_alone(text, at)
        if end - at < 2 and not alone:
            return None
        provinces = tuple(dict.fromkeys(self._letters[c] for c in text[at:end]))
        return Mention(at, end, provinces, True) if len(provinces) == end - at else None

    def _stands_alone(self, text: str, at: int) -> bool:
        if at == 0 and text[0] in self._beside["initial"]:
            return True
        before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
        free_before = not _CHINESE.match(before or " ") or before in self._beside["before"]
        free_after = not _CHINESE.match(after or " ") or after in self._beside["after"]
        return free_before and free_after


@cache
def load_gazetteer(
    provinces_path: Path = KNOWLEDGE / "provinces.toml",
    places_path: Path = KNOWLEDGE / "places.tsv",
) -> Gazetteer:
    """The gazetteer in the two files.

    Raises:
        KnowledgeError: unreadable, or a group or place of a province that is not listed.
    """
    try:
        table = tomllib.loads(provinces_path.read_text(encoding="utf-8"))
        places = [
            line.split("\t")
            for line in places_path.read_text(encoding="utf-8").splitlines()
            if line and not line.startswith("#")
        ]
        return _gazetteer(table["names"], table["groups"], table["letters"], places)
    except (OSError, UnicodeDecodeError, ValueError, KeyError) as error:
        raise KnowledgeError(
            f"{provinces_path.name} 或 {places_path.name} 有误：{error}。"
        ) from error


def _gazetteer(
    names: dict[str, list[str]],
    groups: dict[str, list[str]],
    beside: dict[str, str],
    places: list[list[str]],
) -> Gazetteer:
    known: dict[str, tuple[str, ...]] = {}
    letters: dict[str, str] = {}
    whole = {*groups, *names}
    for place, province in places:
        known[place] = (province,)
    for group, members in groups.items():
        known[group] = tuple(members)
    for province, aliases in names.items():
        known[province] = (province,)
        for alias in aliases:
            if len(alias) == 1:
                letters[alias] = province
                continue
            known[alias] = (province,)
            if alias.isascii() or province.startswith(alias):
                known[alias + province[-1]] = (province,)
                whole |= {alias, alias + province[-1]}
    unknown = {p for provinces in known.values() for p in provinces} - names.keys()
    if unknown:
        raise ValueError(f"没有列出的省份 {'、'.join(sorted(unknown))}")
    return Gazetteer(known, letters, beside, frozenset(whole))
