"""A large store, of which a few passages are weighed for a question, answers like one weighed whole."""

import shutil
from itertools import product

import pytest

from bench.questions import read_questions
from index.errors import UsageError
from index.filters import Filter
from index.segment import load_segmenter
from index.store import home_of, open_store
from qa import shortlist
from qa.answer import Answerer
from qa.answering import LargeAnswerer, answerer_over
from qa.grid import GridMaker
from qa.opening import open_searcher
from qa.records import NOT_MENTIONED
from qa.whole import COMMON, Whole

ASKED = [question.question for question in read_questions()][::6]
NEAR = 0.1
"""So near the limit of refusing, in log-odds, words that stand together in a passage not looked at
tip the scales."""


@pytest.fixture(scope="module")
def whole(searcher):
    return Answerer(searcher)


@pytest.fixture(scope="module")
def large(large_store):
    return answerer_over(open_searcher(large_store))


@pytest.fixture
def short(monkeypatch):
    """Of the bundled document, which is small, no more than of a large one is looked at and read."""
    monkeypatch.setattr(shortlist, "LOOKED_AT", 60)
    monkeypatch.setattr(shortlist, "BEST", 50)
    monkeypatch.setattr(shortlist, "OF_EACH", 8)


def test_it_is_asked_as_a_large_one(large):
    assert isinstance(large, LargeAnswerer)


@pytest.mark.parametrize("text", ASKED)
def test_questions_are_understood_alike(large, whole, text):
    assert large.searcher.read(text) == whole.searcher.read(text)


@pytest.mark.parametrize("text", ASKED)
def test_the_best_hits_are_the_same(large, whole, text, short):
    wanted = [hit.passage.id for hit in whole.searcher.search(text, 10)]
    found = [hit.passage.id for hit in large.searcher.search(text, 10)]
    assert len(set(found) & set(wanted)) >= min(8, len(wanted)), (found, wanted)
    assert found[0] == wanted[0]


def test_nearly_all_of_the_best_hits_are_the_same(large, whole, short):
    pairs = [
        {hit.passage.id for hit in answers.searcher.search(text, 10)}
        for text in ASKED
        for answers in (large, whole)
    ]
    shared = sum(len(a & b) for a, b in zip(pairs[::2], pairs[1::2], strict=True))
    assert shared >= 0.98 * sum(len(own) for own in pairs[1::2])


@pytest.mark.parametrize("text", ASKED)
def test_answers_say_the_same(large, whole, text):
    mine, own = large.answer(text), whole.answer(text)
    if (mine.refusal is None) != (own.refusal is None):
        margin = whole.searcher.answerable_margin(own.question)
        assert abs(margin) <= NEAR, margin
        return
    assert [v.province for v in mine.verdicts] == [v.province for v in own.verdicts]
    # The context of a passage is looked through, not cut into words: that may tip the scales once.
    differ = sum(m.status != o.status for m, o in zip(mine.verdicts, own.verdicts, strict=True))
    assert differ <= 1
    assert [figure.value for figure in mine.figures] == [figure.value for figure in own.figures]
    assert mine.rejected == ()


def test_a_word_that_no_passage_holds_does_not_hide_the_common_ones(large_store):
    whole = Whole(large_store, load_segmenter())
    common = float(large_store.bm25.scores(["专利"]).max())
    assert large_store.holding("红烧肉") == 0 < COMMON * whole.size < large_store.holding("专利")
    assert whole.best_bm25(["专利", "红烧肉"]) == pytest.approx(common)
    assert whole.best_bm25(["红烧肉"]) == 0


def test_every_province_is_judged_though_few_passages_are_read(large, whole, short):
    text = "哪些省份设立了质押融资风险补偿基金"
    mine, own = large.answer(text), whole.answer(text)
    assert [v.province for v in mine.verdicts] == list(
        whole.searcher.store.facets.values["province"]
    )
    assert [v.status for v in mine.verdicts] == [v.status for v in own.verdicts]
    assert NOT_MENTIONED in {v.status for v in mine.verdicts}


def test_filters_hold(large):
    wanted = Filter(province=("贵州",), column=("plan",))
    for hit in large.searcher.search("专利质押融资", 20, wanted):
        assert (hit.passage.province, hit.passage.column) == ("贵州省", "plan")
    with pytest.raises(UsageError, match="没有叫“广东”的省份"):
        large.searcher.search("专利质押融资", 5, Filter(province=("广东",)))


@pytest.mark.parametrize("text", ASKED[:12])
def test_where_nothing_may_be_found_nothing_is(large, whole, text):
    values = whole.searcher.store.facets.values
    taken = whole.searcher.store.facets.counts(["province", "theme", "column"])
    province, theme, column = next(
        labels
        for labels in product(*(values[name] for name in ("province", "theme", "column")))
        if labels not in taken
    )
    wanted = Filter(province=(province,), theme=(theme,), column=(column,))
    assert large.searcher.search(text, 5, wanted) == []
    mine, own = large.answer(text, 5, wanted), whole.answer(text, 5, wanted)
    assert (mine.refusal and mine.refusal.reason) == (own.refusal and own.refusal.reason)
    assert mine.citations == own.citations == ()


