"""A province's table made ready to be shown: what of each item is marked, chosen and copied. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from index.records import Passage
from index.sentences import Span
from qa.export.wording import citation_text
from qa.find import found_spans
from qa.records import Citation
from web.addresses import address

Segment = tuple[str, bool]
"""A part of a text, and whether it is marked."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a reader has chosen to see; an empty value chooses all. `wanted` is looked for."""

    document: str
    province: str
    theme: str
    column: str
    wanted: str
    is_only_document: bool

    def to(self, fragment: str = "", **changes: str | int) -> str:
        """The address of this place, or of one that differs in `changes`."""
        state: dict[str, str | int] = {
            "document": "" if self.is_only_document else self.document,
            "province": self.province,
            "theme": self.theme,
            "column": self.column,
            "q": self.wanted,
        }
        return address("source", fragment, **(state | changes))

    def holds(self, passage: Passage) -> bool:
        """Whether a passage is printed in the table that is shown here."""
        printed = (passage.document, passage.province)
        return (self.document, self.province) == printed and self.theme in ("", passage.theme)

    def of(self, passage: Passage) -> Place:
        """The same where a passage of the document is printed."""
        return replace(self, province=passage.province, theme=passage.theme, column="")


@dataclass(frozen=True, slots=True)
class Pointer:
    """The item that was asked for; `span` is what is quoted of it, None for the whole.

    `is_off`: a span was given that the item's text does not have.
    """

    passage: Passage
    span: Span | None
    is_off: bool

    @property
    def state(self) -> dict[str, str | int]:
        """What of an address says so."""
        start, end = self.span or ("", "")
        return {"id": self.passage.id, "start": start, "end": end}


@dataclass(frozen=True, slots=True)
class ShownItem:
    """An item of a table: its text in segments, and itself as a citation to copy."""

    passage: Passage
    anchor: str
    segments: tuple[Segment, ...]
    citation: str
    is_chosen: bool
    is_off: bool


def pointer(passage: Passage, start: str, end: str) -> Pointer:
    """What an address points to; a span that the text does not have is left aside."""
    span = _span(start, end, len(passage.text))
    return Pointer(passage, span, is_off=span is None and bool(start or end))


def shown_items(
    passages: Iterable[Passage], chosen: Pointer | None, wanted: str
) -> dict[str, ShownItem]:
    """Each passage by id; what is quoted is marked, or else where `wanted` stands."""
    return {passage.id: _shown(passage, chosen, wanted) for passage in passages}


def anchor(passage: Passage) -> str:
    """The id of an item within its province's table: `r3-plan-2`."""
    number = passage.id.rpartition("/")[2]
    return f"r{passage.row}-{passage.column}-{number}"


def segments(text: str, spans: Sequence[Span]) -> tuple[Segment, ...]:
    """`text` cut at the borders of `spans`, which are in order and apart."""
    parts: list[Segment] = []
    at = 0
    for start, end in spans:
        parts += [(text[at:start], False), (text[start:end], True)]
        at = end
    parts.append((text[at:], False))
    return tuple(part for part in parts if part[0])


def _shown(passage: Passage, chosen: Pointer | None, wanted: str) -> ShownItem:
    mine = chosen if chosen and chosen.passage.id == passage.id else None
    span = mine.span if mine else None
    start, end = span or (0, len(passage.text))
    return ShownItem(
        passage=passage,
        anchor=anchor(passage),
        segments=segments(passage.text, [span] if span else found_spans(wanted, passage.text)),
        citation=citation_text(Citation(1, passage, start, end)),
        is_chosen=mine is not None,
        is_off=mine is not None and mine.is_off,
    )


def _span(start: str, end: str, length: int) -> Span | None:
    try:
        span = int(start), int(end)
    except ValueError:
        return None
    return span if 0 <= span[0] < span[1] <= length else None
