"""Reading question and passage together, and when it is done."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from index.e5 import Network
from index.encode import BundledEncoder
from index.errors import EncoderError
from index.filters import Filter
from qa import mention, reading, retrieve, stating
from qa.answer import Answerer
from qa.grounds import load_grounds_model
from qa.reading import (
    LONGEST,
    MODEL,
    FigureReader,
    PassageReader,
    around,
    load_figure_reader,
    load_reader,
)
from qa.records import NOT_MENTIONED
from qa.retrieve import DESCRIBED_BELOW, READ


class Reader:
    """Reads as it is told, and remembers what it was given."""

    def __init__(self, log_odds):
        self.log_odds_of = log_odds
        self.given = []

    def log_odds(self, question, passages):
        self.given.append((question, list(passages)))
        return np.array([self.log_odds_of(passage) for passage in passages], dtype=np.float32)


@pytest.mark.parametrize(
    ("question", "answering", "near"),
    [
        (
            "小企业拿专利贷款，财政给补利息吗",
            "对以专利权质押获得贷款的中小企业，按贷款利息的50%给予补贴。",
            "对参加专利保险的中小企业，按保费的50%给予补贴。",
        ),
        (
            "知识产权法庭设在哪里",
            "最高人民法院批准在合肥市设立知识产权法庭，跨区域管辖专利案件。",
            "全省法院推进知识产权审判“三合一”改革，提高审判质效。",
        ),
    ],
)
def test_what_answers_reads_higher_than_a_near_miss(question, answering, near):
    yes, no = PassageReader(MODEL).log_odds(question, [answering, near])
    assert yes > 0 > no


def test_what_was_read_is_not_read_again(monkeypatch):
    reader = PassageReader(MODEL)
    first = reader.log_odds("质押融资", ["设立基金。", "举办培训。"])
    monkeypatch.setattr(reader, "_read", None)
    again = reader.log_odds("质押融资", ["举办培训。", "设立基金。"])
    assert again.tolist() == first[::-1].tolist()
    with pytest.raises(TypeError):
        reader.log_odds("质押贷款", ["设立基金。"])


def test_the_figure_asked_for_reads_higher_than_those_beside_it():
    text = "完成：全省新增专利代理机构15家，专利代理机构总数达到138家，执业专利代理人260人。"
    spans = [
        (text.index(figure), text.index(figure) + len(figure))
        for figure in ("15家", "138家", "260人")
    ]
    reader = FigureReader(stating.READER)
    new, total, people = reader.log_odds("各省现有专利代理机构多少家", text, spans)
    assert total > max(new, people)
    new, total, people = reader.log_odds("各省新设立了几家专利代理机构", text, spans)
    assert new > max(total, people)


def test_threads_read_alike():
    reader, passages = PassageReader(MODEL), ["设立风险补偿基金。", "举办研修班。"]
    alone = reader.log_odds("质押融资风险补偿", passages)
    with ThreadPoolExecutor(4) as pool:
        read = [pool.submit(reader.log_odds, "质押融资风险补偿", passages) for _ in range(8)]
        for found in read:
            assert found.result() == pytest.approx(alone, abs=1e-5)


def test_figures_that_were_read_are_not_read_again(monkeypatch):
    reader = FigureReader(stating.READER)
    first = reader.log_odds("几家", "有15家。", [(1, 4)])
    monkeypatch.setattr(reader, "_read", None)
    assert reader.log_odds("几家", "有15家。", [(1, 4)]) == first
    with pytest.raises(TypeError):
        reader.log_odds("几家", "有15家机构。", [(1, 4)])


def test_a_damaged_model_is_told_in_one_sentence(tmp_path):
    path = tmp_path / "reader.npz"
    path.write_bytes(b"no archive")
    reader = PassageReader(path)
    reader.prepare()  # What fails in the background fails again when it is needed.
    with pytest.raises(EncoderError, match=r"内置阅读模型读不了：.*请重新安装"):
        reader.log_odds("质押融资", ["设立基金。"])
    # What was taught of passages alone knows nothing of figures.
    for model in (path, MODEL):
        with pytest.raises(EncoderError, match=r"内置阅读模型读不了：.*请重新安装"):
            FigureReader(model).log_odds("几家", "有15家。", [(1, 4)])


def test_without_the_bundled_model_there_is_no_reader(monkeypatch):
    loaders = load_reader, load_figure_reader
    monkeypatch.setattr(reading, "find_spec", lambda name: None)
    for load in loaders:
        load.cache_clear()
        try:
            assert load(MODEL) is None
        finally:
            load.cache_clear()


def test_of_a_long_passage_what_stands_around_its_best_sentence_is_read():
    text = "".join(f"第{n}句说的是第{n}件事。" for n in range(100))
    start = text.index("第60句")
    span = (start, text.index("第61句"))
    part = around(text, span)
    assert len(part) == LONGEST and part in text and text[slice(*span)] in part
    assert around(text, (0, 9)) == text[:LONGEST]
    assert around(text, (len(text) - 9, len(text))) == text[-LONGEST:]
    assert around(text, (1, len(text) - 1)) == text[1 : 1 + LONGEST]
    assert around("短的一条。", (0, 5)) == "短的一条。"


def at_odds(searcher, monkeypatch, odds):
    """The grounds of every question come to `odds`."""
    model = load_grounds_model()
    flat = replace(model, weights=(0.0,) * len(model.weights), bias=odds)
    monkeypatch.setattr(retrieve, "load_grounds_model", lambda: flat)
    return flat


@pytest.mark.parametrize("way", ["low", "high"])
def test_what_the_grounds_settle_is_not_read(reading_searcher, monkeypatch, way):
    reader = Reader(lambda passage: 0.0)
    searcher = reading_searcher(reader)
    model = load_grounds_model()
    at_odds(searcher, monkeypatch, model.open_from - 1 if way == "low" else model.open_to + 1)
    question = searcher.read("哪些省份设立了质押融资风险补偿基金")
    assert searcher.is_answerable(question) == (way == "high")
    assert reader.given == []


@pytest.mark.parametrize("is_answered", [True, False])
def test_what_the_grounds_leave_open_is_told_by_reading(reading_searcher, monkeypatch, is_answered):
    reader = Reader(lambda passage: 6.0 if is_answered else -6.0)
    searcher = reading_searcher(reader)
    model = load_grounds_model()
    at_odds(searcher, monkeypatch, (model.open_from + model.open_to) / 2)
    question = searcher.read("哪些省份设立了质押融资风险补偿基金？")
    assert searcher.is_answerable(question) == is_answered
    assert searcher.is_doubtful(question) != is_answered
    assert {asked for asked, _ in reader.given} == {question.asked}
    # The best passages in their order; no further than to one that answers.
    count = 1 if is_answered else READ
    best = np.argsort(-searcher.logits(question), kind="stable")[:count]
    whole = [searcher.store.passages[row].text for row in best]
    passages = [passage for _, read in reader.given for passage in read]
    assert [part in text for part, text in zip(passages, whole, strict=True)] == [True] * count


def test_only_what_may_be_used_is_read(reading_searcher, monkeypatch):
    reader = Reader(lambda passage: 0.0)
    searcher = reading_searcher(reader)
    model = load_grounds_model()
    at_odds(searcher, monkeypatch, (model.open_from + model.open_to) / 2)
    question = searcher.read("质押融资风险补偿基金")
    searcher.is_answerable(question, Filter(province=("云南省",)))
    passages = [passage for _, read in reader.given for passage in read]
    assert len(passages) == READ
    of_yunnan = [p.text for p in searcher.store.passages if p.province == "云南省"]
    assert all(any(passage in text for text in of_yunnan) for passage in passages)


@pytest.mark.parametrize("reads", [-5.0, 5.0])
def test_provinces_are_named_by_the_reader_that_was_taught_it(reading_searcher, reads):
    which = Reader(lambda passage: reads)
    searcher = reading_searcher(Reader(lambda passage: 5.0), {mention.READER: which})
    answer = Answerer(searcher).answer("哪些省份设立了质押融资风险补偿基金？")
    read = {passage for _, passages in which.given for passage in passages}
    assert read
    named = [v for v in answer.verdicts if v.status != NOT_MENTIONED]
    told = {answer.citations[n - 1].passage.text for v in named for n in v.citations}
    assert any(part in text for part in read for text in told) == (reads > 0)


def test_without_a_reader_the_grounds_alone_decide(reading_searcher, monkeypatch):
    searcher = reading_searcher(None)
    model = load_grounds_model()
    at_odds(searcher, monkeypatch, model.refused_below + 0.01)
    assert searcher.is_answerable(searcher.read("质押融资风险补偿基金"))


@pytest.mark.parametrize(
    ("text", "below", "is_answered"),
    [
        ("质押融资风险补偿基金", DESCRIBED_BELOW - 0.01, True),
        ("质押融资风险补偿基金", DESCRIBED_BELOW + 0.01, False),
        ("怎样建立质押融资风险补偿基金", 0.01, False),
    ],
)
def test_a_description_may_lie_lower_than_a_question(
    reading_searcher, monkeypatch, text, below, is_answered
):
    searcher = reading_searcher(None)
    at_odds(searcher, monkeypatch, load_grounds_model().refused_below - below)
    question = searcher.read(text)
    assert searcher.is_answerable(question) == is_answered
    assert searcher.is_doubtful(question)


def test_one_thread_computes_whatever_is_encoded_and_read(monkeypatch):
    threads, states = [], Network.states

    def watched(self, batch):
        threads.append(threading.current_thread().name)
        return states(self, batch)

    monkeypatch.setattr(Network, "states", watched)
    reader = PassageReader(MODEL)
    with ThreadPoolExecutor(2, "visitor") as visitors:
        encoded = visitors.submit(
            BundledEncoder().encode_document, ["设立专利质押融资风险补偿基金。"]
        )
        read = visitors.submit(reader.log_odds, "质押融资", ["设立专利质押融资风险补偿基金。"])
        assert len(encoded.result()) == len(read.result()) == 1
    assert threads == ["torch_0", "torch_0"]
