"""Whoever writes: alone, and sure of what was committed even when the server is lost meanwhile."""

from __future__ import annotations

import secrets

from index.errors import StoreError, StoreForeign, StoreServerFailed, StoreStale
from index.postgres.connections import Connection, Connections
from index.postgres.reading import read_header
from index.postgres.schema import LOCK
from index.postgres.writing import write_revision
from index.store.home import WAITING, Notify
from index.store.records import Content


class Writer:
    """Holds the lock of a store until it is closed."""

    def __init__(self, connections: Connections, notify: Notify) -> None:
        """Take the lock; `notify` is told when another holds it.

        Raises:
            StoreForeign: something else is there.
            StoreUnwritable: the server only reads.
            StoreServerFailed: it does not answer.
        """
        self._connections = connections
        self._connection = self._locked(notify)
        try:
            self._before = self._revision()
        except BaseException:
            self.close()
            raise

    def write(self, content: Content) -> None:
        """A new revision is committed.

        When the server is lost on the way, and another takes its place in time, it is looked up
        there whether that had happened, and done again where it had not.

        Raises:
            StoreError: it could not be, and the revision before stays.
        """
        revision = secrets.token_hex(6)
        try:
            self._write(content, revision)
        except StoreServerFailed:
            if not self._connection.closed:
                raise
            self._connection = self._locked(lambda _: None)
            found = self._revision()
            if found not in (self._before, revision):
                raise StoreStale(
                    f"写入时与数据库 {self._connections.address} 断开，其间别人改动了索引，请重试。"
                ) from None
            if found != revision:
                self._write(content, revision)
        self._before = revision

    def close(self) -> None:
        """Let others write."""
        self._connection.close()

    def _write(self, content: Content, revision: str) -> None:
        with self._connections.explained():
            write_revision(self._connection, self._connections.address, content, revision)

    def _locked(self, notify: Notify) -> Connection:
        connection = self._connections.connect()
        try:
            with self._connections.explained():
                self._require_writable(connection)
                found = connection.execute("SELECT pg_try_advisory_lock(%s, %s)", LOCK).fetchall()
                if not found[0][0]:
                    notify(WAITING)
                    connection.execute("SELECT pg_advisory_lock(%s, %s)", LOCK)
        except BaseException:
            connection.close()
            raise
        return connection

    def _require_writable(self, connection: Connection) -> None:
        if connection.execute("SHOW transaction_read_only").fetchall() == [("on",)]:
            raise self._connections.only_reads()

    def _revision(self) -> str | None:
        """The revision that is there; None where there is none that can be read."""
        try:
            with self._connections.explained():
                return read_header(self._connection, self._connections.address).revision
        except (StoreForeign, StoreServerFailed):
            raise
        except StoreError:
            return None
