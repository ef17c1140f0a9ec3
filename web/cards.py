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
from qa.prose import surroundings, where_text
from qa.records import Answer, Citation
from qa.render import found_by_text
from web.addresses import source_address

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


def cards_html(turn: int, answer: Answer, words: Sequence[str], store: Store) -> str:
    """The evidence: one card an exhibit, with its whole cell and row on demand."""
    shown = exhibits(answer)
    if not shown:
        return empty_html("没有找到符合条件的内容。")
    cards = "".join(_card(turn, exhibit, words, store) for exhibit in shown)
    return f'<div class="cards">{cards}</div>'


def panel_html(cards: str, earlier: Sequence[str]) -> str:
    """The evidence panel: the cards of the last answer, and below them those of the ones before."""
    before = f'<h3 class="earlier">之前的回答</h3>{"".join(earlier)}' if earlier else ""
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


def _card(turn: int, exhibit: Exhibit, words: Sequence[str], store: Store) -> str:
    passage = exhibit.passage
    cell = store.cell(passage.cell)
    back = f'<a class="rank" href="#{line_id(turn, exhibit.n)}" title="回到回答">[{exhibit.n}]</a>'
    return (
        f'<article class="card" id="{card_id(turn, exhibit.n)}">'
        f"<header>{back}{badges(passage)}"
        f'<span class="pages">{escape(where_text(passage))}</span></header>'
        f'<p class="quote">{_quoted(exhibit, words)}</p>'
        f"{_where(passage)}"
        f'<p class="why">{_why(exhibit, words)}</p>'
        f"<details><summary>整格内容（{len(cell.items)}条）</summary>"
        f"{_items(cell.items, passage.id)}</details>"
        f"<details><summary>所在行</summary>{_row(store.row(cell), passage.id)}</details>"
        f'<p class="source">{escape(passage.document)}{_lines(passage)}</p>'
        f"{_tools(exhibit)}</article>"
    )


def _lines(passage: Passage) -> str:
    """The lines of the source that a passage stands on; "" where its format has none."""
    first, last = passage.lines
    return f" · 原文第{first}–{last}行" if first else ""


def _tools(exhibit: Exhibit) -> str:
    """What can be done with a card: see it in its document, take it as a citation."""
    passage = exhibit.passage
    start, end = exhibit.quote or (0, len(passage.text))
    citation = escape(citation_text(Citation(exhibit.n, passage, start, end)))
    href = escape(source_address(passage.id, exhibit.quote))
    return (
        f'<p class="card-tools"><a href="{href}" target="_blank" rel="noopener">在原文中查看</a>'
        f'<button type="button" class="copy" data-copy="{citation}" data-done="已复制" '
        'data-failed="复制不了，请选中文字复制">复制引文</button></p>'
    )


def _quoted(exhibit: Exhibit, words: Sequence[str]) -> str:
    """The whole passage, what is quoted of it set off."""
    text = exhibit.passage.text
    if exhibit.quote in (None, (0, len(text))):
        return marked(text, words)
    start, end = exhibit.quote or (0, 0)
    quote = marked(text[start:end], words)
    return f'{marked(text[:start], words)}<b class="cited">{quote}</b>{marked(text[end:], words)}'


def _why(exhibit: Exhibit, words: Sequence[str]) -> str:
    """Rank, who found it, and the words they share."""
    hit = exhibit.hit
    said = [f"相关度第{hit.rank}", found_by_text(hit)] if hit else ["逐省核对时找到"]
    text = exhibit.passage.text
    found, alike = matched_words(words, text), matched_synonyms(words, text)
    said += [f"命中：{'、'.join(found)}"] if found else []
    said += [f"因同义词命中：{'、'.join(alike)}"] if alike else []
    return escape(" · ".join(filter(None, said)))


def badges(passage: Passage) -> str:
    """The labels of a passage: province and column."""
    return (
        f'<span class="badge province">{escape(passage.province)}</span>'
        f'<span class="badge {escape(passage.column)}">{escape(passage.column_title)}</span>'
    )


def _where(passage: Passage) -> str:
    terms = "".join(
        f"<dt>{term}</dt><dd>{escape(value)}</dd>" for term, value in surroundings(passage)
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
