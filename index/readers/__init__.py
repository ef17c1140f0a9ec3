"""Readers: one for each kind of file, all giving a `Document` of cells."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from index.errors import SourceError
from index.knowledge import load_column_names
from index.readers.extracted import read_extracted
from index.records import Document

READABLE = (".txt",)
_TAIL_BYTES = 4


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it was when it was read, once: what is indexed, copied and hashed is the same.

    `path` is where it came from. `given` says that it was named itself, not found in a folder.
    """

    path: Path
    data: bytes
    given: bool = True

    @property
    def name(self) -> str:
        """Its name without the folder."""
        return self.path.name

    @property
    def sha256(self) -> str:
        """Its SHA-256, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was left aside, and why."""

    path: Path
    reason: str


def read_source(path: Path, given: bool = True) -> SourceFile:
    """The file at `path`; SourceError when it cannot be read."""
    try:
        return SourceFile(path, path.read_bytes(), given)
    except OSError as error:
        raise SourceError(f"读不了文件 {path}：{explained(error)}。") from error


def read_document(source: SourceFile) -> Document:
    """The document in a file.

    Raises:
        SourceError: empty, binary, cut short, or no table of a known form.
    """
    try:
        return read_extracted(source.path.stem, decode(source.data), load_column_names())
    except SourceError as error:
        raise type(error)(f"{source.name}：{error}") from error


def read_documents(
    sources: Iterable[SourceFile],
) -> tuple[list[tuple[SourceFile, Document]], list[Skipped]]:
    """The documents in files, and the files of folders that hold none.

    Raises:
        SourceError: a file that was named itself cannot be read, or no file can.
    """
    read, skipped = [], []
    for source in sources:
        try:
            read.append((source, read_document(source)))
        except SourceError as error:
            if source.given:
                raise
            skipped.append(Skipped(source.path, str(error)))
    if not read:
        reasons = "".join(skip.reason for skip in skipped)
        raise SourceError(f"没有一个文件读得了。{reasons}")
    return read, skipped


def find_sources(paths: Iterable[Path]) -> tuple[list[SourceFile], list[Skipped]]:
    """The readable files among `paths` and in the folders among them, and what was left aside.

    Raises:
        SourceError: a path that does not exist or may not be read, nothing readable at all, or two
            files that would be the same document.
    """
    found: list[SourceFile] = []
    skipped: list[Skipped] = []
    for path in paths:
        for file in _files_in(path):
            if file.suffix.lower() in READABLE:
                found.append(read_source(file, given=file == path))
            else:
                skipped.append(Skipped(file, f"还不能读取“{file.suffix or '无扩展名'}”文件"))
    if not found:
        raise SourceError(f"没有可以读取的文件。目前支持：{'、'.join(READABLE)}。")
    names = [source.path.stem for source in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise SourceError(f"有两个同名文件“{twice}”，无法区分出处，请先改名。")
    return found, skipped


def _files_in(path: Path) -> list[Path]:
    try:
        if path.is_dir():
            return sorted(file for file in path.rglob("*") if file.is_file())
        if path.exists():
            return [path]
    except OSError as error:
        raise SourceError(f"读不了 {path}：{explained(error)}。") from error
    raise SourceError(f"找不到文件或文件夹：{path}。")


def decode(data: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 with its mark, or GB18030.

    Raises:
        SourceError: empty, binary, or cut in the middle of a character.
    """
    if not data.strip():
        raise SourceError("文件是空的。")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decode_as(data, "utf-16")
    if b"\x00" in data:
        raise SourceError("这是二进制文件，不是文本。")
    try:
        return _unify_lines(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        if error.start >= len(data) - _TAIL_BYTES and error.start > 0:
            raise SourceError("文件在一个字的中间中断，可能没有下载或复制完整。") from error
    return _decode_as(data, "gb18030")


def _decode_as(data: bytes, encoding: str) -> str:
    try:
        return _unify_lines(data.decode(encoding))
    except UnicodeDecodeError as error:
        raise SourceError("认不出文字编码，请另存为 UTF-8 文本。") from error


def _unify_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def explained(error: OSError) -> str:
    """What the operating system refused, in Chinese where it is one of the usual things."""
    if isinstance(error, PermissionError):
        return "没有读取权限"
    if isinstance(error, FileNotFoundError):
        return "没有这个文件"
    if isinstance(error, IsADirectoryError):
        return "这是文件夹，不是文件"
    return error.strerror or str(error)
