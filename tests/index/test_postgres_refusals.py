"""What a database can refuse: each one clear sentence, no password in any of them."""

import socket
from types import SimpleNamespace

import numpy as np
import psycopg
import pytest
from psycopg.sql import SQL

from bench.postgres_server import PASSWORD
from index import build
from index.build import build_store, edit_store
from index.errors import (
    StoreDamaged,
    StoreForeign,
    StoreMissing,
    StoreServerFailed,
    StoreUnreadable,
    StoreUnwritable,
    UsageError,
)
from index.location import DatabaseAddress, location_from
from index.postgres.retrievers import SqlLexical, SqlSearch
from index.postgres.schema import SCHEMA
from index.store import home_of, open_store
from qa.cli import main
from qa.config import load_settings
from tests.fakes import WordCountEncoder


@pytest.fixture(autouse=True)
def quick_encoder(monkeypatch):
    monkeypatch.setattr(build, "load_encoder", lambda _: WordCountEncoder("基金", "专利"))


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "四川省.txt"
    path.write_text("四川省2017年工作总结\n四川省设立了基金。\n", encoding="utf-8")
    return path


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("postgresql://u:SECRET@one:5433/policies", "one:5433/policies"),
        ("postgres://one/policies", "one/policies"),
        ("postgresql://u:SE%40CRET@a:1,b:2/p?target_session_attrs=read-write", "a:1,b:2/p"),
        ("postgresql:///policies?host=/run/postgresql", "/run/postgresql/policies"),
        ("postgresql://u@/policies", "localhost/policies"),
        ("postgresql://one?dbname=policies&password=SECRET", "one/policies"),
    ],
)
def test_of_an_address_hosts_and_database_are_shown(url, name):
    found = location_from(url)
    assert isinstance(found, DatabaseAddress)
    assert str(found) == name
    assert found.url == url
    assert "SECRET" not in f"{found!r} {found}"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://u:SECRET@one/policies", "不能放在 mysql"),
        ("postgresql:/u:SECRET@one/policies", "写法不对"),
        ("postgresql://u:SECRET@one", "没有写明数据库"),
        ("postgresql://u:SECRET@one/policies?nothing=1", "写法不对"),
        ("postgresql://u:SECRET%zz@one/policies", "写法不对"),
    ],
)
def test_an_address_that_makes_no_sense_is_bad_usage(url, says, capsys, monkeypatch):
    with pytest.raises(UsageError, match=says):
        home_of(load_settings(store=url).store)
    assert main(["cells", "--json", "--store", url]) == 2
    monkeypatch.setenv("CEWEN_STORE", url)
    assert main(["cells"]) == 2
    said = capsys.readouterr().err
    assert says in said and "SECRET" not in said and said.count("\n") == 2


def test_the_settings_do_not_show_the_password(monkeypatch):
    monkeypatch.setenv("CEWEN_STORE", "postgresql://u:SECRET@one/policies")
    settings = load_settings()
    assert str(settings.store) == "one/policies"
    assert "SECRET" not in f"{settings!r} {settings}"


def test_a_server_that_is_not_there_is_a_fault_of_the_inside(free_port, capsys):
    url = f"postgresql://u:SECRET@127.0.0.1:{free_port}/policies"
    with pytest.raises(StoreServerFailed, match=f"连不上数据库 127.0.0.1:{free_port}/policies"):
        open_store(url)
    assert main(["cells", "--store", url]) == 3
    said = capsys.readouterr().err
    assert "SECRET" not in said and said.count("\n") == 1


def test_a_wrong_password_and_a_wrong_database_are_named(server, database, capsys):
    wrong = database.replace(PASSWORD, "SECRET")
    with pytest.raises(StoreUnreadable, match="用户名或密码不对"):
        open_store(wrong)
    assert main(["cells", "--store", wrong]) == 2
    with pytest.raises(UsageError, match="nowhere 不存在"):
        open_store(server.url("nowhere"))
    assert main(["cells", "--store", server.url("nowhere")]) == 2
    said = capsys.readouterr().err
    assert "SECRET" not in said and PASSWORD not in said and said.count("\n") == 2


