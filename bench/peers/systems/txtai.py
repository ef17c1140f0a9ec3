"""txtai: hybrid Embeddings, dense vectors on FAISS and BM25, their scores added up as it does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from txtai import Embeddings
from txtai.scoring import BM25
from txtai.vectors import Vectors

from bench.peers.job import TOP_K, Search, Text, clocked_encoder
from index.encode import FloatMatrix
from index.segment import load_segmenter


class BundledVectors(Vectors):
    """The bundled encoder, as txtai calls it."""

    def loadmodel(self, path: str) -> None:
        """Nothing: the encoder is one a process."""

    def encode(self, data: Sequence[str], category: str | None = None) -> FloatMatrix:
        """A row for each passage, or for each question."""
        encoder = clocked_encoder()
        return (encoder.encode_document if category == "data" else encoder.encode_query)(data)


class SegmentedBM25(BM25):
    """Cuts into words with jieba; as it comes, BM25 cuts Chinese into characters."""

    def tokenize(self, text: str) -> list[str]:
        """The words of a text."""
        return load_segmenter().words(text)


def prepare(folder: Path, texts: Sequence[Text], is_segmented: bool) -> Callable[[], object]:
    """Indexes vectors, words and contents, all saved."""
    method = f"{__name__}.{SegmentedBM25.__name__}" if is_segmented else "bm25"
    embeddings = Embeddings(
        method=f"{__name__}.{BundledVectors.__name__}",
        path="bundled",
        content=True,
        scoring={"method": method, "terms": True, "normalize": True},
    )

    def build() -> None:
        embeddings.index((t.id, t.text, None) for t in texts)
        embeddings.save(str(folder))

    return build


def open_search(folder: Path, is_segmented: bool) -> Search:  # noqa: ARG001 - the index knows
    """Both halves of equal weight."""
    embeddings = Embeddings()
    embeddings.load(str(folder))
    return lambda question: [found["id"] for found in embeddings.search(question, TOP_K)]
