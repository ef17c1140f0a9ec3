"""A store in a folder, which holds everything a search needs.

    STORE/
    ├── current                    the version in use and its manifest's hash; replaced atomically
    ├── .lock                      held while a version is written
    └── v-3f9a…/                   a version, never changed after it is written

A reader loads a version and keeps it; a writer puts a new one beside it and moves `current`.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from index.errors import (
    StoreDamaged,
    StoreError,
    StoreForeign,
    StoreMissing,
    StoreStale,
    StoreUnreadable,
)
from index.files import UNFINISHED_PREFIX, digest_of, explained, is_intact, replace_text
from index.ranking import Retriever
from index.readers.sources import SourceFile, read_source
from index.store.home import UNFINISHED, WAITING, Notify, Write
from index.store.mapped.store import MappedStore
from index.store.opened import Store
from index.store.records import Content, Manifest, Source
from index.store.version import (
    MANIFEST,
    SOURCES,
    check_files,
    damaged,
    read_files,
    read_manifest,
    write_files,
)

if TYPE_CHECKING:
    from index.dense import DenseIndex
    from index.lexical import LexicalIndex

OPEN_ATTEMPTS = 5
SHA256_CHARS = 64
CHECKED_WHOLE = 16 << 20
"""Bytes up to which a file of a large store is held against its hash when it is opened."""
CURRENT, LOCK = "current", ".lock"
VERSION_PREFIX = "v-"


class FolderHome:
    """A folder that holds a store, and nothing else. As `StoreHome`."""

    follows_originals = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __str__(self) -> str:
        return str(self.folder)

    def open(self) -> Store:
        """The current version, every file checked against its hash and loaded."""
        for _ in range(OPEN_ATTEMPTS):
            version = self.current_version()
            try:
                return self._load(version)
            except StoreDamaged:
                # A writer may have moved on and cleared this version away meanwhile.
                if self.current_version() == version:
                    raise
        raise StoreDamaged(f"索引 {self} 一直在变动，读不到完整的一版，请稍后再试。")

    def current_version(self) -> str:
        """The name of the version's folder."""
        self._refuse_foreign()
        with self._readable():
            has_any = (self.folder / CURRENT).exists() or self._versions()
            if not self.folder.is_dir() or not has_any:
                raise StoreMissing(f"{self} 里还没有索引。")
            try:
                name, digest = (self.folder / CURRENT).read_text(encoding="utf-8").split()
            except PermissionError:
                raise
            except (OSError, ValueError):
                name = digest = ""
            complete = name.startswith(VERSION_PREFIX) and len(digest) == SHA256_CHARS
            if not complete or not (self.folder / name).is_dir():
                raise StoreDamaged(f"索引 {self} 已损坏：{CURRENT} 缺失或内容不符。")
        return name

    def latest_version(self) -> str:
        """The current version: one small file is read."""
        return self.current_version()

    def encoder(self) -> str | None:
        """The encoder of the current version, where its manifest can be read."""
        try:
            return self._manifest(self.current_version()).encoder
        except StoreError:
            return None

    def sources(self) -> list[SourceFile]:
        """The originals where they still exist, else the copies."""
        versions = self._versions()
        try:
            version = self.folder / self.current_version()
        except StoreDamaged:
            if not versions:
                return []
            version = versions[-1]
        try:
            manifest = read_manifest(version)
        except (StoreDamaged, StoreStale):
            copies = sorted(path for path in (version / SOURCES).glob("*") if path.is_file())
            return [read_source(path) for path in copies]
        return [self._original_or_copy(version, source) for source in manifest.sources]

    def copy_of(self, version: str, source: Source) -> bytes | None:
        """The file in the version's folder of sources."""
        path = self.folder / version / SOURCES / source.name
        with self._readable():
            return path.read_bytes() if path.is_file() else None

    def retrievers(
        self,
        store: Store,  # noqa: ARG002
        dense: DenseIndex,
        lexical: LexicalIndex,
    ) -> tuple[Retriever, ...]:
        """Those in memory: a folder has nothing that searches."""
        return dense, lexical

    @contextmanager
    def writing(self, notify: Notify) -> Iterator[Write]:
        """Hold the lock in the folder, which is made where there is none."""
        self._refuse_foreign()
        with explained(self.folder):
            # Documents may be meant for this user alone; whoever shares a store opens its folder.
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = FileLock(self.folder / LOCK)
            try:
                lock.acquire(timeout=0)
            except Timeout:
                notify(WAITING)
                lock.acquire()
        try:
            if self._clear_unfinished():
                notify(UNFINISHED)
            yield self._write
        finally:
            lock.release()

    def _load(self, version: str) -> Store:
        with self._readable():
            manifest, folder = self._manifest(version), self.folder / version
            if not manifest.has_catalog:
                return Store(self, version, manifest, *read_files(folder, manifest))
            check_files(folder, manifest, CHECKED_WHOLE)
            return MappedStore(self, version, manifest, folder)

    def verify(self) -> None:
        """Nothing, when every file of the current version is what was written; raises as `open`.

        A large store is not read whole when it is opened: of its large files only the size is looked at.
        """
        with self._readable():
            version = self.current_version()
            check_files(self.folder / version, self._manifest(version))

    @contextmanager
    def _readable(self) -> Iterator[None]:
        """Map what the operating system says when the store is read to one clear sentence."""
        try:
            yield
        except PermissionError as error:
            raise StoreUnreadable(f"没有读取索引 {self} 的权限。") from error
        except OSError as error:
            raise StoreDamaged(f"索引 {self} 已损坏：{error.strerror}。") from error

    def _manifest(self, version: str) -> Manifest:
        """The manifest of the current version, held against the hash in `current`."""
        folder = self.folder / version
        manifest = read_manifest(folder)
        expected = (self.folder / CURRENT).read_text(encoding="utf-8").split()[-1]
        if digest_of(folder / MANIFEST) != expected:
            raise damaged(folder, MANIFEST)
        return manifest

    def _original_or_copy(self, version: Path, source: Source) -> SourceFile:
        copy = version / SOURCES / source.name
        if digest_or_none(Path(source.path)) is not None:
            return replace(read_source(Path(source.path)), corrections=source.corrections)
        if is_intact(copy, source.sha256):
            return source.file(copy.read_bytes())
        raise StoreDamaged(f"索引 {self} 已损坏，其来源文档“{source.name}”也已不在，无法重建。")

    def _write(self, content: Content) -> Store:
        """As `Write`: a new version is put beside the one before, which is cleared away then."""
        name = secrets.token_hex(6)
        unfinished = self.folder / f"{UNFINISHED_PREFIX}{name}"
        version = self.folder / f"{VERSION_PREFIX}{name}"
        with explained(self.folder):
            try:
                write_files(unfinished, content)
                unfinished.rename(version)
                replace_text(
                    self.folder / CURRENT, f"{version.name} {digest_of(version / MANIFEST)}"
                )
            except BaseException:
                shutil.rmtree(unfinished, ignore_errors=True)
                shutil.rmtree(version, ignore_errors=True)
                raise
        self._remove_others(version)
        return self.open()

    def _refuse_foreign(self) -> None:
        """Nothing, when the folder is absent, empty or a store.

        Raises:
            StoreForeign: it is a file, or holds files that are no store's.
            StoreUnreadable: it may not be read.
        """
        try:
            if self.folder.is_dir():
                names = [path.name for path in self.folder.iterdir()]
                prefixes = (VERSION_PREFIX, UNFINISHED_PREFIX)
                is_store = any(n in (CURRENT, LOCK) or n.startswith(prefixes) for n in names)
                if names and not is_store:
                    raise StoreForeign(f"{self} 里有别的文件，不是策问的索引。请换一个空文件夹。")
            elif self.folder.exists():
                raise StoreForeign(f"{self} 是一个文件，不是文件夹。请换一个文件夹存放索引。")
        except PermissionError as error:
            raise StoreUnreadable(f"没有读取 {self} 的权限。") from error
        except OSError as error:
            # Gone between two looks, or on a disk that fails.
            raise StoreUnreadable(f"读不了 {self}：{error.strerror}。") from error

    def _versions(self) -> list[Path]:
        return sorted(self.folder.glob(f"{VERSION_PREFIX}*"))

    def _clear_unfinished(self) -> bool:
        """Whether anything that a writer left halfway was there, and is gone now."""
        try:
            current = self.folder / self.current_version()
        except StoreError:
            # Any version may be the one that the store can be mended from.
            current = None
        return self._remove_others(current)

    def _remove_others(self, keep: Path | None) -> bool:
        """Whether anything but the version `keep` went; without it all versions stay."""
        has_gone = False
        # What cannot be removed, such as a version that another process still reads, the next writer tries.
        with suppress(OSError):
            for path in [*self.folder.glob(f"{UNFINISHED_PREFIX}*"), *self._versions()]:
                is_version = path.name.startswith(VERSION_PREFIX)
                if path != keep and not (is_version and keep is None):
                    shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()
                    has_gone |= not path.exists()
        return has_gone


def digest_or_none(path: Path) -> str | None:
    """The SHA-256 of a file that is there and may be read."""
    try:
        return digest_of(path) if path.is_file() else None
    except OSError:
        # What may not be read cannot be compared; the store's copy stands in for it.
        return None
