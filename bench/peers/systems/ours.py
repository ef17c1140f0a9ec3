"""The project's own search, as `cewen search` has it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from unittest import mock

from bench.peers.job import TOP_K, Search, Text, clocked_encoder
from index.build import index_documents, read_files
from index.bundled import bundled_documents
from index.encode import BUNDLED
from index.segment import load_segmenter
from index.store import home_of, open_store
from qa.relevance import load_relevance
from qa.retrieve import Searcher


def prepare(
    folder: Path,
    texts: Sequence[Text],  # noqa: ARG001 - it makes them itself, of the same document
    is_segmented: bool,  # noqa: ARG001 - it knows no other way
) -> Callable[[], object]:
    """Indexes the document's cells, and a vector of each sentence beside those of the passages."""
    documents, _ = read_files(bundled_documents())

    def build() -> None:
        with (
            mock.patch("index.build.load_encoder", return_value=clocked_encoder()),
            home_of(folder).writing(lambda _: None) as write,
        ):
            index_documents(write, documents, BUNDLED)

    return build


def open_search(folder: Path, is_segmented: bool) -> Search:  # noqa: ARG001
    """The product's search."""
    searcher = Searcher(open_store(folder), clocked_encoder(), load_segmenter(), load_relevance())
    return lambda question: [hit.passage.id for hit in searcher.search(question, TOP_K)]
