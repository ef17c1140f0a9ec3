"""A session as the values of the page's components."""

from __future__ import annotations

from html import escape

import gradio as gr

from index.store import Store
from qa.understood import KIND, Clue, all_clues, clues_of
from web.cards import empty_html, panel_html
from web.session import Session, Turn
from web.words import Words


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


def evidence(session: Session, say: Words) -> str:
    """The cards of the last turn, and below them those of the ones before."""
    if not session.turns:
        return panel_html(empty_html(say["welcome"]), (), say["card"])
    first, *earlier = session.cards
    shown = first or empty_html(say["no_evidence"])
    return panel_html(shown, tuple(filter(None, earlier)), say["card"])


def clues(session: Session, store: Store, say: Words) -> gr.Dropdown:
    """The chips: what was understood is chosen, what else could be stands to choose from."""
    if session.last is None:
        return gr.Dropdown(choices=[], value=[], visible=False)
    facets = store.facets
    chosen = clues_of(session.last.question, facets.column_titles)
    possible = all_clues(facets.values, facets.column_titles)
    known = {clue.key: clue for clue in [*chosen, *possible]}
    return gr.Dropdown(
        choices=[(_label(clue, say), key) for key, clue in known.items()],
        value=[clue.key for clue in chosen],
        visible=True,
    )


def _label(clue: Clue, say: Words) -> str:
    """`省份：湖南省`."""
    value = say["kind"][clue.value] if clue.facet == KIND else clue.shown
    return say["clue"]["label"].format(facet=say["clue"][clue.facet], value=value)


def link_html(query: str, say: Words) -> str:
    """The button that copies a link which asks `query` anew; nothing where there is none."""
    if not query:
        return ""
    return (
        f'<button type="button" class="copy-link" data-copy-query="{escape(query)}" '
        f'data-done="{escape(say["link_copied"])}" data-failed="{escape(say["link_not_copied"])}">'
        f"{escape(say['copy_link'])}</button>"
    )


def _reply(turn: Turn) -> gr.ChatMessage:
    notes = "".join(f'<p class="note">{escape(note)}</p>' for note in turn.notes)
    return gr.ChatMessage(
        role="assistant",
        content=notes + turn.message,
        options=[{"label": label, "value": asked} for label, asked in turn.options],
    )
