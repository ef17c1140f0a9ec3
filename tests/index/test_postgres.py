"""A store in a database: edited, followed and shared as one in a folder."""

import json
import threading
import time

import numpy as np
import psycopg
import pytest

from index import build
from index.build import build_store, edit_store, open_or_build
from index.contents import listings
from index.errors import StoreError, StoreStale, UsageError
from index.postgres import writer
from index.postgres.schema import SCHEMA
from index.store import home_of, open_store
from qa.answer import Answerer
from qa.cli import main
from qa.live import Live
from qa.opening import open_searcher
from tests.fakes import CountingEncoder, WordCountEncoder
from tests.waiting import awaited

QUESTION = "哪些省份提到风险补偿基金"
TEXTS = {
    "四川省": "四川省设立了风险补偿基金。\n四川省开展专利导航，并且举办了专利周。",
    "安徽省": "安徽省设立了风险补偿基金。",
    "云南省": "云南省没有设立基金。\n云南省开展专利保险。",
}


@pytest.fixture(autouse=True)
def encoder(monkeypatch):
    counting = CountingEncoder("基金", "专利", "保险")
    monkeypatch.setattr(build, "load_encoder", lambda _: counting)
    monkeypatch.setattr("qa.opening.load_encoder", lambda _: counting)
    return counting


@pytest.fixture
def files(tmp_path):
    for province, text in TEXTS.items():
        written = f"{province}2017年工作总结\n{text}\n"
        (tmp_path / f"{province}.txt").write_text(written, encoding="utf-8")
    return {province: tmp_path / f"{province}.txt" for province in TEXTS}


@pytest.fixture
def address(database, files):
    """A store of two documents."""
    build_store(database, [files["四川省"], files["安徽省"]], notify=print)
    return database


def assert_same(store, other):
    assert store.cells == other.cells
    assert np.array_equal(store.vectors, other.vectors)
    assert np.array_equal(store.sentence_vectors, other.sentence_vectors)
    assert list(store.segments) == list(other.segments)
    assert [s.name for s in store.manifest.sources] == [s.name for s in other.manifest.sources]


def documents(store):
    return [listing.document for listing in listings(store)]


def rows(address, table):
    """Which rows a table has, by the name of the document, and what wrote each."""
    with psycopg.connect(address) as connection:
        found = connection.execute(
            f"SELECT d.name, t.position, t.xmin::text FROM {SCHEMA}.{table} t "
            f"JOIN {SCHEMA}.documents d ON d.id = t.document"
        )
        return {(name, position): writer for name, position, writer in found}


@pytest.mark.parametrize("table", ["cells", "passages", "sentences"])
def test_a_document_that_comes_touches_no_row_of_the_others(address, files, table):
    before = rows(address, table)
    edit_store(address, add=[files["云南省"]])
    after = rows(address, table)
    assert before.items() <= after.items()
    assert {name for name, _ in after.keys() - before.keys()} == {"云南省"}


def test_it_is_edited_as_a_folder_is(address, files, tmp_path, encoder):
    folder = tmp_path / "store"
    build_store(folder, [files["四川省"], files["安徽省"]], notify=print)
    assert_same(open_store(address), open_store(folder))
    for change in (
        {"add": [files["云南省"]]},
        {"remove": ["四川省"]},
        {"add": [files["四川省"]], "remove": ["安徽省"]},
    ):
        assert_same(edit_store(address, **change).store, edit_store(folder, **change).store)
        assert_same(open_store(address), open_store(folder))
    assert documents(open_store(address)) == ["云南省", "四川省"]


def test_a_document_is_replaced_in_its_place_and_only_what_is_new_is_encoded(
    address, files, encoder
):
    edit_store(address, add=[files["云南省"]])
    text = files["四川省"].read_text(encoding="utf-8").replace("专利周", "宣传周")
    files["四川省"].write_text(text, encoding="utf-8")
    encoder.encoded.clear()
    store = edit_store(address, add=[files["四川省"]]).store
    assert documents(store) == ["四川省", "安徽省", "云南省"]
    assert encoder.encoded and all("宣传周" in encoded for encoded in encoder.encoded)
    assert store.original(store.manifest.sources[0]).data == text.encode()
    searcher = open_searcher(store)
    for retriever in searcher.retrievers:
        retriever._loaded = None
        hit = store.passages[retriever.search("宣传周 专利导航", 1)[0].row]
        assert "宣传周" in hit.text


