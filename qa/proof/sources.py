"""The passages that a writer was given, by their keys, and what his text as a whole says of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from index.records import Passage
from qa.proof.reading import Piece, Read
from qa.proof.source import Source


class Sources:
    """What the sentences of one text are held against.

    `all_provinces` counts those of the store, `cited_provinces` those that the text cites, `given`
    are the provinces of the passages.
    """

    def __init__(
        self, passages: Mapping[int, Passage], provinces: Sequence[str], reads: Iterable[Read]
    ) -> None:
        self._by_key = {key: Source(passage) for key, passage in passages.items()}
        self.given = {source.province for source in self._by_key.values()}
        self.all_provinces = len(provinces)
        self.cited_provinces = len({p for read in reads for p in self.provinces(read.keys)})

    def __contains__(self, key: int) -> bool:
        return key in self._by_key

    def cited(self, keys: Iterable[int]) -> list[Source]:
        """Those with one of `keys`, in their order; a key of none is passed over."""
        return [self._by_key[key] for key in keys if key in self._by_key]

    def provinces(self, keys: Iterable[int]) -> set[str]:
        """The provinces that are cited with `keys`."""
        return {source.province for source in self.cited(keys)}

    def about(self, piece: Piece) -> list[Source]:
        """Those that a piece cites of the provinces it is about; all it cites when there is none."""
        cited = self.cited(piece.keys)
        return [source for source in cited if source.province in piece.subject] or cited
