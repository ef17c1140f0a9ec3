"""`make bench PART=answering`: opening a store and answering from it, from the bundled document on.

Passages are recombined from those of the bundled document (`bench.recombined`), five hundred a document;
questions are those labelled for it. A search is measured without the encoder's time, which does not
depend on the store, an answer with it. Each size runs in a process of its own. With a million, the
writing takes some 16 GB of memory.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import psutil

from bench.questions import read_questions
from bench.recombined import recombined_content
from bench.report import machine, publish, table
from bench.speed import timed
from index.build import build_store
from index.store import Store, home_of, open_store
from index.store.records import CATALOG
from qa.answer import Answers
from qa.answering import answerer_over
from qa.opening import open_searcher, open_whole

ROOT = Path(__file__).parents[1]
SIZES = (0, 5_000, 20_000, 100_000, 1_000_000)
"""Passages; 0 is the bundled document as it is."""
A_DOCUMENT = 500
EVERY = 3
"""One labelled question of so many is asked."""
BEST = 10
COMPARED_UP_TO = 20_000
"""Passages up to which what is found is held against weighing every one of them."""
HEAD = {
    "passages": "passages",
    "written_s": "write, s",
    "disk_mb": "on disk, MB",
    "open_s": "open, s",
    "memory_mb": "memory, MB",
    "bytes_each": "bytes a passage",
    "search_ms": "search, ms",
    "search_p95_ms": "p95 ms",
    "answer_ms": "answer, ms",
    "answer_p95_ms": "p95 ms",
    "recall": f"of the {BEST} best",
}


def main() -> None:
    """Two processes a size, one that writes the store and one that asks it; then the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="update bench/results.md")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--make", nargs=3, help="write a store; for the processes")
    parser.add_argument("--ask", type=Path, help="measure a store; for the processes")
    options = parser.parse_args()
    if options.make:
        bundled, store, size = options.make
        print(json.dumps(_make(Path(bundled), Path(store), int(size))))
    elif options.ask:
        print(json.dumps(_ask(options.ask)))
    else:
        _publish(options.sizes)


def _publish(sizes: Sequence[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bundled = Path(folder) / "bundled"
        build_store(bundled)
        rows = [_row(bundled, size) for size in sizes]
    measured = f"Measured on {machine('faiss-cpu', 'numpy')}."
    publish("answering", f"{measured}\n\n{table(list(HEAD.values()), rows)}")


def _row(bundled: Path, size: int) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        store = f"{folder}/store"
        found = _in_a_process("--make", str(bundled), store, str(size))
        found |= _in_a_process("--ask", store)
    row = [_shown(name, found.get(name)) for name in HEAD]
    print(row, file=sys.stderr)
    return row


def _in_a_process(*arguments: str) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.answering", *arguments]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _shown(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    digits = {"open_s": 1, "written_s": 1, "recall": 3}.get(name, 0)
    return f"{value:,.{digits}f}"


def _make(bundled: Path, store: Path, size: int) -> dict[str, float]:
    """Write so many passages, or the bundled document for none."""
    given = open_store(bundled)
    content = (
        recombined_content(given, size, max(1, size // A_DOCUMENT)) if size else given.content()
    )
    with home_of(store).writing(print) as write:
        seconds = timed(lambda: write(content))
    return {"written_s": seconds, "disk_mb": _bytes_in(store) / 1e6}


def _ask(folder: Path) -> dict[str, float]:
    """What it takes to open a store, and to search it and answer from it."""
    before, start = _own_memory(), time.perf_counter()
    store = open_store(folder)
    answers = answerer_over(open_searcher(store))
    answers.answer("哪些省份设立了质押融资风险补偿基金")
    open_s = time.perf_counter() - start
    questions = [question.question for question in read_questions()][::EVERY]
    searches = [_search_ms(answers, question) for question in questions]
    # Other words, so that nothing is remembered of the search before.
    asked = [timed(partial(answers.answer, f"请问{question}")) * 1000 for question in questions]
    memory, size = _own_memory() - before, len(store.passages)
    found = {
        "passages": size,
        "open_s": open_s,
        "memory_mb": memory / 1e6,
        "bytes_each": (memory + _bytes_in(next(folder.glob("v-*")) / CATALOG)) / size,
        "search_ms": statistics.median(searches),
        "search_p95_ms": statistics.quantiles(searches, n=20)[-1],
        "answer_ms": statistics.median(asked),
        "answer_p95_ms": statistics.quantiles(asked, n=20)[-1],
    }
    if size <= COMPARED_UP_TO:
        found["recall"] = _recall(answers, store, questions)
    return found


def _search_ms(answers: Answers, question: str) -> float:
    """A search, its question encoded beforehand."""
    searcher = answers.searcher
    searcher.encode(searcher.read(question))
    return timed(lambda: searcher.search(question, BEST)) * 1000


def _recall(answers: Answers, store: Store, questions: Sequence[str]) -> float:
    """How much of what is best when every passage is weighed is found."""
    weighing_all = open_whole(store)
    shares = []
    for question in questions:
        best = {hit.passage.id for hit in weighing_all.search(question, BEST)}
        found = {hit.passage.id for hit in answers.searcher.search(question, BEST)}
        shares.append(len(best & found) / len(best) if best else 1.0)
    return statistics.mean(shares)


def _own_memory() -> int:
    """Bytes that this process holds for itself: without files that are mapped, which are shared."""
    memory = psutil.Process().memory_info()
    return int(memory.rss - getattr(memory, "shared", 0))


def _bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    main()
