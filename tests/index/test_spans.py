"""The network reading a question and parts of a passage together."""

from dataclasses import replace

import numpy as np
import pytest

from index.e5 import load_network
from index.e5.pairs import read_adapter, write_adapter
from index.e5.spans import SpanNetwork, pooled, span_tokens
from index.encode import bundled_weights
from tests.index.test_pairs import WIDTH, adapter

TEXT = "新增代理机构15家，共38家，均在册。"
SPANS = [(6, 9), (11, 14)]


def span_adapter():
    weights = 0.2 * np.random.default_rng(1).standard_normal(WIDTH)
    return replace(adapter(), span_weights=weights.astype(np.float32))


@pytest.fixture(scope="module")
def plain():
    return load_network(bundled_weights())


def test_parts_are_cut_into_tokens_of_their_own(plain):
    tokens = plain.tokens
    row, places = span_tokens(tokens, "代理机构数量", TEXT, SPANS)
    begin, end = tokens.marked([])
    assert row[: row.index(end)] == [begin, *tokens.of("query: 代理机构数量")]
    assert [row[slice(*place)] for place in places] == [tokens.of("15家"), tokens.of("38家")]
    assert row[places[0][1] : places[1][0]] == tokens.of("，共")
    assert row[places[1][1] :] == [*tokens.of("，均在册。"), end]


@pytest.mark.parametrize(("text", "spans"), [("15家", [(0, 3)]), ("15家38家", [(0, 3), (3, 6)])])
def test_parts_may_fill_a_passage(plain, text, spans):
    row, places = span_tokens(plain.tokens, "数量", text, spans)
    assert len(places) == len(spans) and places[-1][1] == len(row) - 1


def test_log_odds_weigh_all_that_was_read_and_the_part(plain):
    changes = span_adapter()
    changed = load_network(bundled_weights())
    changes.change(changed)
    changed.to_integers()
    row, places = span_tokens(plain.tokens, "代理机构数量", TEXT, SPANS)
    states, _is_token = changed.states([row])
    expected = [
        states[0].mean(0).numpy() @ changes.weights
        + states[0, start:end].mean(0).numpy() @ changes.span_weights
        + changes.bias
        for start, end in places
    ]
    found = SpanNetwork(load_network(bundled_weights()), changes).log_odds(
        "代理机构数量", TEXT, SPANS
    )
    assert found.shape == (2,) and found.dtype == np.float32
    assert found == pytest.approx(np.array(expected), abs=1e-4)


def test_parts_of_rows_of_different_length_are_pooled_as_each_alone(plain):
    rows, places = zip(
        span_tokens(plain.tokens, "数量", TEXT, SPANS),
        span_tokens(plain.tokens, "数量", "共38家。", [(1, 4)]),
        strict=True,
    )
    together = pooled(*plain.states(rows), places)
    for at, one in enumerate(together):
        alone = [
            pooled(*plain.states([row]), [own])[at] for row, own in zip(rows, places, strict=True)
        ]
        assert one.numpy() == pytest.approx(np.vstack([each.numpy() for each in alone]), abs=1e-4)


def test_an_adapter_keeps_what_it_was_taught_of_parts(tmp_path):
    written, path = span_adapter(), tmp_path / "figures.npz"
    write_adapter(path, written)
    assert read_adapter(path).span_weights == pytest.approx(written.span_weights, abs=1e-3)
    write_adapter(path, adapter())
    assert read_adapter(path).span_weights is None


def test_an_adapter_that_knows_nothing_of_parts_is_refused(plain):
    with pytest.raises(ValueError, match="span_weights"):
        SpanNetwork(plain, adapter())