def test_very_words_are_found_wherever_they_stand(large, whole, short):
    text = "哪些省份提到“知来贷”"
    assert large.searcher.read(text).literal
    mine, own = large.answer(text), whole.answer(text)
    assert [(v.province, v.status) for v in mine.verdicts] == [
        (v.province, v.status) for v in own.verdicts
    ]
    assert mine.citations


def test_a_question_of_a_year_is_answered_from_it(large, whole, short):
    text = "2018年贵州在专利执法方面有什么计划？"
    assert large.answer(text).citations[0].passage.id == whole.answer(text).citations[0].passage.id


def test_what_is_not_there_is_refused_alike(large, whole):
    for text in (
        "广东省的专利质押融资情况如何？",
        "红烧肉怎么做？",
        "贵州有没有开展太空种子专利拍卖？",
    ):
        mine, own = large.answer(text), whole.answer(text)
        assert mine.refusal is not None, text
        assert mine.refusal.reason == own.refusal.reason


def test_a_follow_up_goes_on_from_the_question_before(large):
    first = large.answer("浙江省专利质押融资金额是多少？")
    next_one = large.answer("那湖南呢？", previous=first)
    assert next_one.question.provinces == ("湖南省",)
    again = large.answer("第一条的原文", previous=first)
    assert again.citations[0].passage.id == first.citations[0].passage.id


def test_like_practices_are_found_by_id_by_address_and_by_description(large, whole, store):
    passage = next(p for p in store.passages if "知来贷" in p.text)
    by_id = large.similar(passage.id, None)
    assert by_id.source.passage.id == passage.id
    assert by_id.hits[0].passage.id == whole.similar(passage.id, None).hits[0].passage.id
    address = passage.id.split("/", 1)[1]
    assert large.similar(address, None).hits == by_id.hits
    mine, own = large.similar_to(passage.id), whole.similar_to(passage.id)
    assert [a.province for a in mine.analogues][:3] == [a.province for a in own.analogues][:3]
    assert large.similar_to("没有/这条") is None
    with pytest.raises(UsageError, match="没有编号"):
        large.similar(passage.id + "9", None)
    described = large.similar_described("知识产权质押贷款的银行产品", "四川")
    assert {a.province for a in described.analogues} and "四川省" not in {
        a.province for a in described.analogues
    }
    with pytest.raises(UsageError, match="没有叫“广东”的省份"):
        large.similar_described("质押贷款", "广东")


def test_what_others_do_and_ones_own_province_does_not_mention(large, whole, store):
    theme = store.facets.values["theme"][0]
    told = {citation.passage.province for citation in large.missing("贵州省", theme)}
    assert told and "贵州省" not in told
    mine = large.answer("其他省份在专利质押融资上有哪些做法是贵州没有的？")
    own = whole.answer("其他省份在专利质押融资上有哪些做法是贵州没有的？")
    assert [a.province for a in mine.analogues] == [a.province for a in own.analogues]


def test_matters_are_compared(large, whole, store):
    theme = store.facets.values["theme"][0]
    assert set(large.shared_matters(theme)) & set(whole.shared_matters(theme))
    mine, own = GridMaker(large).matter("专利质押融资"), GridMaker(whole).matter("专利质押融资")
    assert [f.standing for f in mine.findings] == [f.standing for f in own.findings]


def test_the_best_of_more_hits_than_are_read_as_a_rule_can_be_asked_for(large, short):
    hits = large.searcher.search("知识产权", 200)
    assert len(hits) == 200
    assert [hit.rank for hit in hits] == list(range(1, 201))


def test_what_was_read_for_a_question_is_gone_when_it_is_not_needed_any_more(large):
    import gc
    import weakref

    searcher = large.searcher
    rows = searcher.shortlist.for_answer(searcher.read("专利质押融资"), Filter())
    gc.collect()
    gc.disable()
    try:
        for text in ASKED[:8]:
            about = searcher.over(rows)
            question = searcher.read(text)
            Answerer(about).answer_question(question)
            watched = weakref.ref(about.store)
            del about
            # By the counting of references alone: cycles would wait for the collector, and pile up.
            assert watched() is None
    finally:
        gc.enable()


def test_a_store_that_is_removed_is_answered_from_while_it_is_open(store, tmp_path, monkeypatch):
    monkeypatch.setattr("index.engines.MAPPED_FROM", 300)
    with home_of(tmp_path / "store").writing(print) as write:
        write(store.content())
    answers = answerer_over(open_searcher(open_store(tmp_path / "store")))
    shutil.rmtree(tmp_path / "store")
    answer = answers.answer("哪些省份设立了质押融资风险补偿基金")
    assert answer.citations and not answer.rejected
