"""One word segmentation, the same for documents and questions."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.metadata import version

import opencc

from index.knowledge import Dictionary, load_dictionary
from index.lexicon import JiebaTokenizer, Lexicon, open_lexicon
from index.text import fold_width

SHORTEST_WITH_PARTS = 3
KEPT_WORDS = 50_000
"""The parts of so many words are kept: most words of a text have come before."""
_WORDLESS = re.compile(r"[\W_]+")


class _Tokenizer(JiebaTokenizer):  # type: ignore[misc]  # jieba has no types
    """Cuts as jieba does, over a lexicon in place of jieba's table of words and beginnings."""

    def __init__(self, lexicon: Lexicon) -> None:
        super().__init__()
        self._lexicon = lexicon
        self.FREQ, self.total, self.initialized = lexicon, lexicon.total, True

    def get_DAG(self, sentence: str) -> dict[int, list[int]]:  # noqa: N802  # jieba's name
        """For each place in `sentence` where the words that begin there end; itself where none does."""
        longest = self._lexicon.longest
        return {
            at: [
                at + len(word) - 1 for word in self._lexicon.beginnings(sentence[at : at + longest])
            ]
            or [at]
            for at in range(len(sentence))
        }


class Segmenter:
    """Cuts Chinese text into words with jieba and the project's dictionary.

    The tokenizer is this instance's own; jieba's global one is never touched.
    """

    def __init__(self, dictionary: Dictionary) -> None:
        self.fingerprint = f"jieba {version('jieba')} + {dictionary.digest}"
        """Names the segmentation: two stores with the same one were cut alike."""
        self._stop_words = dictionary.stop_words
        self._dictionary = dictionary.words
        self._lexicon = open_lexicon(dictionary)
        self._tokenizer = _Tokenizer(self._lexicon)
        self._parts = lru_cache(KEPT_WORDS)(self._parts_of)

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
        return self._lexicon.get(word) / self._lexicon.total

    def is_of_field(self, word: str) -> bool:
        """Whether `word` is of the project's dictionary."""
        return word in self._dictionary

    def is_word(self, text: str) -> bool:
        """Whether `text` is a word of the language or of the field."""
        return bool(self._lexicon.get(text))

    def is_term(self, word: str) -> bool:
        """Whether `word` names a thing: of the project's dictionary, or a noun but no proper one."""
        return word in self._dictionary or self._lexicon.is_noun(word)

    def _parts_of(self, word: str) -> tuple[str, ...]:
        """The shorter words inside a long one: jieba's, and those of the project's dictionary."""
        if len(word) < SHORTEST_WITH_PARTS:
            return ()
        cut = [part for part in self._tokenizer.cut_for_search(word) if part != word]
        own = [part for part in self._dictionary if part in word and part != word]
        return tuple(dict.fromkeys(p for p in (*cut, *own) if p not in self._stop_words))


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
