"""The two retrievers in SQL: filter, score and order are the database's work.

What a question may find is handed over twice: as the values that the allowed passages have, which the
database looks up in its columns, and where these say too little as one bit a row.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from psycopg import sql

from index.dense import DenseIndex
from index.errors import StoreServerFailed, StoreStale
from index.filters import FacetIndex
from index.lexical import LexicalIndex
from index.postgres.binary import MOST_DIMENSIONS
from index.postgres.connections import Connections
from index.postgres.schema import FACET_COLUMNS, SCHEMA
from index.ranking import BoolVector, Retriever
from index.records import Match

PAUSE_S = 2.0
"""So long a server that failed is left alone, and what is loaded searches instead."""
_ROW = "d.first_row + p.position"

_FOUND = sql.SQL(
    f"""
SELECT s.revision, f.row, f.score
FROM {SCHEMA}.store s LEFT JOIN (
    SELECT row, score FROM (
        SELECT {_ROW} AS row, {{score}} AS score
        FROM {{passages}} p JOIN {SCHEMA}.documents d ON d.id = p.document WHERE {{conditions}}
        OFFSET 0 -- so that a score is computed once
    ) scored WHERE score > {{above}} ORDER BY score DESC, row LIMIT %(k)s
) f ON true ORDER BY f.score DESC, f.row"""
)
_PASSAGES = sql.SQL(f"{SCHEMA}.passages")
_WEIGHTS = sql.SQL(f"{SCHEMA}.weights")
_COSINE = sql.SQL("-(p.vector <#> %(vector)s::vector)")
# Words of the question with their idf, a repeated one counted again, as one sparse vector.
_ASKED = f"""(SELECT ('{{{{' || string_agg(id + 1 || ':' || weight, ',' ORDER BY id)
    || '}}}}/{MOST_DIMENSIONS}')::sparsevec
    FROM (SELECT id, idf * count(*) AS weight FROM {SCHEMA}.words
          JOIN unnest(%(words)s::text[]) AS asked (word) USING (word) GROUP BY id, idf) q)"""
_BM25 = sql.SQL(f"-(p.weights <#> {_ASKED.replace('{{', '{').replace('}}', '}')})")


@dataclass(frozen=True, slots=True)
class Scored:
    """What is scored, how, and above which score it is found."""

    table: sql.SQL
    score: sql.SQL
    above: sql.SQL
    parameters: Mapping[str, object]


class SqlSearch:
    """Runs searches over one revision."""

    def __init__(self, connections: Connections, revision: str, facets: FacetIndex) -> None:
        self._connections, self._revision, self._facets = connections, revision, facets

    def matches(self, scored: Scored, k: int, allowed: BoolVector | None) -> list[Match]:
        """The `k` best of the allowed passages, best first, equal ones by row.

        Raises:
            StoreStale: the database holds another revision by now, whose rows are others.
            StoreServerFailed: it cannot be reached, even by a new connection.
        """
        if allowed is not None and not allowed.any():
            return []
        conditions, values = self._conditions(allowed)
        query = _FOUND.format(
            passages=scored.table,
            score=scored.score,
            above=scored.above,
            conditions=sql.SQL(" AND ").join([sql.SQL("true"), *conditions]),
        )
        found = self._connections.fetch(query, {**scored.parameters, **values, "k": k})
        if not found or found[0][0] != self._revision:
            raise StoreStale(f"数据库 {self._connections.address} 里的索引已经是另一版。")
        return [
            Match(row, score, n) for n, (_, row, score) in enumerate(found, 1) if row is not None
        ]

    def _conditions(
        self, allowed: BoolVector | None
    ) -> tuple[list[sql.Composable], dict[str, object]]:
        """What allows the passages, as conditions and their parameters."""
        if allowed is None:
            return [], {}
        values, is_all = self._facets.implied(allowed)
        conditions: list[sql.Composable] = [
            sql.SQL(f"{FACET_COLUMNS[facet]} = ANY(%({facet})s)") for facet in values
        ]
        parameters: dict[str, object] = {facet: list(names) for facet, names in values.items()}
        if not is_all:
            conditions.append(sql.SQL(f"get_bit(%(allowed)s::bytea, {_ROW}) = 1"))
            parameters["allowed"] = np.packbits(allowed, bitorder="little").tobytes()
        return conditions, parameters


class SqlDense:
    """Finds passages by the cosine between their vectors and the question's, exactly."""

    name = DenseIndex.name

    def __init__(self, search: SqlSearch, loaded: DenseIndex) -> None:
        self._search, self._query = search, loaded.query

    def search(self, question: str, k: int, allowed: BoolVector | None = None) -> list[Match]:
        """As `DenseIndex.search`, in float32; raises as `SqlSearch.matches`."""
        vector = str(self._query(question).tolist())
        scored = Scored(_PASSAGES, _COSINE, sql.SQL("'-Infinity'"), {"vector": vector})
        return self._search.matches(scored, k, allowed)


class SqlLexical:
    """Finds passages by the words they share with the question, by BM25 as rank-bm25 has it."""

    name = LexicalIndex.name

    def __init__(self, search: SqlSearch, loaded: LexicalIndex) -> None:
        self._search, self._query = search, loaded.query

    def search(self, question: str, k: int, allowed: BoolVector | None = None) -> list[Match]:
        """As `LexicalIndex.search`, in float32; raises as `SqlSearch.matches`."""
        words = {"words": self._query(question)}
        scored = Scored(_WEIGHTS, _BM25, sql.SQL("0"), words)
        return self._search.matches(scored, k, allowed)


class WithLoaded:
    """A retriever in SQL, with one over what is loaded for as long as the database does not serve.

    That is while its server is gone, and from the moment it has a newer revision until that is open
    here: both rank the same passages alike.
    """

    def __init__(self, in_sql: Retriever, loaded: Retriever) -> None:
        self.name = in_sql.name
        self._in_sql, self._loaded = in_sql, loaded
        self._failed_at = -PAUSE_S

    def search(self, question: str, k: int, allowed: BoolVector | None = None) -> list[Match]:
        """As `Retriever`."""
        if time.monotonic() - self._failed_at >= PAUSE_S:
            try:
                return self._in_sql.search(question, k, allowed)
            except StoreServerFailed as error:
                self._failed_at = time.monotonic()
                logging.getLogger(__name__).warning("%s先用已载入的内容检索。", error)
            except StoreStale:
                pass
        return self._loaded.search(question, k, allowed)
