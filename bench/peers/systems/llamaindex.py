"""LlamaIndex: QueryFusionRetriever over a vector index on FAISS and BM25Retriever.

BM25Retriever takes no tokenizer, only a pattern: it is given an index whose passages were segmented
before, and the question's words with spaces between them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import bm25s
import faiss
from llama_index.core import StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.llms import MockLLM
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.core.schema import QueryBundle, TextNode
from llama_index.core.vector_stores.utils import node_to_metadata_dict
from llama_index.retrievers.bm25 import BM25Retriever
from llama_index.vector_stores.faiss import FaissVectorStore

from bench.peers.job import DEPTH, TOP_K, Search, Text, clocked_encoder
from index.segment import load_segmenter

BY_SPACES = {"token_pattern": r"\S+", "skip_stemming": True}


class BundledEmbedding(BaseEmbedding):
    """The bundled encoder, as LlamaIndex calls it."""

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return clocked_encoder().encode_document(texts).tolist()

    def _get_query_embedding(self, query: str) -> list[float]:
        return clocked_encoder().encode_query([query])[0].tolist()

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


def prepare(folder: Path, texts: Sequence[Text], is_segmented: bool) -> Callable[[], object]:
    """Indexes into FAISS, the store of documents and BM25, all saved."""
    nodes = [TextNode(id_=t.id, text=t.text) for t in texts]

    def build() -> None:
        store = FaissVectorStore(faiss.IndexFlatIP(clocked_encoder().dimension))
        context = StorageContext.from_defaults(vector_store=store)
        embedding = BundledEmbedding(embed_batch_size=len(nodes))
        index = VectorStoreIndex(nodes, storage_context=context, embed_model=embedding)
        index.storage_context.persist(folder)
        _by_words(nodes, is_segmented).persist(str(folder / "bm25"))

    return build


def open_search(folder: Path, is_segmented: bool) -> Search:
    """Reciprocal rank fusion, of the question as it is: no language model puts it otherwise."""
    context = StorageContext.from_defaults(
        vector_store=FaissVectorStore.from_persist_dir(str(folder)), persist_dir=str(folder)
    )
    index = load_index_from_storage(context, embed_model=BundledEmbedding())
    fusion = QueryFusionRetriever(
        [index.as_retriever(similarity_top_k=DEPTH), _saved(folder / "bm25", is_segmented)],
        llm=MockLLM(),
        mode="reciprocal_rerank",
        similarity_top_k=TOP_K,
        num_queries=1,
        use_async=False,
    )
    return lambda question: [
        found.node.node_id for found in fusion.retrieve(_asked(question, is_segmented))
    ]


def _asked(question: str, is_segmented: bool) -> QueryBundle:
    if not is_segmented:
        return QueryBundle(question)
    words = " ".join(load_segmenter().words(question))
    return QueryBundle(words, custom_embedding_strs=[question])


def _by_words(nodes: Sequence[TextNode], is_segmented: bool) -> BM25Retriever:
    if not is_segmented:
        return BM25Retriever.from_defaults(nodes=list(nodes), similarity_top_k=DEPTH)
    words = load_segmenter().words
    bm25 = bm25s.BM25()
    bm25.index([words(node.text) for node in nodes], show_progress=False)
    bm25.corpus = [node_to_metadata_dict(node) | {"node_id": node.node_id} for node in nodes]
    return BM25Retriever(existing_bm25=bm25, similarity_top_k=DEPTH, **BY_SPACES)


def _saved(folder: Path, is_segmented: bool) -> BM25Retriever:
    own: dict[str, Any] = BY_SPACES if is_segmented else {}
    bm25 = bm25s.BM25.load(str(folder), load_corpus=True)
    return BM25Retriever(existing_bm25=bm25, similarity_top_k=DEPTH, **own)
