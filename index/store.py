"""A store: a folder that holds everything a search needs, written whole or not at all.

    STORE/
    ├── current                    the version in use and its manifest's hash; replaced atomically
    ├── .lock                      held while a version is written
    └── v-3f9a…/                   a version, never changed after it is written
        ├── manifest.json          what it was made of and with; hash of every file
        ├── cells.jsonl            one cell a line
        ├── segments.txt           the words of each passage, one a line: context and sentences, by tabs
        ├── vectors.npy            a unit-length float32 row for each passage
        ├── sentence_vectors.npy   one for each sentence of each passage, in order
        └── sources/               the documents as they came in, byte for byte

A reader loads a version and keeps it; a writer puts a new one beside it and moves `current`.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from filelock import FileLock, Timeout

from index.encode import FloatMatrix
from index.engines import Engines, engines_for
from index.errors import (
    StoreDamaged,
    StoreError,
    StoreForeign,
    StoreMissing,
    StoreStale,
    StoreUnreadable,
    StoreUnwritable,
)
from index.filters import FacetIndex
from index.passages import make_passages
from index.readers.corrections import NOTHING, Corrections, corrections_from
from index.readers.sources import SourceFile, read_source
from index.records import Cell, Item, Passage

FORMAT_VERSION = 3
OPEN_ATTEMPTS = 5
SHA256_CHARS = 64
CURRENT, LOCK, MANIFEST = "current", ".lock", "manifest.json"
CELLS, SEGMENTS, SOURCES = "cells.jsonl", "segments.txt", "sources"
VECTORS, SENTENCE_VECTORS = "vectors.npy", "sentence_vectors.npy"
_VERSION_PREFIX, _UNFINISHED_PREFIX = "v-", ".tmp-"


@dataclass(frozen=True, slots=True)
class Source:
    """A document a store was built from: where it was, how big, its SHA-256, and corrections to it."""

    name: str
    path: str
    size: int
    sha256: str
    corrections: Corrections = NOTHING


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a store's version was made of and with."""

    format_version: int
    encoder: str
    dimension: int
    segmentation: str
    sources: tuple[Source, ...]
    counts: dict[str, int]
    files: dict[str, str]
    engines: Engines = field(default_factory=Engines)
    """What searches it; a store written before there was a choice has the plain ones."""


@dataclass(frozen=True, slots=True)
class Segments:
    """The words of a passage: those of its context, and those of each sentence of its text."""

    context: tuple[str, ...]
    sentences: tuple[tuple[str, ...], ...]

    @property
    def text(self) -> tuple[str, ...]:
        """The words of the whole text, in order."""
        return tuple(word for sentence in self.sentences for word in sentence)

    @property
    def all(self) -> tuple[str, ...]:
        """Both, the context first."""
        return self.context + self.text


@dataclass(frozen=True, slots=True)
class Arrays:
    """What a store holds beside its cells."""

    vectors: FloatMatrix
    sentence_vectors: FloatMatrix
    segments: Sequence[Segments]


@dataclass(frozen=True, slots=True)
class Content:
    """What is put into a store. `vectors` and `segments` are parallel to the cells' items."""

    cells: Sequence[Cell]
    vectors: FloatMatrix
    sentence_vectors: FloatMatrix
    segments: Sequence[Segments]
    encoder: str
    segmentation: str
    sources: Sequence[SourceFile]


class Store:
    """One version of a store, loaded."""

    def __init__(
        self, folder: Path, manifest: Manifest, cells: Sequence[Cell], arrays: Arrays
    ) -> None:
        self.folder = folder
        """The version's own folder."""
        self.manifest = manifest
        self.cells = tuple(cells)
        self.passages: list[Passage] = make_passages(cells)
        self.vectors = arrays.vectors
        """A unit-length float32 row for each passage."""
        self.sentence_vectors = arrays.sentence_vectors
        """A row for each sentence of each passage, in order."""
        self.segments = arrays.segments
        """The words of each passage."""
        self.facets = FacetIndex(self.passages)
        self._cell_by_id = {cell.id: cell for cell in cells}
        self._row_cells: dict[tuple[str, str, int], list[Cell]] = {}
        for cell in cells:
            self._row_cells.setdefault((cell.document, cell.province, cell.row), []).append(cell)

    def cell(self, cell_id: str) -> Cell:
        """The cell with this id; KeyError when there is none."""
        return self._cell_by_id[cell_id]

    def row(self, cell: Cell) -> list[Cell]:
        """The cells of a cell's table row: those printed in it, and a plan that it shares."""
        own = self._row_cells[cell.document, cell.province, cell.row]
        printed = {c.column for c in own}
        shared = [
            c
            for c in self.cells
            if (c.document, c.province, c.theme) == (cell.document, cell.province, cell.theme)
            and c.column not in printed
            and own[0].task in c.tasks
        ]
        return [*own, *shared]


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def open_store(folder: Path) -> Store:
    """The current version of the store in `folder`, every file checked against its hash and loaded.

    Raises:
        StoreMissing: nothing is there.
        StoreForeign: something else is there.
        StoreDamaged: a file is missing, cut short, altered or unreadable.
        StoreStale: it was written in another format version.
        StoreUnreadable: it may not be read.
    """
    for _ in range(OPEN_ATTEMPTS):
        version = current_version(folder)
        try:
            return _load(folder, version)
        except StoreDamaged:
            # A writer may have moved on and cleared this version away meanwhile.
            if current_version(folder) == version:
                raise
    raise StoreDamaged(f"索引 {folder} 一直在变动，读不到完整的一版，请稍后再试。")


