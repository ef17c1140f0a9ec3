"""What tells of the same practice, by reading it beside another."""

from dataclasses import replace

import numpy as np
import pytest

from index.errors import KnowledgeError
from index.filters import Filter
from index.records import PLAN, TASK
from index.sentences import sentence_spans
from qa.alike import (
    MOST_READ,
    READER,
    STRETCH,
    Alike,
    AlikeModel,
    PracticeTexts,
    first_of_each,
    load_alike_model,
)
from qa.analogues import AnalogueFinder
from qa.reading import LONGEST, PassageReader
from qa.retrieve import NO_PRACTICE

MODEL = AlikeModel(weights=(0.5, 2.0), bias=-1.0, alike_above=0.0, unread=-3.0)
VALID = "bias = -1\nalike_above = 0\nunread = -3\n[weights]\nlikeness = 0.5\nreading = 2\n"
LIKE = "与四川“天府知来贷”类似的做法"


class Reader:
    """Reads what holds `word` as alike, and remembers what it was given."""

    def __init__(self, word=""):
        self.word, self.given = word, []

    def log_odds(self, practice, parts):
        self.given.append((practice, list(parts)))
        return np.array([3.0 if self.word in part else -3.0 for part in parts], dtype=np.float32)


@pytest.fixture
def texts(searcher):
    return PracticeTexts(searcher.store, searcher.backdrop.whitening)


@pytest.fixture
def row_of(store):
    return {passage.id.split("/", 1)[1]: row for row, passage in enumerate(store.passages)}


@pytest.mark.parametrize(
    ("practice", "alike", "near"),
    [
        (
            "银行、保险公司和财政一起分担企业拿专利贷款的风险。",
            "省财政出资设立知识产权质押融资风险补偿资金池，贷款坏账由资金池代偿一部分。",
            "截至年底全省专利质押融资金额达到四十亿元。",
        ),
        (
            "建成专利大数据平台，企业可以免费检索分析专利。",
            "开通知识产权公共信息服务网，提供专利查询和统计。",
            "与三家电商平台签订专利保护合作协议。",
        ),
    ],
)
def test_the_same_practice_in_other_words_reads_higher_than_what_is_near(practice, alike, near):
    yes, no = PassageReader(READER).log_odds(practice, [alike, near])
    assert yes > no + 1.5


def test_of_both_passages_the_part_that_matters_is_read(texts, store, row_of):
    home, other = row_of["四川省/12/achievement/1"], row_of["安徽省/18/task/1"]
    whole = store.passages[home].text
    assert texts.practice(home) == whole[:LONGEST]
    second = sentence_spans(whole)[1]
    assert whole[slice(*second)] in texts.practice(home, second)
    last = (len(whole) - 5, len(whole))
    assert texts.practice(home, last) == whole[-LONGEST:]
    part = texts.beside(home, other)
    assert len(part) <= LONGEST and part in store.passages[other].text
    assert "风险补偿" in part


def test_what_is_asked_goes_before_the_practice(texts, row_of):
    home = row_of["四川省/12/achievement/1"]
    assert texts.practice(home, asked=LIKE) == f"{LIKE} {texts.practice(home)}"


@pytest.mark.parametrize(
    ("text", "is_name"), [(LIKE, True), ("四川让企业拿专利找银行借钱，别的省有类似的吗", False)]
)
def test_what_is_asked_is_read_with_its_practice_unless_it_only_names_it(
    reading_searcher, text, is_name
):
    reader = Reader("保险")
    searcher = reading_searcher(reader)
    question = searcher.read(text)
    AnalogueFinder(searcher).like_described(question, searcher.rank(question))
    source = searcher.store.passages[searcher.source_rows(question)[0]].text
    for practice, _parts in reader.given:
        assert practice.startswith(f"{question.asked} ") is not is_name
        assert practice.removeprefix(f"{question.asked} ") in source


def test_the_source_is_sought_by_what_names_it(searcher):
    question = searcher.read("和重庆专利云平台类似的专利信息平台")
    assert (question.likened, question.core) == ("专利云平台", "专利云平台 专利信息平台")
    source = searcher.store.passages[searcher.source_rows(question)[0]]
    assert source.text.startswith("1.专利云平台上线运行")


