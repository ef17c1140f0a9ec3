"""One system measured in a process of its own: `python -m bench.peers.measure build|ask …`.

The last line on standard output is what was measured, as JSON; `ask` says `READY` on a line before it
once the first question is answered.
"""

from __future__ import annotations

import json
import statistics
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from itertools import cycle
from pathlib import Path
from typing import Any, cast

from bench.peers.job import Job, Search, System, clocked_encoder, read_job

READY = "ready"
CALLERS = 8


def main() -> None:
    """Build or ask, as the command line says."""
    sys.addaudithook(_refuse_to_leave)
    what, name, folder, job, is_segmented, load_s = sys.argv[1:]
    system = cast(System, import_module(f"bench.peers.systems.{name}"))
    arguments = (system, Path(folder), read_job(Path(job)), is_segmented == "True")
    measured = build(*arguments) if what == "build" else ask(*arguments, float(load_s))
    print(json.dumps(measured | {"memory_mb": peak_memory_mb()}, ensure_ascii=False))


def build(system: System, folder: Path, job: Job, is_segmented: bool) -> dict[str, Any]:
    """Seconds to index, and how many of them went into encoding."""
    encoder = clocked_encoder()
    index = system.prepare(folder, job.texts, is_segmented)
    if is_segmented:
        from index.segment import load_segmenter

        load_segmenter()
    encoder.encode_document([job.first])
    encoded, start = encoder.seconds, time.perf_counter()
    index()
    return {
        "index_s": time.perf_counter() - start,
        "encoding_s": encoder.seconds - encoded,
    }


def ask(
    system: System, folder: Path, job: Job, is_segmented: bool, load_s: float
) -> dict[str, Any]:
    """What is found, how long each search takes, and how many are answered to several callers."""
    search = system.open_search(folder, is_segmented)
    search(job.first)
    print(READY, flush=True)
    encoder = clocked_encoder()
    found, times, encodings = [], [], []
    for question in job.questions:
        encoded, start = encoder.seconds, time.perf_counter()
        found.append(list(search(question)))
        times.append((time.perf_counter() - start) * 1000)
        encodings.append((encoder.seconds - encoded) * 1000)
    return {
        "found": found,
        "search_ms": statistics.median(times),
        "p95_ms": statistics.quantiles(times, n=20)[-1],
        "encoding_ms": statistics.median(encodings),
        **(under_load(search, job.load, load_s) if load_s else {}),
    }


def under_load(search: Search, questions: Sequence[str], seconds: float) -> dict[str, float]:
    """Questions a second that `CALLERS` threads get answered; raises what any of them met."""
    asked, start = _Shared(questions), time.perf_counter()

    def caller(_: int) -> int:
        answered = 0
        while time.perf_counter() - start < seconds:
            search(next(asked))
            answered += 1
        return answered

    with ThreadPoolExecutor(CALLERS) as callers:
        answered = sum(callers.map(caller, range(CALLERS)))
    return {"load_qps": answered / (time.perf_counter() - start)}


class _Shared(Iterator[str]):
    """Questions over and over, to any thread."""

    def __init__(self, questions: Sequence[str]) -> None:
        self._questions, self._lock = cycle(questions), threading.Lock()

    def __next__(self) -> str:
        with self._lock:
            return next(self._questions)


def peak_memory_mb() -> float:
    """The most memory this process has held, files mapped in included."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def _refuse_to_leave(event: str, arguments: tuple[Any, ...]) -> None:
    """No framework reports home while it is measured."""
    if event == "socket.connect":
        address = arguments[1]
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise OSError(f"not allowed to reach {address[0]}")


if __name__ == "__main__":
    main()
