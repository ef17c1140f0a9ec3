"""Like practices elsewhere, and what elsewhere is not at home, over the bundled document."""

import numpy as np
import pytest

from index.errors import UsageError
from index.filters import Filter
from index.records import ACHIEVEMENT, PLAN, TASK, Hit
from qa.analogues import (
    CLEARLY_UNLIKE,
    MOST_MISSING,
    AnalogueFinder,
    Difference,
    _deed_first,
)
from qa.answer import Answerer
from qa.retrieve import NO_PRACTICE
from tests.fakes import passage

REVERSE = "其他省有哪些做法是安徽没有提到的"


@pytest.fixture(scope="module")
def finder(searcher):
    return AnalogueFinder(searcher)


@pytest.fixture(scope="module")
def source(store):
    """The passage that tells of 天府知来贷 as done."""
    return next(p for p in store.passages if "天府知来贷" in p.text and p.column == ACHIEVEMENT)


def shown(hits):
    return [f"{h.rank} {h.passage.id.split('/', 1)[1]} {h.passage.text[:30]}" for h in hits]


@pytest.mark.parametrize("asked", ["id", "address"])
def test_the_like_of_a_passage_by_its_id_or_by_its_address(finder, source, asked):
    address = source.id.split("/", 1)[1]
    found = finder.similar(source.id if asked == "id" else f" {address} ", None, top_k=20)
    assert found.source.passage == source
    provinces = [hit.passage.province for hit in found.hits]
    assert len(set(provinces[:10])) == 10, shown(found.hits)
    assert "四川省" not in provinces
    assert provinces[:2] == ["安徽省", "湖南省"], shown(found.hits)
    assert [hit.rank for hit in found.hits] == list(range(1, 21))
    best, rest = found.hits[:10], found.hits[10:]
    for part in (best, rest):
        scores = [hit.score for hit in part]
        assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("home", ["四川省", "四川"])
def test_a_described_practice_of_a_province_is_looked_for_elsewhere(finder, source, home):
    found = finder.similar("设立质押融资风险补偿基金", home)
    assert found.source.passage == source
    provinces = [hit.passage.province for hit in found.hits]
    assert provinces[0] == "安徽省" and "四川省" not in provinces, shown(found.hits)
    assert len(set(provinces)) == 10


def test_a_practice_described_without_a_province_is_looked_for_everywhere(finder):
    found = finder.similar("设立质押融资风险补偿基金", None, top_k=11)
    assert found.source is None
    assert len({hit.passage.province for hit in found.hits}) == 11, shown(found.hits)


def test_a_question_for_the_like_of_a_named_practice_names_its_source(finder, source):
    found = finder.similar("与四川“天府知来贷”类似的做法", None)
    assert found.source.passage == source
    assert found.hits[0].passage.province in ("安徽省", "湖南省"), shown(found.hits)


def test_a_filter_narrows_what_is_found(finder, source):
    wanted = Filter(province=("安徽",), column=("plan",))
    found = finder.similar(source.id, None, wanted=wanted)
    assert {(h.passage.province, h.passage.column) for h in found.hits} == {("安徽省", "plan")}
    assert found.hits[0].passage.id.endswith("安徽省/18/plan/1"), shown(found.hits)


def test_tasks_are_found_at_the_top_when_they_are_asked_for(finder, source):
    found = finder.similar(source.id, None, wanted=Filter(column=("task",)))
    assert {hit.passage.column for hit in found.hits} == {"task"}
    plain = {h.passage.id: h.score for h in finder.similar(source.id, None, top_k=200).hits}
    for hit in found.hits:
        # Far less where tasks compete with what was done; nor is as much of them read then.
        assert plain.get(hit.passage.id, -np.inf) <= hit.score - NO_PRACTICE + 1e-4


@pytest.mark.parametrize(
    ("asked", "home", "wanted"),
    [
        ("高速公路通车里程", None, None),
        ("养老金上调比例", "四川省", None),
        ("天府知来贷", "安徽省", None),
        ("设立质押融资风险补偿基金", "四川省", Filter(province=("四川省",))),
    ],
)
def test_what_is_nowhere_or_not_at_home_has_no_like(finder, asked, home, wanted):
    assert finder.similar(asked, home, wanted=wanted).hits == ()


@pytest.mark.parametrize("home", ["四川省", "四川"])
def test_the_province_of_a_passage_may_be_given_beside_its_address(finder, source, home):
    assert finder.similar(source.id, home) == finder.similar(source.id, None)


def test_another_province_beside_an_address_is_refused(finder, source):
    with pytest.raises(UsageError, match=r"^编号所指的内容属于四川省，不属于“安徽”；"):
        finder.similar(source.id, "安徽")
    with pytest.raises(UsageError, match=r"^没有叫“火星”的省份。可选：上海市、"):
        finder.similar(source.id, "火星")


@pytest.mark.parametrize(
    "address",
    [
        "四川省/99/achievement/1",
        " 四川省/12/achievement/99 ",
        "四川省/12/achievement",
        "别的文档/四川省/12/achievement/1",
        "广东省/01/plan/1",
    ],
)
def test_an_address_that_no_passage_has_is_refused(finder, address):
    with pytest.raises(UsageError, match=f"^索引里没有编号为“{address.strip()}”的内容。$"):
        finder.similar(address, None)


