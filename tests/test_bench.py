"""What is measured is counted right, and does not fall below its floor in `bench/expected.toml`."""

import json
import shutil
from pathlib import Path

import pytest
import torch
from rich.console import Console

from bench import train_figures, train_reader
from bench.answers import Asked, Claims, Share, ask, facts_stated, figures_stated, provinces_named
from bench.evaluate import CEWEN, evaluate, evaluate_answers, evaluation_json, evaluation_table
from bench.expected import FILE as EXPECTED
from bench.expected import Expected, accept, labelled_figures, read_expected
from bench.labelled import read_bundled, read_hard, read_labelled
from bench.quality import DEPTH, measure
from bench.questions import (
    ANALOG,
    HARD_FILE,
    NUMERIC,
    AnswerableQuestion,
    LabelledQuestion,
    read_answerable,
    read_questions,
)
from bench.questions import FILE as QUESTIONS
from bench.stard import fuse_scores
from bench.train_alike import ALIKE_FILE, LABELS, read_judged
from bench.train_figures import (
    FIGURES_FILE,
    Label,
    Labelled,
    Passage,
    Place,
    SpanLearning,
    examples,
    left_out,
    read_labelled_figures,
    read_passages,
)
from bench.train_likened import LIKENED_FILE, read_likened
from bench.train_reader import PAIRS_FILE, Learning, Pair, learn
from bench.train_which import LABELS as LABELLED_WHICH
from bench.train_which import TELLS, WHICH_FILE, Reading, Which, nearest_sentence, read_which
from index.e5 import load_network
from index.e5.pairs import PairNetwork, pair_tokens, read_adapter, write_adapter
from index.e5.weights import read_weights
from index.encode import bundled_weights
from index.errors import SourceError
from index.records import Hit, Match
from qa import reading
from qa.answer import Answerer
from qa.reading import FigureReader, around
from qa.records import DOING, DONE, NOT_MENTIONED, SIMILAR, Answer, ProvinceFigure, Verdict


@pytest.fixture(scope="module")
def answerer(searcher):
    return Answerer(searcher)


@pytest.fixture(scope="module")
def asked(answerer, store):
    return ask(answerer, read_labelled(QUESTIONS, store), DEPTH)


@pytest.fixture
def write(tmp_path):
    def written(*entries, name="题目.jsonl"):
        lines = [e if isinstance(e, str) else json.dumps(e, ensure_ascii=False) for e in entries]
        (tmp_path / name).write_text("\n".join(lines), encoding="utf-8")
        return tmp_path / name

    return written


FACT = {
    "id": "fact-1",
    "type": "fact",
    "question": "浙江网上技术市场累计成交金额",
    "answer": "447.27亿元",
    "evidence": [],
}


def test_no_figure_of_quality_falls_below_its_floor(asked, store):
    measured = labelled_figures(asked, store)
    expected = read_expected()
    assert not measured.keys() - expected.keys()
    fallen = [
        f"{name}: {value:.4f}, expected {expected[name]}"
        for name, value in measured.items()
        if expected[name].verdict(value) != "OK"
    ]
    assert not fallen, "\n".join(fallen)


def test_no_province_is_judged_twice_and_every_quote_is_verbatim(asked, store):
    evaluation = evaluate_answers(asked, store)
    assert evaluation.quotes.right == evaluation.quotes.of > 100
    for one in asked:
        provinces = [verdict.province for verdict in one.answer.verdicts]
        assert len(set(provinces)) == len(provinces), one.question.question


def test_the_hits_of_an_answer_are_those_of_a_search(asked, searcher):
    for one in asked[::40]:
        found = searcher.search(one.question.question, DEPTH)
        assert [h.passage.id for h in one.answer.hits] == [h.passage.id for h in found]


def test_both_forms_name_the_same_items(write, store):
    passage = next(p for p in store.passages if p.column == "achievement")
    quoted = {"province": passage.province, "column": passage.column, "text": passage.text}
    address = passage.id.split("/", 1)[1]
    forms = [
        {**FACT, "id": str(n), "evidence": [e]} for n, e in enumerate((quoted, address, passage.id))
    ]
    questions = read_labelled(write(*forms), store)
    assert [q.evidence for q in questions] == [(passage.id,)] * 3
    array = write(json.dumps(forms, ensure_ascii=False, indent=1), name="题目.json")
    assert read_labelled(array, store) == questions