def _load(folder: Path, version: Path) -> Store:
    with _readable(folder):
        manifest = _read_manifest(folder, version)
        for name, sha256 in manifest.files.items():
            if not _is_intact(version / name, sha256):
                raise StoreDamaged(f"索引 {folder} 已损坏：{name} 缺失或内容不符。")
        with (version / CELLS).open(encoding="utf-8") as file:
            cells = [_cell_from(json.loads(line)) for line in file]
        return Store(version, manifest, cells, _read_arrays(version))


@contextmanager
def _readable(folder: Path) -> Iterator[None]:
    """Map what the operating system says when a store is read to one clear sentence."""
    try:
        yield
    except PermissionError as error:
        raise StoreUnreadable(f"没有读取索引 {folder} 的权限。") from error
    except OSError as error:
        raise StoreDamaged(f"索引 {folder} 已损坏：{error.strerror}。") from error


def _read_arrays(version: Path) -> Arrays:
    lines = (version / SEGMENTS).read_text(encoding="utf-8").splitlines()
    rows = ([tuple(part.split()) for part in line.split("\t")] for line in lines)
    return Arrays(
        vectors=np.load(version / VECTORS),
        sentence_vectors=np.load(version / SENTENCE_VECTORS),
        segments=[Segments(context, tuple(sentences)) for context, *sentences in rows],
    )


def require_current(store: Store, encoder: str | None, segmentation: str) -> None:
    """Nothing, when the store still fits what it was made of and with.

    A source that is gone, or may not be read, is no reason to refuse: the store holds a copy.

    Raises:
        StoreStale: another encoder is asked for, or segmentation or a source has changed.
        StoreDamaged: the copy of a source is damaged, and can be renewed.
    """
    manifest = store.manifest
    if encoder is not None and encoder != manifest.encoder:
        raise StoreStale(f"索引由编码模型“{manifest.encoder}”建立，与现在要用的“{encoder}”不同。")
    if segmentation != manifest.segmentation:
        raise StoreStale("索引建立之后，分词词典有了改动。")
    for source in manifest.sources:
        now = _digest_or_none(Path(source.path))
        if now is None:
            continue
        if now != source.sha256:
            raise StoreStale(f"索引建立之后，来源文档“{source.name}”有了改动。")
        with _readable(store.folder.parent):
            is_intact = _is_intact(store.folder / SOURCES / source.name, source.sha256)
        if not is_intact:
            raise StoreDamaged(f"索引里保存的来源文档“{source.name}”已损坏。")


def stored_sources(folder: Path) -> list[SourceFile]:
    """The documents to rebuild a store from: the originals where they still exist, else the copies.

    Empty when there is nothing to rebuild from.

    Raises:
        StoreDamaged: a source is gone, and its copy too.
    """
    versions = sorted(folder.glob(f"{_VERSION_PREFIX}*"))
    try:
        version = current_version(folder)
    except StoreDamaged:
        if not versions:
            return []
        version = versions[-1]
    try:
        manifest = _parse_manifest(version / MANIFEST)
    except (StoreDamaged, StoreStale):
        copies = sorted(path for path in (version / SOURCES).glob("*") if path.is_file())
        return [read_source(path) for path in copies]
    return [_original_or_copy(folder, version, source) for source in manifest.sources]


def copies_of(store: Store) -> list[SourceFile]:
    """The documents of a store as they came in, in its order.

    Raises:
        StoreDamaged: a copy is gone or altered.
        StoreUnreadable: it may not be read.
    """
    found = []
    for source in store.manifest.sources:
        copy = store.folder / SOURCES / source.name
        with _readable(store.folder.parent):
            if not _is_intact(copy, source.sha256):
                raise StoreDamaged(f"索引里保存的来源文档“{source.name}”已损坏。")
            found.append(_copied(source, copy))
    return found


