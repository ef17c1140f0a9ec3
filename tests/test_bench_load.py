"""What is measured under load is counted right, and what does not hold is noticed."""

import itertools
from collections import Counter

import pytest

from bench.load import MEMORY_MB, VISIT_MB, Level, _broken
from bench.made_up import made_up
from bench.server import Vitals
from bench.soak import Soak, _grown, slope_of
from bench.visitors import Tally


def level(kind="programs", users=32, visits=0, after=None, **tallied):
    tally = Tally([1.0], visits, **tallied)
    return Level(kind, users, 60.0, tally, Vitals(500, 10, 10), after or Vitals(500, 10, 10))


@pytest.mark.parametrize(
    ("measured", "says"),
    [
        (level(), None),
        (level(users=128, turned_away=9), None),
        (level(turned_away=1), "1 turned away below the limit"),
        (level(users=128, failures=Counter({"status 500": 2})), "2 x status 500"),
        (level(after=Vitals(501 + MEMORY_MB, 10, 10)), "MB more than before"),
        (
            level("browsers", visits=100, after=Vitals(499 + MEMORY_MB + 100 * VISIT_MB, 10, 10)),
            None,
        ),
        (level(after=Vitals(500, 99, 10)), "99 threads after 10"),
        (level(after=Vitals(500, 10, 99)), "99 files after 10"),
    ],
)
def test_what_does_not_hold_is_noticed(measured, says):
    broken = _broken(measured)
    assert (broken == []) if says is None else (len(broken) == 1 and says in broken[0])


def test_a_slope_is_that_of_the_second_half_in_kilobytes_a_thousand_questions():
    asked = [1000 * n for n in range(1, 11)]
    rising = [100.0] * 5 + [100.0 + 0.5 * n for n in range(5)]
    assert slope_of(asked, rising) == pytest.approx((500, 0), abs=1e-6)
    slope, error = slope_of(asked, [100.0 + n % 2 for n in range(10)])
    assert abs(slope) < error


def soak(*held):
    return Soak("x", asked=[1000 * n for n in range(1, len(held) + 1)], held=list(held))


def test_growth_is_noticed_and_noise_is_none():
    still = [Vitals(100 + 0.01 * (n % 3), 5, 9) for n in range(10)]
    assert _grown(soak(*still)) == []
    assert _grown(soak(*(Vitals(100 + n, 5, 9) for n in range(10)))) == ["memory"]
    assert _grown(soak(*still[:-1], Vitals(100, 50, 90))) == ["threads", "files"]


def test_questions_are_made_up_of_the_stores_words_hardly_any_twice(store):
    made = list(itertools.islice(made_up(store), 2000))
    assert len(set(made)) > 1800
    assert made[:50] == list(itertools.islice(made_up(store), 50))
    assert all(4 <= len(question) < 80 for question in made)
