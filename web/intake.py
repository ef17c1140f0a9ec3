"""Documents on their way into the store: read and shown, corrected, then put in beside the page."""

from __future__ import annotations

import secrets
import sys
import threading
import time
import traceback
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from index.build import Read, change_documents
from index.errors import CewenError
from index.readers import Skipped, SourceFile, read_documents, unpacked
from index.readers.corrections import Corrections
from qa.live import Live

MOST_WAITING = 8
LONGEST_WAIT_S = 3600
"""So many uploads wait for being put in, and so long."""
FAULT = "程序出错，索引没有改动；详情见启动程序的窗口。"


@dataclass(frozen=True, slots=True)
class Upload:
    """Files as they came, the documents that were read in them, and what was not."""

    token: str
    read: tuple[Read, ...]
    skipped: tuple[Skipped, ...]


class Shelf:
    """Uploads that are read and wait for their user's word. Safe to share between threads."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, tuple[float, Upload]] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, files: Sequence[SourceFile]) -> Upload:
        """Read files that were sent; those that cannot be read are told.

        Raises:
            SourceError: nothing in them can be read, or two would be the same document.
        """
        found, unknown = unpacked(files)
        read, unreadable = read_documents(found)
        return self._keep(Upload(secrets.token_urlsafe(16), tuple(read), (*unknown, *unreadable)))

    def correct(self, upload: Upload, said: Mapping[str, Corrections]) -> Upload:
        """The upload read again, documents as `said` of them by name.

        Raises:
            SourceError: corrected so, one cannot be read.
        """
        sources = [
            replace(source, corrections=said.get(document.name, source.corrections))
            for source, document in upload.read
        ]
        read, _ = read_documents(sources)
        return self._keep(replace(upload, read=tuple(read)))

    def get(self, token: str) -> Upload | None:
        """The upload of this token; None where it never was or waits no longer."""
        with self._lock:
            self._forget_old()
            return self._waiting[token][1] if token in self._waiting else None

    def drop(self, token: str) -> None:
        """Forget an upload."""
        with self._lock:
            self._waiting.pop(token, None)

    def _keep(self, upload: Upload) -> Upload:
        with self._lock:
            self._waiting[upload.token] = time.monotonic(), upload
            self._waiting.move_to_end(upload.token)
            self._forget_old()
        return upload

    def _forget_old(self) -> None:
        oldest = time.monotonic() - LONGEST_WAIT_S
        for token, (since, _) in list(self._waiting.items()):
            if since < oldest or len(self._waiting) > MOST_WAITING:
                del self._waiting[token]


@dataclass(frozen=True, slots=True)
class Work:
    """What is being done to the store: `done` of `total` texts are encoded.

    `names` are the documents that come, or that go where `removes`. Once it is over `trouble` says
    what went wrong, "" when nothing did.
    """

    names: tuple[str, ...]
    removes: bool
    done: int = 0
    total: int = 0
    is_over: bool = False
    trouble: str = ""


class Works:
    """Changes the store beside the page, one change after the other."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._lock = threading.Lock()
        self._work: Work | None = None

    @property
    def current(self) -> Work | None:
        """The change that is going on, or the last one; None when there was none."""
        return self._work

    def start(self, add: Sequence[Read] = (), remove: Sequence[str] = ()) -> bool:
        """Begin a change; False when one is going on already."""
        with self._lock:
            if self._work and not self._work.is_over:
                return False
            names = tuple(document.name for _, document in add) or tuple(remove)
            self._work = Work(names, removes=not add)
        threading.Thread(target=self._run, args=(add, remove), daemon=True).start()
        return True

    def _run(self, add: Sequence[Read], remove: Sequence[str]) -> None:
        trouble = ""
        try:
            home = self._live.searcher.store.home
            change_documents(home, add, remove, notify=_say, progress=self._progress)
            self._live.refresh()
        except CewenError as error:
            trouble = str(error)
        except Exception:  # Whatever it is, the page must not wait for ever.
            traceback.print_exc()
            trouble = FAULT
        self._change(is_over=True, trouble=trouble)

    def _progress(self, done: int, total: int) -> None:
        self._change(done=done, total=total)

    def _change(self, **values: object) -> None:
        assert self._work is not None
        self._work = replace(self._work, **values)  # type: ignore[arg-type]


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
