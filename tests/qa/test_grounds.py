from dataclasses import replace

import numpy as np
import pytest

from index.errors import KnowledgeError
from index.filters import Filter
from qa.grounds import GROUNDS, TERMS, GroundsModel, expanded, load_grounds_model

N = len(GROUNDS)
# What a ground must lie between, its mean and deviation.
RANGE = "[-1.0, 3.0, 1.0, 2.0]"
VALID = (
    "bias = 0.5\nrefused_below = -0.25\ndoubted_below = 0.25\nopen_from = -2.0\nopen_to = 1.5\n"
    "[reading]\nconstant = 0.1\ngrounds = 0.5\nread = 2.0\n[grounds]\n"
    + "".join(f"{name} = {RANGE}\n" for name in GROUNDS)
    + "[weights]\n"
    + "".join(f'"{name}" = {n}\n' for n, name in enumerate(TERMS))
)
MODEL = GroundsModel(
    lowest=(-1.0,) * N, highest=(3.0,) * N, mean=(1.0,) * N, deviation=(2.0,) * N,
    weights=tuple(range(len(TERMS))), bias=0.5, refused_below=-0.25, doubted_below=0.25,
    open_from=-2.0, open_to=1.5, reading=(0.1, 0.5, 2.0),
)  # fmt: skip


def weighing(**weights):
    """A model that weighs only the terms named, `a__b` for the product of two grounds."""
    named = {name.replace("__", " "): weight for name, weight in weights.items()}
    assert named.keys() <= set(TERMS)
    return replace(MODEL, weights=tuple(named.get(term, 0) for term in TERMS))


def grounds(**values):
    return [values.get(name, 1.0) for name in GROUNDS]


def test_terms_are_the_grounds_then_their_squares_and_products():
    values = np.arange(1, N + 1, dtype=float)
    found = dict(zip(TERMS, expanded(values), strict=True))
    value = dict(zip(GROUNDS, values, strict=True))
    assert len(found) == N + N * (N + 1) // 2
    for term, weighed in found.items():
        assert weighed == np.prod([value[name] for name in term.split()]), term
    assert (found["cosine"], found["cosine cosine"], found["best is_numeric"]) == (3, 9, 10)


@pytest.mark.parametrize(
    ("model", "asked", "odds"),
    [
        # Every ground at its mean says nothing: the bias is left.
        (MODEL, {}, 0.5),
        (weighing(best=4), {"best": 2.0}, 0.5 + 4 * (2 - 1) / 2),
        (weighing(best__cosine=4), {"best": 3.0, "cosine": 0.0}, 0.5 + 4 * 1 * -0.5),
        (weighing(words__words=8), {"words": 0.0}, 0.5 + 8 * 0.25),
    ],
)
def test_log_odds_are_those_computed_by_hand(model, asked, odds):
    assert model.log_odds(grounds(**asked)) == pytest.approx(odds)


@pytest.mark.parametrize(
    ("odds", "is_open"), [(-2.01, False), (-2.0, True), (0.0, True), (1.5, True), (1.51, False)]
)
def test_reading_is_for_what_the_grounds_leave_open(odds, is_open):
    assert MODEL.is_open(odds) == is_open


def test_what_was_read_is_weighed_beside_the_grounds():
    assert MODEL.after_reading(-1.0, 1.5) == pytest.approx(0.1 - 0.5 + 3.0)


def test_reading_moves_the_bundled_model_either_way():
    model = load_grounds_model()
    for odds in (model.open_from, model.open_to):
        assert model.after_reading(odds, -3.0) < model.refused_below
        assert model.after_reading(model.open_to, 3.0) > model.doubted_below
        assert model.after_reading(odds, 3.0) > model.after_reading(odds, -3.0)


@pytest.mark.parametrize(("far", "edge"), [(100.0, 3.0), (3.01, 3.0), (-100.0, -1.0)])
def test_beyond_what_has_been_seen_nothing_is_extrapolated(far, edge):
    model = weighing(best=4, best__best=1)
    assert model.log_odds(grounds(best=far)) == model.log_odds(grounds(best=edge))
    assert model.log_odds(grounds(best=edge)) != model.log_odds(grounds(best=1.0))


def test_the_bundled_model_is_bounded_in_every_ground():
    model = load_grounds_model()
    assert model.log_odds([1e6] * N) == model.log_odds(model.highest)
    assert model.log_odds([-1e6] * N) == model.log_odds(model.lowest)


def test_a_model_is_read_as_it_is_written(tmp_path):
    path = tmp_path / "grounds.toml"
    path.write_text(VALID, encoding="utf-8")
    assert load_grounds_model(path) == MODEL


@pytest.mark.parametrize(
    "text",
    [
        "不是 TOML",
        VALID.replace("bias = 0.5\n", ""),
        VALID.replace("refused_below = -0.25\n", ""),
        VALID.replace("open_to = 1.5\n", ""),
        VALID.replace("read = 2.0\n", ""),
        VALID.replace("[reading]", "[read]"),
        VALID.replace(f"best = {RANGE}\n", ""),
        VALID.replace(f"best = {RANGE}", f"beste = {RANGE}"),
        VALID.replace(f"best = {RANGE}", "best = [-1.0, 3.0, 1.0]"),
        VALID.replace(RANGE, "[-1.0, 3.0]"),
        VALID.replace('"best cosine" =', '"cosine best" ='),
        VALID.replace(f'"best cosine" = {TERMS.index("best cosine")}\n', ""),
        VALID.replace('"best" = 0\n"best_ten" = 1\n', '"best_ten" = 1\n"best" = 0\n'),
        VALID + '"surprise" = 1\n',
        VALID.split("[weights]", maxsplit=1)[0],
        VALID.replace("[grounds]", "[ground]"),
    ],
)
def test_a_model_with_other_terms_is_refused_by_name(tmp_path, text):
    assert text != VALID
    path = tmp_path / "grounds.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"^grounds\.toml 有误：.+。$"):
        load_grounds_model(path)