def test_an_empty_database_holds_no_store_yet(database, source):
    with pytest.raises(StoreMissing, match="还没有索引"):
        open_store(database)
    with pytest.raises(StoreMissing):
        edit_store(database, add=[source])
    with psycopg.connect(database) as connection:
        # Whoever runs the server may have made the schema.
        connection.execute(f"CREATE SCHEMA {SCHEMA}")
    with pytest.raises(StoreMissing):
        open_store(database)
    assert build_store(database, [source], notify=print).store.cells


def test_a_schema_of_something_else_is_refused_and_left_alone(database, source):
    with psycopg.connect(database) as connection:
        connection.execute(f"CREATE SCHEMA {SCHEMA}")
        connection.execute(f"CREATE TABLE {SCHEMA}.photos AS SELECT 1 AS n")
    for use in (open_store, lambda url: build_store(url, [source], notify=print)):
        with pytest.raises(StoreForeign, match="别的表"):
            use(database)
    with psycopg.connect(database) as connection:
        assert connection.execute(f"SELECT n FROM {SCHEMA}.photos").fetchall() == [(1,)]


def test_without_pgvector_it_says_what_is_missing(database, source, capsys):
    url = f"{database}?options=-c%20extension_control_path%3D/nowhere"
    with pytest.raises(StoreServerFailed, match="没有 pgvector 扩展"):
        build_store(url, [source], notify=print)
    assert main(["index", str(source), "--store", url]) == 3
    with pytest.raises(StoreMissing):
        open_store(database)


def test_what_only_reads_is_not_written(database, source):
    build_store(database, [source], notify=print)
    url = f"{database}?options=-c%20default_transaction_read_only%3Don"
    assert open_store(url).cells
    with pytest.raises(StoreUnwritable, match="只读"):
        edit_store(url, add=[source])


def test_a_user_without_rights_is_told(server, database, source):
    build_store(database, [source], notify=print)
    server.execute("CREATE ROLE guest LOGIN PASSWORD 'guest'")
    url = f"postgresql://guest:guest@127.0.0.1:{server.port}/{database.rpartition('/')[2]}"
    with pytest.raises(StoreUnreadable, match="权限"):
        open_store(url)


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM {0}.store",
        "DELETE FROM {0}.sentences",
        "DELETE FROM {0}.passages",
        "DELETE FROM {0}.documents",
        "DROP TABLE {0}.cells",
        "UPDATE {0}.passages SET vector = '[1]'",
    ],
)
def test_damage_is_recognised(database, source, damage):
    build_store(database, [source], notify=print)
    with psycopg.connect(database) as connection:
        connection.execute(damage.format(SCHEMA))
    with pytest.raises(StoreDamaged, match="已损坏"):
        open_store(database)


def test_what_the_database_rejects_is_not_taken_for_its_absence(database, source):
    home = build_store(database, [source], notify=print).store.home
    with pytest.raises(StoreServerFailed, match="出错：division by zero"):
        home._connections.fetch(SQL("SELECT 1 / 0"))
    # The connection is as good as before.
    assert home._connections.fetch(SQL("SELECT 1")) == [(1,)]


def test_a_name_is_no_statement(database, tmp_path):
    evil = f"'); DROP SCHEMA {SCHEMA} CASCADE; --%s {{}} \\"
    path = tmp_path / f"{evil}.txt"
    path.write_text(f"四川省2017年工作总结\n四川省{evil}设立了基金。\n", encoding="utf-8")
    store = build_store(database, [path], notify=print).store
    assert {cell.document for cell in store.cells} == {evil}
    assert any("DROP SCHEMA" in passage.text for passage in store.passages)
    search = SqlSearch(store.home._connections, store.version, store.facets)
    lexical = SqlLexical(search, SimpleNamespace(query=lambda text: [text, evil]))
    assert lexical.search(evil, 3, np.ones(len(store.passages), dtype=bool)) == []
    edit_store(database, add=[path])
    assert open_store(database).cells == store.cells


def test_without_the_driver_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr("index.store.find_spec", lambda _: None)
    with pytest.raises(UsageError, match="cewen\\[postgres\\]"):
        home_of("postgresql://one/policies")
