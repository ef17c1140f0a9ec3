"""Search over the bundled document with the bundled encoder."""

import pytest

from index.errors import UsageError
from index.filters import Filter

QUESTION = "哪些省份设立了质押融资风险补偿基金"


def shown(hits):
    return [f"{h.rank} {h.passage.id.split('/', 1)[1]} {h.passage.text[:30]}" for h in hits]


def test_the_question_of_the_front_page_finds_its_answer_first(searcher):
    hits = searcher.search(QUESTION)
    assert hits[0].passage.id.endswith("安徽省/18/achievement/1"), shown(hits)
    assert {"安徽省", "四川省", "湖南省", "浙江省"} <= {h.passage.province for h in hits}, shown(
        hits
    )
    assert [h.rank for h in hits] == list(range(1, 11))
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)


def test_traditional_script_finds_the_same(searcher):
    traditional = searcher.search("哪些省份設立了質押融資風險補償基金")
    assert shown(traditional) == shown(searcher.search(QUESTION))


def test_hits_say_who_found_them(searcher):
    best = searcher.search(QUESTION)[0]
    assert dict(best.found_by) == {"dense": 1, "bm25": 1}


def test_a_filter_is_applied_before_the_search(searcher):
    """The best of a province that is far from the best of all still comes back in full number."""
    wanted = Filter(province=("贵州省",), column=("plan",))
    hits = searcher.search(QUESTION, top_k=10, wanted=wanted)
    assert len(hits) == 10
    assert {(h.passage.province, h.passage.column) for h in hits} == {("贵州省", "plan")}
    assert hits[0].passage.text == "2.建立专利质押融资风险分担机制。", shown(hits)


def test_what_was_done_may_tell_of_the_year_that_is_planned_for(searcher):
    """湖南 had its 20 million of 2018 settled in 2017, and does not plan them again."""
    hits = searcher.search("湖南2018年新增多少财政资金用于质押融资风险补偿", top_k=50)
    assert hits[0].passage.id.endswith("湖南省/07/achievement/1"), shown(hits)
    assert all(h.passage.column == "plan" or "2018年" in h.passage.text for h in hits)


def test_nothing_that_fits_is_no_hit(searcher):
    wanted = Filter(province=("贵州省",), theme=("推进知识产权领域的改革创新",))
    assert searcher.search(QUESTION, wanted=wanted) == []


def test_more_may_be_asked_for_than_each_retriever_gives_at_least(searcher):
    assert len(searcher.search(QUESTION, top_k=200)) == 200


@pytest.mark.parametrize(
    "question",
    [
        "质押融资" * 250,
        "<img src=x onerror=alert(1)>",
        "质押\x00融资",
        "😀质押",
        "a'; DROP TABLE--",
    ],
)
def test_odd_questions_are_searched_as_they_are(searcher, question):
    assert len(searcher.search(question)) == 10


@pytest.mark.parametrize(
    ("question", "top_k"), [("", 10), ("？", 10), ("问" * 10_000, 10), ("质押", 0)]
)
def test_what_cannot_be_asked_is_refused(searcher, question, top_k):
    with pytest.raises(UsageError):
        searcher.search(question, top_k)
