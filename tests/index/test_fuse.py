import pytest

from index.fuse import fuse_rankings
from index.records import Match


def ranking(*rows):
    return [Match(row, 1.0 - n / 10, n) for n, row in enumerate(rows, 1)]


def test_scores_are_reciprocal_rank_sums_from_rank_one():
    fused = fuse_rankings({"dense": ranking(7, 5, 3), "bm25": ranking(3, 7)})
    assert [(m.row, m.rank, found) for m, found in fused] == [
        (7, 1, {"dense": 1, "bm25": 2}),
        (3, 2, {"dense": 3, "bm25": 1}),
        (5, 3, {"dense": 2}),
    ]
    assert [m.score for m, _ in fused] == pytest.approx([1 / 11 + 1 / 12, 1 / 13 + 1 / 11, 1 / 12])


def test_equal_scores_are_ordered_by_row():
    fused = fuse_rankings({"dense": ranking(9, 2), "bm25": ranking(2, 9)})
    assert [m.row for m, _ in fused] == [2, 9]


def test_nothing_fused_is_nothing():
    assert fuse_rankings({"dense": [], "bm25": []}) == []
