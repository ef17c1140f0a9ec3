"""The retrievers in SQL are those of the folder, and so are the answers."""

import logging

import numpy as np
import pytest

from bench.labelled import read_labelled
from bench.questions import FILE
from index.bm25 import SparseBM25
from index.errors import StoreStale
from index.filters import FACETS, Filter
from index.lexical import RankBM25
from index.postgres.retrievers import SqlDense, SqlLexical, SqlSearch
from index.sentences import sentence_spans
from index.store import home_of
from qa.answer import Answerer
from qa.retrieve import DEPTH, Searcher

NEAR = 1e-6
"""What two sums of the same products in float32 may differ by, for cosines."""


@pytest.fixture(scope="module")
def questions(store):
    return [labelled.question for labelled in read_labelled(FILE, store)]


@pytest.fixture(scope="module")
def in_sql(searcher, copied):
    """Both retrievers, with the encoder and the segmenter of those in memory."""
    search = SqlSearch(copied.home._connections, copied.version, copied.facets)
    dense, lexical = searcher.retrievers
    return SqlDense(search, dense), SqlLexical(search, lexical)


def masks(store):
    """What may be found: by values, by several, by years, by rows that have nothing in common, none."""
    provinces = store.facets.values["province"]
    yield None
    yield store.facets.allowed(Filter(province=(provinces[2],)))
    yield store.facets.allowed(Filter(province=provinces[4:6], column=("plan",)))
    yield store.facets.allowed(Filter(year=("2018",), theme=(store.facets.values["theme"][0],)))
    yield np.arange(len(store.passages)) % 7 == 3
    yield np.zeros(len(store.passages), dtype=bool)


def test_what_is_in_the_database_is_what_is_in_the_folder(store, copied):
    assert copied.cells == store.cells
    assert copied.segments == store.segments
    assert np.array_equal(copied.vectors, store.vectors)
    assert np.array_equal(copied.sentence_vectors, store.sentence_vectors)
    assert copied.vectors.dtype == copied.sentence_vectors.dtype == np.float32
    assert len(copied.sentence_vectors) == sum(len(sentence_spans(p.text)) for p in copied.passages)
    assert copied.facets.values == store.facets.values
    assert copied.manifest.sources == store.manifest.sources
    assert copied.manifest.counts == store.manifest.counts
    assert copied.manifest.engines == store.manifest.engines
    (source,) = copied.manifest.sources
    assert copied.original(source).data == store.original(source).data


def assert_alike(found, expected, within, question):
    """Ranks and scores are the same; another row stands only where both score as much."""
    scores = {m.row: m.score for m in expected}
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert one.rank == other.rank
        assert one.score == pytest.approx(other.score, **within)
        is_tie = scores.get(one.row, one.score) == pytest.approx(other.score, **within)
        assert one.row == other.row or is_tie, question


def test_dense_search_is_the_folders(searcher, in_sql, questions, store):
    for n, question in enumerate(questions):
        for allowed in (None, [*masks(store)][n % 6]):
            expected = searcher.retrievers[0].search(question, DEPTH, allowed)
            found = in_sql[0].search(question, DEPTH, allowed)
            assert_alike(found, expected, {"abs": NEAR}, question)


def test_lexical_search_is_the_folders(searcher, in_sql, questions, store):
    for n, question in enumerate(questions):
        for allowed in (None, [*masks(store)][n % 6]):
            expected = searcher.retrievers[1].search(question, DEPTH, allowed)
            found = in_sql[1].search(question, DEPTH, allowed)
            assert_alike(found, expected, {"rel": 1e-5}, question)


@pytest.mark.parametrize("number", range(6))
def test_a_filter_is_put_as_values_of_columns_where_these_say_it_all(store, number):
    allowed = [*masks(store)][number]
    if allowed is None:
        return
    values, is_all = store.facets.implied(allowed)
    rebuilt = np.ones(len(store.passages), dtype=bool)
    for facet, names in values.items():
        rebuilt &= np.isin([getattr(p, facet) for p in store.passages], names)
    assert set(values) <= set(FACETS)
    assert not (allowed & ~rebuilt).any()
    assert is_all == (rebuilt == allowed).all()
    assert is_all == (number != 4)


@pytest.mark.parametrize("question", ["", "的了吗", "房价 zzzz"])
def test_what_shares_no_word_is_not_found(in_sql, question):
    assert in_sql[1].search(question, 5) == []


def test_k_bounds_what_is_found(in_sql, store):
    for retriever in in_sql:
        found = retriever.search("专利保险", 10_000)
        assert [m.rank for m in found] == list(range(1, len(found) + 1))
        assert retriever.search("专利保险", 7) == found[:7]
    assert len(in_sql[0].search("专利保险", 10_000)) == len(store.passages)


def test_the_matrix_is_told_by_rows_and_words(store):
    words = [segments.all for segments in store.segments]
    bm25 = SparseBM25.of(words)
    column, idf = {}, {}
    for n, (word, holding, weight) in enumerate(bm25.vocabulary()):
        column[word], idf[word] = n, weight
        assert holding == sum(word in own for own in words) or n % 50
    asked = list(words[40])
    scores = RankBM25(words).scores(asked)
    for row, (columns, parts) in enumerate(bm25.by_rows()):
        assert list(columns) == sorted(column[word] for word in set(words[row]))
        held = dict(zip(columns.tolist(), parts, strict=True))
        score = sum(idf[word] * held.get(column[word], 0) for word in asked)
        assert score == pytest.approx(scores[row])


def test_another_revision_is_not_searched_in_place_of_the_one_that_is_loaded(searcher, copied):
    search = SqlSearch(copied.home._connections, "another", copied.facets)
    with pytest.raises(StoreStale, match="另一版"):
        SqlDense(search, searcher.retrievers[0]).search("专利", 3)


def test_answers_are_the_folders(searcher, copied, questions, caplog):
    own = Searcher(copied, searcher._signals._encoder, searcher.segmenter, searcher.relevance)
    for retriever in own.retrievers:
        # Only SQL is asked.
        retriever._loaded = None
    there, here = Answerer(own), Answerer(searcher)
    with caplog.at_level(logging.WARNING):
        # Every second one, for the sake of time.
        for question in questions[::2]:
            expected, found = here.answer(question), there.answer(question)
            assert found.text == expected.text
            assert found.verdicts == expected.verdicts
            assert found.citations == expected.citations
            assert found.figures == expected.figures
            assert [hit.passage.id for hit in found.hits] == [h.passage.id for h in expected.hits]
            assert [h.found_by.get("bm25") for h in found.hits] == [
                h.found_by.get("bm25") for h in expected.hits
            ]
    assert not caplog.records


def test_what_is_shown_of_it_has_no_password(copied, server):
    assert str(copied.home) == f"127.0.0.1:{server.port}/copied"
    assert str(home_of(server.url("copied"))) == str(copied.home)
