import numpy as np
import pytest

from index.errors import KnowledgeError
from index.lexical import LexicalIndex, RankBM25
from index.segment import load_segmenter
from qa.likeness import LIKENESS_SIGNALS, Likeness, LikenessModel, load_likeness_model
from qa.postings import Postings
from qa.whitening import Whitening

WORDS = [["质押", "融资"], ["质押", "贴息"], ["展会"], ["海关"], ["论坛"]]
VECTORS = np.array([[1, 0], [0.6, 0.8], [0, 1], [0, 1], [-1, 0]], dtype=np.float32)
MODEL = LikenessModel(weights=(2.0, 3.0, 5.0), bias=-1.0, alike_above=0.0)
AS_THEY_ARE = Whitening(np.zeros(2), np.zeros((0, 2)), np.zeros(0))
VALID = "bias = -1\nalike_above = 0\n[weights]\ncosine = 2\nbm25_share = 3\nword_overlap = 5\n"


def likeness(words, vectors):
    postings = Postings(words)
    lexical = LexicalIndex(RankBM25(words), load_segmenter())
    return Likeness(vectors, words, lexical, postings, MODEL, AS_THEY_ARE)


# 质押 stands in two of the five, every other word in one; all passages of two words are as long.
BM25_SHARE = np.sqrt(np.log(3.5 / 2.5) / (np.log(3.5 / 2.5) + np.log(4.5 / 1.5)))
OVERLAP = np.sqrt(np.log(1 + 3.5 / 2.5) / (np.log(1 + 3.5 / 2.5) + 2 * np.log(1 + 4.5 / 1.5)))


def test_signals_and_log_odds_are_those_computed_by_hand():
    found = likeness(WORDS, VECTORS)
    assert found.signals(0).tolist() == [
        pytest.approx([1, 1, 1]),
        pytest.approx([0.6, BM25_SHARE, OVERLAP]),
        [0, 0, 0],
        [0, 0, 0],
        [-1, 0, 0],
    ]
    odds = [9, 2 * 0.6 + 3 * BM25_SHARE + 5 * OVERLAP - 1, -1, -1, -3]
    assert found.log_odds(0).tolist() == pytest.approx(odds)


def test_vectors_are_evened_out_before_they_are_compared():
    postings, lexical = Postings(WORDS), LexicalIndex(RankBM25(WORDS), load_segmenter())
    mean = Whitening(np.array([0, 1]), np.zeros((0, 2)), np.zeros(0))
    found = Likeness(VECTORS, WORDS, lexical, postings, MODEL, mean)
    # (1, -1) beside itself, (0.6, -0.2), nothing, nothing and (-1, -1).
    assert found.signals(0)[:, 0] == pytest.approx([1, 2 / np.sqrt(5), 0, 0, 0], abs=1e-6)


def test_a_passage_without_a_word_is_compared_by_meaning_alone():
    found = likeness([["质押"], [], ["展会"], ["海关"]], VECTORS[:4])
    assert found.signals(1).tolist() == [
        pytest.approx([0.6, 0, 0]),
        pytest.approx([1, 0, 0]),
        pytest.approx([0.8, 0, 0]),
        pytest.approx([0.8, 0, 0]),
    ]


@pytest.mark.filterwarnings("ignore:invalid value encountered in sqrt")
def test_a_store_of_few_passages_has_likenesses_too():
    found = likeness([["质押", "融资"], ["质押", "贴息"], ["质押"]], VECTORS[:3])
    assert np.isfinite(found.signals(0)).all()


def test_what_does_not_depend_on_who_asks_is_symmetric(searcher):
    rows = range(0, len(searcher.store.passages), 9)
    signals = np.stack([searcher.likeness.signals(row)[rows] for row in rows])
    for name in ("cosine", "word_overlap"):
        column = signals[:, :, LIKENESS_SIGNALS.index(name)]
        assert np.abs(column - column.T).max() < 1e-6, name


def test_every_passage_is_likest_to_itself(searcher):
    for row in range(0, len(searcher.store.passages), 9):
        assert int(searcher.likeness.log_odds(row).argmax()) == row


def test_weights_are_read_in_the_order_of_the_signals(tmp_path):
    path = tmp_path / "likeness.toml"
    lines = VALID.splitlines()
    path.write_text("\n".join([*lines[:3], *reversed(lines[3:])]), encoding="utf-8")
    assert load_likeness_model(path) == MODEL


@pytest.mark.parametrize(
    "text",
    [
        "不是 TOML",
        VALID.replace("bias = -1\n", ""),
        VALID.replace("cosine = 2\n", ""),
        VALID + "surprise = 1\n",
        VALID.replace("bias", "prejudice"),
        VALID.split("[weights]", maxsplit=1)[0],
        VALID.split("[weights]", maxsplit=1)[0] + "weights = 3\n",
    ],
)
def test_a_bad_model_is_refused_by_name(tmp_path, text):
    path = tmp_path / "likeness.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"^likeness\.toml 有误：.+。$"):
        load_likeness_model(path)


def test_a_missing_or_unreadable_model_is_refused_by_name(tmp_path):
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    for name in ("binary.toml", "missing.toml"):
        with pytest.raises(KnowledgeError, match=f"{name} 有误"):
            load_likeness_model(tmp_path / name)


def test_a_weight_that_is_no_number_is_refused(tmp_path):
    path = tmp_path / "likeness.toml"
    path.write_text(VALID.replace("cosine = 2", 'cosine = "zwei"'), encoding="utf-8")
    with pytest.raises(KnowledgeError):
        load_likeness_model(path)
