"""A store in a database: as `StoreHome`, over connections that are made anew when they are lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from uuid import UUID

from psycopg import sql

from index.dense import DenseIndex
from index.errors import StoreDamaged, StoreError
from index.lexical import LexicalIndex
from index.location import DatabaseAddress
from index.postgres.connections import Connections
from index.postgres.reading import (
    Part,
    joined,
    manifest_of,
    read_header,
    read_parts,
    read_sources,
)
from index.postgres.retrievers import SqlDense, SqlLexical, SqlSearch, WithLoaded
from index.postgres.schema import SCHEMA
from index.postgres.watch import Watch
from index.postgres.writer import Writer
from index.ranking import Retriever
from index.readers.sources import SourceFile
from index.store.home import Notify, Write
from index.store.opened import Store
from index.store.records import Content, Source

_COPY = sql.SQL(f"SELECT content FROM {SCHEMA}.documents WHERE file = %s AND sha256 = %s")


class PostgresHome:
    """The schema of a database that holds a store, and nothing else. As `StoreHome`."""

    follows_originals = False
    """Several machines use it, and a path may be another file on each."""

    def __init__(self, address: DatabaseAddress) -> None:
        self._address = address
        self._connections = Connections(address)
        self._watch = Watch(self.current_version)
        # What was opened last: of a newer revision only what is not in it is fetched.
        self._known: Mapping[UUID, Part] = {}

    def __str__(self) -> str:
        return str(self._address)

    def open(self) -> Store:
        """The current revision, in one snapshot."""
        with self._connections.snapshot() as connection:
            header = read_header(connection, self._address)
            try:
                cells, arrays, parts = joined(read_parts(connection, header, self._known))
            except (ValueError, KeyError, TypeError) as error:
                raise StoreDamaged(f"数据库 {self} 里的索引已损坏：各表的内容不符。") from error
        self._known = {part.id: part for part in parts}
        self._watch.heard(header.revision)
        return Store(self, header.revision, manifest_of(header, parts), cells, arrays)

    def verify(self) -> None:
        """Nothing, when the current revision can be read whole: the database keeps its own checksums."""
        self.open()

    def current_version(self) -> str:
        """The revision, asked of the database."""
        with self._connections.snapshot() as connection:
            return read_header(connection, self._address).revision

    def latest_version(self) -> str:
        """The revision of a moment ago, without waiting for the database."""
        return self._watch.latest()

    def encoder(self) -> str | None:
        """The encoder of the current revision, where there is one."""
        try:
            with self._connections.snapshot() as connection:
                return read_header(connection, self._address).encoder
        except StoreError:
            return None

    def sources(self) -> list[SourceFile]:
        """The copies, whatever the format version."""
        with self._connections.snapshot() as connection:
            return read_sources(connection)

    def copy_of(self, version: str, source: Source) -> bytes | None:  # noqa: ARG002
        """The document's content, as long as no newer revision has another."""
        found = self._connections.fetch(_COPY, (source.name, source.sha256))
        return bytes(found[0][0]) if found else None

    def retrievers(
        self, store: Store, dense: DenseIndex, lexical: LexicalIndex
    ) -> tuple[Retriever, ...]:
        """Those in SQL; those in memory stand by."""
        search = SqlSearch(self._connections, store.version, store.facets)
        return (
            WithLoaded(SqlDense(search, dense), dense),
            WithLoaded(SqlLexical(search, lexical), lexical),
        )

    @contextmanager
    def writing(self, notify: Notify) -> Iterator[Write]:
        """Hold the advisory lock of the store."""
        writer = Writer(self._connections, notify)

        def write(content: Content) -> Store:
            writer.write(content)
            return self.open()

        try:
            yield write
        finally:
            writer.close()

    def close(self) -> None:
        """No idle connection is kept."""
        self._connections.close()
