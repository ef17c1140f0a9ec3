"""One word segmentation, the same for documents and questions."""

from __future__ import annotations

import logging
import re
import tempfile
import warnings
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path

import opencc
from platformdirs import user_cache_path

from index.knowledge import Dictionary, load_dictionary
from index.text import fold_width

with warnings.catch_warnings():
    # jieba's own sources hold escapes that newer Pythons warn about.
    warnings.simplefilter("ignore")
    import jieba

SHORTEST_WITH_PARTS = 3
_NOUNS = frozenset({"n", "nz", "vn", "l", "j"})
"""Parts of speech in jieba's tag set; names of places, persons and bodies are left out."""
_WORDLESS = re.compile(r"[\W_]+")


class Segmenter:
    """Cuts Chinese text into words with jieba and the project's dictionary.

    The tokenizer is this instance's own; jieba's global one is never touched.
    """

    def __init__(self, dictionary: Dictionary) -> None:
        self.fingerprint = f"jieba {version('jieba')} + {dictionary.digest}"
        """Names the segmentation: two stores with the same one were cut alike."""
        self._stop_words = dictionary.stop_words
        self._dictionary = dictionary.words
        self._tokenizer = _new_tokenizer()
        self._tokenizer.initialize()
        for word in dictionary.words:
            self._tokenizer.add_word(word)

    def words(self, text: str) -> list[str]:
        """The words of `text` in order, long ones also in their parts, without stop words.

        Traditional script, full width and capitals are folded; punctuation is dropped.

        Example: `words("質押融資的風險")` is `["质押", "融资", "质押融资", "风险"]`.
        """
        return [part for word in self.whole_words(text) for part in (*self._parts(word), word)]

    def whole_words(self, text: str) -> list[str]:
        """The words of `text` as it is cut, in order: as `words`, without the parts of long ones.

        Example: `whole_words("質押融資的風險")` is `["质押融资", "风险"]`.
        """
        cut = self._tokenizer.cut(fold_width(to_simplified(text)).lower())
        return [w for w in cut if not _WORDLESS.fullmatch(w) and w not in self._stop_words]

    def general_share(self, word: str) -> float:
        """The share of all words of general Chinese that are `word`, as jieba's dictionary counts."""
        return float(self._tokenizer.FREQ.get(word, 0) / self._tokenizer.total)

    def is_of_field(self, word: str) -> bool:
        """Whether `word` is of the project's dictionary."""
        return word in self._dictionary

    def is_word(self, text: str) -> bool:
        """Whether `text` is a word of the language or of the field."""
        return bool(self._tokenizer.FREQ.get(text))

    def is_term(self, word: str) -> bool:
        """Whether `word` names a thing: of the project's dictionary, or a noun but no proper one."""
        return word in self._dictionary or word in self._nouns

    @cached_property
    def _nouns(self) -> frozenset[str]:
        """The nouns of jieba's own dictionary, whose lines are word, frequency and part of speech."""
        with self._tokenizer.get_dict_file() as lines:
            entries = (line.decode("utf-8").split() for line in lines)
            return frozenset(entry[0] for entry in entries if entry[-1] in _NOUNS)

    def _parts(self, word: str) -> list[str]:
        """The shorter words inside a long one: jieba's, and those of the project's dictionary."""
        if len(word) < SHORTEST_WITH_PARTS:
            return []
        cut = [part for part in self._tokenizer.cut_for_search(word) if part != word]
        own = [part for part in self._dictionary if part in word and part != word]
        return list(dict.fromkeys(p for p in (*cut, *own) if p not in self._stop_words))


@cache
def load_segmenter() -> Segmenter:
    """The segmenter with the project's dictionary, loaded once a process."""
    return Segmenter(load_dictionary())


def to_simplified(text: str) -> str:
    """`text` in simplified script, character by character; words stay what they are.

    Example: `to_simplified("專利資料")` is `"专利资料"`; simplified text comes back unchanged.
    """
    return str(_converter().convert(text))


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def _new_tokenizer() -> jieba.Tokenizer:
    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    tokenizer.tmp_dir = str(_cache_folder())
    return tokenizer


def _cache_folder() -> Path:
    """Where jieba keeps its compiled dictionary: the user's own cache, not a shared /tmp."""
    folder = user_cache_path("cewen", appauthor=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.gettempdir())
    return folder
