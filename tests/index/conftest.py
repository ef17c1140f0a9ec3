"""A PostgreSQL server for those tests that need one, started once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from bench.postgres_server import Server, programs
from index.build import copy_store
from index.store import Store, open_store

_numbers = count(1)


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Iterator[Server]:
    if programs() is None:
        pytest.skip("no PostgreSQL server to start on this platform")
    # What is lost when the machine loses power is not asked here.
    server = Server(tmp_path_factory.mktemp("postgres") / "data", fsync="off").create().start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def database(server) -> str:
    """The address of an empty database."""
    return server.database(f"test{next(_numbers)}")


@pytest.fixture(scope="session")
def copied(server, store) -> Store:
    """The store of the bundled document in a database, its texts not encoded anew."""
    copy_store(store.home, server.database("copied"), print)
    return open_store(server.url("copied"))
