"""The evidence as HTML: a card for each passage, with its cell and row. Pure; all text escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from index.records import Cell, Hit, Item, Passage
from index.sentences import Span
from index.store import Store
from qa.export.wording import citation_text
from qa.highlight import mark, matched_spans, matched_synonyms, matched_words
from qa.prose import surroundings
from qa.records import Answer, Citation
from web.addresses import address, source_address
from web.words import Words

SNIPPET_CHARS = 64
_SNIPPET_LEAD = 12
_LATE_MATCH = 30
_CITATION = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A passage with its number: a citation with the span it quotes, or a further hit."""

    n: int
    passage: Passage
    quote: Span | None
    hit: Hit | None


@dataclass(frozen=True, slots=True)
class Scene:
    """What every card of an answer needs: the words looked for, the store, and the page's words."""

    words: Sequence[str]
    store: Store
    say: Words


def exhibits(answer: Answer) -> list[Exhibit]:
    """The citations of an answer by number, then the hits that it does not cite, by rank."""
    hits = {hit.passage.id: hit for hit in answer.hits}
    cited = [
        Exhibit(c.n, c.passage, (c.start, c.end), hits.get(c.passage.id)) for c in answer.citations
    ]
    known = {exhibit.passage.id for exhibit in cited}
    further = [hit for hit in answer.hits if hit.passage.id not in known]
    first = max((exhibit.n for exhibit in cited), default=0) + 1
    return cited + [Exhibit(n, hit.passage, None, hit) for n, hit in enumerate(further, first)]


def card_id(turn: int, n: int) -> str:
    """The id of a card; the turn keeps the cards of two questions apart."""
    return f"t{turn}-h{n}"


def line_id(turn: int, n: int) -> str:
    """The id of the line in the message that links to a card."""
    return f"t{turn}-m{n}"


def cards_html(turn: int, answer: Answer, scene: Scene) -> str:
    """The evidence: one card an exhibit, with its whole cell and row on demand."""
    shown = exhibits(answer)
    if not shown:
        return empty_html(scene.say["none"])
    cards = "".join(_card(turn, exhibit, scene) for exhibit in shown)
    return f'<div class="cards">{_compare_link(answer, scene.say)}{cards}</div>'


def _compare_link(answer: Answer, say: Words) -> str:
    """From a which-question on to the same matter, province beside province."""
    if not answer.verdicts:
        return ""
    href = escape(address("compare", topic=answer.question.core))
    return (
        f'<p class="compare-link"><a href="{href}" target="_blank" rel="noopener">'
        f"{escape(say['compare'])}</a></p>"
    )


def panel_html(cards: str, earlier: Sequence[str], say: Words) -> str:
    """The evidence panel: the cards of the last answer, and below them those of the ones before."""
    title = f'<h3 class="earlier">{escape(say["earlier"])}</h3>'
    before = f"{title}{''.join(earlier)}" if earlier else ""
    return f'<div class="panel">{cards}{before}</div>'


def empty_html(text: str) -> str:
    """An evidence panel with nothing but a sentence."""
    return f'<div class="cards empty">{escape(text)}</div>'


def snippet(text: str, words: Sequence[str]) -> str:
    """About `SNIPPET_CHARS` characters of `text`, from its start or shortly before a late match."""
    spans = matched_spans(words, text)
    late = bool(spans) and spans[0][0] > _LATE_MATCH
    start = spans[0][0] - _SNIPPET_LEAD if late else 0
    start = 0 if len(text) <= SNIPPET_CHARS else min(start, len(text) - SNIPPET_CHARS)
    end = start + SNIPPET_CHARS
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")


def _card(turn: int, exhibit: Exhibit, scene: Scene) -> str:
    passage, say = exhibit.passage, scene.say
    cell = scene.store.cell(passage.cell)
    line = line_id(turn, exhibit.n)
    back = f'<a class="rank" href="#{line}" title="{escape(say["back"])}">[{exhibit.n}]</a>'
    whole = escape(say["cell"].format(n=len(cell.items)))
    return (
        f'<article class="card" id="{card_id(turn, exhibit.n)}">'
        f"<header>{back}{badges(passage)}"
        f'<span class="pages">{escape(_pages(passage, say))}</span></header>'
        f'<p class="quote">{_quoted(exhibit, scene.words)}</p>'
        f"{_where(passage, say)}"
        f'<p class="why">{_why(exhibit, scene)}</p>'
        f"<details><summary>{whole}</summary>{_items(cell.items, passage.id)}</details>"
        f"<details><summary>{escape(say['row'])}</summary>"
        f"{_row(scene.store.row(cell), passage.id)}</details>"
        f'<p class="source">{escape(_source(passage, say))}</p>{_tools(exhibit, say)}</article>'
    )


