"""The real server in a process of its own, for as long as something is measured, and how it is."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from index.build import build_store

ROOT = Path(__file__).parents[1]
START_WAIT_S = 120


@dataclass(frozen=True, slots=True)
class Server:
    """Where it answers, and its process."""

    url: str
    process: psutil.Process


@dataclass(frozen=True, slots=True)
class Vitals:
    """What a process holds: memory in MB, threads, open files and connections."""

    megabytes: float
    threads: int
    descriptors: int


def vitals(process: psutil.Process) -> Vitals:
    """What it holds now."""
    with process.oneshot():
        megabytes = process.memory_info().rss / 1e6
        return Vitals(megabytes, process.num_threads(), process.num_fds())


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def store_at(given: Path | None) -> Iterator[Path]:
    """A store that is there, or one of the bundled document for as long as it is measured."""
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "store"
        build_store(place)
        yield place


@contextmanager
def served(store: Path, **environment: str) -> Iterator[Server]:
    """The server over a store, once it answers.

    Raises:
        RuntimeError: it did not start, or ended by itself; with what it said.
    """
    port = free_port()
    command = [sys.executable, "-m", "qa", "serve", "--port", str(port), "--store", str(store)]
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryFile("w+", encoding="utf-8") as log:
        server = subprocess.Popen(
            [*command, "--feedback", "off"], cwd=ROOT, env=os.environ | environment, stderr=log
        )
        try:
            is_up = _awaited(f"{url}/healthz", server)
            if is_up:
                yield Server(url, psutil.Process(server.pid))
            is_up = is_up and server.poll() is None
        finally:
            server.terminate()
            server.wait()
        log.seek(0)
        said = log.read()
    if not is_up or "Traceback" in said:
        raise RuntimeError(f"the server did not start, or failed: {said}")


def _awaited(address: str, server: subprocess.Popen[bytes]) -> bool:
    """Whether a server answers there, in time."""
    deadline = time.monotonic() + START_WAIT_S
    while not _answers(address):
        if server.poll() is not None or time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _answers(address: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        return bool(opener.open(address, timeout=2).status == 200)
    except OSError:
        return False
