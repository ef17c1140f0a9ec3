"""Citations: made from spans of passages, and held against the passages before they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from index.records import Passage
from index.sentences import Span
from qa.records import Citation

SHORT_ENOUGH = 90
"""A passage of at most so many characters is quoted whole."""


class Evidence:
    """The citations of one answer, numbered from 1 in the order in which they are first made."""

    def __init__(self) -> None:
        self._citations: dict[str, Citation] = {}

    def cite(self, passage: Passage, span: Span) -> int:
        """The number of a citation of `passage`; the first span cited of a passage stands."""
        if passage.id not in self._citations:
            start, end = (0, len(passage.text)) if len(passage.text) <= SHORT_ENOUGH else span
            n = len(self._citations) + 1
            self._citations[passage.id] = Citation(n, passage, start, end)
        return self._citations[passage.id].n

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All of them, by number."""
        return tuple(self._citations.values())


def check(
    citations: Iterable[Citation], passages: Sequence[Passage]
) -> tuple[tuple[Citation, ...], tuple[Citation, ...]]:
    """The citations whose quote stands verbatim in the store's own passage, and the others."""
    text_of = {passage.id: passage.text for passage in passages}
    good: list[Citation] = []
    bad: list[Citation] = []
    for citation in citations:
        quote = citation.quote
        found = bool(quote.strip()) and quote in text_of.get(citation.passage.id, "")
        (good if found else bad).append(citation)
    return tuple(good), tuple(bad)
