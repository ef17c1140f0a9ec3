"""Rankings: hits made when they are looked at."""

import numpy as np
import pytest

from qa.ranking import Ranking
from tests.fakes import passage

PROVINCES = ("甲省", "甲省", "乙省", "甲省")
PASSAGES = [passage(province, n=n) for n, province in enumerate(PROVINCES)]


def ranking(scores=(5.0, 4.0, 3.0, 2.0), **options):
    return Ranking.of(PASSAGES, np.arange(len(scores)), np.array(scores), **options)


def told(hits):
    return [(h.rank, h.passage.id, h.score) for h in hits]


def test_the_best_come_first_and_equal_ones_by_row():
    hits = ranking((2.0, 4.0, 2.0, 3.0), found_by={1: {"bm25": 7}})
    assert hits.rows.tolist() == [1, 3, 0, 2]
    assert [(h.rank, h.score) for h in hits] == [(1, 4.0), (2, 3.0), (3, 2.0), (4, 2.0)]
    assert [dict(h.found_by) for h in hits[:2]] == [{"bm25": 7}, {}]


def test_it_is_looked_at_like_any_sequence():
    hits = ranking()
    assert len(hits) == 4 and hits[-1] == hits[3] and hits[1:3] == (hits[1], hits[2])
    assert list(hits) == [hits[n] for n in range(4)] and hits[9:] == ()
    with pytest.raises(IndexError):
        hits[4]
    assert not ranking(())


def test_the_best_of_each_province_comes_first_and_ranks_are_new():
    found = ranking().best_of_each_first(np.array(PROVINCES))
    assert told(found) == [
        (1, "表/甲省/01/achievement/0", 5.0),
        (2, "表/乙省/01/achievement/2", 3.0),
        (3, "表/甲省/01/achievement/1", 4.0),
        (4, "表/甲省/01/achievement/3", 2.0),
    ]
    assert told(ranking(()).best_of_each_first(np.array(PROVINCES))) == []


def test_what_is_left_of_it_keeps_its_ranks():
    found = ranking().only(np.array([False, True, False, True]))
    assert [(h.rank, h.score) for h in found] == [(2, 4.0), (4, 2.0)]


def test_the_first_are_put_in_another_order_and_scores_stay_where_they_were():
    hits = ranking()
    found = hits.with_first([hits[2], hits[0], hits[1]])
    assert [(h.rank, h.passage.id[-1], h.score) for h in found] == [
        (1, "2", 5.0),
        (2, "0", 4.0),
        (3, "1", 3.0),
        (4, "3", 2.0),
    ]
