"""The words of Chinese and of the field with how often they occur, compiled once into a small file."""

from __future__ import annotations

import hashlib
import logging
import warnings
import zipfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import marisa_trie
import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

from index.files import replacing
from index.knowledge import Dictionary

with warnings.catch_warnings():
    # jieba's own sources hold escapes that newer Pythons warn about.
    warnings.simplefilter("ignore")
    import jieba

JiebaTokenizer = jieba.Tokenizer
_LOG = logging.getLogger(__name__)
_FORMAT = 1
_NOUNS = frozenset({"n", "nz", "vn", "l", "j"})
"""Parts of speech in jieba's tag set; names of places, persons and bodies are left out."""

Arrays = dict[str, NDArray[Any]]
"""`trie`, uint8 as marisa-trie writes it; by a word's number there `counts`, int32, and `is_noun`, bool;
`total`, int64, and `longest`, of no dimension.
"""


class Lexicon:
    """Words, their counts in general Chinese, and which of them are nouns. Safe to share.

    A trie takes a twentieth of the memory of jieba's table of words and of all their beginnings,
    and is open in a hundredth of the time.
    """

    def __init__(self, arrays: Arrays) -> None:
        """Take what `compiled` gives: the trie's bytes, and by a word's number there what is known of it."""
        self._numbers = marisa_trie.Trie().frombytes(arrays["trie"].tobytes())
        self._counts, self._is_noun = arrays["counts"].data, arrays["is_noun"].data
        self.total = int(arrays["total"])
        """How many words of general Chinese were counted."""
        self.longest = int(arrays["longest"])
        """Characters of the longest word."""

    def get(self, word: str, default: int = 0) -> int:
        """How often `word` was counted; `default` where it is no word."""
        number = self._numbers.get(word)
        return default if number is None else int(self._counts[number])

    def is_noun(self, word: str) -> bool:
        """Whether `word` is a noun of general Chinese, and no proper name."""
        number = self._numbers.get(word)
        return number is not None and bool(self._is_noun[number])

    def beginnings(self, text: str) -> list[str]:
        """The words that `text` begins with, the shortest first."""
        return list(self._numbers.prefixes(text))


def open_lexicon(dictionary: Dictionary) -> Lexicon:
    """The words of jieba and of `dictionary`, from the user's cache; compiled where it has none.

    A file that is damaged is compiled anew; where none can be written the words are compiled at
    every start, which takes seconds.
    """
    path = _cached(dictionary)
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return Lexicon(dict(arrays))
    except FileNotFoundError:
        pass
    except (OSError, ValueError, KeyError, EOFError, RuntimeError, zipfile.BadZipFile) as error:
        _LOG.warning("词表缓存 %s 无法读取（%s），现重新生成。", path, error)
    arrays = compiled(dictionary)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as whole:
            np.savez(whole, allow_pickle=False, **arrays)
    except OSError as error:
        _LOG.warning("词表缓存 %s 无法写入（%s），每次启动都要多等几秒。", path, error)
    return Lexicon(arrays)


def compiled(dictionary: Dictionary) -> Arrays:
    """What a `Lexicon` is made of, from jieba's dictionary and the words of `dictionary`."""
    tokenizer = JiebaTokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    for word in dictionary.words:
        tokenizer.add_word(word)
    words = [word for word, count in tokenizer.FREQ.items() if count]
    trie = marisa_trie.Trie(words)
    numbers = np.array([trie[word] for word in words])
    counts, is_noun = np.zeros(len(words), np.int32), np.zeros(len(words), bool)
    counts[numbers] = [tokenizer.FREQ[word] for word in words]
    is_noun[[trie[word] for word in _nouns(tokenizer)]] = True
    return {
        "trie": np.frombuffer(trie.tobytes(), np.uint8),
        "counts": counts,
        "is_noun": is_noun,
        "total": np.array(tokenizer.total),
        "longest": np.array(max(map(len, words))),
    }


def _nouns(tokenizer: jieba.Tokenizer) -> set[str]:
    """The nouns of jieba's own dictionary, whose lines are word, count and part of speech."""
    with tokenizer.get_dict_file() as lines:
        entries = (line.decode("utf-8").split() for line in lines)
        return {entry[0] for entry in entries if entry[-1] in _NOUNS}


def _cached(dictionary: Dictionary) -> Path:
    """Where the words of `dictionary` are kept: the user's own cache, not a shared /tmp."""
    made_of = f"{_FORMAT} {version('jieba')} {version('marisa-trie')} {dictionary.digest}"
    name = hashlib.sha256(made_of.encode()).hexdigest()[:16]
    return user_cache_path("cewen", appauthor=False) / f"lexicon-{name}.npz"
