import pytest

from index.filters import FacetIndex
from index.records import ACHIEVEMENT, PLAN, TASK
from qa.answer import Answerer
from qa.records import (
    COMPARE,
    FACT,
    FIGURES,
    OPEN,
    SIMILAR,
    WHICH,
    Answer,
    Citation,
    Question,
    Refusal,
    Verdict,
)
from tests.fakes import passage
from web.follow_ups import LONGEST_NAME, follow_ups
from web.words import DEFAULT, load_words

PASSAGES = [
    passage("甲省", PLAN, n=1, year="2018"),
    passage("乙省", ACHIEVEMENT, n=2, year="2016-2017"),
    passage("丙省", ACHIEVEMENT, n=3, year="2016-2017"),
    passage("丁省", TASK, n=4, year=""),
]
FACETS = FacetIndex.of(PASSAGES)
SAY = load_words(DEFAULT)["chat"]
PLANS = ("看2018年计划", "2018年有什么打算？")


def similar(province, name="设立基金"):
    return "找类似做法", f"与{province}“{name}”类似的做法，其他省有哪些"


def answer(kind=OPEN, core="设立基金", cited=(1, 2, 3), columns=(), verdicts=(), refusal=None):
    """An answer that cites the passages `cited`, by their numbers from 1."""
    return Answer(
        question=Question(core, core, kind, core, columns=columns),
        text="",
        hits=(),
        citations=tuple(Citation(n, PASSAGES[n - 1], 0, 4) for n in cited),
        verdicts=verdicts,
        refusal=refusal,
    )


@pytest.mark.parametrize(
    ("given", "buttons"),
    [
        # The first achievement cited is what the like of is asked for.
        (answer(), [similar("乙省"), PLANS]),
        (answer(FACT, cited=(3, 2)), [similar("丙省"), PLANS]),
        # Figures and comparisons tell of no one practice.
        (answer(FIGURES, cited=(2,)), [PLANS]),
        # Where provinces were judged, the first that is done.
        (
            answer(
                WHICH,
                verdicts=(
                    Verdict("乙省", "doing", (2,)),
                    Verdict("丙省", "done", (3,)),
                    Verdict("甲省", "planned", (1,)),
                ),
            ),
            [similar("丙省"), PLANS],
        ),
        # A plan or a task is nothing done that could have its like.
        (answer(cited=(1, 4)), [PLANS]),
        (answer(cited=(1,), columns=(PLAN,)), []),
        (answer(cited=(2,), columns=(PLAN,)), [similar("乙省")]),
        (answer(SIMILAR), []),
        (answer(COMPARE), []),
        (answer(cited=()), []),
        (answer(refusal=Refusal("absent", "没有。")), []),
        # The name of the practice stands in quotation marks of its own, and is no sentence.
        (answer(core="“天府知来贷”"), [similar("乙省", "天府知来贷"), PLANS]),
        (answer(core="基" * 40), [similar("乙省", "基" * LONGEST_NAME), PLANS]),
    ],
)
def test_what_may_be_asked_next_follows_from_the_answer(given, buttons):
    assert follow_ups(given, FACETS, SAY) == buttons


def test_without_plans_none_are_asked_for():
    facets = FacetIndex.of(PASSAGES[1:])
    assert follow_ups(answer(), facets, SAY) == [similar("乙省")]


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        ("哪些省份设立了质押融资风险补偿基金", ["找类似做法", "看2018年计划"]),
        ("四川省天府知来贷是什么", ["找类似做法", "看2018年计划"]),
        ("湖北省2018年在质押融资方面有什么计划", []),
        ("广东的质押", []),
    ],
)
def test_the_questions_of_the_buttons_are_understood_and_answered(searcher, question, labels):
    answerer = Answerer(searcher)
    first = answerer.answer(question)
    buttons = dict(follow_ups(first, searcher.store.facets, SAY))
    assert list(buttons) == labels
    for label, asked in buttons.items():
        answer = answerer.answer(asked, previous=first)
        assert answer.refusal is None
        if label == "找类似做法":
            done = next(c.passage for c in first.citations if c.passage.column == ACHIEVEMENT)
            assert answer.question.kind == SIMILAR
            assert answer.question.provinces == (done.province,)
            assert answer.question.core.strip("“”") == first.question.core
        else:
            assert answer.question.core == first.question.core
            assert answer.question.columns == (PLAN,)
            assert {c.passage.column for c in answer.citations} == {PLAN}


def test_beside_a_recalled_passage_nothing_is_asked_of_its_number(searcher):
    answerer = Answerer(searcher)
    first = answerer.answer("哪些省份设立了质押融资风险补偿基金")
    recalled = answerer.answer("第二条的原文", previous=first)
    assert all("原文" not in asked for _, asked in follow_ups(recalled, searcher.store.facets, SAY))
