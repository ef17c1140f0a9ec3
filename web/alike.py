"""What the page of like practices shows of an answer. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from index.records import Passage
from qa.prose import where_text
from qa.records import Analogue, Answer, Citation
from web.addresses import address, source_address


@dataclass(frozen=True, slots=True)
class Card:
    """A practice: what is quoted of it and what stands around that, and how it is to the source.

    `analogue` is None for the source itself. `read` and `like` are the addresses of its place in the
    document and of the practices like it.
    """

    passage: Passage
    before: str
    quote: str
    after: str
    pages: str
    analogue: Analogue | None
    read: str
    like: str


@dataclass(frozen=True, slots=True)
class Finding:
    """An answer as the page shows it; `silent` are the provinces that mention nothing alike."""

    source: Card | None
    cards: tuple[Card, ...]
    silent: tuple[str, ...]


def finding(answer: Answer) -> Finding:
    """The source practice and the like of it in other provinces, those rejected left out."""
    cited = {citation.n: citation for citation in answer.citations}
    return Finding(
        source=_card(answer.source, None) if answer.source else None,
        cards=tuple(_card(cited[a.citation], a) for a in answer.analogues if a.citation in cited),
        silent=answer.silent,
    )


def _card(citation: Citation, analogue: Analogue | None) -> Card:
    passage, start, end = citation.passage, citation.start, citation.end
    return Card(
        passage=passage,
        before=passage.text[:start],
        quote=citation.quote,
        after=passage.text[end:],
        pages=where_text(passage),
        analogue=analogue,
        read=source_address(passage.id, (start, end)),
        like=address("similar", id=passage.id),
    )
