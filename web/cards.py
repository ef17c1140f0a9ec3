"""Answers → HTML: the message that is said and the cards that prove it. Pure; all text escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from index.records import TASK, Cell, Hit, Item, Passage
from index.sentences import Span
from index.store import Store
from qa.answer import STATUS_TEXT
from qa.highlight import mark, matched_spans, matched_words
from qa.records import Answer, Verdict
from qa.render import found_by_text, pages_text

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


def message_html(turn: int, answer: Answer, words: Sequence[str], store: Store) -> str:
    """What the assistant says, every number linked to its card."""
    if not answer.hits and answer.refusal is None:
        return "没有找到符合条件的内容。可以放宽左侧的筛选，或换一种问法。"
    said = (
        _refusal(answer)
        if answer.refusal
        else _verdicts(turn, answer.verdicts) + _figures(turn, answer, store)
    )
    shown = exhibits(answer)
    quoted = [exhibit for exhibit in shown if exhibit.quote] or shown[:3]
    lines = "".join(_message_line(turn, exhibit, words) for exhibit in quoted)
    return f'{_understood(answer)}{said}<ol class="found">{lines}</ol>{_note(answer, store)}'


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


def _understood(answer: Answer) -> str:
    """How the question was taken, where that is not plain from what was typed."""
    question = answer.question
    said = [f"按“{name}”查找（原写作“{typed}”）" for typed, name in question.corrected]
    if question.columns:
        titles = [e.passage.column_title for e in exhibits(answer)[:1]]
        said += [f"只看“{title}”一栏" for title in titles]
    return f'<p class="understood">{escape("；".join(said))}</p>' if said else ""


def _refusal(answer: Answer) -> str:
    sentence = answer.refusal.sentence if answer.refusal else ""
    nearest = '<p class="note">最接近的内容，不是答案：</p>' if answer.hits else ""
    return f'<p class="refusal">{escape(sentence)}</p>{nearest}'


def _verdicts(turn: int, verdicts: Sequence[Verdict]) -> str:
    """A table of provinces by status; empty for answers that judge none."""
    if not verdicts:
        return ""
    rows = "".join(_status_rows(turn, verdicts))
    return (
        f"<p>逐一核对{len(verdicts)}个省份：</p>"
        f'<table class="verdicts"><tbody>{rows}</tbody></table>'
    )


def _figures(turn: int, answer: Answer, store: Store) -> str:
    """A table of figures by province, and who states none; empty for answers without figures."""
    figures = answer.figures
    if not figures:
        return ""
    asked = answer.question.provinces or store.facets.values["province"]
    stating = {figure.province for figure in figures}
    silent = "、".join(escape(province) for province in asked if province not in stating)
    rest = f"<p>材料未给出（不等于没有）：{silent}。</p>" if silent else ""
    rows = "".join(
        f"<tr><th>{escape(f.province)}</th>"
        f"<td>{escape(f.value)}{''.join(_link(turn, n) for n in f.citations)}</td>"
        f"<td>{escape('，'.join(filter(None, (f.scope, f.measure, f.period))))}</td>"
        f"<td>{'' if f.comparable else '口径不同'}</td></tr>"
        for f in figures
    )
    head = "<tr><th>省份</th><th>数字</th><th>范围、事项、时期</th><th></th></tr>"
    table = f'<table class="verdicts"><thead>{head}</thead><tbody>{rows}</tbody></table>'
    return table + rest


def _status_rows(turn: int, verdicts: Sequence[Verdict]) -> Iterator[str]:
    for status, name in STATUS_TEXT.items():
        provinces = [verdict for verdict in verdicts if verdict.status == status]
        if provinces:
            named = "、".join(
                escape(v.province) + "".join(_link(turn, n) for n in v.citations) for v in provinces
            )
            yield (
                f'<tr><th><span class="badge status-{status}">{escape(name)}</span></th>'
                f"<td>{len(provinces)}</td><td>{named}</td></tr>"
            )


def _note(answer: Answer, store: Store) -> str:
    parts = []
    if answer.checked:
        failed = len(answer.rejected)
        parts.append(
            f"引文已逐条与原文核对：{answer.checked}条"
            + (f"，其中{failed}条不符，未显示" if failed else "，全部一致")
        )
    parts.append(f"共检索{store.manifest.counts['passages']}条内容")
    parts.append("“工作任务”和“工作计划”栏的内容不表示已经完成")
    return f'<p class="note">{"；".join(parts)}。</p>'


def _link(turn: int, n: int) -> str:
    return f'<a href="#{card_id(turn, n)}" title="看依据原文">[{n}]</a>'


def _message_line(turn: int, exhibit: Exhibit, words: Sequence[str]) -> str:
    passage = exhibit.passage
    start, end = exhibit.quote or (0, len(passage.text))
    quote = passage.text[start:end]
    shown = quote if exhibit.quote else snippet(quote, words)
    return (
        f'<li id="{line_id(turn, exhibit.n)}">{_link(turn, exhibit.n)} '
        f"{_badges(passage)} {_marked(shown, words)}</li>"
    )


def _card(turn: int, exhibit: Exhibit, words: Sequence[str], store: Store) -> str:
    passage = exhibit.passage
    cell = store.cell(passage.cell)
    back = f'<a class="rank" href="#{line_id(turn, exhibit.n)}" title="回到回答">[{exhibit.n}]</a>'
    return (
        f'<article class="card" id="{card_id(turn, exhibit.n)}">'
        f"<header>{back}{_badges(passage)}"
        f'<span class="pages">{pages_text(passage.pages)}</span></header>'
        f'<p class="quote">{_quoted(exhibit, words)}</p>'
        f"{_where(passage)}"
        f'<p class="why">{_why(exhibit, words)}</p>'
        f"<details><summary>整格内容（{len(cell.items)}条）</summary>"
        f"{_items(cell.items, passage.id)}</details>"
        f"<details><summary>所在行</summary>{_row(store.row(cell), passage.id)}</details>"
        f'<p class="source">{escape(passage.document)} · 原文第{passage.lines[0]}–'
        f"{passage.lines[1]}行</p></article>"
    )


def _quoted(exhibit: Exhibit, words: Sequence[str]) -> str:
    """The whole passage, what is quoted of it set off."""
    text = exhibit.passage.text
    if exhibit.quote in (None, (0, len(text))):
        return _marked(text, words)
    start, end = exhibit.quote or (0, 0)
    quote = _marked(text[start:end], words)
    return f'{_marked(text[:start], words)}<b class="cited">{quote}</b>{_marked(text[end:], words)}'


def _why(exhibit: Exhibit, words: Sequence[str]) -> str:
    """Rank, who found it, and the words they share."""
    hit = exhibit.hit
    said = [f"相关度第{hit.rank}", found_by_text(hit)] if hit else ["逐省核对时找到"]
    found = matched_words(words, exhibit.passage.text)
    said += [f"命中：{'、'.join(found)}"] if found else []
    return escape(" · ".join(filter(None, said)))


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
