"""Readers: one for each kind of file, all giving a `Document` of cells."""

from __future__ import annotations

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
class Skipped:
    """A file that was left aside, and why."""

    path: Path
    reason: str


def read_document(path: Path) -> Document:
    """The document in a file.

    Raises:
        SourceError: missing, empty, unreadable, binary, cut short, or no table of a known form.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(f"读不了文件 {path}：{_reason(error)}。") from error
    try:
        return read_extracted(path.stem, decode(data), load_column_names())
    except SourceError as error:
        raise type(error)(f"{path.name}：{error}") from error


def find_files(paths: Iterable[Path]) -> tuple[list[Path], list[Skipped]]:
    """The readable files among `paths` and in the folders among them, and what was left aside.

    Raises:
        SourceError: a path that does not exist, or nothing readable at all.
    """
    found: list[Path] = []
    skipped: list[Skipped] = []
    for path in paths:
        if not path.exists():
            raise SourceError(f"找不到文件或文件夹：{path}。")
        inside = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in inside:
            if file.suffix.lower() in READABLE:
                found.append(file)
            else:
                skipped.append(Skipped(file, f"还不能读取“{file.suffix or '无扩展名'}”文件"))
    if not found:
        raise SourceError(f"没有可以读取的文件。目前支持：{'、'.join(READABLE)}。")
    names = [file.name for file in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise SourceError(f"有两个同名文件“{twice}”，无法区分出处，请先改名。")
    return found, skipped


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


def _reason(error: OSError) -> str:
    return "没有读取权限" if isinstance(error, PermissionError) else (error.strerror or str(error))
