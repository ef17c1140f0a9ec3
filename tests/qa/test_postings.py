import numpy as np
import pytest

from qa.postings import Postings, Texts

TEXTS = [["质押", "融资", "质押"], ["专利"], ["专利", "质押"], []]


@pytest.mark.parametrize(
    ("word", "rows", "share", "idf"),
    [
        ("质押", [0, 2], 0.5, np.log(2)),
        ("融资", [0], 0.25, np.log(1 + 3.5 / 1.5)),
        ("专利", [1, 2], 0.5, np.log(2)),
        ("没有的", [], 0, np.log(10)),
    ],
)
def test_a_word_is_held_by_rows_and_tells_the_more_the_rarer(word, rows, share, idf):
    postings = Postings(TEXTS)
    assert postings.rows(word).tolist() == rows
    assert postings.share(word) == share
    assert postings.idf(word) == pytest.approx(idf)


def test_a_word_that_every_text_holds_still_counts_for_something():
    assert Postings([["专利"]] * 3).idf("专利") == pytest.approx(np.log(1 + 0.5 / 3.5))


@pytest.mark.parametrize(
    ("word", "other", "share"),
    [
        ("质押", "融资", True),
        ("专利", "质押", True),
        ("专利", "融资", False),
        ("融资", "没有的", False),
        ("没有的", "别的", False),
    ],
)
def test_whether_two_words_stand_in_one_text(word, other, share):
    assert Postings(TEXTS).share_a_row(word, other) is share
    assert Postings(TEXTS).share_a_row(other, word) is share


def test_the_weight_of_the_words_that_each_text_holds():
    held = Postings(TEXTS).weight_held(["质押", "专利", "没有的"])
    assert held.tolist() == pytest.approx([np.log(2), np.log(2), 2 * np.log(2), 0])


def test_texts_may_come_one_by_one():
    assert Postings(iter(TEXTS)).rows("质押").tolist() == [0, 2]


def test_a_store_without_texts_holds_nothing():
    empty = Postings([])
    assert (empty.size, empty.share("专利"), empty.weight_held(["专利"]).tolist()) == (0, 0, [])


@pytest.mark.parametrize(
    ("strings", "rows"),
    [
        (["质押"], [0, 2]),
        (["质押", "执法"], [0, 2, 3]),
        (["押。执"], []),
        (["没有"], []),
        ([], []),
        (["."], [4]),
        (["结尾"], [5]),
    ],
)
def test_strings_are_found_in_the_texts_they_stand_in_and_never_across_two(strings, rows):
    texts = Texts(["质押融资。质押", "", "专利质押。", "执法维权", "v1.5", "结尾"])
    assert texts.rows_with_any(strings).tolist() == rows
    assert Texts([]).rows_with_any(strings).tolist() == []
