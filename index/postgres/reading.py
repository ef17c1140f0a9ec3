"""A revision of a store out of the database: documents apart, then joined."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import numpy as np
from psycopg import sql

from index.encode import FloatMatrix
from index.engines import engines_for
from index.errors import StoreDamaged, StoreForeign, StoreMissing
from index.location import DatabaseAddress
from index.postgres.binary import dense_matrix
from index.postgres.connections import Connection
from index.postgres.schema import FORMAT_VERSION, SCHEMA
from index.readers.corrections import corrections_from
from index.readers.sources import SourceFile
from index.records import Cell
from index.store.records import Arrays, Manifest, Segments, Source
from index.store.version import other_format
from index.store.written import cell_from, segments_from

Value = TypeVar("Value")
_EXISTS = """
SELECT to_regclass('{schema}.store') IS NOT NULL AND to_regclass('{schema}.documents') IS NOT NULL,
       EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE nspname = '{schema}')"""
_SOURCES = "id, file, path, octet_length(content), sha256, corrections"


@dataclass(frozen=True, slots=True)
class Header:
    """What the database says of the store as a whole."""

    revision: str
    encoder: str
    dimension: int
    segmentation: str


@dataclass(frozen=True, slots=True)
class Part:
    """A document of a revision; it never changes under its id."""

    id: UUID
    source: Source
    cells: Sequence[Cell]
    arrays: Arrays


def read_header(connection: Connection, address: DatabaseAddress) -> Header:
    """What is said of the store.

    Raises:
        StoreMissing: the schema is not there, or empty.
        StoreForeign: it holds something else.
        StoreStale: it is of another format version.
        StoreDamaged: nothing is said.
    """
    is_store, is_taken = connection.execute(_EXISTS.format(schema=SCHEMA)).fetchall()[0]
    if not is_store and is_taken:
        raise StoreForeign(
            f"数据库 {address} 的 {SCHEMA} 模式里有别的表，不是策问的索引。请换一个数据库。"
        )
    if not is_store:
        raise StoreMissing(f"数据库 {address} 里还没有索引。")
    found = connection.execute(f"SELECT to_jsonb(s) FROM {SCHEMA}.store s").fetchall()
    raw = found[0][0] if found else {}
    if raw.get("format_version", FORMAT_VERSION) != FORMAT_VERSION:
        raise other_format(raw["format_version"], FORMAT_VERSION)
    try:
        return Header(raw["revision"], raw["encoder"], raw["dimension"], raw["segmentation"])
    except KeyError as error:
        raise StoreDamaged(f"数据库 {address} 里的索引已损坏：{SCHEMA}.store 不完整。") from error


def read_parts(connection: Connection, header: Header, known: Mapping[UUID, Part]) -> list[Part]:
    """The documents in order; those `known` are not fetched again.

    Raises:
        ValueError, KeyError: what belongs together does not fit.
    """
    listed = connection.execute(
        f"SELECT {_SOURCES} FROM {SCHEMA}.documents ORDER BY position"
    ).fetchall()
    wanted = [row[0] for row in listed if row[0] not in known]
    cells = _grouped(connection, "cells", "content", wanted, lambda c: cell_from(json.loads(c)))
    words = _grouped(connection, "passages", "words", wanted, segments_from)
    vectors = _vectors(connection, "passages", header.dimension, wanted)
    sentences = _vectors(connection, "sentences", header.dimension, wanted)
    new = {
        row[0]: _part(row, cells[row[0]], Arrays(vectors[row[0]], sentences[row[0]], words[row[0]]))
        for row in listed
        if row[0] not in known
    }
    return [known[row[0]] if row[0] in known else new[row[0]] for row in listed]


def joined(parts: Sequence[Part]) -> tuple[list[Cell], Arrays, list[Part]]:
    """All documents as one, and each again as a piece of that: so that memory holds them once."""
    vectors = np.concatenate([part.arrays.vectors for part in parts])
    sentences = np.concatenate([part.arrays.sentence_vectors for part in parts])
    ends = np.cumsum([len(part.arrays.vectors) for part in parts])
    sentence_ends = np.cumsum([len(part.arrays.sentence_vectors) for part in parts])
    pieces = [
        Part(part.id, part.source, part.cells, Arrays(own, own_sentences, part.arrays.segments))
        for part, own, own_sentences in zip(
            parts,
            np.split(vectors, ends[:-1]),
            np.split(sentences, sentence_ends[:-1]),
            strict=True,
        )
    ]
    cells = [cell for part in parts for cell in part.cells]
    segments = [segment for part in parts for segment in part.arrays.segments]
    return cells, Arrays(vectors, sentences, segments), pieces


def manifest_of(header: Header, parts: Sequence[Part]) -> Manifest:
    """What a revision was made of and with."""
    passages = sum(len(part.arrays.segments) for part in parts)
    cells = sum(len(part.cells) for part in parts)
    return Manifest(
        format_version=FORMAT_VERSION,
        encoder=header.encoder,
        dimension=header.dimension,
        segmentation=header.segmentation,
        sources=tuple(part.source for part in parts),
        counts={"documents": len(parts), "cells": cells, "passages": passages},
        files={},
        engines=engines_for(passages),
    )


def read_sources(connection: Connection) -> list[SourceFile]:
    """The documents as they came in, in order; of any format version."""
    rows = connection.execute(
        f"SELECT path, content, corrections FROM {SCHEMA}.documents ORDER BY position"
    )
    return [
        SourceFile(Path(path), bytes(content), corrections=corrections_from(said))
        for path, content, said in rows
    ]


def _part(row: tuple[object, ...], cells: Sequence[Cell], arrays: Arrays) -> Part:
    key, file, path, size, sha256, said = row
    source = Source(file, path, size, sha256, corrections_from(said))  # type: ignore[arg-type]
    counts = (sum(len(c.items) for c in cells), len(arrays.segments), len(arrays.vectors))
    if len(set(counts)) > 1 or _sentences(arrays.segments) != len(arrays.sentence_vectors):
        raise ValueError(f"parts of {file} do not fit: {counts}")
    return Part(key, source, cells, arrays)  # type: ignore[arg-type]


def _sentences(segments: Iterable[Segments]) -> int:
    return sum(len(each.sentences) for each in segments)


def _grouped(
    connection: Connection,
    table: str,
    column: str,
    documents: Sequence[UUID],
    read: Callable[[str], Value],
) -> dict[UUID, list[Value]]:
    """The values of a column, by document, in order."""
    rows = connection.execute(_of_documents(table, column), (list(documents),), binary=True)
    return {
        document: [read(value) for _, value in group]
        for document, group in groupby(rows, key=itemgetter(0))
    }


def _vectors(
    connection: Connection, table: str, dimension: int, documents: Sequence[UUID]
) -> dict[UUID, FloatMatrix]:
    rows = connection.execute(_of_documents(table, "vector"), (list(documents),), binary=True)
    return {
        document: dense_matrix([vector for _, vector in group], dimension)
        for document, group in groupby(rows, key=itemgetter(0))
    }


def _of_documents(table: str, column: str) -> sql.Composed:
    return sql.SQL(
        "SELECT document, {} FROM {} WHERE document = ANY(%s) ORDER BY document, position"
    ).format(sql.Identifier(column), sql.Identifier(SCHEMA, table))
