"""Links and records: what was asked, out of the page and back in, whatever stands there."""

import json
from urllib.parse import parse_qsl

import pytest

from index.filters import Filter
from web.desk import Desk
from web.history import (
    CHANGED,
    MOST_TURNS,
    VERSION,
    HistoryError,
    read_record,
    record_of,
)
from web.links import MOST_QUESTIONS, query_of, read_query
from web.session import DEFAULT_LIMIT, Asked, Session, Turn
from web.words import DEFAULT, load_words

QUESTION = "哪些省份设立了质押融资风险补偿基金"
FILTER = Filter(province=("安徽省", "四川省"), column=("achievement",))


@pytest.fixture(scope="module")
def desk(searcher):
    return Desk(searcher, None, load_words(DEFAULT)["chat"])


def talked(desk, *asked):
    session = Session()
    for each in asked:
        session = list(desk.ask(each, session))[-1]
    return session


def read(text, store):
    return read_query(parse_qsl(text, keep_blank_values=True), store.facets)


def test_a_question_with_its_filters_is_a_link_and_back(desk, store):
    asked = Asked(QUESTION, FILTER, 7)
    query = query_of(talked(desk, asked), desk)
    assert parse_qsl(query) == [
        ("q", QUESTION),
        ("province", "安徽省"),
        ("province", "四川省"),
        ("column", "achievement"),
        ("top", "7"),
    ]
    assert [(g.asked, g.notes) for g in read(query, store)] == [(asked, ())]


def test_a_follow_up_takes_along_what_it_goes_on_from_and_no_more(desk, store):
    asked = [Asked("天府知来贷"), Asked(QUESTION, FILTER), Asked("那四川呢", limit=5)]
    session = talked(desk, *asked)
    given = read(query_of(session, desk), store)
    assert [g.asked for g in given] == asked[1:]
    replayed = desk.replay(given, Session())
    assert replayed.last == session.last


@pytest.mark.parametrize("keys", [("kind:open", "province:湖南省"), ()])
def test_changed_clues_are_part_of_the_link(desk, store, keys):
    session = list(desk.ask_again(keys, Asked(""), talked(desk, Asked(QUESTION))))[-1]
    given = read(query_of(session, desk), store)
    assert [g.asked.keys for g in given] == [keys]
    assert desk.replay(given, Session()).last == session.last


def test_the_link_asks_what_a_language_model_completed(desk, store):
    asked = Asked("湖南的", rewritten=QUESTION)
    assert [g.asked.text for g in read(query_of(talked(desk, asked), desk), store)] == [QUESTION]


def test_without_an_answer_there_is_no_link(desk):
    assert query_of(Session(), desk) == ""
    assert query_of(talked(desk, Asked(QUESTION), Asked("？")), desk) == ""


def test_a_chain_too_long_is_no_link(desk):
    asked = [Asked(QUESTION), *[Asked("那湖南呢")] * MOST_QUESTIONS]
    assert query_of(talked(desk, *asked), desk) == ""
    assert query_of(talked(desk, *asked[:-1]), desk).count("q=") == MOST_QUESTIONS


