"""Matrices in integers: exact products, near the matrices they stand for."""

import numpy as np
import pytest
import torch

from index.e5 import load_network
from index.e5.integers import IS_FAST, MOST_OF_A_STATE, MOST_OF_A_WEIGHT, IntegerMatrix
from index.e5.pairs import PairNetwork, pair_tokens, read_adapter
from index.encode import bundled_weights
from qa import alike

PRACTICE = "设立知识产权质押融资风险补偿基金，推出“天府知来贷”。"
PASSAGES = [
    "积极申请财政资金支持知识产权质押融资风险补偿资金的建设。",
    "省政府办公厅出台《关于加强知识产权强省建设的意见》。",
    "举办知识产权高级研修班3期，培训200人次。",
    "对企业专利质押贷款的利息、评估费、担保费给予50%补贴。",
    "建立专利质押融资风险分担机制。",
    "开展“雷霆”专项行动，查处假冒专利案件120件。",
]


def test_the_greatest_products_add_up_exactly():
    weights, states = torch.ones(8, 512), torch.ones(4, 512)
    weights[::2, ::3] = -1
    states[1], states[2, ::2] = -1, -1
    matrix = IntegerMatrix.of(weights, torch.arange(8.0))
    assert matrix.weights.abs().max() == MOST_OF_A_WEIGHT
    assert 2 * (MOST_OF_A_STATE + 128) * MOST_OF_A_WEIGHT < 2**15  # as added without VNNI
    expected = states @ weights.T + torch.arange(8.0)
    assert matrix(states) == pytest.approx(expected.numpy(), rel=1e-5, abs=1e-3)


def test_a_matrix_in_integers_is_near_the_one_it_stands_for():
    torch.manual_seed(0)
    weights, bias, states = torch.randn(96, 64), torch.randn(96), torch.randn(2, 5, 64)
    states[0, 0] *= 1000  # each token has a scale of its own,
    weights[0] *= 1000  # and so has each row
    found = IntegerMatrix.of(weights, bias)(states)
    expected = states @ weights.T + bias
    assert found.shape == (2, 5, 96) and found.dtype == torch.float32
    for part in (np.s_[:, :, 0], *(np.s_[batch, token, 1:] for batch, token in np.ndindex(2, 5))):
        assert (found[part] - expected[part]).std() < 0.03 * expected[part].std()


def test_what_is_all_zero_gives_the_bias():
    bias = torch.tensor([1.0, -2.0])
    matrix = IntegerMatrix.of(torch.zeros(2, 16), bias)
    assert torch.equal(matrix(torch.zeros(3, 16)), bias.expand(3, 2))


def test_a_network_in_integers_reads_as_in_single_precision():
    adapter = read_adapter(alike.READER)
    single = load_network(bundled_weights())
    adapter.change(single)
    rows = [pair_tokens(single.tokens, PRACTICE, passage) for passage in PASSAGES]
    with torch.inference_mode():
        expected = single.means(rows).numpy() @ adapter.weights + adapter.bias
    found = PairNetwork(load_network(bundled_weights()), adapter).log_odds(PRACTICE, PASSAGES)
    assert expected.std() > 1
    assert np.corrcoef(found, expected)[0, 1] > 0.998
    assert (np.abs(found - expected).max() > 0) == IS_FAST
