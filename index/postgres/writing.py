"""A new revision of a store, in one transaction: only what changed, and what all passages share."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import accumulate, pairwise
from uuid import UUID, uuid4

from psycopg import Copy, errors, sql

from index.bm25 import SparseBM25
from index.encode import FloatMatrix
from index.errors import StoreError, StoreForeign, StoreServerFailed
from index.location import DatabaseAddress
from index.passages import make_passages
from index.postgres.binary import dense_rows, sparse_row
from index.postgres.connections import Connection
from index.postgres.reading import Header, read_header
from index.postgres.schema import FORMAT_VERSION, SCHEMA, TABLES
from index.readers.sources import SourceFile
from index.records import Cell, Passage
from index.store.records import Content, Segments, Source
from index.store.written import cell_json, segments_line

LABELS = ("province", "column", "theme", "year")
LABEL_TYPES = ("text",) * len(LABELS)
VECTOR = "bytea"
"""How a vector is handed over: its bytes as they are, which the server reads as the column's type."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A document of what is to be written, with its pieces of it."""

    id: UUID
    name: str
    source: SourceFile
    first_row: int
    cells: Sequence[Cell]
    segments: Sequence[Segments]
    vectors: FloatMatrix
    sentence_vectors: FloatMatrix


def write_revision(
    connection: Connection, address: DatabaseAddress, content: Content, revision: str
) -> None:
    """The database holds `content` and nothing else of the store, as `revision`.

    Raises:
        psycopg.Error, StoreError: it cannot be written; it holds what it held.
    """
    with connection.transaction():
        fits = _prepare(connection, address, content)
        kept = _kept(connection, content.kept if fits else frozenset())
        connection.execute(
            f"DELETE FROM {SCHEMA}.documents WHERE id <> ALL(%s)", (list(kept.values()),)
        )
        parts = _parts(content, kept)
        new = [part for part in parts if part.name not in kept]
        _write_documents(connection, parts, new)
        _write_passages(connection, new)
        _write_words(connection, parts)
        connection.execute(
            f"INSERT INTO {SCHEMA}.store VALUES (true, %s, %s, %s, %s, %s) "
            "ON CONFLICT (is_only) DO UPDATE SET (revision, encoder, dimension, segmentation) = "
            "(excluded.revision, excluded.encoder, excluded.dimension, excluded.segmentation)",
            (
                FORMAT_VERSION,
                revision,
                content.encoder,
                content.vectors.shape[1],
                content.segmentation,
            ),
        )
        connection.execute(f"ANALYZE {SCHEMA}.documents, {SCHEMA}.passages, {SCHEMA}.weights")


def _prepare(connection: Connection, address: DatabaseAddress, content: Content) -> bool:
    """The tables are there; whether what is in them was made with what `content` was made with."""
    try:
        found = read_header(connection, address)
    except (StoreForeign, StoreServerFailed):
        raise
    except StoreError:
        _create(connection, address)
        return False
    made_with = Header(
        found.revision, content.encoder, content.vectors.shape[1], content.segmentation
    )
    return found == made_with


def _create(connection: Connection, address: DatabaseAddress) -> None:
    """Empty tables, in place of those of another format."""
    names = ("store", "documents", "cells", "passages", "sentences", "words", "weights")
    own = sql.SQL(", ").join(sql.Identifier(SCHEMA, name) for name in names)
    connection.execute(sql.SQL("DROP TABLE IF EXISTS {} CASCADE").format(own))
    try:
        with connection.transaction():
            connection.execute("CREATE EXTENSION IF NOT EXISTS vector SCHEMA public")
    except (
        errors.FeatureNotSupported,
        errors.UndefinedFile,
        errors.InsufficientPrivilege,
    ) as error:
        raise StoreServerFailed(
            f"数据库 {address} 没有 pgvector 扩展，或这个用户不能启用它。"
            "请安装 pgvector，并由管理员执行 CREATE EXTENSION vector。"
        ) from error
    connection.execute(TABLES)


def _kept(connection: Connection, names: frozenset[str]) -> dict[str, UUID]:
    """The ids of documents that stay as they are, by name."""
    found = connection.execute(
        f"SELECT name, id FROM {SCHEMA}.documents WHERE name = ANY(%s)", (list(names),)
    )
    return dict(found.fetchall())


