"""What searches a store of a given size: the plainest engine that is fast enough.

The sizes are where `make bench PART=growth` shows the plainer engine to fall behind.
"""

from __future__ import annotations

from dataclasses import dataclass

RANK_BM25, SPARSE_BM25 = "rank-bm25", "sparse-bm25"
FLAT, QUANTISED = "flat", "8-bit"
LEXICAL, DENSE = (RANK_BM25, SPARSE_BM25), (FLAT, QUANTISED)
SPARSE_FROM = 2_000
"""Passages from which rank-bm25's visits to every passage cost more than all else in a search."""
MAPPED_FROM = 5_000
"""Passages from which to read and weigh all of them takes longer than to find the few that matter."""


@dataclass(frozen=True, slots=True)
class Engines:
    """The engines of a store, by name, as its manifest keeps them."""

    lexical: str = RANK_BM25
    dense: str = FLAT

    @property
    def is_mapped(self) -> bool:
        """Whether a store in a folder is read as far as a question needs it."""
        return self.dense == QUANTISED

    def __post_init__(self) -> None:
        if self.lexical not in LEXICAL or self.dense not in DENSE:
            raise ValueError(f"no such engines: {self.lexical}, {self.dense}")


def engines_for(passages: int) -> Engines:
    """Those for a store of so many passages."""
    return Engines(
        lexical=RANK_BM25 if passages < SPARSE_FROM else SPARSE_BM25,
        dense=FLAT if passages < MAPPED_FROM else QUANTISED,
    )
