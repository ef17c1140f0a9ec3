"""`make bench PART=growth`: build, memory and latency from 1,000 to 1,000,000 passages.

Passages are recombined from the clauses of the bundled document: two to four of them in a row of
any provinces; the vector is the mean of the clauses' vectors, turned a little at random, and the words
are the clauses' words. Questions are those labelled for the bundled document; every second search has
a province for its filter, every fourth a column beside it. Encoding a question is left out: it does
not depend on the store. Each size runs in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from bench.labelled import read_bundled
from bench.recombined import chosen_clauses, vectors_of_clauses, words_of_clauses
from bench.report import machine, publish, table
from bench.speed import timed
from index.bm25 import SparseBM25
from index.build import build_store
from index.dense import FlatIndex, Nearest, QuantisedIndex
from index.encode import FloatMatrix, FloatVector, load_encoder
from index.engines import QUANTISED, RANK_BM25, engines_for
from index.fuse import fuse_rankings
from index.lexical import LexicalIndex, RankBM25, Scorer
from index.ranking import BoolVector
from index.segment import load_segmenter
from index.store import Store, open_store

ROOT = Path(__file__).parents[1]
SIZES = (1_000, 10_000, 100_000, 1_000_000)
PROVINCES, COLUMNS = 31, 3
SEARCHES = 60
DEPTH, BEST = 100, 10
VECTORS, CODES, WORDS = "vectors.npy", "codes.faiss", "words"

LINES = {
    "build_s": "both indexes",
    "megabytes": "beyond the text",
    "dense_ms": "meaning, median",
    "bm25_ms": "words, median",
    "both_ms": "both and fusion, median",
    "p95_ms": "both and fusion, p95",
}


@dataclass(frozen=True, slots=True)
class Case:
    """One search: the question's vector and words, and what it may find."""

    vector: FloatVector
    question: str
    allowed: BoolVector | None