def _pages(passage: Passage, say: Words) -> str:
    """The pages a passage stands on, else its place in a document without pages."""
    if not passage.pages:
        return passage.place
    first, last = passage.pages[0], passage.pages[-1]
    return str(say["page" if first == last else "pages"].format(first=first, last=last))


def _source(passage: Passage, say: Words) -> str:
    """Its document, and the lines it stands on where the format has lines."""
    first, last = passage.lines
    if not first:
        return passage.document
    return str(say["source"].format(document=passage.document, first=first, last=last))


def _tools(exhibit: Exhibit, say: Words) -> str:
    """What can be done with a card: see it in its document, take it as a citation."""
    passage = exhibit.passage
    start, end = exhibit.quote or (0, len(passage.text))
    citation = escape(citation_text(Citation(exhibit.n, passage, start, end)))
    href = escape(source_address(passage.id, exhibit.quote))
    return (
        f'<p class="card-tools"><a href="{href}" target="_blank" rel="noopener">'
        f'{escape(say["open"])}</a><button type="button" class="copy" data-copy="{citation}" '
        f'data-done="{escape(say["copied"])}" data-failed="{escape(say["not_copied"])}">'
        f"{escape(say['copy'])}</button></p>"
    )


def _quoted(exhibit: Exhibit, words: Sequence[str]) -> str:
    """The whole passage, what is quoted of it set off."""
    text = exhibit.passage.text
    if exhibit.quote in (None, (0, len(text))):
        return marked(text, words)
    start, end = exhibit.quote or (0, 0)
    quote = marked(text[start:end], words)
    return f'{marked(text[:start], words)}<b class="cited">{quote}</b>{marked(text[end:], words)}'


def _why(exhibit: Exhibit, scene: Scene) -> str:
    """Rank, who found it, and the words they share."""
    hit, say, text = exhibit.hit, scene.say, exhibit.passage.text
    said = [say["unranked"]]
    if hit:
        said = [say["rank"].format(rank=hit.rank)]
        said += [say[name].format(rank=rank) for name, rank in hit.found_by.items()]
    found = matched_words(scene.words, text), matched_synonyms(scene.words, text)
    for name, words in zip(("words", "synonyms"), found, strict=True):
        said += [say[name].format(words="、".join(words))] if words else []
    return escape(" · ".join(said))


def badges(passage: Passage) -> str:
    """The labels of a passage: province and column."""
    return (
        f'<span class="badge province">{escape(passage.province)}</span>'
        f'<span class="badge {escape(passage.column)}">{escape(passage.column_title)}</span>'
    )


def _where(passage: Passage, say: Words) -> str:
    terms = "".join(
        f"<dt>{escape(say[name])}</dt><dd>{escape(text)}</dd>"
        for name, text in surroundings(passage)
    )
    return f'<dl class="where">{terms}</dl>'


def _items(items: Iterable[Item], chosen: str) -> str:
    lines = "".join(
        f"<li{' class=chosen' if item.id == chosen else ''}>{escape(item.text)}</li>"
        for item in items
    )
    return f'<ul class="items">{lines}</ul>'


def _row(cells: Iterable[Cell], chosen: str) -> str:
    return "".join(
        f'<section class="row-cell"><h4><span class="badge {escape(cell.column)}">'
        f"{escape(cell.column_title)}</span></h4>{_items(cell.items, chosen)}</section>"
        for cell in cells
    )


def marked(text: str, words: Sequence[str]) -> str:
    """`text` as HTML with its `words` marked."""
    spans = matched_spans(words, text)
    return mark(text, spans, lambda part: f"<mark>{escape(part)}</mark>", escape)
