"""Measuring one system in processes of its own."""

from __future__ import annotations

import json
import math
import os
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from bench.peers.contenders import Contender
from bench.peers.environment import OFFLINE, ROOT, last_word
from bench.peers.figures import Figures
from bench.peers.measure import READY

LONGEST_S = 600


class Failed(Exception):
    """A system did not come through; the message is its own last word."""


def built(python: Path, contender: Contender, folder: Path, job: Path) -> Figures:
    """What indexing into `folder` took.

    Raises:
        Failed: it did not come through.
    """
    found, _ = _run(python, "build", contender, folder, job, 0)
    return {
        "index_s": found["index_s"],
        "index_alone_s": found["index_s"] - found["encoding_s"],
        "index_mb": found["memory_mb"],
    }


def asked(
    python: Path, contender: Contender, folder: Path, job: Path, load_s: float
) -> tuple[dict[str, float], list[list[str]]]:
    """What asking the index in `folder` took, and the ids found for each question.

    What several callers at once bring down is asked again without them: they get no number.

    Raises:
        Failed: it did not come through.
    """
    try:
        found, start_s = _run(python, "ask", contender, folder, job, load_s)
    except Failed:
        if not load_s:
            raise
        found, start_s = _run(python, "ask", contender, folder, job, 0)
        found["load_qps"] = math.nan
    ids, memory_mb = found.pop("found"), found.pop("memory_mb")
    return found | {"search_mb": memory_mb, "start_s": start_s}, ids


def _run(
    python: Path, what: str, contender: Contender, folder: Path, job: Path, load_s: float
) -> tuple[dict[str, Any], float]:
    """What the process measured, and the seconds until it said that it was ready."""
    command = [str(python), "-m", "bench.peers.measure", what, contender.module]
    command += [str(folder), str(job), str(contender.is_segmented), str(load_s)]
    ready_s, last = 0.0, ""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        start = time.perf_counter()
        with subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | OFFLINE,
            stdout=subprocess.PIPE,
            stderr=errors,
            encoding="utf-8",
        ) as process:
            stopped = threading.Timer(LONGEST_S, process.kill)
            stopped.start()
            for line in process.stdout or ():
                if line.strip() == READY:
                    ready_s = time.perf_counter() - start
                last = line
            stopped.cancel()
        if process.returncode:
            errors.seek(0)
            raise Failed(f"fails: {last_word(errors.read())}")
    measured: dict[str, Any] = json.loads(last)
    return measured, ready_s
