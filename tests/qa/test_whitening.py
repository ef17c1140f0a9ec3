"""Vectors without what they share, and with less of what they vary in most."""

import numpy as np
import pytest

from qa.whitening import MOST_DIRECTIONS, VECTORS_OF_NO_MEAN, VECTORS_PER_DIRECTION, Whitening


def unit(vectors):
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def crowded():
    """Unit vectors that all point much the same way, and differ most along one direction."""
    drawn = np.random.default_rng(3).normal(size=(600, 32))
    drawn[:, 0] += 20
    drawn[:, 1] *= 6
    return unit(drawn)


def test_a_direction_is_scaled_by_hand():
    whitening = Whitening(np.array([0.0, 1.0, 0.0]), np.array([[1.0, 0, 0]]), np.array([0.75]))
    found = whitening.apply(np.array([[0.8, 1.6, 0], [0, 1, 5]], dtype=np.float32))
    assert found == pytest.approx(unit(np.array([[0.2, 0.6, 0], [0, 0, 1]])), abs=1e-6)
    assert found.dtype == np.float32


def test_what_all_share_and_differ_most_in_counts_less(crowded):
    evened = Whitening.of(crowded).apply(crowded)
    assert np.linalg.norm(evened, axis=1) == pytest.approx(np.ones(600), abs=1e-5)
    among = ~np.eye(600, dtype=bool)
    assert (crowded @ crowded.T)[among].mean() > 0.8
    assert abs((evened @ evened.T)[among].mean()) < 0.1
    spread = [np.linalg.svd(v - v.mean(axis=0), compute_uv=False) for v in (crowded, evened)]
    assert spread[0][0] / spread[0][1] > 4 > 3 > spread[1][0] / spread[1][1]


def test_what_is_alike_along_no_leading_direction_stays_alike(crowded):
    whitening = Whitening.of(crowded)
    assert whitening.directions @ whitening.directions.T == pytest.approx(
        np.eye(MOST_DIRECTIONS), abs=1e-5
    )
    assert ((whitening.share >= 0) & (whitening.share < 1)).all()
    assert (np.diff(whitening.share) >= 0).all()


@pytest.mark.parametrize("count", [1, 2, VECTORS_PER_DIRECTION - 1])
def test_of_a_few_vectors_only_a_little_of_their_mean_is_taken(crowded, count):
    few = crowded[:count]
    whitening = Whitening.of(few)
    assert len(whitening.directions) == 0
    assert whitening.mean == pytest.approx(few.sum(axis=0) / (count + VECTORS_OF_NO_MEAN))
    assert np.isfinite(whitening.apply(few)).all()
    assert (whitening.apply(few) * few).sum(axis=1).min() > 0.8


def test_vectors_that_are_all_the_same_stay_finite():
    same = np.tile(unit(np.ones((1, 8))), (100, 1))
    assert np.isfinite(Whitening.of(same).apply(same)).all()
