"""The words of the pages, in the languages that they speak."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from index.errors import KnowledgeError

Words = Mapping[str, Any]
"""Texts, and tables of texts, by name; `{names}` in them are to be filled in."""

FOLDER = Path(__file__).parent
DEFAULT = "zh"
LANGUAGES = (DEFAULT, "en")


def language_of(accepted: str) -> str:
    """The first of `LANGUAGES` in an Accept-Language header; `DEFAULT` where it names none.

    >>> language_of("en-GB,en;q=0.9,zh;q=0.8")
    'en'
    """
    for preference in accepted.lower().split(","):
        language = preference.strip().split(";")[0].split("-")[0]
        if language in LANGUAGES:
            return language
    return DEFAULT


@cache
def load_words(language: str) -> Words:
    """All words of a language.

    Raises:
        KnowledgeError: the file is unreadable.
    """
    path = FOLDER / f"{language}.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise KnowledgeError(f"{path.name} 有误：{error}。") from error
