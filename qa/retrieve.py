"""Question → hits: filter first, then search by meaning and by words, then fuse."""

from __future__ import annotations

from index.dense import DenseIndex
from index.encode import load_encoder
from index.filters import Filter
from index.fuse import fuse_rankings
from index.lexical import LexicalIndex
from index.ranking import Retriever
from index.records import Hit
from index.segment import Segmenter, load_segmenter
from index.store import Store
from qa.question import check_top_k, clean_question

MIN_DEPTH = 100
"""How many passages each retriever gives at least: fusion needs more than are shown."""


class Searcher:
    """A store with its retrievers, ready to be asked. Safe to share between threads."""

    def __init__(
        self, store: Store, retrievers: tuple[Retriever, ...], segmenter: Segmenter
    ) -> None:
        self.store = store
        self.segmenter = segmenter
        self.retrievers = retrievers

    def search(self, question: str, top_k: int = 10, wanted: Filter | None = None) -> list[Hit]:
        """The `top_k` passages that best fit `question`, best first.

        Args:
            question: as a person typed it.
            top_k: from 1 to `MAX_TOP_K`.
            wanted: what the passages must have; applied before the search.
        Returns:
            `score` is reciprocal rank fusion's: comparable within one search only.
        Raises:
            UsageError: an empty or overlong question, a `top_k` out of range, an unknown filter value.
        """
        query = clean_question(question)
        depth = max(MIN_DEPTH, check_top_k(top_k))
        allowed = self.store.facets.allowed(wanted or Filter())
        rankings = {r.name: r.search(query, depth, allowed) for r in self.retrievers}
        return [
            Hit(self.store.passages[match.row], match.score, match.rank, found_by)
            for match, found_by in fuse_rankings(rankings)[:top_k]
        ]


def open_searcher(store: Store) -> Searcher:
    """A searcher over `store`, with the encoder that it was built with.

    Raises:
        EncoderError: that encoder cannot be loaded here.
    """
    segmenter = load_segmenter()
    encoder = load_encoder(store.manifest.encoder)
    dense = DenseIndex(store.load_vectors(), encoder)
    lexical = LexicalIndex(store.load_segments(), segmenter)
    return Searcher(store, (dense, lexical), segmenter)
