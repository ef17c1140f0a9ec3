"""Vectors of texts, none encoded that was encoded before: by this run, or by the store as it was."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np
from tqdm import tqdm

from index.encode import Encoder, FloatMatrix, FloatVector
from index.records import Passage
from index.sentences import Span, sentence_spans
from index.store import Store

BATCH_SIZE = 256
Progress = Callable[[int, int], None]
"""Told how many texts are encoded, of how many."""


def vectors_of(store: Store) -> dict[str, FloatVector]:
    """What a store has encoded: text → unit vector, for its passages and their sentences."""
    spans = [sentence_spans(passage.text) for passage in store.passages]
    return dict(zip(texts_of(store.passages, spans), _rows_of(store, spans), strict=True))


def embed_passages(
    encoder: Encoder,
    passages: Sequence[Passage],
    known: Mapping[str, FloatVector],
    progress: Progress | None = None,
) -> tuple[FloatMatrix, FloatMatrix]:
    """The vectors of passages, a row each, and those of their sentences in order.

    A passage of one sentence stands for that sentence: encoding it twice found nothing more.

    Args:
        encoder: what encodes.
        passages: what is to be encoded.
        known: vectors of texts that this very encoder encoded before.
        progress: told how far it is; None shows a bar on standard error.
    """
    spans = [sentence_spans(passage.text) for passage in passages]
    vectors = embed(encoder, [*texts_of(passages, spans)], known, progress)
    owners = np.repeat(np.arange(len(passages)), [len(found) for found in spans])
    alone = np.repeat([len(found) == 1 for found in spans], [len(found) for found in spans])
    sentences = np.empty((len(owners), encoder.dimension), dtype=np.float32)
    sentences[alone] = vectors[owners[alone]]
    sentences[~alone] = vectors[len(passages) :]
    return vectors[: len(passages)], sentences


def embed(
    encoder: Encoder,
    texts: Sequence[str],
    known: Mapping[str, FloatVector],
    progress: Progress | None = None,
) -> FloatMatrix:
    """A unit-length float32 row for each text; without `progress` a bar on standard error meanwhile."""
    wanted = [text for text in dict.fromkeys(texts) if text not in known]
    new = np.empty((len(wanted), encoder.dimension), dtype=np.float32)
    with tqdm(
        total=len(wanted),
        desc="建立索引",
        unit="条",
        file=sys.stderr,
        mininterval=0.5,
        disable=progress is not None,
    ) as bar:
        for start in range(0, len(wanted), BATCH_SIZE):
            batch = wanted[start : start + BATCH_SIZE]
            new[start : start + len(batch)] = encoder.encode_document(batch)
            bar.update(len(batch))
            if progress:
                progress(start + len(batch), len(wanted))
    row_of = dict(zip(wanted, new, strict=True))
    vectors = np.empty((len(texts), encoder.dimension), dtype=np.float32)
    for row, text in enumerate(texts):
        vectors[row] = row_of[text] if text in row_of else known[text]
    return vectors


def texts_of(passages: Sequence[Passage], spans: Iterable[Sequence[Span]]) -> Iterator[str]:
    """What is encoded: every passage in its context, then every sentence of those with several."""
    yield from (passage.embedded for passage in passages)
    for passage, found in zip(passages, spans, strict=True):
        if len(found) > 1:
            yield from (passage.text[start:end] for start, end in found)


def _rows_of(store: Store, spans: Sequence[Sequence[Span]]) -> Iterator[FloatVector]:
    """The store's vectors of `texts_of` its passages, in the same order."""
    yield from store.vectors
    row = 0
    for found in spans:
        if len(found) > 1:
            yield from store.sentence_vectors[row : row + len(found)]
        row += len(found)