def test_of_several_practices_the_part_nearest_to_the_one_meant_is_read(texts, store):
    rows = [row for row, p in enumerate(store.passages) if len(sentence_spans(p.text)) > 5]
    parts = [
        {texts.beside(row, other, span) for span in sentence_spans(store.passages[row].text)}
        for row in rows
        for other in rows
    ]
    assert sum(len(each) > 1 for each in parts) > len(rows)


def test_of_each_group_there_is_the_first():
    groups = np.array(["甲", "甲", "乙", "丙", "乙"])
    assert first_of_each(np.array([1, 4, 0, 2, 3]), groups).tolist() == [1, 4, 3]
    assert first_of_each(np.array([], dtype=int), groups).tolist() == []


def test_what_is_not_read_counts_as_read_like_what_is_unlike(searcher, texts):
    reader, near = Reader("质押"), np.array([3, 70])
    alike = Alike(texts, reader, MODEL)
    reading = np.full(len(searcher.store.passages), MODEL.unread)
    reading[near] = [3.0 if "质押" in texts.beside(0, row) else -3.0 for row in near]
    expected = 0.5 * searcher.likeness.log_odds(0) + 2.0 * reading - 1.0
    provinces = searcher.store.facets.labels("province")
    found = alike.log_odds(searcher.likeness.log_odds(0), 0, near, provinces)
    assert found == pytest.approx(expected, abs=1e-5)
    assert reader.given[0] == (texts.practice(0), [texts.beside(0, row) for row in near])


def test_reading_goes_on_while_the_last_hold_what_is_alike():
    like = {n for n in range(2 * STRETCH) if n % 3}
    alike = Alike(Numbered(), ReaderOf(like), MODEL)
    near, read = alike.read_on(0, np.arange(100))
    assert near.tolist() == list(range(3 * STRETCH))
    assert read.tolist() == [3.0 if n in like else -3.5 for n in near]
    like |= set(range(100))
    assert len(alike.read_on(0, np.arange(100))[0]) == MOST_READ
    assert len(alike.read_on(0, np.arange(3))[0]) == 3
    assert [len(found) for found in alike.read_on(0, np.arange(0))] == [0, 0]


def test_the_first_of_a_group_further_off_is_read_too():
    groups = np.array(["甲"] * 200)
    groups[150] = "乙"
    alike = Alike(Numbered(), ReaderOf({150}), MODEL)
    odds = alike.log_odds(np.zeros(200), 0, np.arange(200), groups)
    read = [*range(STRETCH), 150]
    assert odds[150] == 2 * 3.0 - 1
    assert odds[read[:-1]].tolist() == [2 * -3.5 - 1] * STRETCH
    assert set(np.delete(odds, read)) == {2 * MODEL.unread - 1}


def test_of_many_groups_the_nearest_are_read_up_to_so_many_passages():
    reader, ordered = ReaderOf(set()), np.arange(200)[::-1]
    Alike(Numbered(), reader, MODEL).log_odds(np.zeros(200), 0, ordered, ordered.astype(str))
    assert reader.given == list(map(str, ordered[:MOST_READ]))


class ReaderOf:
    """Reads the rows of `like` as alike, and remembers what it was given."""

    def __init__(self, like):
        self.like, self.given = like, []

    def log_odds(self, practice, parts):
        self.given += parts
        odds = [3.0 if int(part) in self.like else -3.5 for part in parts]
        return np.array(odds, dtype=np.float32)


class Numbered:
    """Texts that say no more than their row."""

    def practice(self, row, span=None, asked=""):
        return str(row)

    def beside(self, row, other, span=None):
        return str(other)


def test_the_nearest_and_the_best_of_each_province_are_read(reading_searcher, row_of, texts):
    reader = Reader("没有哪条这样说")
    searcher, home = reading_searcher(reader), row_of["四川省/12/achievement/1"]
    AnalogueFinder(searcher).like_passage(home)
    (practice, nearest), (_practice, further) = reader.given
    assert practice == texts.practice(home)
    provinces = searcher.store.facets.labels("province")
    lowered = NO_PRACTICE * (searcher.store.facets.labels("column") == TASK)
    order = np.argsort(lowered - searcher.likeness.log_odds(home), kind="stable")
    near = order[provinces[order] != provinces[home]]
    assert nearest == [texts.beside(home, row) for row in near[:STRETCH]]
    first = first_of_each(near, provinces)
    best = first[~np.isin(first, near[:STRETCH])]
    assert further == [texts.beside(home, row) for row in best]
    assert {*provinces[near[:STRETCH]], *provinces[best]} == set(provinces) - {provinces[home]}


