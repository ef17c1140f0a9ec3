"""Tables in `bench/results.md`, each between marks of its own, the notes around them left alone."""

from __future__ import annotations

import os
import platform
import statistics
import sys
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

RESULTS = Path(__file__).with_name("results.md")


def machine(*packages: str) -> str:
    """The CPU's name, the number of cores, the Python and the versions of `packages`."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        name = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        name = platform.processor() or platform.machine()
    found = [f"{package} {version(package)}" for package in packages]
    return ", ".join(
        [name, f"{os.cpu_count()} cores", f"Python {platform.python_version()}", *found]
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def spread(values: Sequence[float], digits: int = 1) -> str:
    """The median of some runs, with the least and the most."""
    middle = f"{statistics.median(values):,.{digits}f}"
    if len(values) == 1:
        return middle
    return f"{middle} ({min(values):,.{digits}f}–{max(values):,.{digits}f})"


def publish(name: str, text: str, path: Path = RESULTS) -> None:
    """Print a table, and with `--write` on the command line put it between its marks as well."""
    print(text)
    if "--write" in sys.argv:
        update(name, text, path)


def update(name: str, text: str, path: Path = RESULTS) -> None:
    """Replace the table between its marks.

    Raises:
        SystemExit: the file has no such marks.
    """
    begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->"
    before, found, rest = path.read_text("utf-8").partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise SystemExit(f"{path.name} has no marks for the table {name}")
    path.write_text(f"{before}{begin}{text}{end}{after}", encoding="utf-8")
