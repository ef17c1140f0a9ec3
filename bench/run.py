"""`make bench`: every figure this project claims, measured and held against what is expected.

Prints OK, close (off by no more than the tolerance) or FAIL a figure; a figure that is expected but
was not measured is an error. `--write` puts the table into `bench/results.md`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.answers import measure_answers
from bench.quality import DEPTH, Search, measure
from bench.questions import is_held_out, read_questions
from bench.speed import cold_search_s, machine, page_start_s, timed, warm_search_ms
from index.build import build_store
from index.fuse import fuse_rankings
from index.ranking import Retriever
from index.records import Hit
from index.store import open_store
from qa.answer import Answerer
from qa.question import clean_question
from qa.retrieve import Searcher, open_searcher

HERE = Path(__file__).parent
RESULTS = HERE / "results.md"


@dataclass(frozen=True, slots=True)
class Expected:
    """A figure's aim, the direction that is better, and how far off is still close."""

    value: float
    better: str
    tolerance: float
    unit: str

    def verdict(self, measured: float) -> str:
        """OK, close or FAIL."""
        behind = measured - self.value if self.better == "lower" else self.value - measured
        if behind <= 0:
            return "OK"
        return "close" if behind <= self.tolerance else "FAIL"


def main() -> int:
    """Measure everything; 1 when any figure fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="update bench/results.md")
    write = parser.parse_args().write
    with tempfile.TemporaryDirectory() as folder:
        measured = _measure_all(Path(folder) / "store")
    expected = {
        name: Expected(**entry)
        for name, entry in tomllib.loads((HERE / "expected.toml").read_text("utf-8")).items()
    }
    missing = expected.keys() ^ measured.keys()
    if missing:
        raise SystemExit(f"expected and measured figures differ: {', '.join(sorted(missing))}")
    rows = [(n, measured[n], e, e.verdict(measured[n])) for n, e in expected.items()]
    lines = [
        f"Measured on {machine()}.",
        "",
        "| figure | measured | expected | |",
        "|---|---|---|---|",
    ]
    for name, value, aim, verdict in rows:
        sign = "≤" if aim.better == "lower" else "≥"
        lines.append(f"| {name} | {value:.3f} {aim.unit} | {sign} {aim.value:g} | {verdict} |")
    table = "\n".join(lines) + "\n"
    print(table)
    if write:
        _update(RESULTS, table)
    return int(any(verdict == "FAIL" for *_, verdict in rows))


def _measure_all(store: Path) -> dict[str, float]:
    seconds = timed(lambda: build_store(store, notify=print))
    searcher = open_searcher(open_store(store))
    questions = read_questions()
    median, p95 = warm_search_ms(searcher.search, (q.question for q in questions))
    figures = {
        "index, seconds": seconds,
        "cold search, seconds": cold_search_s(store),
        "warm search median, ms": median,
        "warm search p95, ms": p95,
        "page start, seconds": page_start_s(store),
        "warm answer median, ms": warm_search_ms(
            Answerer(searcher).answer, (q.question for q in questions)
        )[0],
    }
    figures |= measure_answers(Answerer(searcher), questions)
    held_out = [question for question in questions if is_held_out(question)]
    for name, value in measure_answers(Answerer(searcher), held_out).items():
        figures[f"{name}, held out"] = value
    found_held_out = measure(held_out, lambda question: searcher.search(question, DEPTH))
    figures["nDCG@10 all, held out"] = found_held_out["all"]["nDCG@10"]
    fused = measure(questions, lambda question: searcher.search(question, DEPTH))
    figures |= {f"nDCG@10 {group}": values["nDCG@10"] for group, values in sorted(fused.items())}
    figures |= {f"{name} all": value for name, value in fused["all"].items() if name != "nDCG@10"}
    for name, search in _halves(searcher).items():
        figures[f"nDCG@10 all, {name}"] = measure(questions, search)["all"]["nDCG@10"]
    return figures


def _halves(searcher: Searcher) -> dict[str, Search]:
    """Searches by each retriever alone and by their plain fusion, to see what the rest adds."""

    def search(question: str, retrievers: Sequence[Retriever]) -> list[Hit]:
        query = clean_question(question)
        rankings = {r.name: r.search(query, 100) for r in retrievers}
        return [
            Hit(searcher.store.passages[match.row], match.score, match.rank)
            for match, _ in fuse_rankings(rankings)[:DEPTH]
        ]

    halves: dict[str, Search] = {
        f"{r.name} alone": partial(search, retrievers=(r,)) for r in searcher.retrievers
    }
    return halves | {"plain hybrid": partial(search, retrievers=searcher.retrievers)}


def _update(path: Path, table: str) -> None:
    """Replace the table between the marks, leaving the notes around it alone."""
    begin, end = "<!-- begin figures -->\n", "<!-- end figures -->"
    before, _, rest = path.read_text("utf-8").partition(begin)
    _, _, after = rest.partition(end)
    path.write_text(f"{before}{begin}{table}{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