def test_a_missing_model_is_refused_by_name(tmp_path):
    with pytest.raises(KnowledgeError, match=r"missing\.toml 有误"):
        load_grounds_model(tmp_path / "missing.toml")


def of(searcher, text, wanted=None):
    """The grounds of a question by name."""
    return dict(zip(GROUNDS, searcher.grounds(searcher.read(text), wanted), strict=True))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            # A name is asked for, no number.
            "天府知来贷是什么",
            {"coverage": 1, "unknown": 0, "together": 1, "unseen_run": 0, "is_numeric": 0},
        ),
        (
            "人民调解",
            {"coverage": 1, "unknown": 0, "together": 1, "unseen_run": 0, "is_numeric": 0},
        ),
        ("重庆火锅怎么做", {"coverage": 0, "unknown": 1, "unseen_run": 2, "is_numeric": 0}),
        (
            "上海高速公路通车里程是多少",
            {"coverage": 0, "unknown": 1, "together": 0, "unseen_run": 8, "is_numeric": 1},
        ),
        # 知识产权 stands in the document, three characters of 博物馆 do not.
        ("哪些省份有知识产权博物馆", {"unseen_run": 3, "together": 0, "is_numeric": 0}),
        ("各省专利代理机构数量对比", {"is_numeric": 1, "unknown": 0}),
    ],
)
def test_grounds_of_questions(searcher, text, expected):
    found = of(searcher, text)
    assert {name: found[name] for name in expected} == pytest.approx(expected)
    words = searcher.words_of(searcher.read(text))
    assert found["words"] == pytest.approx(np.log1p(len(words)))
    assert found["best"] >= found["best_ten"]


def test_a_figure_of_the_asked_kind_speaks_for_an_answer(searcher):
    there = of(searcher, "2017年江西有多少人通过全国专利代理人资格考试")
    missing = of(searcher, "抚州市专利行政执法支队有多少钱经费")
    assert there["figure"] > 2 > missing["figure"]
    assert of(searcher, "人民调解")["figure"] == 0


def test_the_lead_is_over_the_fifth_and_the_length_that_of_what_is_asked(searcher):
    question = searcher.read("质押融资风险补偿基金")
    found = of(searcher, question.text)
    ranked = np.sort(searcher.logits(question))[::-1]
    assert found["lead"] == pytest.approx(ranked[0] - ranked[4])
    assert found["length"] == len("质押融资风险补偿基金")


def test_the_best_passage_and_the_best_ten_are_those_that_may_be_used(searcher):
    question = searcher.read("质押融资风险补偿基金")
    wanted = Filter(province=("贵州省",), column=("plan",))
    for filter_ in (None, wanted):
        logits = np.sort(searcher.logits(question)[searcher.allowed(question, filter_)])[::-1]
        found = of(searcher, "质押融资风险补偿基金", filter_)
        assert found["best"] == pytest.approx(logits[0])
        assert found["best_ten"] == pytest.approx(logits[:10].mean(), abs=1e-5)
    assert of(searcher, "质押融资风险补偿基金", wanted)["best"] < of(searcher, "质押融资风险补偿基金")["best"]  # fmt: skip


def test_the_practice_whose_like_is_asked_for_must_stand_in_its_own_province(searcher):
    home = of(searcher, "与四川“天府知来贷”类似的做法，其他省有哪些")
    away = of(searcher, "与安徽“天府知来贷”类似的做法，其他省有哪些")
    assert home["coverage"] == 1 and away["coverage"] < 1
    assert home["best"] > away["best"]


def test_without_a_passage_that_may_be_used_there_are_no_grounds(searcher):
    question = searcher.read("质押")
    wanted = Filter(province=("贵州省",), theme=("推进知识产权领域的改革创新",))
    assert searcher.grounds(question, wanted) is None
    assert not searcher.is_answerable(question, wanted)


@pytest.mark.parametrize(
    ("text", "is_answerable"),
    [
        ("哪些省份设立了质押融资风险补偿基金", True),
        ("人民调解", True),
        ("天府知来贷是什么", True),
        ("知识产权证券化", True),
        ("贵州省的知识产权证券化", False),
        ("浙江省2018年养老金上调比例", False),
        ("重庆火锅怎么做", False),
        ("哪些省建了高铁", False),
        ("上海高速公路通车里程是多少", False),
    ],
)
def test_what_can_be_answered_at_all(searcher, text, is_answerable):
    assert searcher.is_answerable(searcher.read(text)) == is_answerable


def test_every_term_of_the_bundled_model_is_finite():
    model = load_grounds_model()
    numbers = [*model.weights, *model.mean, *model.deviation, *model.lowest, *model.highest]
    assert np.isfinite(numbers).all() and min(model.deviation) > 0
    assert all(low < high for low, high in zip(model.lowest, model.highest, strict=True))
