"""The sidebar: new and earlier conversations, and what narrows the search."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

from index.records import COLUMNS
from index.store import Store
from qa.author import Author
from qa.config import MAX_TOP_K
from web.words import Words

_SCRIPT = Path(__file__).parent / "style" / "history.js"
_LIST = (
    '<section class="history" aria-label="${say.title}"><h2>${say.title}</h2><ol></ol>'
    '<p class="said"></p><button type="button" class="all" hidden>${say.drop_all}</button></section>'
)


def history_list(words: Words) -> gr.HTML:
    """The earlier conversations, kept and listed by the browser.

    Its value is the conversation shown, as JSON. `select` brings one to reopen as `record`; `clear`
    says that the one shown was deleted.
    """
    script = _SCRIPT.read_text(encoding="utf-8")
    return gr.HTML(
        "",
        html_template=_LIST,
        js_on_load=script,
        elem_id="history",
        say=words["chat"]["history"] | {"language": words["language"]},
    )


def filters(store: Store, top_k: int, say: Words) -> list[gr.components.Component]:
    """Province, column, theme and how many hits; what is not chosen does not narrow."""
    provinces, columns, themes = _choices(store)
    province = gr.Dropdown(
        provinces,
        value=[],
        multiselect=True,
        label=say["province"],
        elem_id="province",
    )
    column = gr.CheckboxGroup(
        columns,
        value=[],
        label=say["column"],
        elem_id="column",
    )
    theme = gr.Dropdown(
        themes,
        value=[],
        multiselect=True,
        label=say["theme"],
        elem_id="theme",
    )
    limit = gr.Slider(1, MAX_TOP_K, value=top_k, step=1, label=say["limit"], elem_id="limit")
    clear = gr.Button(say["clear_filters"], size="sm", elem_id="clear-filters")
    clear.click(lambda: ([], [], []), outputs=[province, column, theme], api_visibility="private")
    gr.Markdown(say["filters_hint"], elem_classes="hint")
    return [province, column, theme, limit]


def renewed(store: Store) -> list[gr.components.Component]:
    """Province, column and theme with the choices that a store has now; what is chosen stays."""
    provinces, columns, themes = _choices(store)
    return [
        gr.Dropdown(choices=provinces),
        gr.CheckboxGroup(choices=columns),
        gr.Dropdown(choices=themes),
    ]


def _choices(store: Store) -> tuple[list[str], list[tuple[str, str]], list[str]]:
    """The provinces, the columns with their titles, and the themes that can be chosen."""
    values, titles = store.facets.values, store.facets.column_titles
    columns = [c for c in (*COLUMNS, *values["column"]) if c in titles]
    named = [("／".join(titles[key]), key) for key in dict.fromkeys(columns)]
    return list(values["province"]), named, [name for name in values["theme"] if name]


def writes(author: Author | None, say: Words) -> gr.Checkbox:
    """The switch that has the language model write; it says so when none is configured."""
    info = say["no_model"] if author is None else say["model"].format(model=author.model)
    return gr.Checkbox(
        label=say["writes"],
        value=False,
        interactive=author is not None,
        info=info,
        elem_id="writes",
    )
