"""The project's plain hybrid: its two retrievers and reciprocal rank fusion, nothing learned.

`is_segmented` means something else here: without it, words are those of the passages as the peers get
them; with it those that a store keeps, the opening clause of the passage's task among them.
"""

from __future__ import annotations

from pathlib import Path

from bench.peers.job import TOP_K, Search, clocked_encoder
from bench.peers.systems.ours import prepare
from bench.quality import DEPTH
from index.dense import DenseIndex, make_nearest
from index.fuse import fuse_rankings
from index.lexical import LexicalIndex, make_scorer
from index.segment import load_segmenter
from index.store import open_store
from qa.question import clean_question

__all__ = ["open_search", "prepare"]


def open_search(folder: Path, is_segmented: bool) -> Search:
    """Both retrievers over a store, and their fusion."""
    store, segmenter = open_store(folder), load_segmenter()
    words = (
        [segments.all for segments in store.segments]
        if is_segmented
        else [segmenter.words(passage.embedded) for passage in store.passages]
    )
    engines = store.manifest.engines
    retrievers = (
        DenseIndex(make_nearest(engines.dense, store.vectors), clocked_encoder()),
        LexicalIndex(make_scorer(engines.lexical, words), segmenter),
    )

    def search(question: str) -> list[str]:
        query = clean_question(question)
        fused = fuse_rankings({r.name: r.search(query, DEPTH) for r in retrievers})
        return [store.passages[match.row].id for match, _ in fused[:TOP_K]]

    return search
