"""Searchers over stores of whatever size, opened."""

from __future__ import annotations

from index.encode import Encoder, load_encoder
from index.segment import Segmenter, load_segmenter
from index.store import Store
from index.store.mapped.store import MappedStore
from index.threads import multiply_alone
from qa.large import LargeSearcher
from qa.relevance import Relevance, load_relevance
from qa.rerank import Reranker
from qa.retrieve import Searcher, Searching


def open_searcher(store: Store, reranker: str | None = None) -> Searching:
    """A searcher over `store`, with the encoder that it was built with.

    Args:
        store: what is searched.
        reranker: name or folder of a cross-encoder that orders the best hits anew.
    Raises:
        EncoderError: a model cannot be loaded here.
        KnowledgeError: a file of knowledge does not validate.
    """
    if not isinstance(store, MappedStore):
        return open_whole(store, reranker)
    return LargeSearcher(store, *_models(store, reranker))


def open_whole(store: Store, reranker: str | None = None) -> Searcher:
    """A searcher that weighs every passage for every question, however large the store.

    Raises as `open_searcher`.
    """
    return Searcher(store, *_models(store, reranker))


def _models(
    store: Store, reranker: str | None
) -> tuple[Encoder, Segmenter, Relevance, Reranker | None]:
    multiply_alone()
    encoder = load_encoder(store.manifest.encoder)
    second = Reranker(reranker) if reranker else None
    return encoder, load_segmenter(), load_relevance(), second
