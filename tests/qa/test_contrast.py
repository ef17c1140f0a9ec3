from types import SimpleNamespace

import numpy as np
import pytest

from index.records import ACHIEVEMENT, PLAN, TASK
from qa.answer import Answerer
from qa.contrast import MOST_ROWS, contrast
from tests.fakes import FixedLikeness, passage

ALIKE, UNLIKE = 2.0, -2.0


def contrasted(rows, alike, provinces=("甲省", "乙省"), about=None):
    """The practices of (province, column, logit) rows; `alike` gives pairs and how like they are."""
    matrix = np.full((len(rows), len(rows)), UNLIKE) + 9 * np.eye(len(rows))
    for (one, other), odds in alike.items():
        matrix[one, other] = matrix[other, one] = odds
    passages = [passage(province, column, n=n) for n, (province, column, _) in enumerate(rows)]
    searcher = SimpleNamespace(
        store=SimpleNamespace(passages=passages), likeness=FixedLikeness(matrix)
    )
    logits = np.array([logit for _, _, logit in rows])
    chosen = np.ones(len(rows), dtype=bool) if about is None else np.array(about)
    return contrast(searcher, provinces, logits, chosen)


TWO_AND_ONE = [("甲省", ACHIEVEMENT, 3.0), ("甲省", PLAN, 2.0), ("乙省", ACHIEVEMENT, 1.0)]


@pytest.mark.parametrize(
    ("provinces", "alike", "sides"),
    [
        (
            ("甲省", "乙省"),
            {(0, 2): ALIKE},
            [(("甲省", 0), ("乙省", 2)), (("甲省", 1), ("乙省", None))],
        ),
        (
            ("乙省", "甲省"),
            {(1, 2): ALIKE},
            [(("乙省", None), ("甲省", 0)), (("乙省", 2), ("甲省", 1))],
        ),
        (
            ("甲省", "乙省"),
            {},
            [
                (("甲省", 0), ("乙省", None)),
                (("甲省", 1), ("乙省", None)),
                (("甲省", None), ("乙省", 2)),
            ],
        ),
        (
            ("甲省", "乙省", "丙省"),
            {(0, 2): ALIKE},
            [
                (("甲省", 0), ("乙省", 2), ("丙省", None)),
                (("甲省", 1), ("乙省", None), ("丙省", None)),
            ],
        ),
    ],
)
def test_like_practices_stand_beside_each_other_in_the_order_asked(provinces, alike, sides):
    assert contrasted(TWO_AND_ONE, alike, provinces) == sides


def test_a_passage_like_two_others_is_set_beside_the_more_relevant_alone():
    sides = contrasted(TWO_AND_ONE, {(0, 2): ALIKE, (1, 2): ALIKE + 1})
    assert sides == [(("甲省", 0), ("乙省", 2)), (("甲省", 1), ("乙省", None))]


def test_of_several_like_ones_the_likest_is_taken():
    rows = [*TWO_AND_ONE, ("乙省", PLAN, 0.5)]
    assert contrasted(rows, {(0, 2): ALIKE, (0, 3): ALIKE + 1})[0] == (("甲省", 0), ("乙省", 3))


def test_likeness_counts_from_its_threshold_on():
    assert contrasted(TWO_AND_ONE, {(0, 2): 0.0})[0] == (("甲省", 0), ("乙省", 2))
    assert contrasted(TWO_AND_ONE, {(0, 2): -0.01})[0] == (("甲省", 0), ("乙省", None))


def test_tasks_and_what_is_not_about_the_matter_are_left_out():
    rows = [("甲省", TASK, 5.0), ("甲省", PLAN, 1.0), ("乙省", PLAN, 3.0), ("乙省", PLAN, 2.0)]
    about = [True, True, False, True]
    assert contrasted(rows, {(0, 3): ALIKE, (1, 2): ALIKE}, about=about) == [
        (("甲省", None), ("乙省", 3)),
        (("甲省", 1), ("乙省", None)),
    ]


def test_no_more_are_told_than_fit_and_the_most_relevant_are():
    rows = [("甲省", PLAN, float(n)) for n in range(MOST_ROWS + 3)]
    told = contrasted(rows, {})
    assert [dict(sides)["甲省"] for sides in told] == [10, 9, 8, 7, 6, 5, 4, 3]


@pytest.mark.parametrize(
    ("question", "provinces"),
    [
        ("上海和江苏在知识产权交易中心建设上有什么区别", ["上海市", "江苏省"]),
        ("湖南、四川、安徽的专利质押融资做法比较", ["湖南省", "四川省", "安徽省"]),
    ],
)
def test_a_comparison_uses_each_passage_once_and_keeps_the_order_asked(
    searcher, question, provinces
):
    answer = Answerer(searcher).answer(question)
    cited = [n for contrast in answer.contrasts for _, n in contrast.cited if n is not None]
    assert cited and len(set(cited)) == len(cited)
    for row in answer.contrasts:
        assert [province for province, _ in row.cited] == provinces
    # What all have comes before what only some have.
    common = [row.is_common for row in answer.contrasts]
    assert common == sorted(common, reverse=True)
