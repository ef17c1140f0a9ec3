"""A large store says what the same store says that is loaded whole, and is found damaged where it is."""

from types import SimpleNamespace

import numpy as np
import pytest

from index.build import change_documents, copy_store, read_files
from index.contents import Contents, listings
from index.errors import StoreDamaged
from index.store import folder as folder_module
from index.store import home_of, open_store
from index.store.mapped.store import MappedStore
from index.store.records import CATALOG
from tests.damage import Printer, Writer

LARGE = 300


@pytest.fixture
def folder(tmp_path, store, monkeypatch):
    """The bundled document as a store that counts as large."""
    monkeypatch.setattr("index.engines.MAPPED_FROM", LARGE)
    return copied(store, tmp_path / "large")


@pytest.fixture
def large(folder):
    return open_store(folder)


def copied(store, folder):
    with home_of(folder).writing(print) as write:
        write(store.content())
    return folder


def version_of(folder):
    return folder / home_of(folder).current_version()


def test_it_is_read_as_far_as_it_is_looked_at_and_says_the_same(large, store):
    assert isinstance(large, MappedStore)
    assert list(large.cells) == list(store.cells)
    assert list(large.passages) == list(store.passages)
    assert list(large.segments) == list(store.segments)
    assert large.passages[3:6] == store.passages[3:6]
    assert large.passages[-1] == store.passages[-1]
    assert np.array_equal(large.vectors, store.vectors)
    assert np.array_equal(large.sentence_vectors, store.sentence_vectors)
    assert np.array_equal(large.first_sentences, store.first_sentences)
    assert large.facets.values == store.facets.values
    assert large.facets.column_titles == store.facets.column_titles
    assert large.facets.years_by_column() == store.facets.years_by_column()
    for facet in store.facets.values:
        assert np.array_equal(large.facets.codes(facet), store.facets.codes(facet))


def test_what_is_asked_of_it_by_name_is_the_same(large, store):
    for passage in store.passages[::7]:
        assert large.row_of(passage.id) == store.row_of(passage.id)
        cell = store.cell(passage.cell)
        assert large.cell(passage.cell) == cell
        assert large.row(cell) == store.row(cell)
    assert large.row_of("没有/这条") is None
    with pytest.raises(KeyError):
        large.cell("没有/这格")
    with pytest.raises(KeyError):
        large.document("没有")
    (name,) = store.facets.values["document"]
    assert list(large.document(name)) == [cell for cell in store.cells if cell.items]


def test_its_contents_are_the_same(large, store):
    (name,) = store.facets.values["document"]
    mine, whole = Contents(large), Contents(store)
    assert mine.entries(name) == whole.entries(name)
    assert mine.document_with("贵州省") == whole.document_with("贵州省") == name
    assert mine.passages(name, "贵州省", "", "plan") == whole.passages(name, "贵州省", "", "plan")
    (own,), (other,) = listings(large), listings(store)
    assert (own.provinces, own.years, own.items) == (other.provinces, other.years, other.items)


def test_words_and_runs_of_characters_are_counted_over_all_texts(large, store):
    texts = [passage.text for passage in store.passages]
    for word in ("质押", "知识产权", "风险补偿基金", "没有的词"):
        assert large.holding(word) == sum(word in words for words in store.words)
    for run in ("质押", "质押融", "龘龘", "龘龘龘"):
        assert large.runs.standing(run, len(run)).all() == any(run in text for text in texts)
    words = "风险补偿基金"
    found = [cell.id for cell in large.cells_with(words)]
    assert found == [c.id for c in store.cells if any(words in i.text for i in c.items)]
    assert found
    assert not list(large.cells_with(store.passages[0].document))  # no word of a text


@pytest.mark.parametrize("rows", [[0], [5, 6, 7], [0, 100, 300, 537], []])
def test_an_excerpt_is_a_store_of_these_passages(large, store, rows):
    for one in (large, store):
        excerpt = one.excerpt(np.array(rows, dtype=np.int64))
        assert excerpt.passages == [store.passages[row] for row in rows]
        assert excerpt.segments == [store.segments[row] for row in rows]
        assert np.array_equal(excerpt.vectors, store.vectors[rows])
        sentences = [
            store.sentence_vectors[store.first_sentences[row] : store.first_sentences[row + 1]]
            for row in rows
        ]
        assert np.array_equal(excerpt.sentence_vectors, np.vstack([*sentences, np.zeros((0, 384))]))
        assert excerpt.facets.values == store.facets.values
        assert {cell.id for cell in excerpt.cells} == {store.passages[row].cell for row in rows}
        for passage in excerpt.passages:
            assert excerpt.cell(passage.cell) == store.cell(passage.cell)


