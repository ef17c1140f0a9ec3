"""jieba's words in a trie: the same cuts as jieba's own, and a file that can be lost or damaged."""

import logging

import jieba
import pytest
from hypothesis import given
from hypothesis import strategies as st

import index.lexicon
from index.knowledge import load_dictionary
from index.lexicon import Lexicon, compiled, open_lexicon
from index.segment import Segmenter, load_segmenter


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """jieba as it comes, with the project's words."""
    tokenizer = jieba.Tokenizer()
    tokenizer.tmp_dir = str(tmp_path_factory.mktemp("jieba"))
    for word in load_dictionary().words:
        tokenizer.add_word(word)
    return tokenizer


@pytest.fixture(scope="module")
def arrays():
    return compiled(load_dictionary())


@pytest.fixture
def cache(tmp_path, monkeypatch, arrays):
    """An empty cache, and how often words were compiled for it."""
    made = []
    monkeypatch.setattr(index.lexicon, "user_cache_path", lambda *_, **__: tmp_path / "cewen")
    monkeypatch.setattr(index.lexicon, "compiled", lambda dictionary: made.append(1) or arrays)
    return tmp_path / "cewen", made


def _cuts(tokenizer, text):
    return list(tokenizer.cut(text)), list(tokenizer.cut_for_search(text))


def test_every_cell_is_cut_as_jieba_cuts_it(plain, store):
    tokenizer = load_segmenter()._tokenizer
    assert store.passages
    for passage in store.passages:
        assert _cuts(tokenizer, passage.text) == _cuts(plain, passage.text)


@given(
    st.text(st.sampled_from("知识产权质押融资保险中国人民的了一二三AbC12.%-，。 \n"), max_size=40)
)
def test_any_text_is_cut_as_jieba_cuts_it(plain, text):
    assert _cuts(load_segmenter()._tokenizer, text) == _cuts(plain, text)


def test_words_are_counted_as_jieba_counts_them(plain, arrays):
    lexicon = Lexicon(arrays)
    plain.initialize()
    assert lexicon.total == plain.total
    assert all(lexicon.get(word) == count for word, count in plain.FREQ.items())
    assert lexicon.get("质押融资贷款贴息") == 0
    assert lexicon.get("质押融资贷款贴息", 7) == 7


def test_words_are_compiled_once(cache):
    folder, made = cache
    first, second = open_lexicon(load_dictionary()), open_lexicon(load_dictionary())
    assert made == [1]
    assert [file.suffix for file in folder.iterdir()] == [".npz"]
    assert first.get("专利") == second.get("专利") > 0
    assert first.is_noun("专利")
    assert second.is_noun("专利")


@pytest.mark.parametrize("damage", ["cut short", "a byte changed", "emptied", "another file"])
def test_a_damaged_file_is_made_anew(cache, caplog, damage):
    folder, made = cache
    open_lexicon(load_dictionary())
    (file,) = folder.iterdir()
    whole = file.read_bytes()
    file.write_bytes(
        {
            "cut short": whole[: len(whole) // 2],
            "a byte changed": whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:],
            "emptied": b"",
            "another file": b"not an archive of arrays",
        }[damage]
    )
    with caplog.at_level(logging.WARNING):
        assert open_lexicon(load_dictionary()).get("专利")
    assert made == [1, 1]
    assert "现重新生成" in caplog.text
    assert file.read_bytes() == whole


def test_a_cache_that_cannot_be_written_is_told_and_done_without(cache, caplog):
    folder, made = cache
    folder.write_text("a file where the folder should stand", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        assert open_lexicon(load_dictionary()).get("专利")
    assert made == [1]
    assert "无法写入" in caplog.text
    assert folder.is_file()


def test_other_words_have_a_file_of_their_own(cache, monkeypatch):
    folder, _ = cache
    open_lexicon(load_dictionary())
    open_lexicon(load_dictionary().__class__(("新词一个",), frozenset(), "another digest"))
    assert len(list(folder.iterdir())) == 2


def test_a_segmenter_serves_threads_alike(store):
    from concurrent.futures import ThreadPoolExecutor

    segmenter = Segmenter(load_dictionary())
    texts = [passage.text for passage in store.passages[:60]]
    alone = [segmenter.words(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(segmenter.words, texts * 4)) == alone * 4