def main() -> None:
    """One process a size; the table, and the pictures of growth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="update bench/results.md")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--one", help="measure one size over this store; for the processes")
    options = parser.parse_args()
    if options.one:
        print(json.dumps(_measure(Path(options.one), options.sizes[0])))
        return
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        build_store(store)
        measured = [_in_a_process(store, size) for size in options.sizes]
    publish("growth", _table(measured))
    if options.write:
        _plot(measured, ROOT / "docs" / "growth.svg")


def _in_a_process(store: Path, size: int) -> dict[str, float | str]:
    command = [sys.executable, "-m", "bench.growth", "--one", str(store), "--sizes", str(size)]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float | str] = json.loads(done.stdout.splitlines()[-1])
    print(found, file=sys.stderr)
    return found


def _measure(folder: Path, size: int) -> dict[str, float | str]:
    """Everything about one size: made, written, then loaded anew and searched."""
    store = open_store(folder)
    rng = np.random.default_rng(size)
    chosen = chosen_clauses(store, size, rng)
    with tempfile.TemporaryDirectory() as name:
        built = _build(store, chosen, rng, Path(name))
        cases = _cases(store, size, rng)
        vectors = np.load(Path(name) / VECTORS, mmap_mode="r")
        truth = [_exact(vectors, case) for case in cases]
        return {"passages": size, **built, **_searched(Path(name), cases, truth)}


def _build(
    store: Store, chosen: np.ndarray, rng: np.random.Generator, folder: Path
) -> dict[str, float | str]:
    """Make and write both engines; how long that takes, without making the passages up."""
    vectors = vectors_of_clauses(store, chosen, rng)
    np.save(folder / VECTORS, vectors)
    engines = engines_for(len(chosen))
    words = partial(words_of_clauses, store, chosen)
    made_up = timed(lambda: sum(map(len, words())))
    lexical = timed(lambda: _build_lexical(engines.lexical, words, folder)) - made_up
    dense = timed(lambda: _build_dense(engines.dense, vectors, folder))
    return {"engines": f"{engines.lexical}, {engines.dense}", "build_s": lexical + dense}


def _searched(folder: Path, cases: list[Case], truth: list[set[int]]) -> dict[str, float]:
    """What loading and searching cost, and how much of the truth meaning finds."""
    size, segmenter = len(np.load(folder / VECTORS, mmap_mode="r")), load_segmenter()
    before, start = _resident(), time.perf_counter()
    dense, scorer = _load(folder, size)
    load_s = time.perf_counter() - start
    lexical = LexicalIndex(scorer, segmenter)
    _search(cases[0], dense, lexical)
    found = [_search(case, dense, lexical) for case in cases]
    right = sum(len(best & set(rows)) for best, (rows, _) in zip(truth, found, strict=True))
    times = np.array([times for _, times in found]) * 1000
    meaning, words, both = np.median(times, axis=0)
    return {
        "load_s": load_s,
        "bytes": (_resident() - before) / size,
        "recall": right / sum(map(len, truth)),
        "dense_ms": float(meaning),
        "bm25_ms": float(words),
        "both_ms": float(both),
        "p95_ms": float(np.percentile(times[:, 2], 95)),
    }


def _load(folder: Path, size: int) -> tuple[Nearest, Scorer]:
    engines = engines_for(size)
    vectors = np.load(folder / VECTORS, mmap_mode="r")
    dense: Nearest = (
        QuantisedIndex.load(folder / CODES, vectors)
        if engines.dense == QUANTISED
        else FlatIndex(vectors)
    )
    if engines.lexical == RANK_BM25:
        with (folder / WORDS).open("rb") as file:
            return dense, RankBM25(pickle.load(file))
    return dense, SparseBM25.load(folder / WORDS)


def _build_lexical(engine: str, words: partial[Iterator[list[str]]], folder: Path) -> None:
    if engine == RANK_BM25:
        (folder / WORDS).write_bytes(pickle.dumps(list(words())))
    else:
        SparseBM25.of(words()).save(folder / WORDS)


def _build_dense(engine: str, vectors: FloatMatrix, folder: Path) -> None:
    if engine == QUANTISED:
        QuantisedIndex.of(vectors).save(folder / CODES)


def _cases(store: Store, size: int, rng: np.random.Generator) -> list[Case]:
    questions = [question.question for question in read_bundled(store)][:: 843 // SEARCHES]
    vectors = load_encoder(store.manifest.encoder).encode_query(questions)
    province = rng.integers(0, PROVINCES, size)
    column = rng.integers(0, COLUMNS, size)
    cases = []
    for n, (vector, question) in enumerate(zip(vectors, questions, strict=True)):
        allowed = None if n % 2 else province == n % PROVINCES
        if allowed is not None and n % 4 == 0:
            allowed &= column == n % COLUMNS
        cases.append(Case(vector, question, allowed))
    return cases


def _exact(vectors: FloatMatrix, case: Case) -> set[int]:
    scores = vectors @ case.vector
    if case.allowed is not None:
        scores[~case.allowed] = -np.inf
    best = np.argpartition(-scores, BEST)[:BEST]
    return {int(row) for row in best[np.isfinite(scores[best])]}


def _search(
    case: Case, dense: Nearest, lexical: LexicalIndex
) -> tuple[list[int], tuple[float, float, float]]:
    """The rows that meaning finds; seconds for meaning, for words and for all with their fusion."""
    start = time.perf_counter()
    near = dense.nearest(case.vector, DEPTH, case.allowed)
    middle = time.perf_counter()
    shared = lexical.search(case.question, DEPTH, case.allowed)
    end = time.perf_counter()
    fuse_rankings({"dense": near, "bm25": shared})
    times = (middle - start, end - middle, time.perf_counter() - start)
    return [match.row for match in near[:BEST]], times


def _resident() -> int:
    """Bytes of memory that are this process's own or files mapped in, but for the exact vectors.

    Of those only what is compared exactly is read, a few hundred rows a search.
    """
    maps = Path("/proc/self/smaps").read_text(encoding="utf-8").splitlines()
    total, is_counted = 0, True
    for line in maps:
        if not line.split(" ", 1)[0].endswith(":"):
            is_counted = not line.endswith(VECTORS)
        elif line.startswith("Rss:") and is_counted:
            total += int(line.split()[1]) * 1024
    return total


def _table(measured: list[dict[str, float | str]]) -> str:
    head = [
        "passages", "engines", "build, s", "load, s", "bytes a passage", "meaning, ms",
        "words, ms", "search, median ms", "p95 ms", "recall@10",
    ]  # fmt: skip
    rows = [
        [
            f"{m['passages']:,}", str(m["engines"]), f"{m['build_s']:.1f}", f"{m['load_s']:.2f}",
            f"{m['bytes']:,.0f}", f"{m['dense_ms']:.1f}", f"{m['bm25_ms']:.1f}",
            f"{m['both_ms']:.1f}", f"{m['p95_ms']:.1f}", f"{m['recall']:.3f}",
        ]
        for m in measured
    ]  # fmt: skip
    told = f"Measured on {machine('faiss-cpu', 'numpy')}; {SEARCHES} searches each.\n\n"
    return told + table(head, rows)


def _plot(measured: list[dict[str, float | str]], path: Path) -> None:
    """Draw how building, memory and searching grow, each on logarithmic axes."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    # The same picture whenever it is drawn, so that only a change in the figures shows.
    mpl.rcParams |= {"svg.hashsalt": "growth", "svg.fonttype": "none"}
    drawn = {
        "build, s": ("build_s",),
        "memory, MB": ("megabytes",),
        "search, ms": ("dense_ms", "bm25_ms", "both_ms", "p95_ms"),
    }
    figure = Figure(figsize=(11, 3.4), layout="constrained")
    for axes, (title, names) in zip(figure.subplots(1, len(drawn)), drawn.items(), strict=True):
        for name in names:
            values = [
                float(m["bytes"]) * float(m["passages"]) / 1e6 if name == "megabytes" else m[name]
                for m in measured
            ]
            axes.loglog([m["passages"] for m in measured], values, marker="o", label=LINES[name])
        axes.set(title=title, xlabel="passages")
        axes.grid(visible=True, alpha=0.3)
        if len(names) > 1:
            axes.legend()
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    main()