def _original_or_copy(folder: Path, version: Path, source: Source) -> SourceFile:
    copy = version / SOURCES / source.name
    if _digest_or_none(Path(source.path)) is not None:
        return replace(read_source(Path(source.path)), corrections=source.corrections)
    if _is_intact(copy, source.sha256):
        return _copied(source, copy)
    raise StoreDamaged(f"索引 {folder} 已损坏，其来源文档“{source.name}”也已不在，无法重建。")


def _copied(source: Source, copy: Path) -> SourceFile:
    """A source by its copy, which speaks for the original, wherever that may come back."""
    return SourceFile(Path(source.path), copy.read_bytes(), corrections=source.corrections)


def _is_intact(path: Path, sha256: str) -> bool:
    return path.is_file() and digest_of(path) == sha256


def _digest_or_none(path: Path) -> str | None:
    try:
        return digest_of(path) if path.is_file() else None
    except OSError:
        # What may not be read cannot be compared; the store's copy stands in for it.
        return None


def encoder_of(folder: Path) -> str | None:
    """The encoder that the store in `folder` was made with, where its manifest can be read."""
    try:
        return _read_manifest(folder, current_version(folder)).encoder
    except StoreError:
        return None


@contextmanager
def writing(folder: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the store for writing; `waiting` is called once when another process holds it.

    Raises:
        StoreForeign: the folder holds other files.
        StoreUnwritable: it cannot be created or written.
    """
    refuse_foreign(folder)
    with _explained(folder):
        # Documents may be meant for this user alone; whoever shares a store opens its folder.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            waiting()
            lock.acquire()
    try:
        yield
    finally:
        lock.release()


def clear_unfinished(folder: Path) -> bool:
    """Whether anything that a writer left halfway was there, and is gone now. While `writing` only."""
    try:
        current = current_version(folder)
    except StoreError:
        # Any version may be the one that the store can be mended from.
        current = None
    return _remove_others(folder, current)


def write_store(folder: Path, content: Content) -> Store:
    """Write a new version and make it the current one; to be called while `writing`.

    Raises:
        StoreUnwritable: no permission or no space; the version before stays current.
    """
    name = secrets.token_hex(6)
    unfinished = folder / f"{_UNFINISHED_PREFIX}{name}"
    version = folder / f"{_VERSION_PREFIX}{name}"
    with _explained(folder):
        try:
            _write_files(unfinished, content)
            unfinished.rename(version)
            _replace_text(folder / CURRENT, f"{version.name} {digest_of(version / MANIFEST)}")
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            shutil.rmtree(version, ignore_errors=True)
            raise
    _remove_others(folder, version)
    return open_store(folder)


def refuse_foreign(folder: Path) -> None:
    """Nothing, when `folder` is absent, empty or a store.

    Raises:
        StoreForeign: it is a file, or holds files that are no store's.
        StoreUnreadable: it may not be read.
    """
    try:
        if folder.is_dir():
            names = [path.name for path in folder.iterdir()]
            prefixes = (_VERSION_PREFIX, _UNFINISHED_PREFIX)
            is_store = any(n in (CURRENT, LOCK) or n.startswith(prefixes) for n in names)
            if names and not is_store:
                raise StoreForeign(f"{folder} 里有别的文件，不是策问的索引。请换一个空文件夹。")
        elif folder.exists():
            raise StoreForeign(f"{folder} 是一个文件，不是文件夹。请换一个文件夹存放索引。")
    except PermissionError as error:
        raise StoreUnreadable(f"没有读取 {folder} 的权限。") from error
    except OSError as error:
        # Gone between two looks, or on a disk that fails.
        raise StoreUnreadable(f"读不了 {folder}：{error.strerror}。") from error


def current_version(folder: Path) -> Path:
    """The folder of the version that is the store's now.

    Raises:
        StoreMissing, StoreDamaged, StoreForeign, StoreUnreadable: there is none.
    """
    refuse_foreign(folder)
    with _readable(folder):
        if not folder.is_dir() or not (
            (folder / CURRENT).exists() or any(folder.glob(f"{_VERSION_PREFIX}*"))
        ):
            raise StoreMissing(f"{folder} 里还没有索引。")
        try:
            name, digest = (folder / CURRENT).read_text(encoding="utf-8").split()
        except PermissionError:
            raise
        except (OSError, ValueError):
            name = digest = ""
        complete = name.startswith(_VERSION_PREFIX) and len(digest) == SHA256_CHARS
        if not complete or not (folder / name).is_dir():
            raise StoreDamaged(f"索引 {folder} 已损坏：{CURRENT} 缺失或内容不符。")
    return folder / name


def _read_manifest(folder: Path, version: Path) -> Manifest:
    """The manifest of the current version, held against the hash in `current`."""
    manifest = _parse_manifest(version / MANIFEST)
    expected = (folder / CURRENT).read_text(encoding="utf-8").split()[-1]
    if digest_of(version / MANIFEST) != expected:
        raise StoreDamaged(f"索引 {folder} 已损坏：{MANIFEST} 缺失或内容不符。")
    return manifest


def _parse_manifest(path: Path) -> Manifest:
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        if raw["format_version"] != FORMAT_VERSION:
            raise StoreStale(f"索引是第{raw['format_version']}版格式，现在用第{FORMAT_VERSION}版。")
        sources = tuple(map(_source_from, raw["sources"]))
        engines = Engines(**raw.get("engines", {}))
        return Manifest(**{**raw, "sources": sources, "engines": engines})
    except PermissionError:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreDamaged(
            f"索引 {path.parent.parent} 已损坏：{path.name} 缺失或内容不符。"
        ) from error


def _source_from(raw: dict[str, Any]) -> Source:
    return Source(**{**raw, "corrections": corrections_from(raw.get("corrections") or {})})


def _write_files(folder: Path, content: Content) -> None:
    (folder / SOURCES).mkdir(parents=True)
    for source in content.sources:
        with _durable(folder / SOURCES / source.name) as file:
            file.write(source.data)
    cells = "".join(json.dumps(asdict(c), ensure_ascii=False) + "\n" for c in content.cells)
    _write_text(folder / CELLS, cells)
    lines = ("\t".join(map(" ".join, (s.context, *s.sentences))) for s in content.segments)
    _write_text(folder / SEGMENTS, "".join(f"{line}\n" for line in lines))
    _write_vectors(folder / VECTORS, content.vectors)
    _write_vectors(folder / SENTENCE_VECTORS, content.sentence_vectors)
    manifest = Manifest(
        format_version=FORMAT_VERSION,
        encoder=content.encoder,
        dimension=int(content.vectors.shape[1]),
        segmentation=content.segmentation,
        sources=tuple(
            Source(s.name, str(s.path.resolve()), len(s.data), s.sha256, s.corrections)
            for s in content.sources
        ),
        counts={
            "documents": len({cell.document for cell in content.cells}),
            "cells": len(content.cells),
            "passages": len(content.segments),
        },
        files={
            name: digest_of(folder / name) for name in (CELLS, SEGMENTS, VECTORS, SENTENCE_VECTORS)
        },
        engines=engines_for(len(content.segments)),
    )
    _write_text(folder / MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=2))


def _write_text(path: Path, text: str) -> None:
    with _durable(path) as file:
        file.write(text.encode("utf-8"))


def _write_vectors(path: Path, vectors: FloatMatrix) -> None:
    with _durable(path) as file:
        np.save(file, np.asarray(vectors, dtype=np.float32))


@contextmanager
def _durable(path: Path) -> Iterator[BinaryIO]:
    """A file to write that is on the disk, not only on its way, when it is closed."""
    with path.open("wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _replace_text(path: Path, text: str) -> None:
    temporary = path.with_name(f"{_UNFINISHED_PREFIX}{path.name}")
    try:
        _write_text(temporary, text)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _remove_others(folder: Path, keep: Path | None) -> bool:
    """Whether anything but the version `keep` went; without it all versions stay."""
    has_gone = False
    # What cannot be removed, such as a version that another process still reads, the next writer tries.
    with suppress(OSError):
        for path in [*folder.glob(f"{_UNFINISHED_PREFIX}*"), *folder.glob(f"{_VERSION_PREFIX}*")]:
            is_version = path.name.startswith(_VERSION_PREFIX)
            if path != keep and not (is_version and keep is None):
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()
                has_gone |= not path.exists()
    return has_gone


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    """Map the operating system's refusals to one clear sentence."""
    try:
        yield
    except OSError as error:
        reasons = {
            errno.ENOSPC: "磁盘空间不足",
            errno.EDQUOT: "磁盘配额已满",
            errno.EFBIG: "文件超过了系统允许的大小",
            errno.EACCES: "没有写入权限",
            errno.EPERM: "没有写入权限",
            errno.EROFS: "所在磁盘是只读的",
            errno.ENOTDIR: "路径中有一段不是文件夹",
        }
        reason = reasons.get(error.errno or 0, error.strerror or str(error))
        raise StoreUnwritable(
            f"无法把索引写到 {folder}：{reason}。磁盘上已有的内容未被改动；请换一个位置（--store 或 CEWEN_STORE）。"
        ) from error


def _cell_from(raw: dict[str, Any]) -> Cell:
    items = tuple(
        Item(
            i["id"],
            i["text"],
            tuple(i["pages"]),
            (i["lines"][0], i["lines"][1]),
            i.get("place", ""),
        )
        for i in raw["items"]
    )
    return Cell(**{**raw, "tasks": tuple(raw["tasks"]), "items": items})
