"""What a search in a document found, made ready to be shown: counted by label, a page at a time. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from qa.find import Found, found_spans
from web.reading import Segment, segments

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Findings:
    """One page of what was found. `places` counts every occurrence, `counts` the items by label.

    `themes` are those whose own name holds what is looked for. `page` is from 1 to `pages`.
    """

    hits: tuple[tuple[Found, tuple[Segment, ...]], ...]
    items: int
    places: int
    counts: dict[str, dict[str, int]]
    themes: tuple[tuple[str, tuple[Segment, ...]], ...]
    page: int
    pages: int

    @property
    def first(self) -> int:
        """The number of the first hit shown."""
        return (self.page - 1) * PAGE_SIZE + 1


def findings(found: Sequence[Found], themes: Sequence[str], wanted: str, page: str) -> Findings:
    """The page asked for, or the nearest that there is."""
    pages = max(1, -(-len(found) // PAGE_SIZE))
    number = min(max(1, int(page)), pages) if page.isdecimal() and len(page) < len("10000") else 1
    shown = found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return Findings(
        hits=tuple((hit, segments(hit.passage.text, hit.spans)) for hit in shown),
        items=len(found),
        places=sum(len(hit.spans) for hit in found),
        counts={
            label: dict(Counter(getattr(hit.passage, label) for hit in found))
            for label in ("province", "theme", "column")
        },
        themes=tuple((t, segments(t, s)) for t in themes if (s := found_spans(wanted, t))),
        page=number,
        pages=pages,
    )
