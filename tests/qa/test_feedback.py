"""What users say of answers: kept once, on this machine, and read back as labelled questions."""

import json
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bench.from_feedback import labelled_from, summary, write_labelled
from bench.labelled import read_labelled
from bench.questions import NO_ANSWER, read_questions
from index.errors import UsageError
from index.filters import Filter
from qa.answer import Answerer
from qa.cli import main
from qa.config import load_settings
from qa.feedback import (
    LONGEST_COMMENT,
    SCHEMA,
    USEFUL,
    USELESS,
    WRONG,
    FeedbackBook,
    FeedbackError,
    Place,
    feedback_on,
    open_book,
)

if sys.platform != "win32":
    import resource

ROOT = Path(__file__).parents[2]
QUESTION = "哪些省份设立了质押融资风险补偿基金"
FACT = "四川省天府知来贷是什么"
ABSENT = "广东省知识产权质押融资金额是多少"


@pytest.fixture
def book(tmp_path):
    return FeedbackBook(tmp_path / "kept" / "feedback.sqlite3")


@pytest.fixture(scope="module")
def answerer(searcher):
    return Answerer(searcher)


def on(answerer, text, verdict, turn=1, **changes):
    place = Place("0123456789abcdef", turn, text)
    said = feedback_on(answerer.answer(text), place, verdict, text, Filter())
    return replace(said, **changes)


def test_what_was_said_comes_back_whole(book, answerer):
    said = on(answerer, QUESTION, USEFUL, filters=Filter(province=("安徽省", "四川省")))
    book.keep(said)
    [kept] = book.read()
    assert replace(kept, time="", version="", id=0) == said
    assert kept.id == 1 and kept.time.endswith("+00:00") and kept.version.count(".") == 2
    assert kept.kind == "which" and kept.provinces["安徽省"] == "done"
    assert "not_mentioned" not in kept.provinces.values() and kept.cited[0][0] == 1
    assert all("/" in item for _, item in kept.cited)


def test_a_click_that_arrives_twice_counts_once_and_the_last_word_counts(book, answerer):
    useful, wrong = (on(answerer, QUESTION, verdict) for verdict in (USEFUL, WRONG))
    book.keep(useful)
    book.comment(useful.place, "  很清楚  ")
    book.keep(useful)
    assert [(f.verdict, f.comment) for f in book.read()] == [(USEFUL, "很清楚")]
    book.keep(wrong)
    # What was said with the other verdict no longer applies.
    assert [(f.verdict, f.comment) for f in book.read()] == [(WRONG, "")]
    assert book.verdicts(wrong.place.conversation) == {wrong.place: WRONG}
    assert book.verdicts("another") == {}
    book.withdraw(wrong.place)
    assert book.read() == []


