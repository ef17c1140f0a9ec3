"""Readers: one for each kind of file, all giving a `Document` of cells.

    file ──the reader for its ending──▶ parts ──interpret──▶ Document

The text of damaged PDFs has a reader of its own, which makes cells at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path

from index.errors import SourceError
from index.knowledge import load_column_names
from index.readers.archive import ARCHIVE, unpack
from index.readers.encoding import decode
from index.readers.extracted import read_extracted
from index.readers.interpret import read_parts
from index.readers.kinds import OLD_FORMATS, require_kind
from index.readers.lines import looks_extracted
from index.readers.parts import Part
from index.readers.sources import Skipped, SourceFile, explained, read_source
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
    "unpacked",
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

READABLE = (*READERS, ARCHIVE)
Reader = Callable[[bytes, str], list[Part]]


def read_document(source: SourceFile) -> Document:
    """The document in a file.

    Raises:
        SourceError: empty, broken, cut short, something else than its ending says, or without text.
    """
    try:
        return _read(source)
    except SourceError as error:
        raise _named(source, error) from error


def _named(source: SourceFile, error: SourceError) -> SourceError:
    """The same error, saying in which file."""
    return type(error)(f"{source.name}：{error}")


def _read(source: SourceFile) -> Document:
    name, suffix = source.path.stem, source.path.suffix.lower()
    require_kind(source.data, suffix)
    if suffix == ".txt":
        text = decode(source.data)
        if looks_extracted(text.split("\n")):
            names = load_column_names().correcting(source.corrections.columns)
            return read_extracted(name, text, names)
    parts = reader_of(suffix)(source.data, source.name)
    return read_parts(name, parts, source.corrections)


def reader_of(suffix: str) -> Reader:
    """The reader for files of this ending, one of `READERS`."""
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
            read.append((source, _read(source)))
        except SourceError as error:
            if source.given:
                raise _named(source, error) from error
            skipped.append(Skipped(source.path, str(error)))
    if not read:
        reasons = "".join(f"{skip.path.name}：{skip.reason}" for skip in skipped)
        raise SourceError(f"没有一个文件读得了。{reasons}")
    return read, skipped


def find_sources(paths: Iterable[Path]) -> tuple[list[SourceFile], list[Skipped]]:
    """The readable files among `paths`, in the folders and archives among them, and what was not read.

    Raises:
        SourceError: a path that does not exist or may not be read, an archive that cannot be opened,
            nothing readable at all, or two files that would be the same document.
    """
    return _sorted(
        each for path in paths for file in _files_in(path) for each in _found(file, path)
    )


def unpacked(sources: Iterable[SourceFile]) -> tuple[list[SourceFile], list[Skipped]]:
    """The readable files among `sources` and in the archives among them, and what is none.

    Raises:
        SourceError: an archive that was named itself cannot be opened, nothing readable at all, or
            two files that would be the same document.
    """
    return _sorted(each for source in sources for each in _opened(source))


def _sorted(
    sources: Iterable[SourceFile | Skipped],
) -> tuple[list[SourceFile], list[Skipped]]:
    found: list[SourceFile] = []
    skipped: list[Skipped] = []
    for each in sources:
        if isinstance(each, SourceFile):
            found.append(each)
        else:
            skipped.append(each)
    if not found:
        reasons = "".join(f"{skip.path.name}：{skip.reason}。" for skip in skipped)
        raise SourceError(f"没有可以读取的文件。目前支持：{'、'.join(READABLE)}。{reasons}")
    names = [source.path.stem for source in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise SourceError(f"有两个同名文件“{twice}”，无法区分出处，请先改名。")
    return found, skipped


def _found(file: Path, path: Path) -> Iterator[SourceFile | Skipped]:
    """What is in a file that was found by way of `path`; one that cannot be read is not opened."""
    if file.suffix.lower() in READABLE:
        yield from _opened(read_source(file, given=file == path))
    else:
        yield Skipped(file, _unreadable(file.suffix))


def _opened(source: SourceFile) -> Iterator[SourceFile | Skipped]:
    """A file, or those in an archive, where they can be read."""
    suffix = source.path.suffix.lower()
    if suffix in READERS:
        yield source
    elif suffix != ARCHIVE:
        yield Skipped(source.path, _unreadable(source.path.suffix))
    else:
        try:
            members = list(unpack(source))
        except SourceError as error:
            if source.given:
                raise _named(source, error) from error
            members = [Skipped(source.path, str(error))]
        for member in members:
            yield from _opened(member) if isinstance(member, SourceFile) else [member]


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
