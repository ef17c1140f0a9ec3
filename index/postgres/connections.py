"""Connections to one database: kept for the next who asks, made anew when the server was lost."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import IsolationLevel, errors, sql
from psycopg.conninfo import conninfo_to_dict

from index.errors import (
    StoreDamaged,
    StoreError,
    StoreServerFailed,
    StoreUnreadable,
    StoreUnwritable,
    UsageError,
)
from index.location import DatabaseAddress
from index.postgres.schema import SCHEMA

Connection = psycopg.Connection[tuple[Any, ...]]
Rows = list[tuple[Any, ...]]

PATIENCE_S = 20.0
"""So long a server that was there once is waited for: until a replica has taken its place."""
KEPT = 8
"""So many idle connections are kept."""
SETTINGS = {
    "connect_timeout": "5",
    "application_name": "cewen",
    # Whoever encodes for long says nothing meanwhile; whoever is cut off is to be noticed.
    "keepalives_idle": "15",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}
"""What the URL may say otherwise."""
# Types of the extension are found wherever it was installed.
_PATH = f"""
SELECT set_config('search_path', '{SCHEMA}, ' || coalesce((
    SELECT quote_ident(nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
    WHERE extname = 'vector'), 'public'), false)"""


class Connections:
    """Those of this process to one database. Safe to share between threads."""

    def __init__(self, address: DatabaseAddress) -> None:
        """Connects only when it is needed.

        Raises:
            UsageError: the address is not written as libpq reads it.
        """
        self.address = address
        try:
            # It is not said what is wrong with it: that may be a piece of the password.
            self._parameters = {**SETTINGS, **conninfo_to_dict(address.url)}
        except psycopg.Error:
            raise UsageError(f"数据库地址（{address}）的写法不对，请检查参数和转义。") from None
        self._idle: list[Connection] = []
        weakref.finalize(self, _close, self._idle)
        self._lock = threading.Lock()
        self._was_reached = False

    def connect(self, patience: float = PATIENCE_S) -> Connection:
        """A new connection, each statement its own transaction; the caller closes it.

        Args:
            patience: so many seconds a server that was reached before is tried again.

        Raises:
            StoreServerFailed: it cannot be reached.
            StoreUnreadable: it does not let this user in.
            UsageError: it has no such database.
        """
        deadline = time.monotonic() + (patience if self._was_reached else 0)
        pause = 0.05
        while True:
            try:
                connection = psycopg.connect(**self._parameters, autocommit=True)  # type: ignore[arg-type]
                connection.execute(_PATH)
            except psycopg.Error as error:
                if time.monotonic() + pause > deadline:
                    raise self.refusal(error) from error
                time.sleep(pause)
                pause = min(2 * pause, 1.0)
            else:
                self._was_reached = True
                return connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A connection that sees the database as it is now, whatever is committed meanwhile."""
        with self._lent(self._take()) as connection:
            connection.isolation_level = IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            with connection.transaction():
                yield connection
            connection.isolation_level = connection.read_only = None

    def fetch(
        self,
        query: sql.SQL | sql.Composed,
        parameters: Mapping[str, object] | Sequence[object] = (),
        patience: float = 0,
    ) -> Rows:
        """The rows of a query; asked once more when the connection turns out to be lost.

        Raises:
            StoreServerFailed: the server cannot be reached, as far as `patience` goes.
            StoreError: it refuses the query.
        """
        idle = self._idle_one()
        if idle is not None:
            try:
                with self._lent(idle):
                    return idle.execute(query, parameters).fetchall()
            except StoreServerFailed:
                # What one connection has lost the others have too.
                self.close()
        with self._lent(self.connect(patience)) as connection:
            return connection.execute(query, parameters).fetchall()

    def close(self) -> None:
        """None is kept; those in use are closed when they are given back."""
        with self._lock:
            _close(self._idle)

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Map what the database refuses to one clear sentence."""
        try:
            yield
        except psycopg.Error as error:
            raise self.refusal(error) from error

    def refusal(self, error: psycopg.Error) -> StoreError | UsageError:
        """What an error of the database means."""
        match error:
            case errors.ReadOnlySqlTransaction():
                return self.only_reads()
            case errors.InsufficientPrivilege():
                return StoreUnreadable(
                    f"这个用户没有使用数据库 {self.address} 的权限：{_line(error)}。"
                )
            case errors.DiskFull():
                return StoreUnwritable(
                    f"数据库 {self.address} 的磁盘空间不足，已有的内容未被改动。"
                )
            case errors.UndefinedTable() | errors.UndefinedColumn() | errors.DatatypeMismatch():
                return StoreDamaged(f"数据库 {self.address} 里的索引已损坏：{_line(error)}。")
        if not isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
            return StoreServerFailed(f"数据库 {self.address} 出错：{_line(error)}。")
        reason = str(error)
        if "password" in reason or "authentication" in reason:
            return StoreUnreadable(
                f"数据库 {self.address} 不让登录，用户名或密码不对。可在地址、PGPASSWORD 或 ~/.pgpass 里写明。"
            )
        if "FATAL" in reason and "database" in reason and "does not exist" in reason:
            return UsageError(f"数据库 {self.address} 不存在，请检查名称，或先用 createdb 建立。")
        return StoreServerFailed(
            f"连不上数据库 {self.address}（{_line(error)}）。请检查地址和服务器，稍后再试。"
        )

    def only_reads(self) -> StoreUnwritable:
        """That the server takes no changes."""
        return StoreUnwritable(
            f"数据库 {self.address} 现在只读（可能连到了副本），不能写入索引。"
            "请连接主库，或在地址里加 target_session_attrs=read-write。"
        )

    def _take(self) -> Connection:
        """An idle connection that answers, or else a new one."""
        idle = self._idle_one()
        if idle is not None:
            try:
                idle.execute("SELECT")
            except psycopg.Error:
                self.close()
            else:
                return idle
        return self.connect()

    def _idle_one(self) -> Connection | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    @contextmanager
    def _lent(self, connection: Connection) -> Iterator[Connection]:
        """A connection that is kept afterwards, if it is still good."""
        try:
            with self.explained():
                yield connection
        except BaseException:
            connection.close()
            raise
        with self._lock:
            if len(self._idle) < KEPT:
                self._idle.append(connection)
                return
        connection.close()


def _close(connections: list[Connection]) -> None:
    """The list is empty, and what was in it closed."""
    while connections:
        connections.pop().close()


def _line(error: psycopg.Error) -> str:
    """What the database said, on one line."""
    said = error.diag.message_primary or str(error)
    return "；".join(line.strip().rstrip(".") for line in said.splitlines() if line.strip())
