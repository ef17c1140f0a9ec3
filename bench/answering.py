"""`make bench PART=answering`: opening a store and answering from it, from the bundled document on.

Passages are recombined from those of the bundled document (`bench.recombined`), five hundred a document;
questions are those labelled for it, with the encoder's own time in each. Each size runs in a process of
its own.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import psutil

from bench.questions import read_questions
from bench.recombined import recombined_content
from bench.report import machine, publish, table
from bench.speed import timed
from index.build import build_store
from index.store import home_of, open_store
from qa.answer import Answerer
from qa.retrieve import open_searcher

ROOT = Path(__file__).parents[1]
SIZES = (0, 5_000, 20_000, 100_000)
"""Passages; 0 is the bundled document as it is."""
A_DOCUMENT = 500
EVERY = 3
"""One labelled question of so many is asked."""


def main() -> None:
    """One process a size, then the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="update bench/results.md")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--one", help="measure this store; for the processes")
    options = parser.parse_args()
    if options.one:
        print(json.dumps(_measure(Path(options.one))))
        return
    with tempfile.TemporaryDirectory() as folder:
        bundled = Path(folder) / "bundled"
        build_store(bundled)
        rows = [_row(_made(bundled, size)) for size in options.sizes]
    head = [
        "passages",
        "on disk, MB",
        "open, s",
        "memory, MB",
        "search, ms",
        "answer, ms",
        "p95 ms",
    ]
    publish("answering", f"Measured on {machine('faiss-cpu')}.\n\n{table(head, rows)}")


def _made(bundled: Path, size: int) -> Path:
    """The folder of a store of so many passages."""
    if not size:
        return bundled
    folder = bundled.with_name(str(size))
    content = recombined_content(open_store(bundled), size, max(1, size // A_DOCUMENT))
    with home_of(folder).writing(print) as write:
        write(content)
    return folder


def _row(folder: Path) -> list[str]:
    command = [sys.executable, "-m", "bench.answering", "--one", str(folder)]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    megabytes = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
    row = [
        f"{found['passages']:,}",
        f"{megabytes:,.0f}",
        f"{found['open_s']:.1f}",
        f"{found['megabytes']:,.0f}",
        *(f"{found[name]:.0f}" for name in ("search_ms", "answer_ms", "p95_ms")),
    ]
    print(row, file=sys.stderr)
    return row


def _measure(folder: Path) -> dict[str, float]:
    """What it takes to open a store, and to search it and answer from it."""
    before, start = psutil.Process().memory_info().rss, time.perf_counter()
    store = open_store(folder)
    answerer = Answerer(open_searcher(store))
    answerer.answer("哪些省份设立了质押融资风险补偿基金")
    open_s = time.perf_counter() - start
    questions = [question.question for question in read_questions()][::EVERY]
    search, answer = answerer.searcher.search, answerer.answer
    searches = [timed(partial(search, question)) * 1000 for question in questions]
    # Other words, so that nothing is remembered of the search before.
    answers = [timed(partial(answer, f"请问{question}")) * 1000 for question in questions]
    return {
        "passages": len(store.passages),
        "open_s": open_s,
        "megabytes": (psutil.Process().memory_info().rss - before) / 1e6,
        "search_ms": statistics.median(searches),
        "answer_ms": statistics.median(answers),
        "p95_ms": statistics.quantiles(answers, n=20)[-1],
    }


if __name__ == "__main__":
    main()
