"""A server that is lost: what is loaded answers on, and a replica that takes its place is found."""

import threading
import time

import psycopg
import pytest

from bench.postgres_server import PASSWORD, USER, Server
from index import build
from index.build import build_store, edit_store
from index.contents import listings
from index.errors import CewenError, StoreServerFailed, StoreUnwritable
from index.store import home_of, open_store
from qa.answer import Answerer
from qa.live import Live
from qa.opening import open_searcher
from tests.fakes import WordCountEncoder
from tests.waiting import awaited

QUESTION = "哪些省份设立了风险补偿基金"
PROVINCES = ("四川省", "安徽省", "云南省", "贵州省")


@pytest.fixture(autouse=True)
def quick_encoder(monkeypatch):
    encoder = WordCountEncoder("基金", "专利")
    monkeypatch.setattr(build, "load_encoder", lambda _: encoder)
    monkeypatch.setattr("qa.opening.load_encoder", lambda _: encoder)


@pytest.fixture
def files(tmp_path):
    for province in PROVINCES:
        text = f"{province}2017年工作总结\n{province}设立了风险补偿基金。\n"
        (tmp_path / f"{province}.txt").write_text(text, encoding="utf-8")
    return [tmp_path / f"{province}.txt" for province in PROVINCES]


@pytest.fixture(scope="module")
def pair(server, tmp_path_factory):
    """A server and one that follows it; what is committed is on both. The last test ends this."""
    folder = tmp_path_factory.mktemp("pair")
    primary = Server(folder / "primary", fsync="off").create().start()
    try:
        replica = primary.replica(folder / "replica")
        try:
            primary.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            primary.execute("SELECT pg_reload_conf()")
            yield primary, replica
        finally:
            replica.stop()
    finally:
        primary.stop()


def documents(store):
    return [listing.document for listing in listings(store)]


def answered(live):
    return sorted(v.province for v in live.of(Answerer).answer(QUESTION).verdicts)


def rows(retriever):
    return [match.row for match in retriever.search(f"{PROVINCES[1]}基金", 10)]


def searches_in_sql(live):
    """Whether the database itself ranks the passages again."""
    try:
        for retriever in live.searcher.retrievers:
            assert rows(retriever._in_sql) == rows(retriever._loaded)
    except StoreServerFailed:
        return False
    return True


def test_connections_that_were_cut_are_made_anew(server, database, files):
    build_store(database, files[:2], notify=print)
    live = Live(open_searcher(open_store(database)), open_searcher)
    assert searches_in_sql(live)
    name = database.rpartition("/")[2]
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        cut = connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
        ).fetchall()
    assert cut
    assert searches_in_sql(live)
    assert documents(live.searcher.store.home.open()) == list(PROVINCES[:2])
    live.searcher.store.home.close()
    assert home_of(database).current_version() == live.searcher.store.version


def test_pages_on_a_replica_follow_and_do_not_write(pair, files):
    primary, replica = pair
    build_store(primary.database("followed"), files[:1], notify=print)
    at_replica = replica.url("followed")
    awaited(lambda: _holds(at_replica, 1))
    live = Live(open_searcher(open_store(at_replica)), open_searcher)
    edit_store(primary.url("followed"), add=[files[1]])
    awaited(lambda: answered(live) == sorted(PROVINCES[:2]))
    assert searches_in_sql(live)
    with pytest.raises(StoreUnwritable, match="只读"):
        edit_store(live.searcher.store.home, add=[files[2]])


def _holds(url, count):
    try:
        return len(documents(open_store(url))) == count
    except CewenError:
        return False


def test_a_replica_takes_the_place_of_a_server_that_is_killed(pair, files, caplog):
    primary, replica = pair
    primary.database("policies")
    hosts = f"127.0.0.1:{primary.port},127.0.0.1:{replica.port}"
    url = f"postgresql://{USER}:{PASSWORD}@{hosts}/policies?target_session_attrs=read-write"
    build_store(url, files[:1], notify=print)
    live = Live(open_searcher(open_store(url)), open_searcher)
    edit_store(url, add=[files[1]])
    awaited(lambda: answered(live) == sorted(PROVINCES[:2]))
    assert searches_in_sql(live)

    primary.kill()
    # The replica answers, but does not write yet: nothing that this address asks for.
    assert answered(live) == sorted(PROVINCES[:2])
    assert not searches_in_sql(live)
    for retriever in live.searcher.retrievers:
        assert rows(retriever) == rows(retriever._loaded)
    assert set(rows(live.searcher.retrievers[0])) == {0, 1}
    assert any("连不上数据库" in record.getMessage() for record in caplog.records)
    assert PASSWORD not in caplog.text

    # A writer that begins meanwhile waits for a server that takes it.
    home = live.searcher.store.home
    editor = threading.Thread(target=edit_store, args=(home, [files[2]]))
    editor.start()
    time.sleep(0.3)
    assert editor.is_alive()
    replica.execute("SELECT pg_promote()")
    editor.join(30)
    awaited(lambda: answered(live) == sorted(PROVINCES[:3]))
    assert searches_in_sql(live)
    assert documents(edit_store(url, add=[files[3]]).store) == list(PROVINCES)
    awaited(lambda: answered(live) == sorted(PROVINCES))