def test_what_reads_as_alike_is_told_and_goes_first(reading_searcher, row_of):
    finder = AnalogueFinder(reading_searcher(Reader("保险")))
    found = finder.like_passage(row_of["四川省/12/achievement/1"])
    assert found.alike and all("保险" in hit.passage.text for hit in found.alike)
    asked = finder.similar(LIKE, None)
    assert asked.alike and all("保险" in hit.passage.text for hit in asked.alike)
    told = {hit.passage.province for hit in found.of_each}
    assert told == {hit.passage.province for hit in found.alike}


def test_reading_moves_what_is_found_up(reading_searcher):
    plain = reading_searcher(None)
    question = plain.read(LIKE)
    before = [hit.passage.text for hit in plain.rank(question)[:20]]
    after = [hit.passage.text for hit in reading_searcher(Reader("保险")).rank(question)[:20]]
    assert _mean_place(after) < _mean_place(before)


def _mean_place(texts):
    return np.mean([at for at, text in enumerate(texts) if "保险" in text])


def test_where_nothing_can_read_likeness_tells(reading_searcher, row_of):
    searcher = reading_searcher(None)
    row = row_of["四川省/12/achievement/1"]
    found = AnalogueFinder(searcher).like_passage(row)
    likeness = searcher.likeness
    edge = likeness.model.alike_above
    odds = likeness.log_odds(row)
    rows = searcher.store.row_by_id
    expected = [hit for hit in found.hits if odds[rows[hit.passage.id]] >= edge]
    assert searcher.alike is None and list(found.alike) == expected


def test_a_task_is_no_practice_unless_it_is_asked_for(searcher, row_of):
    finder = AnalogueFinder(searcher)
    columns = [h.passage.column for h in searcher.rank(searcher.read(LIKE))[:20]]
    assert TASK not in columns
    columns = [
        h.passage.column for h in finder.like_passage(row_of["四川省/12/achievement/1"]).hits
    ]
    first = columns.index(TASK)
    assert first > 20 and set(columns[-5:]) == {TASK}
    both = finder.like_passage(row_of["四川省/12/achievement/1"], Filter(column=(TASK, PLAN)))
    assert {hit.passage.column for hit in both.hits[:10]} == {TASK, PLAN}
    asked = replace(searcher.read(LIKE), columns=(TASK,))
    assert {hit.passage.column for hit in searcher.rank(asked)} == {TASK}


def test_what_others_have_and_one_has_not_is_not_read_beside_it(reading_searcher):
    reader = Reader()
    searcher = reading_searcher(reader)
    question = searcher.read("质押融资方面，其他省做了哪些四川没做的")
    assert question.asks_missing
    searcher.rank(question)
    assert reader.given == []


def test_weights_are_read_in_the_order_of_the_signals(tmp_path):
    path = tmp_path / "alike.toml"
    path.write_text(VALID, encoding="utf-8")
    assert load_alike_model(path) == MODEL
    assert replace(MODEL, bias=0.0).log_odds(np.array([2.0]), np.array([1.0])) == [3.0]


@pytest.mark.parametrize(
    "damaged",
    ["bias", VALID.replace("unread = -3\n", ""), VALID.replace("reading", "writing")],
)
def test_a_damaged_model_is_told_in_one_sentence(tmp_path, damaged):
    path = tmp_path / "alike.toml"
    path.write_text(damaged, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"^alike.toml 有误：.*。$"):
        load_alike_model(path)


def test_tasks_that_a_filter_asks_for_are_read(reading_searcher):
    reader = Reader()
    searcher = reading_searcher(reader)
    hits = searcher.rank(searcher.read(LIKE), Filter(column=(TASK,)))
    assert len(reader.given) > 1 and {hit.passage.column for hit in hits} == {TASK}