def test_the_nearest_of_each_part_are_those_of_the_whole_that_belong_to_it(large, store):
    codes, query = store.facets.codes("province"), store.vectors[42]
    scores, rows = large.nearest.nearest_of_each(query, 5)
    assert rows.shape == (len(store.facets.values["province"]), 5)
    for province, (own, found) in enumerate(zip(scores, rows, strict=True)):
        assert set(codes[found]) == {province}
        best = np.sort(store.vectors[codes == province] @ query)[::-1][:5]
        assert own == pytest.approx(best, abs=0.01)
    allowed = np.arange(len(codes)) < 10
    some = large.nearest.nearest_of_each(query, 5, allowed, parts=[0])[1]
    assert set(some[some >= 0]) <= set(range(10))


def test_bm25_of_some_rows_is_that_of_all(large):
    rows, words = np.array([0, 3, 250, 537]), ["质押", "知识产权", "没有的词", "质押"]
    assert np.array_equal(large.bm25.scores_of(words, rows), large.bm25.scores(words)[rows])
    for word in words:
        held = large.bm25.scores([word])[rows] > 0
        assert np.array_equal(large.bm25.held(word, rows), held)


FILES = ["cells.jsonl", "vectors.npy", "catalog/codes.npy", "catalog/words/rows.npy"]


@pytest.mark.parametrize("name", FILES)
def test_a_file_cut_short_or_gone_is_damage(folder, name, monkeypatch):
    monkeypatch.setattr(folder_module, "CHECKED_WHOLE", 0)
    path = version_of(folder) / name
    data = path.read_bytes()
    path.write_bytes(data[:-1])
    with pytest.raises(StoreDamaged, match=name):
        open_store(folder)
    path.unlink()
    with pytest.raises(StoreDamaged, match=name):
        open_store(folder)


def test_another_letter_in_a_large_file_is_found_when_all_is_verified(folder, monkeypatch):
    home = home_of(folder)
    home.verify()
    path = version_of(folder) / "cells.jsonl"
    path.write_bytes(path.read_bytes().replace("质押".encode(), "质甲".encode(), 1))
    with pytest.raises(StoreDamaged, match=r"cells\.jsonl"):
        home.open()
    monkeypatch.setattr(folder_module, "CHECKED_WHOLE", 0)
    home.open()
    with pytest.raises(StoreDamaged, match=r"cells\.jsonl"):
        home.verify()


def test_it_is_edited_and_copied_like_any_other(folder, tmp_path, store):
    path = tmp_path / "两省.txt"
    path.write_text(Printer(1).document({"甲省": Writer(1).rows()}), encoding="utf-8")
    read, _ = read_files([path])
    edited = change_documents(folder, read, notify=lambda _: None)
    assert isinstance(edited, MappedStore)
    assert list(edited.passages)[: len(store.passages)] == list(store.passages)
    assert edited.facets.values["province"][-1] == "甲省"
    without = change_documents(folder, remove=["两省"], notify=lambda _: None)
    assert list(without.passages) == list(store.passages)
    again = copy_store(folder, tmp_path / "copy", notify=lambda _: None)
    assert list(again.cells) == list(store.cells)
    assert again.manifest.sources[0].sha256 == store.manifest.sources[0].sha256


def test_a_large_store_written_before_there_was_a_catalog_is_loaded_whole(
    tmp_path, store, monkeypatch
):
    small = copied(store, tmp_path / "before")
    monkeypatch.setattr("index.engines.MAPPED_FROM", LARGE)
    assert not any(name.startswith(CATALOG) for name in open_store(small).manifest.files)
    assert type(open_store(small)) is type(store)


def test_a_store_grows_large_and_small_again(tmp_path, store, monkeypatch):
    folder = copied(store, tmp_path / "grows")
    content = SimpleNamespace(**{name: getattr(store, name) for name in ("cells", "passages")})
    for edge, kind in ((LARGE, MappedStore), (10_000, type(store))):
        monkeypatch.setattr("index.engines.MAPPED_FROM", edge)
        with home_of(folder).writing(print) as write:
            write(open_store(folder).content())
        opened = open_store(folder)
        assert type(opened) is kind
        assert list(opened.cells) == list(content.cells)
