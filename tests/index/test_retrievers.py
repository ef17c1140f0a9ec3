"""One contract for every retriever, and parity with a computation by hand."""

import numpy as np
import pytest
from rank_bm25 import BM25Okapi

from bench.labelled import read_bundled
from index.bm25 import SparseBM25
from index.dense import DenseIndex, FlatIndex, QuantisedIndex
from index.engines import MAPPED_FROM, SPARSE_FROM, Engines, engines_for
from index.errors import StoreStale
from index.lexical import LexicalIndex, RankBM25
from index.ranking import ranked
from index.segment import load_segmenter
from tests.fakes import WordCountEncoder

TEXTS = [
    "设立质押融资风险补偿基金",
    "开展专利导航试点",
    "推进质押融资，质押融资，质押融资",
    "举办专利周活动",
    "开展专利导航试点",
    "人民调解",
]
ENCODER = WordCountEncoder("质押融资", "风险补偿", "专利导航", "专利周")


def dense():
    return DenseIndex(FlatIndex(ENCODER.encode_document(TEXTS)), ENCODER)


def lexical():
    segmenter = load_segmenter()
    return LexicalIndex(RankBM25([segmenter.words(text) for text in TEXTS]), segmenter)


def quantised():
    return DenseIndex(QuantisedIndex.of(ENCODER.encode_document(TEXTS)), ENCODER)


def sparse():
    segmenter = load_segmenter()
    return LexicalIndex(SparseBM25.of(segmenter.words(text) for text in TEXTS), segmenter)


@pytest.fixture(
    params=[dense, quantised, lexical, sparse], ids=["flat", "8-bit", "rank-bm25", "sparse-bm25"]
)
def retriever(request):
    return request.param()


def test_best_first_with_ranks_from_one(retriever):
    matches = retriever.search("专利导航试点", k=6)
    assert [m.row for m in matches[:2]] == [1, 4], matches
    assert [m.rank for m in matches] == list(range(1, len(matches) + 1))
    assert [m.score for m in matches] == sorted((m.score for m in matches), reverse=True)


def test_equal_texts_are_ordered_by_row(retriever):
    first, second = retriever.search("专利导航", k=2)
    assert (first.row, second.row) == (1, 4)
    assert first.score == pytest.approx(second.score)


def test_the_filter_comes_before_the_search(retriever):
    allowed = np.array([False, False, False, True, True, False])
    assert [m.row for m in retriever.search("专利导航", k=1, allowed=allowed)] == [4]


def test_only_allowed_passages_are_found(retriever):
    allowed = np.array([True, False, False, False, False, True])
    assert {m.row for m in retriever.search("质押融资", k=6, allowed=allowed)} <= {0, 5}


def test_nothing_allowed_finds_nothing(retriever):
    assert retriever.search("质押融资", k=3, allowed=np.zeros(6, dtype=bool)) == []


def test_k_bounds_the_result(retriever):
    assert len(retriever.search("质押融资", k=1)) == 1
    assert len(retriever.search("质押融资", k=100)) <= len(TEXTS)


def test_dense_is_the_inner_product_by_numpy():
    vectors = ENCODER.encode_document(TEXTS)
    query = ENCODER.encode_query(["质押融资风险补偿"])[0]
    expected = sorted(enumerate(vectors @ query), key=lambda pair: (-pair[1], pair[0]))
    found = dense().search("质押融资风险补偿", k=len(TEXTS))
    assert [m.row for m in found] == [row for row, _ in expected]
    assert [m.score for m in found] == pytest.approx([score for _, score in expected])


def test_lexical_is_rank_bm25():
    segmenter = load_segmenter()
    oracle = BM25Okapi([segmenter.words(text) for text in TEXTS])
    scores = oracle.get_scores(segmenter.words("质押融资基金"))
    found = lexical().search("质押融资基金", k=len(TEXTS))
    assert {m.row: m.score for m in found} == pytest.approx(
        {row: score for row, score in enumerate(scores) if score > 0}
    )


def test_no_shared_word_is_no_lexical_hit():
    assert lexical().search("房价", k=5) == []
    assert lexical().search("的了吗", k=5) == []


def test_passages_without_words_can_be_indexed():
    assert LexicalIndex(RankBM25([[], []]), load_segmenter()).search("质押", k=5) == []


def test_vectors_of_another_dimension_are_refused():
    with pytest.raises(StoreStale, match=r"2维.*4维"):
        DenseIndex(FlatIndex(np.eye(2, dtype=np.float32)), ENCODER)


@pytest.fixture(scope="module")
def asked(store):
    """Labelled questions in words."""
    segmenter = load_segmenter()
    return [segmenter.words(question.question) for question in read_bundled(store)]


def test_sparse_bm25_is_rank_bm25_to_the_last_bit(store, asked):
    words = [segments.all for segments in store.segments]
    plain, fast = RankBM25(words), SparseBM25.of(words)
    for question in asked:
        assert (plain.scores(question) == fast.scores(question)).all(), question


@pytest.mark.parametrize("segments", [[], [[]], [[], ["词"]], [["词"], ["词"], ["词"]]])
def test_sparse_bm25_of_next_to_nothing_is_rank_bm25(segments):
    words = ["词", "没有的词", "词"]
    expected = RankBM25(segments).scores(words)
    assert (SparseBM25.of(segments).scores(words) == expected).all()


def test_sparse_bm25_is_the_same_from_disk(store, asked, tmp_path):
    made = SparseBM25.of(segments.all for segments in store.segments)
    made.save(tmp_path / "words")
    read = SparseBM25.load(tmp_path / "words")
    assert read.size == len(store.passages)
    for question in asked[:50]:
        assert (read.scores(question) == made.scores(question)).all()


@pytest.mark.parametrize("is_filtered", [False, True])
def test_eight_bits_find_what_the_whole_vectors_find(store, is_filtered, tmp_path):
    made = QuantisedIndex.of(store.vectors)
    made.save(tmp_path / "codes.faiss")
    read = QuantisedIndex.load(tmp_path / "codes.faiss", store.vectors)
    allowed = np.arange(len(store.passages)) % 7 == 3 if is_filtered else None
    exact = FlatIndex(store.vectors)
    for row in range(0, len(store.passages), 9):
        expected = exact.nearest(store.vectors[row], 10, allowed)
        for index in (made, read):
            found = index.nearest(store.vectors[row], 10, allowed)
            assert [m.row for m in found] == [m.row for m in expected]
            assert [m.score for m in found] == pytest.approx([m.score for m in expected], abs=1e-5)


def test_the_best_are_those_of_sorting_everything():
    rng = np.random.default_rng(7)
    rows, scores = rng.permutation(500), rng.integers(0, 40, 500).astype(float)
    order = np.lexsort((rows, -scores))
    for k in (1, 3, 250, 499, 500, 900):
        assert [m.row for m in ranked(rows, scores, k)] == [rows[i] for i in order[:k]]


@pytest.mark.parametrize(
    ("passages", "engines"),
    [
        (0, Engines("rank-bm25", "flat")),
        (SPARSE_FROM, Engines("sparse-bm25", "flat")),
        (MAPPED_FROM, Engines("sparse-bm25", "8-bit")),
    ],
)
def test_a_store_has_the_plainest_engines_that_suit_its_size(passages, engines):
    assert engines_for(passages) == engines
