"""Readers: one for each kind of file, all giving a `Document` of cells.

    file ──the reader for its ending──▶ parts ──interpret──▶ Document

The text of damaged PDFs has a reader of its own, which makes cells at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from index.errors import SourceError
from index.knowledge import load_column_names
from index.readers.encoding import decode
from index.readers.extracted import read_extracted
from index.readers.interpret import read_parts
from index.readers.kinds import OLD_FORMATS, require_kind
from index.readers.lines import looks_extracted
from index.readers.parts import Part
from index.records import Document

__all__ = [
    "READABLE",
    "Skipped",
    "SourceFile",
    "decode",
    "explained",
    "find_sources",
    "read_document",
    "read_documents",
    "read_source",
]

READERS = {
    ".txt": "text.read_text",
    ".md": "markdown.read_markdown",
    ".docx": "word.read_word",
    ".xlsx": "excel.read_excel",
    ".pdf": "pdf.read_pdf",
    ".html": "html.read_html",
    ".htm": "html.read_html",
    ".csv": "comma_separated.read_comma_separated",
    ".tsv": "comma_separated.read_comma_separated",
}
"""The reader for each ending, imported when it is needed: their libraries are slow to load."""

READABLE = tuple(READERS)
Reader = Callable[[bytes, str], list[Part]]


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
        SourceError: empty, broken, cut short, something else than its ending says, or without text.
    """
    try:
        return _read(source)
    except SourceError as error:
        raise type(error)(f"{source.name}：{error}") from error


def _read(source: SourceFile) -> Document:
    name, suffix = source.path.stem, source.path.suffix.lower()
    require_kind(source.data, suffix)
    if suffix == ".txt":
        text = decode(source.data)
        if looks_extracted(text.split("\n")):
            return read_extracted(name, text, load_column_names())
    return read_parts(name, reader_of(suffix)(source.data, source.name))


def reader_of(suffix: str) -> Reader:
    """The reader for files of this ending, one of `READABLE`."""
    module, function = READERS[suffix].split(".")
    reader: Reader = getattr(import_module(f"index.readers.{module}"), function)
    return reader


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
                skipped.append(Skipped(file, _unreadable(file.suffix)))
    if not found:
        raise SourceError(f"没有可以读取的文件。目前支持：{'、'.join(READABLE)}。")
    names = [source.path.stem for source in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise SourceError(f"有两个同名文件“{twice}”，无法区分出处，请先改名。")
    return found, skipped


def _unreadable(suffix: str) -> str:
    wanted = OLD_FORMATS.get(suffix.lower())
    advice = f"，请另存为 {wanted} 再试" if wanted else ""
    return f"还不能读取“{suffix or '无扩展名'}”文件{advice}"


def _files_in(path: Path) -> list[Path]:
    try:
        if path.is_dir():
            return sorted(file for file in path.rglob("*") if file.is_file())
        if path.exists():
            return [path]
    except OSError as error:
        raise SourceError(f"读不了 {path}：{explained(error)}。") from error
    raise SourceError(f"找不到文件或文件夹：{path}。")


def explained(error: OSError) -> str:
    """What the operating system refused, in Chinese where it is one of the usual things."""
    if isinstance(error, PermissionError):
        return "没有读取权限"
    if isinstance(error, FileNotFoundError):
        return "没有这个文件"
    if isinstance(error, IsADirectoryError):
        return "这是文件夹，不是文件"
    return error.strerror or str(error)