def test_equal_passages_are_ordered_by_row_wherever_they_stand_in_the_table(address, files):
    for province in ("四川省", "安徽省"):
        text = f"{province}2017年工作总结\n开展商标质押。\n设立了基金。\n举办了宣传周。\n"
        files[province].write_text(text, encoding="utf-8")
        # The one that comes first in the store is written last.
        edit_store(address, add=[files[province]])
    edit_store(address, add=[files["云南省"]])
    edit_store(address, add=[files["四川省"]])
    store = open_store(address)
    for retriever in open_searcher(store).retrievers:
        found = retriever._in_sql.search("商标质押", 20)
        assert found == sorted(found, key=lambda match: (-match.score, match.row))
        expected = retriever._loaded.search("商标质押", 20)
        assert [m.row for m in found] == [m.row for m in expected]
        scores = [match.score for match in found]
        assert len(set(scores)) < len(scores)


def test_what_goes_leaves_nothing_behind(address, files):
    edit_store(address, remove=["四川省"])
    for table in ("cells", "passages", "sentences", "weights"):
        assert {name for name, _ in rows(address, table)} == {"安徽省"}
    with psycopg.connect(address) as connection:
        words = connection.execute(f"SELECT word, holding FROM {SCHEMA}.words").fetchall()
    held = {word for segments in open_store(address).segments for word in segments.all}
    assert {word for word, _ in words} == held
    with pytest.raises(UsageError, match="至少要留一份"):
        edit_store(address, remove=["安徽省"])


def test_a_reader_sees_one_revision_whole_while_another_is_written(address, files):
    home, seen, done = home_of(address), [], threading.Event()
    sides = {
        tuple(documents(open_store(address))): open_store(address),
        ("四川省", "安徽省", "云南省"): edit_store(address, add=[files["云南省"]]).store,
    }

    def read():
        while not done.is_set():
            seen.append(home.open())

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(6):
        edit_store(address, remove=["云南省"])
        edit_store(address, add=[files["云南省"]])
    done.set()
    reader.join()
    assert {tuple(documents(store)) for store in seen} == set(sides)
    for store in seen:
        assert_same(store, sides[tuple(documents(store))])


def test_only_what_changed_is_fetched_again(address, files):
    home = home_of(address)
    before = home.open()
    edit_store(address, add=[files["云南省"]])
    after = home.open()
    assert after.cells[: len(before.cells)] == before.cells
    assert all(a is b for a, b in zip(before.cells, after.cells, strict=False))
    assert_same(after, open_store(address))


def test_every_page_follows_an_edit_of_another(address, files):
    lives = [Live(open_searcher(open_store(address)), open_searcher) for _ in range(2)]
    before = lives[0].of(Answerer)
    edit_store(address, add=[files["云南省"]])
    for live in lives:
        awaited(lambda live=live: documents(live.searcher.store)[-1] == "云南省")
        verdicts = live.of(Answerer).answer(QUESTION).verdicts
        assert {verdict.province for verdict in verdicts} == set(TEXTS)
    # Who began with the revision before ends with it.
    verdicts = before.answer(QUESTION).verdicts
    assert {verdict.province for verdict in verdicts} == {"四川省", "安徽省"}


def test_whoever_asks_often_does_not_ask_the_database_often(address):
    store = open_store(address)
    live = Live(open_searcher(store), open_searcher)
    asked = []
    store.home._watch._ask = lambda: asked.append(1) or store.version
    until = time.monotonic() + 1.5
    while time.monotonic() < until:
        live.of(Answerer)
        time.sleep(0.001)
    assert 1 <= len(asked) <= 2


def test_a_second_writer_waits_and_says_so(address, files):
    said, order = [], []

    def edit():
        edit_store(address, add=[files["云南省"]], notify=said.append)
        order.append("second")

    with home_of(address).writing(print):
        second = threading.Thread(target=edit)
        second.start()
        awaited(lambda: said)
        time.sleep(0.1)
        order.append("first")
    second.join(20)
    assert order == ["first", "second"]
    assert "另一个进程" in said[0] and len(said) == 1
    assert documents(open_store(address)) == ["四川省", "安徽省", "云南省"]