def test_many_at_once_are_all_kept(book, answerer):
    said = [on(answerer, FACT, USEFUL, turn=turn) for turn in range(1, 9)]
    # Two books stand for two processes on one file.
    books = [book, FeedbackBook(book.path)]
    book.keep(said[0])
    threads = [threading.Thread(target=books[n % 2].keep, args=(f,)) for n, f in enumerate(said)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(f.place.turn for f in book.read()) == list(range(1, 9))


def test_a_comment_is_cut(book, answerer):
    said = on(answerer, FACT, USEFUL)
    book.keep(said)
    book.comment(said.place, "长" * 9999)
    assert book.read()[0].comment == "长" * LONGEST_COMMENT


def test_the_file_says_its_version_and_is_written_ahead(book, answerer):
    assert book.read() == [] and not book.path.exists()
    book.keep(on(answerer, FACT, USEFUL))
    connection = sqlite3.connect(book.path)
    assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(FeedbackError, match="版本是99，应为1"):
        book.read()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_what_people_asked_is_read_by_this_user_alone(book, answerer):
    book.keep(on(answerer, FACT, USEFUL))
    files = list(book.path.parent.glob(f"{book.path.name}*"))
    assert book.path in files
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


@pytest.mark.parametrize("what", ["no database", "another's", "a folder", "below a file"])
def test_what_cannot_be_written_is_one_sentence(book, answerer, what):
    book.path.parent.mkdir()
    match what:
        case "no database":
            book.path.write_text("这不是数据库" * 1000)
        case "another's":
            with sqlite3.connect(book.path) as connection:
                connection.execute("CREATE TABLE mine (x)")
            connection.close()
        case "a folder":
            book.path.mkdir()
        case "below a file":
            (book.path.parent / "file").write_text("")
            book = FeedbackBook(book.path.parent / "file" / "feedback.sqlite3")
    with pytest.raises(FeedbackError, match="读写不了") as error:
        book.keep(on(answerer, FACT, USEFUL))
    assert "\n" not in str(error.value)


def test_the_settings_say_where_or_off(monkeypatch, tmp_path):
    default = load_settings().feedback
    assert default.name == "feedback.sqlite3" and default.parent == load_settings().store.parent
    monkeypatch.setenv("CEWEN_FEEDBACK", "off")
    assert load_settings().feedback is None and open_book(load_settings()) is None
    monkeypatch.setenv("CEWEN_FEEDBACK", "~/said.sqlite3")
    assert "~" not in str(load_settings().feedback)
    monkeypatch.setenv("CEWEN_FEEDBACK", str(tmp_path / "store" / "said.sqlite3"))
    with pytest.raises(UsageError, match="不能放在索引文件夹里"):
        open_book(load_settings(store=tmp_path / "store"))


@pytest.fixture
def said(answerer):
    wrong = on(answerer, QUESTION, WRONG, turn=5)
    return [
        on(answerer, QUESTION, USEFUL, id=1),
        on(answerer, FACT, USEFUL, turn=2, id=2),
        on(answerer, ABSENT, USEFUL, turn=3, id=3),
        on(answerer, FACT, USELESS, turn=4, id=4),
        replace(wrong, id=5),
        replace(wrong, id=6, comment="第2条说的是别的，99不存在，2018年"),
        on(answerer, QUESTION, USEFUL, turn=6, id=7, filters=Filter(province=("安徽省",))),
        on(answerer, QUESTION, USEFUL, turn=7, id=8, standalone=""),
    ]


def test_useful_answers_are_labelled_questions(said, store, tmp_path):
    labelled = labelled_from(said)
    written, beside = write_labelled(labelled, tmp_path / "said.jsonl")
    questions = read_questions(written)
    assert [(q.id, q.type, q.question) for q in questions] == [
        ("feedback-1", "set", QUESTION),
        ("feedback-2", "fact", FACT),
        ("feedback-3", NO_ANSWER, ABSENT),
    ]
    assert questions[0].provinces == said[0].provinces and questions[1].provinces == {}
    assert questions[0].evidence == tuple(dict.fromkeys(item for _, item in said[0].cited))
    assert questions[2].evidence == ()
    # What `cewen eval` reads, checked against the store.
    assert [q.evidence for q in read_labelled(written, store)] == [q.evidence for q in questions]
    assert beside.name == "said.apart.jsonl"


def test_what_was_wrong_stands_apart_and_is_no_evidence(said, tmp_path):
    _, beside = write_labelled(labelled_from(said), tmp_path / "said.jsonl")
    apart = {e["id"]: e for e in map(json.loads, beside.read_text("utf-8").splitlines())}
    assert {id_: entry["why"] for id_, entry in apart.items()} == {
        "feedback-4": "useless",
        "feedback-5": "wrong_citation",
        "feedback-6": "wrong_citation",
        "feedback-7": "filtered",
        "feedback-8": "follow_up",
    }
    cited = list(dict.fromkeys(item for _, item in said[4].cited))
    assert apart["feedback-5"]["wrong"] == apart["feedback-5"]["cited"] == cited
    # The numbers in the comment say which.
    assert apart["feedback-6"]["wrong"] == [dict(said[5].cited)[2]]
    assert apart["feedback-4"]["wrong"] == []
    assert apart["feedback-7"]["filters"] == {"province": ["安徽省"]}
    assert not any("evidence" in entry for entry in apart.values())


def test_a_file_that_is_there_is_not_overwritten(said, tmp_path):
    (tmp_path / "said.apart.jsonl").write_text("mine")
    with pytest.raises(UsageError, match="已经存在"):
        write_labelled(labelled_from(said), tmp_path / "said.jsonl")
    assert not (tmp_path / "said.jsonl").exists()


def test_the_command_exports_counts_and_prints(book, said, tmp_path, capsys):
    option = ["--feedback", str(book.path)]
    assert main(["feedback", *option]) == 1
    assert capsys.readouterr().out.startswith("有用 0 · 无用 0 · 引用错误 0")
    for feedback in said:
        book.keep(feedback)
    assert main(["feedback", *option]) == 0
    assert capsys.readouterr().out.strip() == summary(book.read(), book.path)
    assert main(["feedback", *option, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads(json.dumps(labelled_from(book.read())))
    target = tmp_path / "out.jsonl"
    assert main(["feedback", *option, "--export", str(target)]) == 0
    assert [q.question for q in read_questions(target)] == [QUESTION, FACT, ABSENT]
    assert main(["feedback", *option, "--export", str(target)]) == 2
    assert "已经存在" in capsys.readouterr().err


def test_the_command_says_when_there_is_nothing_to_see(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("CEWEN_FEEDBACK", "off")
    assert main(["feedback"]) == 2
    assert "评价已关闭" in capsys.readouterr().err
    broken = tmp_path / "broken"
    broken.write_text("x" * 5000)
    assert main(["feedback", "--feedback", str(broken)]) == 3
    assert "读写不了" in capsys.readouterr().err


@contextmanager
def room_for(size):
    """No file of this process may grow beyond `size` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
@pytest.mark.parametrize("size", [0, 4096, 8192])
def test_without_room_it_is_one_sentence_and_what_was_kept_stays(book, answerer, size):
    kept = on(answerer, QUESTION, USEFUL)
    book.keep(kept)
    with room_for(size), pytest.raises(FeedbackError, match="读写不了") as error:
        for turn in range(2, 99):
            book.keep(on(answerer, FACT, USEFUL, turn=turn))
    assert "\n" not in str(error.value)
    assert book.read()[0].place == kept.place
    before = len(book.read())
    book.keep(on(answerer, FACT, USEFUL, turn=99))
    assert len(book.read()) == before + 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
def test_a_new_file_without_room_is_one_sentence(book, answerer):
    with room_for(0), pytest.raises(FeedbackError, match="读写不了"):
        book.keep(on(answerer, QUESTION, USEFUL))
    book.keep(on(answerer, QUESTION, USEFUL))
    assert len(book.read()) == 1


KEEPER = """
import sys
from itertools import count
from pathlib import Path
from index.filters import Filter
from qa.feedback import Feedback, FeedbackBook, Place

book = FeedbackBook(Path(sys.argv[1]))
for turn in count(int(sys.argv[2])):
    said = Feedback(Place("0123456789abcdef", turn, "问"), "useful", "问", Filter(), "fact", (), {})
    book.keep(said)
    print(turn, flush=True)
"""


def test_killed_at_any_instant_it_holds_all_that_it_said_it_kept(book):
    last = 0
    for pause in (0, 0.02, 0.05):
        command = [sys.executable, "-c", KEEPER, str(book.path), str(last + 1)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as keeper:
            first = int(keeper.stdout.readline())
            time.sleep(pause)
            keeper.kill()
            rest = keeper.stdout.read().split(b"\n")[:-1]
        said = int(rest[-1]) if rest else first
        turns = [feedback.place.turn for feedback in book.read()]
        # One may have been kept whose number was not printed any more.
        assert turns in ([*range(1, said + 1)], [*range(1, said + 2)])
        last = turns[-1]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
def test_an_export_that_finds_no_room_leaves_no_half(said, tmp_path):
    target = tmp_path / "said.jsonl"
    with room_for(100), pytest.raises(UsageError, match="磁盘空间不足"):
        write_labelled(labelled_from(said), target)
    assert list(tmp_path.iterdir()) == []
    assert len(write_labelled(labelled_from(said), target)) == 2