def _parts(content: Content, kept: dict[str, UUID]) -> list[_Part]:
    """The documents of `content`, each with its own pieces; cells stand in the order of sources."""
    cells: dict[str, list[Cell]] = {}
    for cell in content.cells:
        cells.setdefault(cell.document, []).append(cell)
    rows = _bounds(sum(len(cell.items) for cell in own) for own in cells.values())
    counts = [0, *accumulate(len(segments.sentences) for segments in content.segments)]
    return [
        _Part(
            id=kept.get(name) or uuid4(),
            name=name,
            source=source,
            first_row=start,
            cells=own,
            segments=content.segments[start:end],
            vectors=content.vectors[start:end],
            sentence_vectors=content.sentence_vectors[counts[start] : counts[end]],
        )
        for (name, own), source, (start, end) in zip(
            cells.items(), content.sources, rows, strict=True
        )
    ]


def _bounds(sizes: Iterable[int]) -> Iterator[tuple[int, int]]:
    """First and one past the last of each of some runs."""
    return pairwise(accumulate(sizes, initial=0))


def _write_documents(connection: Connection, parts: Sequence[_Part], new: Sequence[_Part]) -> None:
    """All documents stand in their order, the new ones with their originals."""
    for part in new:
        source = Source.of(part.source)
        said = json.dumps(asdict(source.corrections), ensure_ascii=False)
        connection.execute(
            f"INSERT INTO {SCHEMA}.documents VALUES (%s, %s, %s, %s, %s, %s, %s, -1, -1)",
            (
                part.id,
                part.name,
                source.name,
                source.path,
                part.source.data,
                source.sha256,
                said,
            ),
        )
    connection.execute(
        f"UPDATE {SCHEMA}.documents d SET position = n.position - 1, first_row = n.first_row "
        "FROM unnest(%s::uuid[], %s::int[]) WITH ORDINALITY AS n (id, first_row, position) "
        "WHERE d.id = n.id AND (d.position, d.first_row) <> (n.position - 1, n.first_row)",
        ([part.id for part in parts], [part.first_row for part in parts]),
    )


def _write_passages(connection: Connection, new: Sequence[_Part]) -> None:
    """The cells, passages and sentences of the new documents are there."""
    with _copying(
        connection, "cells", ("document", "position", "content"), ("uuid", "int4", "text")
    ) as put:
        for part in new:
            for position, cell in enumerate(part.cells):
                put.write_row((part.id, position, cell_json(cell)))
    columns = ("document", "position", *LABELS, "words", "vector")
    types = ("uuid", "int4", *LABEL_TYPES, "text", VECTOR)
    with _copying(connection, "passages", columns, types) as put:
        for part in new:
            rows = zip(
                make_passages(part.cells), part.segments, dense_rows(part.vectors), strict=True
            )
            for position, (passage, segments, vector) in enumerate(rows):
                own = (segments_line(segments), vector)
                put.write_row((part.id, position, *_labels(passage), *own))
    with _copying(
        connection, "sentences", ("document", "position", "vector"), ("uuid", "int4", VECTOR)
    ) as put:
        for part in new:
            for position, vector in enumerate(dense_rows(part.sentence_vectors)):
                put.write_row((part.id, position, vector))


def _write_words(connection: Connection, parts: Sequence[_Part]) -> None:
    """The words of all passages are there with their idf, and every passage's weights.

    Every document that comes or goes moves the mean length, and with it every weight.
    """
    bm25 = SparseBM25.of(segments.all for part in parts for segments in part.segments)
    connection.execute(f"DELETE FROM {SCHEMA}.words")
    connection.execute(f"DELETE FROM {SCHEMA}.weights")
    with _copying(
        connection, "words", ("id", "word", "holding", "idf"), ("int4", "text", "int4", "float8")
    ) as put:
        for column, (word, holding, idf) in enumerate(bm25.vocabulary()):
            put.write_row((column, word, holding, idf))
    rows = bm25.by_rows()
    columns = ("document", "position", *LABELS, "weights")
    with _copying(connection, "weights", columns, ("uuid", "int4", *LABEL_TYPES, VECTOR)) as put:
        for part in parts:
            for position, (passage, row) in enumerate(
                zip(make_passages(part.cells), rows, strict=False)
            ):
                put.write_row((part.id, position, *_labels(passage), sparse_row(*row)))


def _labels(passage: Passage) -> tuple[str, ...]:
    """What a filter may ask of a passage besides its document."""
    return tuple(getattr(passage, label) for label in LABELS)


@contextmanager
def _copying(
    connection: Connection, table: str, columns: Sequence[str], types: Sequence[str]
) -> Iterator[Copy]:
    """Rows that are put in reach the table."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        sql.Identifier(SCHEMA, table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(types)
        yield copy
