"""What searching in SQL costs: alone and together, with a filter and without, exact and by a graph."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import psycopg

from bench.speed import timed
from index.bm25 import SparseBM25
from index.dense import FlatIndex
from index.encode import FloatVector
from index.filters import FacetIndex, Filter
from index.location import DatabaseAddress, location_from
from index.postgres.connections import Connections
from index.postgres.retrievers import SqlDense, SqlLexical, SqlSearch
from index.postgres.schema import SCHEMA
from index.ranking import BoolVector, ranked
from index.store import Store

DEPTH, BEST = 100, 10
SECONDS = 5.0
"""So long clients ask for the sake of throughput."""
CLIENTS = (1, 4, 8)
GRAPH = "vectors_graph"
WIDTHS = (40, 200)
"""How many neighbours a search in the graph keeps in view: pgvector's own choice, and more."""


@dataclass(frozen=True, slots=True)
class Case:
    """One search: a question with its vector and words, and what it may find by its province."""

    question: str
    vector: FloatVector
    words: tuple[str, ...]
    province: str = ""


class Searches:
    """Both retrievers over a store in a database, the questions' vectors and words known."""

    def __init__(self, url: str, version: str, facets: FacetIndex, cases: Sequence[Case]) -> None:
        address = location_from(url)
        assert isinstance(address, DatabaseAddress)
        search = SqlSearch(Connections(address), version, facets)
        vectors = {case.question: case.vector for case in cases}
        words = {case.question: list(case.words) for case in cases}
        # What is loaded only says how a question is understood: here that is known.
        self.dense = SqlDense(search, cast(Any, SimpleNamespace(query=vectors.__getitem__)))
        self.lexical = SqlLexical(search, cast(Any, SimpleNamespace(query=words.__getitem__)))
        self._facets = facets

    def allowed(self, case: Case) -> BoolVector | None:
        """What a case may find."""
        return self._facets.allowed(Filter(province=(case.province,))) if case.province else None

    def both(self, case: Case) -> None:
        """A case is searched by meaning and by words."""
        allowed = self.allowed(case)
        self.dense.search(case.question, DEPTH, allowed)
        self.lexical.search(case.question, DEPTH, allowed)


def latencies(searches: Searches, store: Store, cases: Sequence[Case]) -> dict[str, float]:
    """Median and 95th percentile in ms: in SQL by meaning and by words, and in memory."""
    flat = FlatIndex(store.vectors)
    bm25 = SparseBM25.of(segments.all for segments in store.segments)
    masks = [searches.allowed(case) for case in cases]

    def in_memory(case: Case, allowed: BoolVector | None) -> None:
        flat.nearest(case.vector, DEPTH, allowed)
        scores = bm25.scores(case.words)
        rows = np.flatnonzero(scores > 0 if allowed is None else (scores > 0) & allowed)
        ranked(rows, scores[rows], DEPTH)

    ways: dict[str, Callable[[Case, BoolVector | None], object]] = {
        "dense": lambda case, mask: searches.dense.search(case.question, DEPTH, mask),
        "bm25": lambda case, mask: searches.lexical.search(case.question, DEPTH, mask),
        "memory": in_memory,
    }
    found: dict[str, float] = {}
    for name, way in ways.items():
        for case, mask in zip(cases[:6], masks, strict=False):
            # The first few plan the statement.
            way(case, mask)
        times = [timed(partial(way, c, m)) * 1000 for c, m in zip(cases, masks, strict=True)]
        found |= {name: float(np.median(times)), f"{name}_p95": float(np.percentile(times, 95))}
    return found


def throughput(
    url: str, version: str, facets: FacetIndex, cases: Sequence[Case]
) -> dict[int, float]:
    """Questions a second, each searched by meaning and by words, from so many processes at a time."""
    rates = {}
    for clients in CLIENTS:
        with ProcessPoolExecutor(clients, get_context("spawn")) as pool:
            ask = partial(_asked, url, version, facets, cases)
            # All have started and are connected before any is counted.
            begin = time.time() + 10 + 3 * clients
            counts = pool.map(ask, [begin] * clients)
            rates[clients] = sum(counts) / SECONDS
    return rates


def _asked(url: str, version: str, facets: FacetIndex, cases: Sequence[Case], begin: float) -> int:
    """How many cases this process has searched in its time."""
    searches = Searches(url, version, facets, cases)
    for case in cases[:12]:
        searches.both(case)
    if time.time() > begin:
        raise RuntimeError("this process was not ready in time")
    time.sleep(begin - time.time())
    count = 0
    while time.time() < begin + SECONDS:
        searches.both(cases[count % len(cases)])
        count += 1
    return count


def graph(url: str, store: Store, cases: Sequence[Case]) -> dict[str, float]:
    """A graph (HNSW) over the vectors in 16 bits: what it costs, finds and saves."""
    half = f"(vector::halfvec({store.manifest.dimension}))"
    exact = FlatIndex(store.vectors)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET maintenance_work_mem = '1GB'")
        built = timed(
            lambda: connection.execute(
                f"CREATE INDEX {GRAPH} ON {SCHEMA}.passages USING hnsw ({half} halfvec_ip_ops)"
            )
        )
        size = connection.execute(f"SELECT pg_relation_size('{SCHEMA}.{GRAPH}')").fetchall()
        connection.execute("SET hnsw.iterative_scan = strict_order")
        found = {"build_s": built, "megabytes": size[0][0] / 1e6}
        for width in WIDTHS:
            connection.execute(f"SET hnsw.ef_search = {width}")
            for name in ("all", "province"):
                right, times = [], []
                for case in cases:
                    province = case.province if name == "province" else ""
                    rows, took = _nearest(connection, half, case, province)
                    wanted = Filter(province=(province,)) if province else Filter()
                    nearest = exact.nearest(case.vector, BEST, store.facets.allowed(wanted))
                    right.append(len(rows & {match.row for match in nearest}) / len(nearest))
                    times.append(took * 1000)
                found[f"recall_{name}_{width}"] = float(np.mean(right))
                found[f"ms_{name}_{width}"] = float(np.median(times))
        connection.execute(f"DROP INDEX {SCHEMA}.{GRAPH}")
    return found


def _nearest(
    connection: psycopg.Connection[Any], half: str, case: Case, province: str
) -> tuple[set[int], float]:
    """The nearest rows by the graph, and seconds."""
    condition = "WHERE province = %(province)s" if province else ""
    query = (
        f"SELECT d.first_row + p.position FROM (SELECT document, position FROM {SCHEMA}.passages "
        f"{condition} ORDER BY {half} <#> %(vector)s LIMIT {BEST}) p "
        f"JOIN {SCHEMA}.documents d ON d.id = p.document"
    )
    parameters = {"province": province, "vector": str(case.vector.tolist())}
    start = time.perf_counter()
    rows = connection.execute(query.encode(), parameters).fetchall()
    return {row for (row,) in rows}, time.perf_counter() - start
