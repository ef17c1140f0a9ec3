"""What measured figures are held against: `bench/expected.toml`, the one place for it."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.answers import Asked, refused
from bench.evaluate import CEWEN, Evaluation, evaluate_answers
from bench.quality import ALL, FIRST, NDCG, RECALL
from bench.questions import is_held_out
from index.store import Store

FILE = Path(__file__).with_name("expected.toml")
HELD_OUT = "held out"
LOWER_IS_BETTER = "answerable refused"
QUALITY_MARK = "# Quality:"
_DIGITS = 1000


@dataclass(frozen=True, slots=True)
class Expected:
    """A figure's floor or its ceiling, and how far off is still close."""

    at_least: float = -math.inf
    at_most: float = math.inf
    tolerance: float = 0.0
    unit: str = ""

    def __str__(self) -> str:
        return f"≤ {self.at_most:g}" if self.at_most < math.inf else f"≥ {self.at_least:g}"

    def verdict(self, measured: float) -> str:
        """OK, close or FAIL."""
        behind = max(self.at_least - measured, measured - self.at_most)
        if behind <= 0:
            return "OK"
        return "close" if behind <= self.tolerance else "FAIL"


def read_expected(path: Path = FILE) -> dict[str, Expected]:
    """What is expected of each figure, in the order of the file."""
    entries = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: Expected(**entry) for name, entry in entries.items()}


def accept(measured: Mapping[str, float], path: Path = FILE) -> None:
    """Make what was measured the floor of each figure of quality; those of speed are left alone."""
    speeds, mark, rest = path.read_text(encoding="utf-8").partition(QUALITY_MARK)
    comment = rest.partition("\n")[0]
    known = tomllib.loads(speeds)
    lines = [_line(name, value) for name, value in measured.items() if name not in known]
    path.write_text(f"{speeds}{mark}{comment}\n" + "".join(lines), encoding="utf-8")


def _line(name: str, value: float) -> str:
    if name.startswith(LOWER_IS_BETTER):
        return f'"{name}" = {{ at_most = {0.0 - _rounded_down(-value)} }}\n'
    return f'"{name}" = {{ at_least = {_rounded_down(value)} }}\n'


def _rounded_down(value: float) -> float:
    """`value` with three digits, never above it."""
    return math.floor(value * _DIGITS) / _DIGITS


def labelled_figures(asked: Sequence[Asked], store: Store) -> dict[str, float]:
    """The figures of the questions labelled in full, and of those held out, by name."""
    held_out = [one for one in asked if is_held_out(one.question)]
    figures = dict(_figures(evaluate_answers(asked, store)))
    for name, value in _figures(evaluate_answers(held_out, store)):
        if not name.startswith(NDCG) or name == f"{NDCG} {ALL}":
            figures[f"{name}, {HELD_OUT}"] = value
    return figures


def refusal_figures(asked: Sequence[Asked], called: str) -> dict[str, float]:
    """The shares refused of questions that are `called` so, and of those held out."""
    held_out = [one for one in asked if is_held_out(one.question)]
    shares = {
        f"unanswerable refused, {called}": refused(asked, answerable=False),
        f"answerable refused, {called}": refused(asked, answerable=True),
        f"unanswerable refused, {called}, {HELD_OUT}": refused(held_out, answerable=False),
        f"answerable refused, {called}, {HELD_OUT}": refused(held_out, answerable=True),
    }
    return {name: share.value for name, share in shares.items() if share}


def _figures(evaluation: Evaluation) -> Iterator[tuple[str, float]]:
    """Name and value of everything measured, as `expected.toml` calls it."""
    claims = {"province F1": evaluation.provinces, "done F1": evaluation.done}
    yield from ((name, value.f1) for name, value in claims.items() if value)
    shares = {
        "status accuracy": evaluation.statuses,
        "all provinces judged": evaluation.all_judged,
        "facts stated": evaluation.facts,
        "figures stated": evaluation.figures,
        "unanswerable refused": evaluation.unanswerable_refused,
        "answerable refused": evaluation.answerable_refused,
        "quotes verbatim": evaluation.quotes,
    }
    yield from ((name, share.value) for name, share in shares.items() if share)
    for found in evaluation.found[CEWEN]:
        yield f"{NDCG} {found.type}", found.ndcg
        if found.type == ALL:
            yield f"{RECALL} {ALL}", found.recall
            yield f"{FIRST} {ALL}", found.first
