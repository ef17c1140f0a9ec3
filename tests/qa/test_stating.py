"""Which figure of a province answers, weighed beside those of the others."""

import numpy as np
import pytest

from index.errors import KnowledgeError
from qa.figures import weighed_figures
from qa.stating import (
    STATING_SIGNALS,
    Statement,
    Stating,
    load_stating,
    stating_signals,
    told_of_each,
)

WORDS = ["专利", "代理机构"]
(NEAR,) = weighed_figures("专利代理机构数量", WORDS, "全省专利代理机构总数达到38家。", 1)
(FAR,) = weighed_figures("专利代理机构数量", WORDS, "为鼓励专利代理机构，另有20家得到补助。", 1)
MADE = [
    Statement("甲省", 1, 3.0, NEAR, named=1.0, covers=0.5, is_aside=False, is_below=False),
    Statement("甲省", 2, 2.0, FAR, named=0.5, covers=0.25, is_aside=True, is_below=False),
    Statement("乙省", 3, 1.0, FAR, named=0.5, covers=0.25, is_aside=False, is_below=False),
]
LEADS = np.array([0.0, -1.0, -2.0])
VALID = "bias = 0.5\nstated_above = -1.0\nshared_above = 0.5\n[weights]\n" + "".join(
    f"{s} = 1.0\n" for s in STATING_SIGNALS
)


def test_signals_are_those_computed_by_hand():
    behind = FAR.score - NEAR.score
    assert behind < 0
    assert stating_signals(MADE) == pytest.approx(
        np.array(
            [
                [0, 0, NEAR.closeness, NEAR.fitness, 0, 0, 1, 0, 0],
                [-1, -1, FAR.closeness, FAR.fitness, behind, behind, 0.5, -0.25, 1],
                [-2, 0, FAR.closeness, FAR.fitness, behind, 0, 0.5, 0, 0],
            ]
        )
    )


def test_log_odds_are_those_computed_by_hand():
    model = Stating((2.0, -1.0), 0.5, stated_above=0.0, shared_above=0.0)
    assert model.log_odds(np.array([[1.0, 3.0], [0.0, 0.0]])) == pytest.approx([-0.5, 0.5])


def test_the_told_of_each_province_is_told_from_the_threshold_on():
    assert told_of_each(MADE, LEADS, -2.0) == [MADE[0], MADE[2]]
    assert told_of_each(MADE, LEADS, -1.9) == [MADE[0]]
    assert told_of_each(MADE, np.array([-1.0, 0.0, -2.0]), -2.0) == [MADE[1], MADE[2]]
    assert told_of_each([], np.zeros(0), -2.0) == []


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ("全省合作5.61亿元。", "5.61亿元"),
        ("全省合作9笔。", "1.41亿元"),  # a count, which an amount does not give way to
        ("惠水县合作0.2亿元。", "1.41亿元"),
    ],
)
def test_a_smaller_place_gives_way_to_a_figure_of_the_province_itself(own, told):
    found = [
        weighed_figures("合作多少", ["合作"], text, 1)[0] for text in ("龙里县合作1.41亿元。", own)
    ]
    made = [
        Statement("甲省", row, -row, one, 0.5, 0.5, is_aside=False, is_below=bool(one.figure.scope))
        for row, one in enumerate(found)
    ]
    leads = np.array([0.0, -1.0])
    (statement,) = told_of_each(made, leads, -2.0)
    assert statement.weighed.figure.quantity.text == told
    # One that does not answer at all is no reason to give way.
    (statement,) = told_of_each(made, leads, -0.5)
    assert statement.weighed.figure.quantity.text == "1.41亿元"


def test_a_model_is_read_as_it_is_written_and_another_refused_by_name(tmp_path):
    path = tmp_path / "stating.toml"
    path.write_text(VALID, encoding="utf-8")
    assert load_stating(path) == Stating((1.0,) * len(STATING_SIGNALS), 0.5, -1.0, 0.5)
    load_stating.cache_clear()
    path.write_text(VALID.replace("lead = 1.0\n", "", 1), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"^stating\.toml 有误：.+。$"):
        load_stating(path)
