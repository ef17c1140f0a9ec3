"""Haystack: a pipeline of two retrievers over InMemoryDocumentStore, joined by reciprocal rank fusion."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from haystack import Document, Pipeline, component
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore

from bench.peers.job import DEPTH, TOP_K, Search, Text, clocked_encoder
from index.segment import load_segmenter

FILE = "documents.json"


class SegmentedStore(InMemoryDocumentStore):
    """Cuts into words with jieba; as it comes, a store cuts Chinese into characters."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - whatever the store takes
        super().__init__(**settings)
        self.tokenizer = load_segmenter().words


@component
class BundledTextEmbedder:
    """The bundled encoder, as a component of a pipeline."""

    @component.output_types(embedding=list[float])
    def run(self, text: str) -> dict[str, list[float]]:
        """The vector of a question."""
        return {"embedding": clocked_encoder().encode_query([text])[0].tolist()}


def prepare(folder: Path, texts: Sequence[Text], is_segmented: bool) -> Callable[[], object]:
    """Indexes into the store, which is saved as JSON."""
    store = _kind(is_segmented)()

    def build() -> None:
        vectors = clocked_encoder().encode_document([t.text for t in texts])
        store.write_documents(
            [
                Document(id=t.id, content=t.text, embedding=vector.tolist())
                for t, vector in zip(texts, vectors, strict=True)
            ]
        )
        store.save_to_disk(str(folder / FILE))

    return build


def open_search(folder: Path, is_segmented: bool) -> Search:
    """The hybrid pipeline."""
    store = _kind(is_segmented).load_from_disk(str(folder / FILE))
    pipeline = Pipeline()
    pipeline.add_component("embedder", BundledTextEmbedder())
    pipeline.add_component("near", InMemoryEmbeddingRetriever(store, top_k=DEPTH))
    pipeline.add_component("words", InMemoryBM25Retriever(store, top_k=DEPTH))
    pipeline.add_component("joiner", DocumentJoiner("reciprocal_rank_fusion", top_k=TOP_K))
    pipeline.connect("embedder.embedding", "near.query_embedding")
    pipeline.connect("near", "joiner")
    pipeline.connect("words", "joiner")

    def search(question: str) -> list[str]:
        asked = {"embedder": {"text": question}, "words": {"query": question}}
        return [document.id for document in pipeline.run(asked)["joiner"]["documents"]]

    return search


def _kind(is_segmented: bool) -> type[InMemoryDocumentStore]:
    return SegmentedStore if is_segmented else InMemoryDocumentStore
