"""Whether a province mentions what is asked, where its best passage must be read to tell."""

from dataclasses import replace

import numpy as np
import pytest

from index.errors import KnowledgeError
from index.records import ACHIEVEMENT, PLAN
from qa import judge as judging
from qa.judge import Judge
from qa.mention import MENTION_SIGNALS, Mention, load_mention
from qa.records import DONE, NOT_MENTIONED, PLANNED
from qa.relevance import load_relevance
from tests.qa.test_judge import passage

MODEL = Mention(
    weights=(1.0, 0.5, 2.0),
    bias=0.5,
    open_from=-3.0,
    open_to=0.0,
    mentioned_above=-0.25,
    alone_above=-1.0,
    read_from=-3.0,
    read_to=3.0,
)
VALID = (
    "bias = 0.5\nopen_from = -3.0\nopen_to = 0.0\nmentioned_above = -0.25\n"
    "alone_above = -1.0\nread_from = -3.0\nread_to = 3.0\n[weights]\nlog_odds = 1.0\nlead = 0.5\nread = 2.0\n"
)


def test_log_odds_are_those_computed_by_hand():
    assert MODEL.log_odds(np.array([[-1.0, -4.0, 1.0], [0.0, 0.0, 0.0]])) == pytest.approx(
        [0.5 - 1 - 2 + 2, 0.5]
    )


def test_only_what_lies_between_is_read():
    odds = np.array([-3.1, -3.0, -1.0, 0.0, 0.1, -np.inf])
    assert MODEL.is_open(odds, floor=-1.0).tolist() == [False, True, True, True, False, False]
    assert MODEL.is_sure(odds, floor=-1.0).tolist() == [False] * 4 + [True, False]
    # What falls far behind the best is read, however high it stands.
    assert MODEL.is_open(np.array([0.5, 2.0]), floor=1.0).tolist() == [True, False]
    assert MODEL.is_sure(np.array([0.5, 2.0]), floor=1.0).tolist() == [False, True]


def test_nothing_is_read_where_no_reading_would_turn_it():
    signals = np.array([[-3.0, -8.0], [-3.0, -2.0], [0.0, 0.0]])
    model = replace(MODEL, weights=(1.0, 0.5, 0.1))
    anyway, turns_on_it = model.whatever_reads(signals)
    assert anyway.tolist() == [False, False, True]
    assert turns_on_it.tolist() == [False, False, False]
    assert MODEL.whatever_reads(signals)[1].tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("log_odds", "is_any_sure", "are_mentions"),
    [
        ([-0.5, -0.2], False, [False, True]),
        ([-0.5, -1.1], False, [True, False]),
        ([-0.5, -1.1], True, [False, False]),
    ],
)
def test_where_there_would_be_no_mention_less_is_enough(log_odds, is_any_sure, are_mentions):
    assert MODEL.are_mentions(np.array(log_odds), is_any_sure).tolist() == are_mentions


def test_a_model_is_read_as_it_is_written(tmp_path):
    path = tmp_path / "mention.toml"
    path.write_text(VALID, encoding="utf-8")
    assert load_mention(path) == MODEL


@pytest.mark.parametrize(
    "text",
    [
        "",
        "bias =",
        VALID.replace("read = 2.0\n", ""),
        VALID.replace("open_to = 0.0\n", ""),
        VALID + "surprise = 1\n",
    ],
)
def test_a_model_with_other_signals_is_refused_by_name(tmp_path, text):
    path = tmp_path / "mention.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"^mention\.toml 有误：.+。$"):
        load_mention(path)


def test_the_more_reads_as_an_answer_the_likelier_it_is_mentioned():
    model = load_mention()
    assert len(model.weights) == len(MENTION_SIGNALS)
    low, high = (model.log_odds(np.array([[-1.5, -3.0, read]]))[0] for read in (-3.0, 3.0))
    assert low < model.mentioned_above < high


ROWS = [
    ("甲省", ACHIEVEMENT, "设立基金。", 3.0),
    ("乙省", ACHIEVEMENT, "设立了资金池。", -2.5),
    ("乙省", PLAN, "扩大资金池。", -2.8),
    ("丙省", PLAN, "举办培训。", -1.0),
    ("丁省", ACHIEVEMENT, "修建道路。", -6.0),
    ("戊省", ACHIEVEMENT, "不可用。", -np.inf),
]


def judged(monkeypatch, read, rows=ROWS):
    monkeypatch.setattr(judging, "load_mention", lambda: replace(MODEL, weights=(0.0, 0.0, 1.0)))
    passages = [passage(*row[:3]) for row in rows]
    provinces = list(dict.fromkeys(row[0] for row in rows))
    judge = Judge(passages, load_relevance())
    logits = np.array([row[3] for row in rows])
    found = judge.judge(provinces, logits, lambda row: (0, len(passages[row].text)), [], read)
    return {j.province: (j.status, j.rows) for j in found}


def test_best_passages_that_leave_it_open_are_read_and_no_others(monkeypatch):
    asked = []

    def read(rows):
        asked.extend(rows)
        return np.array([2.0 if row == 1 else -2.0 for row in rows])

    found = judged(monkeypatch, read)
    assert asked == [1, 3]
    assert found["甲省"] == (DONE, (0,))
    # Below the floor by its words, and yet it is what was asked for.
    assert found["乙省"] == (DONE, (1,))
    # Above the floor, and yet it is not.
    assert found["丙省"] == (NOT_MENTIONED, ())
    assert found["丁省"] == found["戊省"] == (NOT_MENTIONED, ())


def test_without_reading_the_log_odds_decide(monkeypatch):
    found = judged(monkeypatch, None)
    assert found["乙省"] == (NOT_MENTIONED, ())
    assert found["丙省"] == (PLANNED, (3,))


def test_nothing_in_doubt_is_nothing_read(monkeypatch):
    def read(rows):
        raise AssertionError(rows)

    assert judged(monkeypatch, read, [ROWS[0], ROWS[4]])["甲省"] == (DONE, (0,))