def test_statuses_may_be_written_either_way(write, store):
    names = store.facets.values["province"]
    provinces = dict(
        zip(names, ("done", "doing", "plan", "planned", "task", "tasked"), strict=False)
    )
    path = write({**FACT, "type": "set", "provinces": provinces})
    assert list(read_labelled(path, store)[0].provinces.values()) == [
        "done", "doing", "planned", "planned", "tasked", "tasked",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ('{"id": "a", ', "第1行不是有效的 JSON"),
        ("[1", "第1行不是有效的 JSON"),
        ("[" * 100_000, "JSON 读不了"),
        ("3", "第1行：应当是一个 JSON 对象"),
        ("", "文件是空的"),
        ("[]", "没有问题"),
        ({**FACT, "id": 3}, "第1行：缺少 id"),
        ({**FACT, "question": " "}, "第1行（fact-1）：缺少 question"),
        ({**FACT, "question": "？？"}, "（fact-1）：问题里没有可以检索的文字"),
        ({**FACT, "type": "riddle"}, "（fact-1）：不认识的题型“riddle”，可用：set、fact"),
        ({**FACT, "type": None}, "缺少 type"),
        ({**FACT, "evidence": None}, "缺少 evidence"),
        ({**FACT, "evidence": [3]}, "evidence 的每一项"),
        ({**FACT, "evidence": ["安徽省/99/plan/1"]}, "证据“安徽省/99/plan/1”不是"),
        ({**FACT, "evidence": [{"province": "安徽省"}]}, "缺少 column"),
        (
            {**FACT, "evidence": [{"province": "安徽省", "column": "plan", "text": "没有这句"}]},
            "（fact-1）：安徽省的 plan 栏里没有内容与证据“没有这句…”完全一致",
        ),
        ({**FACT, "type": "set", "provinces": {"安徽省": "maybe"}}, "状态“maybe”不对"),
        ({**FACT, "type": "set", "provinces": {"安徽省": ["done"]}}, "不对"),
        ({**FACT, "type": "set", "provinces": {"河北省": "done"}}, "“河北省”不是索引里的省份"),
        ({**FACT, "provinces": ["安徽省"]}, "provinces 应当是一个对象"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(write, store, entry, said):
    path = write(entry)
    with pytest.raises(SourceError, match=r"题目\.jsonl") as error:
        read_labelled(path, store)
    assert said in str(error.value)
    assert str(error.value).count("。") == 1


def test_a_label_may_not_contradict_itself(write, store):
    passage = store.passages[0].id
    with pytest.raises(SourceError, match="题型是 noanswer，却列了证据"):
        read_labelled(write({**FACT, "type": "noanswer", "evidence": [passage]}), store)
    with pytest.raises(SourceError, match=r"第2行（fact-1）：编号与前面的问题重复"):
        read_labelled(write(FACT, FACT), store)


def test_a_file_that_is_not_there_is_named(store):
    with pytest.raises(SourceError, match=r"没有这个文件"):
        read_labelled(Path("没有.jsonl"), store)


def test_what_no_question_can_show_is_left_out(write, answerer, store):
    questions = read_labelled(write({**FACT, "type": "noanswer"}), store)
    evaluation = evaluate(answerer, questions)
    assert evaluation.questions == {"noanswer": 1, "all": 1}
    assert set(evaluation_json(evaluation)) <= {
        "questions", "retrieval", "unanswerable_refused", "quotes_verbatim",
    }  # fmt: skip
    assert evaluation_json(evaluation)["retrieval"] == {}
    assert "没有答案1题" in _shown(evaluation)


def test_every_search_is_measured_for_every_type(write, answerer, store):
    passage = next(p for p in store.passages if "447.27亿元" in p.text)
    evaluation = evaluate(answerer, read_labelled(write({**FACT, "evidence": [passage.id]}), store))
    assert list(evaluation.found) == [CEWEN, "dense", "bm25", "hybrid"]
    found = evaluation_json(evaluation)["retrieval"]["cewen"]
    assert found["fact"] == {"questions": 1, "nDCG@10": 1.0, "R@10": 1.0, "RR": 1.0} == found["all"]
    assert evaluation.facts == Share(1, 1)
    assert "1/1" in _shown(evaluation)


def test_questions_labelled_answerable_or_not_count_as_refusals(store):
    questions = [*read_bundled(store), *read_hard(store)]
    short = [q for q in questions if isinstance(q, AnswerableQuestion)]
    assert {q.answerable for q in short} == {True, False}
    assert len({q.id for q in questions}) == len(questions)


def test_items_are_measured_by_rank(store):
    passages = store.passages[:3]
    question = LabelledQuestion("q", "fact", "问", (passages[1].id,))
    hits = [Hit(p, 1.0, n) for n, p in enumerate(passages, 1)]
    unfound = LabelledQuestion("r", "set", "问", (passages[0].id,))
    fact, set_, all_ = measure([question, unfound], {"q": hits, "r": []})
    assert (fact.type, fact.first, fact.recall) == ("fact", 0.5, 1.0)
    assert (set_.first, all_.first, all_.questions) == (0.0, 0.25, 2)
    assert measure([], {}) == ()


def test_provinces_are_counted_over_all_questions():
    claims = provinces_named(
        [
            _asked({"甲": DONE, "乙": DOING}, {"甲": DOING, "丙": DONE, "丁": NOT_MENTIONED}),
            _asked({"甲": DONE}, {"甲": DONE}),
        ]
    )
    assert claims == Claims(right=2, wrong=1, missed=1)
    assert claims.f1 == pytest.approx(2 / 3)
    assert provinces_named([]) is None


@pytest.mark.parametrize(
    ("label", "value", "right"),
    [("95", "95家", 1), ("95家", "195家", 0), ("40亿元", "40万元", 0), ("超过5亿元", "5亿元", 1)],
)
def test_a_figure_is_stated_with_its_number_and_scale(label, value, right):
    question = LabelledQuestion("n", "numeric", "问", ("x",), {"甲": label})
    figure = ProvinceFigure("甲", value, "", "", "", True, (1,))
    answer = Answer(None, "", (), figures=(figure,))
    assert figures_stated([Asked(question, answer)]) == Share(right, 1)


@pytest.mark.parametrize(("text", "right"), [("共34个", 1), ("共134个", 0), ("共3.34个", 0)])
def test_a_fact_is_no_part_of_a_longer_number(text, right):
    question = LabelledQuestion("f", "fact", "问", ("x",), answer="34个")
    assert facts_stated([Asked(question, Answer(None, text, ()))]) == Share(right, 1)


def test_a_floor_is_a_floor_and_a_ceiling_a_ceiling():
    assert [Expected(0.8).verdict(v) for v in (0.8, 0.7999)] == ["OK", "FAIL"]
    assert [Expected(at_most=0.1).verdict(v) for v in (0.1, 0.11)] == ["OK", "FAIL"]
    assert Expected(at_most=60, tolerance=20).verdict(70) == "close"


def test_what_was_measured_is_accepted_as_floors(tmp_path):
    path = Path(shutil.copy(EXPECTED, tmp_path))
    speeds = {name: e for name, e in read_expected().items() if e.unit}
    accept({**dict.fromkeys(speeds, 0.5), "done F1": 0.72871, "answerable refused": 0.0211}, path)
    accepted = read_expected(path)
    assert accepted == {
        **speeds,
        "done F1": Expected(0.728),
        "answerable refused": Expected(at_most=0.022),
    }


def test_scores_are_fused_by_how_far_they_stand_out():
    sure = [Match(1, 9.0, 1), Match(2, 2.0, 2), Match(3, 1.0, 3)]
    unsure = [Match(2, 0.84, 1), Match(3, 0.83, 2), Match(1, 0.82, 3)]
    assert [m.row for m in fuse_scores({"a": sure, "b": unsure})] == [2, 1, 3]
    assert [m.row for m in fuse_scores({"a": sure, "b": []})] == [1, 2, 3]
    assert [m.row for m in fuse_scores({"a": sure, "b": [Match(7, 3.0, 1)]})] == [1, 7, 2, 3]
    assert fuse_scores({"a": [], "b": []}) == []


def _asked(labels, verdicts):
    question = LabelledQuestion("s", "set", "问", ("x",), labels)
    said = tuple(Verdict(province, status) for province, status in verdicts.items())
    return Asked(question, Answer(None, "", (), verdicts=said))


def _shown(evaluation):
    console = Console(width=100)
    with console.capture() as capture:
        console.print(evaluation_table(evaluation))
    return capture.get()


def test_the_reader_is_taught_by_pairs_of_this_document_and_by_no_labelled_question(store):
    addresses = {passage.id.split("/", 1)[1] for passage in store.passages}
    pairs = [json.loads(line) for line in PAIRS_FILE.read_text(encoding="utf-8").splitlines()]
    labels = {}
    for pair in pairs:
        labels.setdefault(pair["passage"], set()).add(pair["is_answer"])
    assert labels.keys() == addresses
    assert all(both == {True, False} for both in labels.values())
    assert len({(pair["passage"], pair["question"]) for pair in pairs}) == len(pairs)
    labelled = [*read_questions(), *read_answerable(), *read_answerable(HARD_FILE)]
    assert not {q.question for q in labelled} & {pair["question"] for pair in pairs}


def test_which_provinces_is_learnt_from_questions_that_quality_is_not_measured_by(searcher):
    passages = read_passages(searcher)
    entries = [json.loads(line) for line in WHICH_FILE.read_text(encoding="utf-8").splitlines()]
    measured = [*read_questions(), *read_answerable(), *read_answerable(HARD_FILE)]
    assert not {q.question for q in measured} & {entry["question"] for entry in entries}
    columns = {"done": "achievement", "doing": "achievement", "planned": "plan", "tasked": "task"}
    for entry in entries:
        named = [name for label in LABELLED_WHICH for name in entry[label]]
        assert len(set(named)) == len(named) > 0
        for label, column in columns.items():
            assert {passages[name].column for name in entry[label]} <= {column}
    which = list(read_which())
    assert [each.question for each in which] == [entry["question"] for entry in entries]
    assert sum(label == TELLS for each in which for label in each.labels.values()) > 3_500


def test_a_passage_is_learnt_as_an_answer_would_have_it_read(searcher):
    passages = read_passages(searcher)
    learning = Learning(read_weights(bundled_weights()))
    own, other = "安徽省/18/achievement/1", "m1-教育-01"
    asked = Which("哪些省份设立了质押融资风险补偿基金", {own: 1.0, other: 0.0})
    reading = Reading(searcher, learning, passages)
    pairs = list(reading.pairs(asked, {own, other}))
    question = searcher.read(asked.question)
    row = next(row for row, p in enumerate(searcher.store.passages) if p.id.endswith(f"/{own}"))
    span = searcher.best_sentence(question, row)
    read = pair_tokens(learning.tokens, question.asked, around(passages[own].text, span))
    assert (pairs[0].tokens, [pair.label for pair in pairs]) == (read, [1.0, 0.0])
    assert list(reading.pairs(asked, {other})) == pairs[1:]


def test_the_nearest_sentence_shares_most_with_the_question():
    text = "新建幼儿园452所。建立公办园教师补充机制。"
    assert text[slice(*nearest_sentence("谁给公办园补充教师", text))] == "建立公办园教师补充机制。"


def test_what_is_alike_is_told_of_passages_of_other_provinces(store):
    province_of = {p.id.split("/", 1)[1]: p.province for p in store.passages}
    entries = [json.loads(line) for line in ALIKE_FILE.read_text(encoding="utf-8").splitlines()]
    assert len({entry["passage"] for entry in entries}) == len(entries) > 400
    for entry in entries:
        others = [other for name in LABELS for other in entry[name]]
        assert len(set(others)) == len(others) >= 20
        assert province_of[entry["passage"]] not in {province_of[other] for other in others}
    judged = list(read_judged(store))
    assert [store.passages[each.row].id.split("/", 1)[1] for each in judged] == [
        entry["passage"] for entry in entries
    ]
    assert sum(label == 1.0 for each in judged for label in each.labels.values()) > 3_000


def test_questions_for_the_like_are_learnt_from_that_quality_is_not_measured_by(searcher):
    province_of = {p.id.split("/", 1)[1]: p.province for p in searcher.store.passages}
    entries = [json.loads(line) for line in LIKENED_FILE.read_text(encoding="utf-8").splitlines()]
    assert len({entry["question"] for entry in entries}) == len(entries) > 1_000
    measured = [q for q in read_questions() if q.type == ANALOG]
    assert not {q.question for q in measured} & {entry["question"] for entry in entries}
    assert not {q.source_item for q in measured} & {entry["passage"] for entry in entries}
    for entry in entries:
        others = [other for name in LABELS for other in entry[name]]
        assert len(set(others)) == len(others) > 0
        assert province_of[entry["passage"]] not in {province_of[other] for other in others}
    likened = list(read_likened(searcher))
    assert [each.question.text for each in likened] == [entry["question"] for entry in entries]
    # Nearly all are understood as what they are.
    assert sum(each.question.kind == SIMILAR for each in likened) > 0.95 * len(likened)


def test_figures_are_labelled_where_they_stand(searcher):
    passages = read_passages(searcher)
    entries = [json.loads(line) for line in FIGURES_FILE.read_text(encoding="utf-8").splitlines()]
    assert len({entry["question"] for entry in entries}) > 1_000
    measured = {q.question for q in read_questions() if q.type == NUMERIC}
    assert not measured & {entry["question"] for entry in entries}
    for entry in entries:
        places = [tuple(place[:2]) for kind in train_figures.LABELS for place in entry[kind]]
        assert len(set(places)) == len(places) > 0
        for name, start, text in (place for kind in train_figures.LABELS for place in entry[kind]):
            assert passages[name].text.startswith(text, start)
    assert sum(len(each.labels) for each in read_labelled_figures()) > 10_000


def test_a_network_learns_what_it_is_taught(tmp_path, monkeypatch):
    monkeypatch.setattr(train_reader, "WARM_UP", 4)
    torch.manual_seed(0)
    learning = Learning(read_weights(bundled_weights()))
    texts = ["设立质押融资风险补偿基金。", "举办知识产权培训班。"]
    asked = ["质押融资", "培训"]
    pairs = [
        Pair(pair_tokens(learning.tokens, question, text), float(text == texts[0]))
        for question in asked
        for text in texts
    ] * 32
    learn(learning, pairs, 2e-3)
    write_adapter(tmp_path / "reader.npz", learning.adapter())
    network = PairNetwork(load_network(bundled_weights()), read_adapter(tmp_path / "reader.npz"))
    for question in asked:
        answer, other = network.log_odds(question, texts)
        assert answer > 0.5 and other < -0.5


def test_a_network_learns_which_figure_is_asked_for(tmp_path, monkeypatch):
    monkeypatch.setattr(train_reader, "WARM_UP", 4)
    torch.manual_seed(0)
    learning = SpanLearning(read_weights(bundled_weights()), read_adapter(reading.MODEL))
    text = "新增代理机构15家，培训260人。"
    passages = {"甲": Passage(text, "achievement", "甲")}
    spans = [(text.index(figure), text.index(figure) + len(figure)) for figure in ("15家", "260人")]
    labelled = [
        Labelled(
            question,
            {
                Place("甲", start): Label(end, r)
                for (start, end), r in zip(spans, right, strict=True)
            },
        )
        for question, right in (("代理机构有几家", (1.0, 0.0)), ("培训了多少人", (0.0, 1.0)))
    ]
    taught = [e for each in labelled for e in examples(learning, each, passages)] * 64
    assert not list(examples(learning, labelled[0], passages, {"甲"}))
    learn(learning, taught, 5e-4, epochs=8)
    write_adapter(tmp_path / "figures.npz", learning.adapter())
    reader = FigureReader(tmp_path / "figures.npz")
    spans = [(start + 3, end + 3) for start, end in spans]
    first, second = reader.log_odds("代理机构有几家", f"完成：{text}", spans)
    assert first > second
    first, second = reader.log_odds("培训了多少人", f"完成：{text}", spans)
    assert first < second


def test_half_is_taught_of_the_document_and_most_of_other_fields(searcher):
    passages = read_passages(searcher)
    left = left_out(passages)
    rows, fields = (
        {passage.part for name, passage in passages.items() if ("/" in name) == is_own}
        for is_own in (True, False)
    )
    assert abs(len(left & rows) - len(rows) / 2) < 1
    assert abs(len(left & fields) - len(fields) / 3) < 1
