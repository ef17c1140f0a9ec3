"""Reranking, with a tiny real cross-encoder made here."""

import pytest

from index.errors import EncoderError
from index.records import Hit, Passage
from qa.opening import open_searcher
from qa.rerank import RERANKED, Reranker


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory):
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    folder = tmp_path_factory.mktemp("models") / "tiny-reranker"
    folder.mkdir()
    letters = "专利保险质押融资导航试点"
    (folder / "vocab.txt").write_text(
        "\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters]), encoding="utf-8"
    )
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=5 + len(letters), hidden_size=8, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=8, num_labels=1,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    return folder


def hit(rank, text):
    passage = Passage(
        f"d/p/{rank}", "", "", "", "", "", "", "", "", (), 1, text, "", (1,), (1, 1)
    )  # fmt: skip
    return Hit(passage, 10.0 - rank, rank)


class ByLength(Reranker):
    """Reads the longest text as the best answer."""

    def __init__(self):
        self._model = self

    def predict(self, pairs, show_progress_bar):
        return [len(text) for _, text in pairs]


def test_the_best_hits_are_ordered_by_what_the_model_reads():
    found = ByLength().rerank("问", [hit(1, "短"), hit(2, "最长的一条"), hit(3, "中等")])
    assert [h.passage.text for h in found] == ["最长的一条", "中等", "短"]


def test_equal_hits_stay_where_they_are():
    hits = [hit(rank, "同样长") for rank in range(1, 4)]
    assert ByLength().rerank("问", hits) == hits
    assert ByLength().rerank("问", []) == []


def test_a_model_folder_is_loaded_and_used_by_the_search(tiny_model, store):
    plain = open_searcher(store).search("专利保险试点", top_k=RERANKED)
    found = open_searcher(store, str(tiny_model)).search("专利保险试点", top_k=RERANKED)
    assert {h.passage.id for h in found} == {h.passage.id for h in plain}
    assert [h.rank for h in found] == list(range(1, RERANKED + 1))
    assert [h.score for h in found] == [h.score for h in plain]


def test_a_model_that_is_not_there_is_one_sentence(tmp_path):
    with pytest.raises(EncoderError, match="加载不了重排模型"):
        Reranker(str(tmp_path / "none"))