@pytest.mark.parametrize("is_committed", [False, True])
def test_a_writer_that_is_cut_off_finds_out_whether_it_had_written(
    address, files, monkeypatch, is_committed
):
    written, revisions = [], []
    write = writer.write_revision

    def cut_off(connection, name, content, revision):
        revisions.append(revision)
        if is_committed or written:
            write(connection, name, content, revision)
            written.append(revision)
        if len(revisions) == 1:
            if not is_committed:
                connection.execute(f"DELETE FROM {SCHEMA}.documents")
            connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        elif not written:
            write(connection, name, content, revision)

    def cut_off_within(connection, name, content, revision):
        with connection.transaction():
            cut_off(connection, name, content, revision)

    monkeypatch.setattr(writer, "write_revision", cut_off if is_committed else cut_off_within)
    store = edit_store(address, add=[files["云南省"]]).store
    assert documents(store) == ["四川省", "安徽省", "云南省"]
    assert store.version == revisions[0]
    assert len(revisions) == (1 if is_committed else 2)


def test_a_writer_that_is_cut_off_does_not_overwrite_what_another_wrote_since(
    address, files, monkeypatch
):
    write, calls = writer.write_revision, []

    def overtaken(connection, name, content, revision):
        calls.append(revision)
        if len(calls) > 1:
            return write(connection, name, content, revision)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        edit_store(address, remove=["四川省"])
        return connection.execute("SELECT")

    monkeypatch.setattr(writer, "write_revision", overtaken)
    with pytest.raises(StoreStale, match="别人改动了索引"):
        edit_store(address, add=[files["云南省"]])
    assert documents(open_store(address)) == ["安徽省"]


def test_a_write_that_fails_leaves_what_was_there(address, files, monkeypatch):
    before = open_store(address)

    def broken(*_):
        raise ValueError("broken")

    monkeypatch.setattr("index.postgres.writing.sparse_row", broken)
    with pytest.raises(ValueError, match="broken"):
        edit_store(address, add=[files["云南省"]])
    assert open_store(address).version == before.version
    assert_same(open_store(address), before)


def test_another_format_is_refused_and_rebuilt_from_the_copies(address, files):
    before = open_store(address)
    for file in files.values():
        file.unlink()
    with psycopg.connect(address) as connection:
        connection.execute(f"UPDATE {SCHEMA}.store SET format_version = 0")
    with pytest.raises(StoreStale, match="第0版格式"):
        open_store(address)
    said = []
    assert_same(open_or_build(address, None, said.append), before)
    assert "第0版" in said[0] and "重建" in said[0]
    assert_same(open_store(address), before)


def test_another_encoder_rebuilds_it(address, monkeypatch):
    other = WordCountEncoder("基金")
    other.name = "another"
    monkeypatch.setattr(build, "load_encoder", lambda _: other)
    assert open_or_build(address, "another", print).manifest.dimension == 1
    assert open_store(address).vectors.shape[1] == 1


def test_a_file_of_the_same_path_here_is_not_the_databases(address, files):
    files["四川省"].write_text("别的", encoding="utf-8")
    said = []
    assert documents(open_or_build(address, None, said.append)) == ["四川省", "安徽省"]
    assert not said


def test_an_original_that_was_replaced_since_is_not_handed_out_as_the_old_one(address, files):
    before = open_store(address)
    files["四川省"].write_text("四川省2018年工作计划\n四川省将开展专利保险。\n", encoding="utf-8")
    edit_store(address, add=[files["四川省"]])
    with pytest.raises(StoreError, match="来源文档"):
        before.original(before.manifest.sources[0])


def test_a_folder_is_copied_into_a_database_and_back_without_encoding(
    database, files, tmp_path, encoder, capsys
):
    folder, back = tmp_path / "store", tmp_path / "back"
    build_store(folder, list(files.values()), notify=print)
    encoder.encoded.clear()
    assert main(["index", "--copy", str(folder), "--store", database, "--json"]) == 0
    assert [entry["document"] for entry in json.loads(capsys.readouterr().out)] == list(TEXTS)
    assert main(["index", "--copy", database, "--store", str(back)]) == 0
    assert not encoder.encoded
    assert_same(open_store(database), open_store(folder))
    assert_same(open_store(back), open_store(folder))
    sources = open_store(back).manifest.sources
    assert sources == open_store(folder).manifest.sources
    assert main(["index", "--copy", str(folder), "--list"]) == 2
