"""The main line of indexing: files → documents → passages → vectors and segments → store."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from index.bundled import bundled_documents
from index.encode import Encoder, FloatMatrix, default_encoder, load_encoder
from index.errors import (
    StoreDamaged,
    StoreError,
    StoreForeign,
    StoreMissing,
    StoreUnreadable,
)
from index.passages import lexical_context, make_passages
from index.readers import Skipped, SourceFile, find_sources, read_documents
from index.records import Document, Passage
from index.segment import load_segmenter
from index.sentences import sentence_spans
from index.store import (
    Content,
    Segments,
    Store,
    encoder_of,
    open_store,
    require_current,
    stored_sources,
    write_store,
    writing,
)

BATCH_SIZE = 16
WAITING = "另一个进程正在建立同一个索引，等它完成……"
Notify = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Built:
    """A store just built, what it was built from, and what was left aside."""

    store: Store
    documents: tuple[Document, ...]
    skipped: tuple[Skipped, ...]


def build_store(
    folder: Path, paths: Sequence[Path] = (), encoder: str | None = None, notify: Notify = print
) -> Built:
    """Build the store in `folder` from files and folders; from the bundled corpus without any.

    Nothing is written before every document has been read and encoded.

    Args:
        folder: where the store is, or will be.
        paths: files and folders to read.
        encoder: name of the encoder; None takes that of the store there, or else the default one.
        notify: called with a sentence when something is worth telling while it goes on.

    Raises:
        SourceError: a document cannot be read.
        EncoderError: the encoder cannot be loaded.
        StoreForeign, StoreUnwritable: the folder cannot be used.
    """
    sources, skipped = find_sources(paths or bundled_documents())
    documents, unreadable = read_documents(sources)
    with writing(folder, lambda: notify(WAITING)):
        store = index_documents(folder, documents, encoder or encoder_of(folder))
    read = tuple(document for _, document in documents)
    return Built(store, read, (*skipped, *unreadable))


def open_or_build(folder: Path, encoder: str | None, notify: Notify) -> Store:
    """The store in `folder`, built or rebuilt first where that is needed and possible.

    Args:
        folder: where the store is, or will be.
        encoder: name of the encoder it must have; None accepts the one it has.
        notify: called with a sentence saying what was found and what is done about it.

    Raises:
        StoreForeign: the folder holds something else.
        StoreUnreadable: it may not be read.
        StoreDamaged: it is damaged and its sources are gone.
    """
    try:
        return _open_current(folder, encoder)
    except (StoreForeign, StoreUnreadable):
        raise
    except StoreError as error:
        notify(f"{error}{'正在建立……' if isinstance(error, StoreMissing) else '正在重建……'}")
        documents, _ = read_documents(_sources_after(error, folder))
    with writing(folder, lambda: notify(WAITING)):
        try:
            return _open_current(folder, encoder)
        except StoreError:
            return index_documents(folder, documents, encoder or encoder_of(folder))


def _open_current(folder: Path, encoder: str | None) -> Store:
    store = open_store(folder)
    require_current(store, encoder, load_segmenter().fingerprint)
    return store


def _sources_after(error: StoreError, folder: Path) -> list[SourceFile]:
    if isinstance(error, StoreMissing):
        return find_sources(bundled_documents())[0]
    sources = stored_sources(folder)
    if not sources:
        raise StoreDamaged(
            f"{error}来源文档也已不在，无法重建；请用 cewen index 重新建立。"
        ) from error
    return sources


def index_documents(
    folder: Path, documents: Sequence[tuple[SourceFile, Document]], encoder: str | None
) -> Store:
    """A store of documents that are read already, written to `folder`; the caller holds its lock."""
    cells = [cell for _, document in documents for cell in document.cells]
    passages = make_passages(cells)
    model = load_encoder(encoder or default_encoder())
    vectors, sentence_vectors = _encode(model, passages)
    words = load_segmenter().words
    content = Content(
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
        sources=[source for source, _ in documents],
    )
    return write_store(folder, content)


def _encode(encoder: Encoder, passages: Sequence[Passage]) -> tuple[FloatMatrix, FloatMatrix]:
    """The vectors of passages, and those of their sentences in order.

    A passage of one sentence stands for that sentence: encoding it twice found nothing more.
    """
    spans = [sentence_spans(passage.text) for passage in passages]
    several = [
        passage.text[start:end]
        for passage, found in zip(passages, spans, strict=True)
        if len(found) > 1
        for start, end in found
    ]
    vectors = encode_passages(encoder, [*(passage.embedded for passage in passages), *several])
    owners = np.repeat(np.arange(len(passages)), [len(found) for found in spans])
    alone = np.repeat([len(found) == 1 for found in spans], [len(found) for found in spans])
    sentences = np.empty((len(owners), encoder.dimension), dtype=np.float32)
    sentences[alone] = vectors[owners[alone]]
    sentences[~alone] = vectors[len(passages) :]
    return vectors[: len(passages)], sentences


def encode_passages(encoder: Encoder, texts: Sequence[str]) -> FloatMatrix:
    """A unit-length float32 row for each text, a progress bar on standard error meanwhile."""
    vectors = np.empty((len(texts), encoder.dimension), dtype=np.float32)
    with tqdm(
        total=len(texts), desc="建立索引", unit="条", file=sys.stderr, mininterval=0.5
    ) as bar:
        for start in range(0, len(texts), BATCH_SIZE):
            batch = texts[start : start + BATCH_SIZE]
            vectors[start : start + len(batch)] = encoder.encode_document(batch)
            bar.update(len(batch))
    return vectors
