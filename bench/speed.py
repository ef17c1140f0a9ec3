"""How fast it is: indexing, the first search of a process, the searches after, the page."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from bench.server import ROOT, served
from qa.answer import Answerer
from qa.grid import GridMaker
from qa.retrieve import Searcher

COLD_RUNS = 3
QUESTION = "哪些省份设立了质押融资风险补偿基金"


def timed(action: Callable[[], object]) -> float:
    """Seconds that `action` takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def cold_search_s(store: Path) -> float:
    """The median of a search in a process of its own, start of Python included."""
    command = [sys.executable, "-m", "qa", "search", QUESTION, "--store", str(store), "--json"]

    def run() -> None:
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)

    return statistics.median(timed(run) for _ in range(COLD_RUNS))


def warm_search_ms(
    search: Callable[[str], object], questions: Iterable[str]
) -> tuple[float, float]:
    """Median and 95th percentile of searches in one process, the first left out."""
    asked = list(questions)
    search(asked[0])
    times = [timed(lambda q=question: search(q)) * 1000 for question in asked]  # type: ignore[misc]
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


def matters_s(searcher: Searcher) -> float:
    """The median of judging all matters of a theme, for each of the store's themes anew."""

    def judge(theme: str) -> None:
        maker = GridMaker(Answerer(searcher))
        for topic in maker.matters_of(theme):
            maker.matter(topic)

    themes = searcher.store.facets.values["theme"]
    return statistics.median(timed(partial(judge, theme)) for theme in themes)


def page_start_s(store: Path) -> float:
    """From starting the page over an existing store until it answers."""
    start = time.perf_counter()
    with served(store):
        return time.perf_counter() - start
