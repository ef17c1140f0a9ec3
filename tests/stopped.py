"""Whatever a process does to files, one step after the other: any of them can fail or be its last.

Steps are what Python's audit events tell of folders and files, each `fsync`, and each call to the
encoder. Run as a process of its own, for an audit hook cannot be taken off again:

    python -m tests.stopped HOME first|edit kill|ENOSPC|EACCES|EIO

does the same work once for each step in a copy of `HOME` made anew, stops it there, looks what the store
is like, has the next run put things right, and prints a line of JSON for each step.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import sys
from pathlib import Path

import index.segment
from index import build
from index.build import build_store, edit_store, open_or_build
from index.errors import CewenError
from index.store import open_store
from tests.fakes import WordCountEncoder

EVENTS = {
    "os.rename",
    "os.mkdir",
    "os.remove",
    "os.rmdir",
    "os.listdir",
    "os.scandir",
    "shutil.rmtree",
}
WRITES = ("os.rename", "os.mkdir", "fsync", "open w")
FAILS = {"ENOSPC": WRITES, "EACCES": (*EVENTS, "open"), "EIO": (*EVENTS, "open", "fsync")}
"""What can fail so; anything can be the last."""
FIRST, SECOND, STORE = "甲.txt", "丙.txt", "store"


class Steps:
    """Counts steps in `folder`, and acts at the one with number `stop`."""

    def __init__(self, folder: Path, kinds: tuple[str, ...], stop: int, act) -> None:
        self.folder, self.kinds, self.stop, self.act = str(folder), kinds, stop, act
        self.count, self.names = 0, []

    def step(self, name: str) -> None:
        if not name.startswith(self.kinds):
            return
        self.count += 1
        self.names.append(name)
        if self.count == self.stop:
            self.act()

    def hook(self, event: str, arguments: tuple) -> None:
        """Count what concerns the folder; within an open folder Python names files only."""
        if event == "open":
            if str(arguments[0]).startswith(self.folder):
                self.step(f"open {arguments[1] or 'w'} {Path(arguments[0]).name}")
        elif event in EVENTS:
            place = str(arguments[0])
            if place.startswith(self.folder) or not place.startswith("/"):
                self.step(f"{event} {Path(place).name}")

    def watch(self) -> None:
        sys.addaudithook(self.hook)
        really = os.fsync

        def fsync(file) -> None:
            self.step("fsync")
            really(file)

        os.fsync = fsync


class Encoder(WordCountEncoder):
    """Calls to it are steps too."""

    steps: Steps | None = None

    def encode_document(self, sentences):
        if self.steps:
            self.steps.step("encode")
        return super().encode_document(sentences)


ENCODER = Encoder("基金", "专利")


def work(home: Path, what: str) -> None:
    """Build a first store, or add a document to the one that is there."""
    if what == "first":
        build_store(home / STORE, [home / FIRST], notify=print)
    else:
        edit_store(home / STORE, add=[home / SECOND], notify=print)


def stopped(home: Path, what: str, how: str, stop: int, report: int) -> None:
    """In a child: do the work up to a step. What came of it goes to the pipe `report`."""

    def act() -> None:
        if how == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        number = getattr(errno, how)
        raise OSError(number, os.strerror(number))

    steps = Steps(home, FAILS.get(how, ("",)), stop, act)
    ENCODER.steps = steps
    steps.watch()
    said = ""
    try:
        work(home, what)
    except CewenError as error:
        said = str(error)
    except Exception as error:  # What must not happen is told to the test.
        said = f"UNEXPECTED {error!r}"
    names = steps.names
    os.write(report, json.dumps([said, names[min(stop, len(names)) - 1], len(names)]).encode())
    os._exit(0)


def forked(home: Path, what: str, how: str, stop: int) -> list:
    """What a child says: the error, the last step, how many there were; nothing when killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        stopped(home, what, how, stop, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return json.loads(told) if told else ["", "killed", 0]


def documents(home: Path) -> list[str] | str:
    """The documents of the store, or what is wrong with it."""
    try:
        return [source.name for source in open_store(home / STORE).manifest.sources]
    except CewenError as error:
        return type(error).__name__


def left(home: Path) -> list[str]:
    """What a store's folder holds beside its one version."""
    folder = home / STORE
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    versions = [name for name in names if name.startswith("v-")]
    return [name for name in names if name.startswith(".tmp-")] + versions[1:]


def mended(home: Path) -> list[str]:
    """What the next run says; it edits the store, or makes it where there is none."""
    said: list[str] = []
    open_or_build(home / STORE, None, said.append)
    edit_store(home / STORE, add=[home / SECOND], notify=said.append)
    return said


def main() -> None:
    origin, what, how = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    build.load_encoder = lambda _: ENCODER
    build.bundled_documents = lambda: [origin / FIRST]
    index.segment.load_segmenter().words("先准备好")
    stop = 0
    while True:
        stop += 1
        home = origin.with_name(f"{what}-{how}-{stop}")
        shutil.copytree(origin, home)
        if what == "first":
            shutil.rmtree(home / STORE)
        said, step, count = forked(home, what, how, stop)
        is_whole = bool(count) and stop > count
        outcome = {"stop": stop, "step": step, "said": said, "is_whole": is_whole}
        outcome |= {"held": documents(home), "left": left(home), "next": mended(home)}
        print(json.dumps(outcome | {"then": documents(home), "still": left(home)}), flush=True)
        shutil.rmtree(home)
        if is_whole:
            return


if __name__ == "__main__":
    main()