def test_what_is_alike_reaches_the_edge_and_each_province_is_told_by_its_best(finder, searcher):
    row = {p.id: r for r, p in enumerate(searcher.store.passages)}
    source = next(p for p in searcher.store.passages if "星级评定" in p.text)
    edge = searcher.alike.model.alike_above
    found = finder.like_passage(row[source.id])
    # Tasks count less in the order, but are no less alike.
    assert all(hit in found.alike or hit.score < edge for hit in found.hits)
    assert all(h.score >= edge or h.passage.column == TASK for h in found.alike)
    provinces = [hit.passage.province for hit in found.of_each]
    assert provinces == list(dict.fromkeys(hit.passage.province for hit in found.alike))
    assert 1 <= len(provinces) < 10 and source.province not in provinces
    assert all(hit in found.alike for hit in found.of_each)
    # Cut to a few hits, no more are alike than are left.
    assert finder.similar(source.id, None, top_k=1).alike == found.hits[:1]


@pytest.mark.parametrize(
    ("scores", "column"),
    [((5.0, 4.5), ACHIEVEMENT), ((5.0, 4.4), PLAN)],
)
def test_a_deed_that_is_nearly_as_near_goes_before_a_plan(scores, column):
    plan, deed = (
        Hit(passage("甲省", column, n=n), score, n)
        for n, (column, score) in enumerate(zip((PLAN, ACHIEVEMENT), scores, strict=True), 1)
    )
    assert _deed_first([plan, deed]).passage.column == column
    assert _deed_first([plan]) == plan


@pytest.mark.parametrize("home", ["火星", "湖", "", "省"])
def test_a_province_that_is_none_or_not_one_is_refused_with_those_there_are(finder, home):
    with pytest.raises(UsageError, match=f"^没有叫“{home}”的省份。可选：上海市、.*、贵州省。$"):
        finder.similar("设立质押融资风险补偿基金", home)


@pytest.mark.parametrize(("asked", "top_k"), [("？", 10), ("质押融资", 0), ("质押融资", 201)])
def test_what_cannot_be_asked_is_refused(finder, asked, top_k):
    with pytest.raises(UsageError):
        finder.similar(asked, None, top_k)


def test_without_a_source_what_is_shared_are_the_words_of_the_description(finder, store):
    row = next(r for r, p in enumerate(store.passages) if "天府知来贷" in p.text)
    described = "像天府知来贷那样，设立风险补偿基金，稳定房价"
    shared = Difference(("天府知来贷", "风险补偿基金"), (), ())
    assert finder.difference(row, None, described) == shared


def test_two_passages_share_concepts_and_differ_in_the_rest(finder, store, source):
    row = {p.id: r for r, p in enumerate(store.passages)}
    home = row[source.id]
    other = next(
        r for r, p in enumerate(store.passages) if p.id.endswith("安徽省/18/achievement/1")
    )
    here, there = finder.difference(other, home, ""), finder.difference(home, other, "")
    assert (here.shared, here.here, here.source) == (there.shared, there.source, there.here)
    assert "风险补偿基金" in here.shared and "天府知来贷" in here.source
    for word in (*here.shared, *here.here):
        assert word in store.passages[other].text
    for word in here.source:
        assert word in source.text and word not in store.passages[other].text


@pytest.mark.parametrize(
    ("question", "home"),
    [
        (REVERSE, "安徽省"),
        ("别的省有什么做法是贵州没有的？", "贵州省"),
        ("质押融资方面，其他省做了哪些四川没做的", "四川省"),
    ],
)
def test_what_others_did_and_home_mentions_nowhere(searcher, question, home):
    answer = Answerer(searcher).answer(question)
    assert answer.refusal is None
    assert answer.question.is_reverse and answer.question.provinces == (home,)
    assert 1 <= len(answer.analogues) <= MOST_MISSING
    passage_of = {citation.n: citation.passage for citation in answer.citations}
    row_of = {p.id: row for row, p in enumerate(searcher.store.passages)}
    own = np.array([p.province == home for p in searcher.store.passages])
    edge = searcher.likeness.model.alike_above
    rows = []
    for analogue in answer.analogues:
        found = passage_of[analogue.citation]
        assert (found.province, found.column) == (analogue.province, ACHIEVEMENT)
        assert found.province != home
        rows.append(row_of[found.id])
        assert searcher.likeness.log_odds(rows[-1])[own].max() < edge - CLEARLY_UNLIKE
    # Each practice once.
    for at, row in enumerate(rows):
        assert all(searcher.likeness.log_odds(first)[row] < edge for first in rows[:at])
    assert answer.text.startswith(f"其他省份做过、{home}的材料没有提到（不等于没有）的：")


def test_what_most_provinces_have_comes_first(searcher, finder):
    rows = range(len(searcher.store.passages))
    missing = finder.missing("贵州省", rows)
    provinces = np.array([p.province for p in searcher.store.passages])
    edge = searcher.likeness.model.alike_above
    spread = [
        len(set(provinces[searcher.likeness.log_odds(row) >= edge]) - {"贵州省"}) for row in missing
    ]
    assert spread == sorted(spread, reverse=True) and spread[0] > 1


def test_nothing_is_missing_of_nothing(finder):
    assert finder.missing("贵州省", []) == []
