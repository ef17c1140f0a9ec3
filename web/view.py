"""A session as the values of the page's components."""

from __future__ import annotations

from html import escape

import gradio as gr

from index.store import Store
from qa.understood import all_clues, clues_of
from web.cards import empty_html, panel_html
from web.session import Session, Turn

WELCOME = "提问后，这里逐条列出依据原文：省份、栏目、工作重点、任务和页码。"
NO_EVIDENCE = "没有可列的依据。"


def messages(session: Session) -> list[gr.ChatMessage]:
    """The conversation: a question and a reply for each turn."""
    return [
        message
        for turn in session.turns
        for message in (said_by_visitor(turn.asked.shown), _reply(turn))
    ]


def said_by_visitor(text: str) -> gr.ChatMessage:
    """What the visitor said."""
    return gr.ChatMessage(role="user", content=text)


def evidence(session: Session) -> str:
    """The cards of the last turn, and below them those of the ones before."""
    if not session.turns:
        return panel_html(empty_html(WELCOME), ())
    first, *earlier = session.cards
    return panel_html(first or empty_html(NO_EVIDENCE), tuple(filter(None, earlier)))


def clues(session: Session, store: Store) -> gr.Dropdown:
    """The chips: what was understood is chosen, what else could be stands to choose from."""
    if session.last is None:
        return gr.Dropdown(choices=[], value=[], visible=False)
    facets = store.facets
    chosen = clues_of(session.last.question, facets.column_titles)
    possible = all_clues(facets.values, facets.column_titles)
    known = {clue.key: clue for clue in [*chosen, *possible]}
    return gr.Dropdown(
        choices=[(clue.label, key) for key, clue in known.items()],
        value=[clue.key for clue in chosen],
        visible=True,
    )


def link_html(query: str) -> str:
    """The button that copies a link which asks `query` anew; nothing where there is none."""
    if not query:
        return ""
    return (
        f'<button type="button" class="copy-link" data-copy-query="{escape(query)}" '
        'data-done="已复制" data-failed="复制不了">复制链接</button>'
    )


def _reply(turn: Turn) -> gr.ChatMessage:
    notes = "".join(f'<p class="note">{escape(note)}</p>' for note in turn.notes)
    return gr.ChatMessage(
        role="assistant",
        content=notes + turn.message,
        options=[{"label": label, "value": asked} for label, asked in turn.options],
    )
