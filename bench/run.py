"""`make bench`: every figure this project claims, measured and held against what is expected.

Prints OK, close (off by no more than the tolerance, speed only) or FAIL a figure, and ends with 1 when
any fails; a figure that is expected but was not measured is an error. `--write` puts the table into
`bench/results.md`, `--ablation` adds one of each part switched off, `--accept` makes what was measured
the floors of quality.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from bench.ablation import ablation_table
from bench.answers import ask
from bench.expected import Expected, accept, labelled_figures, read_expected, refusal_figures
from bench.labelled import read_bundled, read_hard
from bench.quality import ALL, DEPTH, HYBRID, NDCG, halves, measure
from bench.questions import ANALOG, LabelledQuestion
from bench.report import machine, update
from bench.speed import cold_search_s, matters_s, page_start_s, timed, warm_search_ms
from index.build import build_store
from index.store import open_store
from qa.answer import Answerer
from qa.opening import open_whole
from qa.retrieve import Searcher


def main() -> int:
    """Measure everything; 1 when any figure fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="update bench/results.md")
    parser.add_argument("--ablation", action="store_true", help="switch each part off as well")
    parser.add_argument("--accept", action="store_true", help="update floors in expected.toml")
    options = parser.parse_args()
    tables = {}
    with tempfile.TemporaryDirectory() as folder:
        measured = _measure_all(Path(folder) / "store")
        if options.ablation:
            tables["ablation"] = ablation_table(open_store(Path(folder) / "store"))
    if options.accept:
        accept(measured)
    expected = read_expected()
    missing = expected.keys() ^ measured.keys()
    if missing:
        raise SystemExit(f"expected and measured figures differ: {', '.join(sorted(missing))}")
    tables["figures"] = _table(measured, expected)
    print("\n".join(tables.values()))
    if options.write:
        for name, table in tables.items():
            update(name, table)
    return int(any(e.verdict(measured[name]) == "FAIL" for name, e in expected.items()))


def _measure_all(store: Path) -> dict[str, float]:
    seconds = timed(lambda: build_store(store, notify=print))
    searcher = open_whole(open_store(store))
    return {"index, seconds": seconds, **_speeds(searcher, store), **_qualities(searcher)}


def _speeds(searcher: Searcher, store: Path) -> dict[str, float]:
    labelled = [q for q in read_bundled(searcher.store) if isinstance(q, LabelledQuestion)]
    questions = [q.question for q in labelled]
    # What is near to a practice is read beside it, which takes longer than all else.
    median, p95 = warm_search_ms(searcher.search, _asked(labelled, is_analog=False))
    return {
        "cold search, seconds": cold_search_s(store),
        "warm search median, ms": median,
        "warm search p95, ms": p95,
        "warm search of like practices, median ms": warm_search_ms(
            searcher.search, _asked(labelled, is_analog=True)
        )[0],
        "page start, seconds": page_start_s(store),
        "warm answer median, ms": warm_search_ms(Answerer(searcher).answer, questions)[0],
        "matters of a theme, seconds": matters_s(searcher),
    }


def _asked(labelled: Iterable[LabelledQuestion], is_analog: bool) -> list[str]:
    return [q.question for q in labelled if (q.type == ANALOG) == is_analog]


def _qualities(searcher: Searcher) -> dict[str, float]:
    answerer = Answerer(searcher)
    asked = ask(answerer, read_bundled(searcher.store), DEPTH)
    hard = ask(answerer, read_hard(searcher.store), DEPTH)
    in_full = [one for one in asked if isinstance(one.question, LabelledQuestion)]
    figures = labelled_figures(in_full, searcher.store)
    figures |= refusal_figures(asked, "both files") | refusal_figures(hard, "hard ones")
    questions = [one.question for one in in_full if isinstance(one.question, LabelledQuestion)]
    for name, search in halves(searcher).items():
        found = measure(questions, {q.id: search(q.question) for q in questions})
        called = "plain hybrid" if name == HYBRID else f"{name} alone"
        figures[f"{NDCG} {ALL}, {called}"] = found[-1].ndcg
    return figures


def _table(measured: Mapping[str, float], expected: Mapping[str, Expected]) -> str:
    lines = [
        f"Measured on {machine()}.",
        "",
        "| figure | measured | expected | |",
        "|---|---|---|---|",
    ]
    for name, aim in expected.items():
        value = f"{measured[name]:.3f} {aim.unit}".strip()
        lines.append(f"| {name} | {value} | {aim} | {aim.verdict(measured[name])} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
