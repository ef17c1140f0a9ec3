"""What a change costs: a document rolled over, another process that follows, a server that is lost."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from bench.postgres_search import Case, Searches
from bench.postgres_server import PASSWORD, USER, Server
from bench.speed import timed
from index.errors import StoreError
from index.store import Content, Store, StoreHome, home_of
from qa.answering import answerer_over
from qa.live import Live
from qa.opening import open_searcher

ROOT = Path(__file__).parents[1]
LONGEST_S = 240.0
QUESTION = "哪些省份设立了质押融资风险补偿基金"


def roll(home: StoreHome, content: Content) -> Store:
    """The last document is written anew in its place, its texts not encoded again."""
    names = list(dict.fromkeys(cell.document for cell in content.cells))
    with home.writing(print) as write:
        return write(replace(content, kept=frozenset(names[:-1])))


def updates(
    url: str, content: Content, runs: int, answers: bool
) -> tuple[list[float], list[float]]:
    """Seconds of an update, and from its beginning until another process has it.

    Where it `answers` that process has answered a question from it, else it has opened it.
    """
    home = home_of(url)
    home.open()
    command = [sys.executable, "-m", "bench.postgres_changes", *(["--answers"] if answers else [])]
    follower = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    written, followed = [], []
    with follower:
        assert follower.stdin is not None and follower.stdout is not None
        # Not on its command line: others may read that, and a password is in it.
        follower.stdin.write(f"{url}\n")
        follower.stdin.flush()
        follower.stdout.readline()
        for _ in range(runs):
            time.sleep(1.5)
            begun = time.time()
            written.append(timed(lambda: roll(home, content)))
            followed.append(float(follower.stdout.readline()) - begun)
        follower.kill()
    return written, followed


def follow(url: str, answers: bool) -> None:
    """Print when a newer revision is there, every time, until killed or it is long enough."""
    home = home_of(url)
    store = home.open()
    live = Live(open_searcher(store), open_searcher) if answers else None
    version, until = store.version, time.monotonic() + LONGEST_S
    print("ready", flush=True)
    while time.monotonic() < until:
        if live:
            live.of(answerer_over).answer(QUESTION)
            found = live.searcher.store.version
        else:
            found = home.latest_version()
            store = home.open() if found != version else store
        if found != version:
            print(time.time(), flush=True)
            version = found
        time.sleep(0.01)


def failover(
    content: Content, cases: Sequence[Case], settings: dict[str, str]
) -> tuple[float, float]:
    """Seconds from killing a server, and promoting its replica at once, until it is as before.

    That is until SQL searches again, and until an update that begins then is committed.
    """
    with tempfile.TemporaryDirectory() as folder:
        primary = Server(Path(folder) / "primary", **settings).create().start()
        replica: Server | None = None
        try:
            primary.database("policies")
            replica = primary.replica(Path(folder) / "replica")
            primary.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            primary.execute("SELECT pg_reload_conf()")
            return _lost(primary, replica, content, cases)
        finally:
            if replica:
                replica.stop()
            primary.stop()


def _lost(
    primary: Server, replica: Server, content: Content, cases: Sequence[Case]
) -> tuple[float, float]:
    hosts = f"127.0.0.1:{primary.port},127.0.0.1:{replica.port}"
    url = f"postgresql://{USER}:{PASSWORD}@{hosts}/policies?target_session_attrs=read-write"
    home = home_of(url)
    store = roll(home, content)
    searches = Searches(url, store.version, store.facets, cases)
    searches.both(cases[0])
    start = time.perf_counter()
    primary.kill()
    replica.execute("SELECT pg_promote()")
    searched = _until(lambda: searches.both(cases[0])) - start
    roll(home, content)
    return searched, time.perf_counter() - start


def _until(action: Callable[[], None]) -> float:
    """When an action no longer fails."""
    deadline = time.perf_counter() + LONGEST_S
    while True:
        try:
            action()
        except StoreError:
            if time.perf_counter() > deadline:
                raise
            time.sleep(0.01)
        else:
            return time.perf_counter()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--answers", action="store_true")
    follow(sys.stdin.readline().strip(), parser.parse_args().answers)
