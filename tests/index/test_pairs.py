"""The network reading a question and a passage together."""

import numpy as np
import pytest
import torch

from index.e5 import load_network
from index.e5.pairs import (
    PASSAGE_TOKENS,
    QUESTION_TOKENS,
    Adapter,
    PairNetwork,
    pair_tokens,
    read_adapter,
    write_adapter,
)
from index.encode import bundled_weights

RANK, WIDTH = 2, 384
PASSAGES = ["设立专利质押融资风险补偿基金。", "举办知识产权高级研修班。", ""]


def adapter(seed=0, size=0.2):
    random = np.random.default_rng(seed)
    names = ["l0.qkv", "l11.fo"]
    shapes = {"l0.qkv": (3 * WIDTH, WIDTH), "l11.fo": (WIDTH, 4 * WIDTH)}

    def array(*shape):
        return (size * random.standard_normal(shape)).astype(np.float32)

    return Adapter(
        {name: array(RANK, shapes[name][1]) for name in names},
        {name: array(shapes[name][0], RANK) for name in names},
        array(WIDTH),
        0.25,
    )


@pytest.fixture(scope="module")
def plain():
    return load_network(bundled_weights())


def test_a_pair_is_the_question_then_the_passage_between_marks(plain):
    tokens = plain.tokens
    begin, end = tokens.marked([])
    row = pair_tokens(tokens, "质押融资", "设立基金。")
    asked, said = tokens.of("query: 质押融资"), tokens.of("passage: 设立基金。")
    assert row == [begin, *asked, end, end, *said, end]


def test_what_is_too_long_is_cut_off_on_either_side(plain):
    row = pair_tokens(plain.tokens, "质押融资" * 200, "设立基金。" * 400)
    assert len(row) == QUESTION_TOKENS + PASSAGE_TOKENS + 4
    assert len(row) <= plain.sizes.positions


def test_log_odds_weigh_the_mean_of_what_the_changed_matrices_give(plain):
    changes = adapter()
    changed = load_network(bundled_weights())
    for name, up in changes.up.items():
        changed.tensors[f"{name}.w"] += torch.from_numpy(up @ changes.down[name])
    changed.to_integers()
    rows = [pair_tokens(plain.tokens, "质押融资", passage) for passage in PASSAGES]
    expected = changed.means(rows).numpy() @ changes.weights + changes.bias
    found = PairNetwork(load_network(bundled_weights()), changes).log_odds("质押融资", PASSAGES)
    assert found.shape == (3,) and found.dtype == np.float32
    assert found == pytest.approx(expected, abs=1e-4)
    unchanged = plain.means(rows).numpy() @ changes.weights + changes.bias
    assert np.abs(found - unchanged).max() > 0.01


def test_a_passage_reads_the_same_beside_others_as_alone(plain):
    rows = [pair_tokens(plain.tokens, "质押融资", passage) for passage in PASSAGES]
    means = np.vstack([plain.means([row]).numpy() for row in rows])
    assert plain.means(rows).numpy() == pytest.approx(means, abs=1e-4)
    network = PairNetwork(load_network(bundled_weights()), adapter())
    together = network.log_odds("质押融资", PASSAGES)
    alone = [network.log_odds("质押融资", [passage])[0] for passage in PASSAGES]
    assert together == pytest.approx(alone, abs=0.05)  # what is rounded may be rounded otherwise


def test_an_adapter_is_read_as_it_is_written(tmp_path):
    written, path = adapter(), tmp_path / "reader.npz"
    write_adapter(path, written)
    found = read_adapter(path)
    assert found.bias == written.bias
    assert found.weights == pytest.approx(written.weights, abs=1e-3)
    assert found.down.keys() == found.up.keys() == written.up.keys()
    for name in written.up:
        assert found.up[name].dtype == np.float32
        assert found.up[name] == pytest.approx(written.up[name], abs=1e-3)
        assert found.down[name] == pytest.approx(written.down[name], abs=1e-3)


@pytest.mark.parametrize("damage", ["cut short", "emptied", "no archive", "other arrays"])
def test_a_file_that_is_no_adapter_is_told(tmp_path, damage):
    path = tmp_path / "reader.npz"
    write_adapter(path, adapter())
    whole = path.read_bytes()
    if damage == "other arrays":
        np.savez(path, something=np.zeros(3))
    else:
        path.write_bytes(
            {"cut short": whole[: len(whole) // 2], "emptied": b"", "no archive": b"?"}[damage]
        )
    with pytest.raises(ValueError):
        read_adapter(path)
