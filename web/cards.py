"""Hits → HTML: the message that lists them and the cards that prove them. Pure; all text escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from index.records import TASK, Cell, Hit, Item, Passage
from index.store import Store
from qa.highlight import mark, matched_spans, matched_words
from qa.render import found_by_text, pages_text

SNIPPET_CHARS = 64
_SNIPPET_LEAD = 12
_LATE_MATCH = 30


def card_id(turn: int, rank: int) -> str:
    """The id of a card; the turn keeps the cards of two questions apart."""
    return f"t{turn}-h{rank}"


def line_id(turn: int, rank: int) -> str:
    """The id of the line in the message that links to a card."""
    return f"t{turn}-m{rank}"


def message_html(turn: int, hits: Sequence[Hit], words: Sequence[str], store: Store) -> str:
    """What the assistant says: how much was searched, and a linked line a passage."""
    if not hits:
        return "没有找到符合条件的内容。可以放宽左侧的筛选，或换一种问法。"
    provinces = dict.fromkeys(hit.passage.province for hit in hits)
    counts = store.manifest.counts
    head = (
        f"在{counts['passages']}条内容中，最相关的{len(hits)}条如下，"
        f"涉及{len(provinces)}个省份：{'、'.join(map(escape, provinces))}。"
    )
    lines = "".join(_message_line(turn, hit, words) for hit in hits)
    note = "按相关度排序，并非完整名单；“工作任务”和“工作计划”栏的内容不表示已经完成。"
    return f'<p>{head}</p><ol class="found">{lines}</ol><p class="note">{note}</p>'


def cards_html(turn: int, hits: Sequence[Hit], words: Sequence[str], store: Store) -> str:
    """The evidence: one card a passage, with its whole cell and row on demand."""
    if not hits:
        return empty_html("没有找到符合条件的内容。")
    cards = "".join(_card(turn, hit, words, store) for hit in hits)
    return f'<div class="cards">{cards}</div>'


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


def _message_line(turn: int, hit: Hit, words: Sequence[str]) -> str:
    passage = hit.passage
    return (
        f'<li id="{line_id(turn, hit.rank)}">'
        f'<a href="#{card_id(turn, hit.rank)}" title="看依据原文">[{hit.rank}]</a> '
        f"{_badges(passage)} {_marked(snippet(passage.text, words), words)}</li>"
    )


def _card(turn: int, hit: Hit, words: Sequence[str], store: Store) -> str:
    passage = hit.passage
    cell = store.cell(passage.cell)
    found = matched_words(words, passage.text)
    why = escape(found_by_text(hit)) + (f" · 命中：{escape('、'.join(found))}" if found else "")
    return (
        f'<article class="card" id="{card_id(turn, hit.rank)}">'
        f'<header><a class="rank" href="#{line_id(turn, hit.rank)}" title="回到回答">[{hit.rank}]</a>'
        f"{_badges(passage)}"
        f'<span class="pages">{pages_text(passage.pages)}</span></header>'
        f'<p class="quote">{_marked(passage.text, words)}</p>'
        f"{_where(passage)}"
        f'<p class="why">{why}</p>'
        f"<details><summary>整格内容（{len(cell.items)}条）</summary>"
        f"{_items(cell.items, passage.id)}</details>"
        f"<details><summary>所在行</summary>{_row(store.row(cell), passage.id)}</details>"
        f'<p class="source">{escape(passage.document)} · 原文第{passage.lines[0]}–'
        f"{passage.lines[1]}行</p></article>"
    )


def _badges(passage: Passage) -> str:
    return (
        f'<span class="badge province">{escape(passage.province)}</span>'
        f'<span class="badge {escape(passage.column)}">{escape(passage.column_title)}</span>'
    )


def _where(passage: Passage) -> str:
    rows = [("工作重点", passage.theme)]
    if passage.column != TASK:
        rows += [("工作任务", task) for task in passage.tasks]
    terms = "".join(f"<dt>{term}</dt><dd>{escape(value)}</dd>" for term, value in rows if value)
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


def _marked(text: str, words: Sequence[str]) -> str:
    spans = matched_spans(words, text)
    return mark(text, spans, lambda part: f"<mark>{escape(part)}</mark>", escape)
