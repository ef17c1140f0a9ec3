"""Runs of characters, quoted names and the largest scores: what a catalog is made of."""

import numpy as np
import pytest

from index import names, runs
from index.names import quoted_names
from index.ranking import SAMPLED, largest
from index.runs import CharacterRuns

TEXTS = ["设立质押融资", "质押", "𠀀国é", ""]


@pytest.fixture(params=[1, 4_000_000])
def standing(request, monkeypatch):
    monkeypatch.setattr(runs, "BATCH_CHARS", request.param)
    return CharacterRuns.of(TEXTS).standing


@pytest.mark.parametrize(
    ("text", "length", "found"),
    [
        ("质押融", 2, [True, True]),
        ("质押融", 3, [True]),
        ("资质押", 2, [False, True]),
        ("资质押", 3, [False]),
        ("𠀀国é", 3, [True]),
        ("押𠀀", 2, [False]),  # no run crosses from one text into the next
        ("押", 2, []),
        ("", 3, []),
    ],
)
def test_a_run_stands_where_one_text_has_it(standing, text, length, found):
    assert standing(text, length).tolist() == found


def test_without_texts_no_run_stands():
    assert CharacterRuns.of([]).standing("质押融资", 2).tolist() == [False] * 3


def test_names_are_what_is_quoted_and_long_enough_to_be_mistyped(monkeypatch):
    texts = ["推出“天府知来贷”和《专利权质押贷款办法》，“贷款”", "“天府知来贷”", "“未闭合的名"]
    assert quoted_names(texts) == ["专利权质押贷款办法", "天府知来贷"]
    monkeypatch.setattr(names, "MOST", 1)
    assert quoted_names(texts) == ["天府知来贷"]


@pytest.mark.parametrize("size", [0, 5, 50, 10_000])
@pytest.mark.parametrize("k", [1, 10, 100])
def test_the_largest_scores_are_those_of_sorting_all(size, k):
    rng = np.random.default_rng(size + k)
    scores = np.maximum(rng.standard_normal(size), 0).round(2)
    wanted = np.argsort(-scores, kind="stable")[:k]
    found = largest(scores, k)
    assert scores[found].tolist() == [score for score in scores[wanted] if score > 0]
    assert len(set(found.tolist())) == len(found)


def test_what_a_sample_misses_is_found_all_the_same():
    scores = np.zeros(100 * SAMPLED)
    scores[1::SAMPLED] = np.arange(100) + 1  # none of them is in the sample
    assert largest(scores, 3).tolist() == [99 * SAMPLED + 1, 98 * SAMPLED + 1, 97 * SAMPLED + 1]
    scores[::SAMPLED] = 1000  # more than enough are, and all alike
    assert scores[largest(scores, 200)].tolist() == sorted(scores.tolist())[::-1][:200]
