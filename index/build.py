"""The main line of indexing: files → documents → passages → vectors and segments → store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index.bundled import bundled_documents
from index.embeddings import Progress, embed_passages, vectors_of
from index.encode import Encoder, FloatVector, default_encoder, load_encoder
from index.errors import (
    StoreDamaged,
    StoreError,
    StoreForeign,
    StoreMissing,
    StoreServerFailed,
    StoreUnreadable,
    UsageError,
)
from index.passages import lexical_context, make_passages
from index.readers import Skipped, SourceFile, find_sources, read_documents
from index.readers.corrections import NOTHING, Corrections
from index.records import Cell, Document
from index.segment import load_segmenter
from index.sentences import sentence_spans
from index.store import (
    Content,
    Location,
    Notify,
    Segments,
    Store,
    StoreHome,
    Write,
    home_of,
    require_current,
)

Read = tuple[SourceFile, Document]
"""A file and the document in it."""


@dataclass(frozen=True, slots=True)
class Built:
    """A store just built, what it was built from, and what was left aside."""

    store: Store
    documents: tuple[Document, ...]
    skipped: tuple[Skipped, ...]


def build_store(
    location: Location,
    paths: Sequence[Path] = (),
    encoder: str | None = None,
    notify: Notify = print,
    corrections: Corrections = NOTHING,
) -> Built:
    """Build the store at `location` from files and folders; from the bundled corpus without any.

    Nothing is written before every document has been read and encoded.

    Args:
        location: where the store is, or will be.
        paths: files and folders to read.
        encoder: name of the encoder; None takes that of the store there, or else the default one.
        notify: called with a sentence when something is worth telling while it goes on.
        corrections: what the user says of the files.

    Raises:
        SourceError: a document cannot be read.
        EncoderError: the encoder cannot be loaded.
        StoreForeign, StoreUnwritable: the folder cannot be used.
    """
    documents, skipped = read_files(paths or bundled_documents(), corrections)
    home = home_of(location)
    with home.writing(notify) as write:
        store = index_documents(write, documents, encoder or home.encoder())
    read = tuple(document for _, document in documents)
    return Built(store, read, skipped)


def read_files(
    paths: Sequence[Path], corrections: Corrections = NOTHING
) -> tuple[list[Read], tuple[Skipped, ...]]:
    """The documents in files, folders and archives, and what was left aside.

    Raises:
        SourceError: as `find_sources` and `read_documents`.
    """
    found, skipped = find_sources(paths)
    read, unreadable = read_documents(replace(each, corrections=corrections) for each in found)
    return read, (*skipped, *unreadable)


def edit_store(
    location: Location,
    add: Sequence[Path] = (),
    remove: Sequence[str] = (),
    notify: Notify = print,
    corrections: Corrections = NOTHING,
) -> Built:
    """Add files to the store at `location`, and take documents out of it by name.

    Raises:
        SourceError: a file cannot be read.
        CewenError: as `change_documents`.
    """
    read, skipped = read_files(add, corrections) if add else ([], ())
    store = change_documents(location, read, remove, notify)
    return Built(store, tuple(document for _, document in read), skipped)


def change_documents(
    location: Location,
    add: Sequence[Read] = (),
    remove: Sequence[str] = (),
    notify: Notify = print,
    progress: Progress | None = None,
) -> Store:
    """Put documents that are read into the store at `location`, and take others out of it by name.

    A file whose document is there already replaces it, in its place. Texts that the store has
    encoded are not encoded again. Nothing is written before every file has been read and encoded;
    who answers from the store meanwhile sees it as it was or as it will be.

    Raises:
        UsageError: a document to remove is not there, or nothing would be left.
        StoreMissing, StoreDamaged, StoreStale, StoreForeign: there is no store that can be edited.
        StoreUnwritable: the folder cannot be written.
    """
    home = home_of(location)
    with home.writing(notify) as write:
        before = home.open()
        parts = _parts_of(before)
        for name in remove:
            if name not in parts:
                raise UsageError(f"索引里没有叫“{name}”的文档。现有：{'、'.join(parts)}。")
            del parts[name]
        given = {document.name: (source, document.cells) for source, document in add}
        kept = frozenset(parts.keys() - given.keys())
        parts |= given
        if not parts:
            raise UsageError("这样索引里就没有文档了，至少要留一份。")
        cells = [cell for _, of_document in parts.values() for cell in of_document]
        sources = [source for source, _ in parts.values()]
        model = load_encoder(before.manifest.encoder)
        content = _content(cells, sources, model, vectors_of(before), progress)
        return write(replace(content, kept=kept))


def copy_store(source: Location, location: Location, notify: Notify = print) -> Store:
    """The store at `source` is at `location` as well, nothing encoded anew.

    Raises:
        StoreError: there is none that can be opened, or it cannot be written there.
    """
    content = home_of(source).open().content()
    with home_of(location).writing(notify) as write:
        return write(content)


def _parts_of(store: Store) -> dict[str, tuple[SourceFile, Sequence[Cell]]]:
    """Each document of a store by name: its copied source and its cells."""
    cells: dict[str, list[Cell]] = {}
    for cell in store.cells:
        cells.setdefault(cell.document, []).append(cell)
    originals = map(store.original, store.manifest.sources)
    return {source.path.stem: (source, cells[source.path.stem]) for source in originals}


def open_or_build(location: Location, encoder: str | None, notify: Notify) -> Store:
    """The store at `location`, built or rebuilt first where that is needed and possible.

    Args:
        location: where the store is, or will be.
        encoder: name of the encoder it must have; None accepts the one it has.
        notify: called with a sentence saying what was found and what is done about it.

    Raises:
        StoreForeign: the folder holds something else.
        StoreUnreadable: it may not be read.
        StoreServerFailed: the server that keeps it does not answer.
        StoreDamaged: it is damaged and its sources are gone.
    """
    home = home_of(location)
    try:
        return _open_current(home, encoder)
    except (StoreForeign, StoreUnreadable, StoreServerFailed):
        raise
    except StoreError as error:
        notify(f"{error}{'正在建立……' if isinstance(error, StoreMissing) else '正在重建……'}")
        documents, _ = read_documents(_sources_after(error, home))
    with home.writing(notify) as write:
        try:
            return _open_current(home, encoder)
        except StoreError:
            return index_documents(write, documents, encoder or home.encoder())


def _open_current(home: StoreHome, encoder: str | None) -> Store:
    store = home.open()
    require_current(store, encoder, load_segmenter().fingerprint)
    return store


def _sources_after(error: StoreError, home: StoreHome) -> list[SourceFile]:
    if isinstance(error, StoreMissing):
        return find_sources(bundled_documents())[0]
    sources = home.sources()
    if not sources:
        raise StoreDamaged(
            f"{error}来源文档也已不在，无法重建；请用 cewen index 重新建立。"
        ) from error
    return sources


def index_documents(
    write: Write, documents: Sequence[tuple[SourceFile, Document]], encoder: str | None
) -> Store:
    """A store of documents that are read already, written by `write`."""
    cells = [cell for _, document in documents for cell in document.cells]
    model = load_encoder(encoder or default_encoder())
    return write(_content(cells, [source for source, _ in documents], model, {}))


def _content(
    cells: Sequence[Cell],
    sources: Sequence[SourceFile],
    model: Encoder,
    known: Mapping[str, FloatVector],
    progress: Progress | None = None,
) -> Content:
    """What a store of these cells holds; texts whose vectors are `known` are not encoded again."""
    passages = make_passages(cells)
    vectors, sentence_vectors = embed_passages(model, passages, known, progress)
    words = load_segmenter().words
    return Content(
        cells=cells,
        vectors=vectors,
        sentence_vectors=sentence_vectors,
        segments=[
            Segments(
                tuple(words(lexical_context(passage))),
                tuple(tuple(words(passage.text[a:b])) for a, b in sentence_spans(passage.text)),
            )
            for passage in passages
        ],
        encoder=model.name,
        segmentation=load_segmenter().fingerprint,
        sources=sources,
    )
