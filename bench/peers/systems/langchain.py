"""LangChain: EnsembleRetriever over FAISS and BM25Retriever.

BM25Retriever cannot be saved, so it is made anew from the documents that FAISS keeps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from langchain_classic.retrievers import EnsembleRetriever
from langchain_community.retrievers import BM25Retriever
from langchain_community.vectorstores import FAISS
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings

from bench.peers.job import DEPTH, TOP_K, Search, Text, clocked_encoder
from index.segment import load_segmenter


class BundledEmbeddings(Embeddings):
    """The bundled encoder, as LangChain calls it."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """A vector for each passage."""
        return clocked_encoder().encode_document(texts).tolist()

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        return clocked_encoder().encode_query([text])[0].tolist()


def prepare(folder: Path, texts: Sequence[Text], is_segmented: bool) -> Callable[[], object]:
    """Indexes into FAISS and BM25; only FAISS can be saved."""
    documents = [Document(t.text, metadata={"id": t.id}, id=t.id) for t in texts]

    def build() -> None:
        FAISS.from_documents(documents, BundledEmbeddings()).save_local(str(folder))
        _by_words(documents, is_segmented)

    return build


def open_search(folder: Path, is_segmented: bool) -> Search:
    """The ensemble, both halves of equal weight."""
    near = FAISS.load_local(str(folder), BundledEmbeddings(), allow_dangerous_deserialization=True)
    documents = near.get_by_ids(list(near.index_to_docstore_id.values()))
    ensemble = EnsembleRetriever(
        retrievers=[
            near.as_retriever(search_kwargs={"k": DEPTH}),
            _by_words(documents, is_segmented),
        ],
        id_key="id",
    )
    return lambda question: [d.metadata["id"] for d in ensemble.invoke(question)[:TOP_K]]


def _by_words(documents: Sequence[Document], is_segmented: bool) -> BM25Retriever:
    own = {"preprocess_func": load_segmenter().words} if is_segmented else {}
    return BM25Retriever.from_documents(documents, k=DEPTH, **own)