@pytest.mark.parametrize(
    ("query", "asked", "notes"),
    [
        ("", [], []),
        ("utm=1&province=安徽省", [], []),
        ("province=安徽&q=质押", [Asked("质押", Filter(province=("安徽省",)))], []),
        ("q=质押&column=2018年工作计划", [Asked("质押", Filter(column=("plan",)))], []),
        ("q=", [Asked("")], []),
        ("q=质押&province=火星", [Asked("质押")], ["现有材料没有省份“火星”，这一筛选已略去。"]),
        (
            "q=质押&theme=" + "长" * 999,
            [Asked("质押")],
            [f"现有材料没有工作重点“{'长' * 20}…”，这一筛选已略去。"],
        ),
        ("q=质押&province=", [Asked("质押")], ["现有材料没有省份“”，这一筛选已略去。"]),
        ("q=质押&top=5&top=3", [Asked("质押", limit=3)], []),
        *(
            (
                f"q=质押&top={top}",
                [Asked("质押")],
                [f"显示条数“{shown}”不对（应为1到200），用{DEFAULT_LIMIT}条。"],
            )
            for top, shown in [("0", "0"), ("201", "201"), ("x", "x"), ("9" * 99, "9" * 20 + "…")]
        ),
        ("q=质押&top=", [Asked("质押")], []),
        (
            "q=质押&as=kind:火星&as=province:湖南省&as=x",
            [Asked("质押", keys=("province:湖南省",))],
            ["不认识的理解“火星”已略去。", "不认识的理解“x”已略去。"],
        ),
    ],
)
def test_what_the_store_does_not_have_is_left_out_and_named(store, query, asked, notes):
    given = read(query, store)
    assert [g.asked for g in given] == asked
    assert [note for g in given for note in g.notes] == notes


def test_a_link_of_very_many_questions_is_not_followed_to_its_end(store):
    assert len(read("&".join(["q=质押"] * 1000), store)) == MOST_QUESTIONS


def test_a_conversation_is_a_record_and_back(desk, store):
    asked = [
        Asked(QUESTION, FILTER, 7),
        Asked("那四川呢", writes=True, rewritten="四川省的质押融资"),
        Asked("四川省的质押融资", keys=()),
    ]
    session = talked(desk, asked[0], Asked("？"), *asked[1:])
    record = record_of(session, store)
    assert json.loads(record)["turns"][0] == {
        "text": QUESTION,
        "province": ["安徽省", "四川省"],
        "column": ["achievement"],
        "top": 7,
    }
    read_back = read_record(record, store)
    assert read_back.id == session.id
    # What could not be asked is not kept.
    assert [g.asked for g in read_back.questions] == asked
    assert all(g.notes == () for g in read_back.questions)


def test_nothing_answered_leaves_no_record(desk, store):
    assert record_of(Session(), store) == "" == record_of(talked(desk, Asked("？")), store)


def test_of_a_long_conversation_the_end_is_kept(desk, store):
    answer = talked(desk, Asked(QUESTION)).last
    turns = tuple(Turn(Asked(str(n)), answer, "…") for n in range(MOST_TURNS + 5))
    kept = read_record(record_of(Session("0" * 16, turns), store), store).questions
    assert [g.asked.text for g in kept] == [str(n) for n in range(5, MOST_TURNS + 5)]


GOOD = {"version": VERSION, "id": "0" * 16, "store": "x", "turns": [{"text": "质押"}]}


@pytest.mark.parametrize(
    "record",
    [
        None,
        7,
        "",
        "{",
        "[" * 100_000,
        "[]",
        "{}",
        json.dumps(GOOD | {"version": 2}),
        json.dumps(GOOD | {"id": "../../etc"}),
        json.dumps(GOOD | {"turns": []}),
        json.dumps(GOOD | {"turns": "质押"}),
        json.dumps(GOOD | {"turns": [{"text": 7}]}),
        json.dumps(GOOD | {"turns": [{"text": "质押"}] * (MOST_TURNS + 1)}),
        json.dumps(GOOD | {"turns": [{"text": "字" * 600_000}]}),
    ],
)
def test_a_record_that_is_none_is_refused(store, record):
    with pytest.raises(HistoryError, match="读不了"):
        read_record(record, store)


def test_a_record_of_other_documents_says_so_and_what_is_gone(store):
    turn = {"text": "质押", "province": ["火星", 7], "top": "很多", "as": "x", "writes": "yes"}
    [given] = read_record(json.dumps(GOOD | {"turns": [turn]}), store).questions
    assert given.asked == Asked("质押", keys=())
    assert given.notes == (
        CHANGED,
        "现有材料没有省份“火星”，这一筛选已略去。",
        "显示条数“很多”不对（应为1到200），用10条。",
    )
