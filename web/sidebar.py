"""The sidebar: new and earlier conversations, and what narrows the search."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

from index.records import COLUMNS
from index.store import Store
from qa.author import Author
from qa.config import MAX_TOP_K

_SCRIPT = Path(__file__).parent / "style" / "history.js"
_LIST = (
    '<section class="history" aria-label="历史对话"><h2>历史对话</h2><ol></ol>'
    '<p class="said"></p><button type="button" class="all" hidden>全部删除</button></section>'
)


def history_list() -> gr.HTML:
    """The earlier conversations, kept and listed by the browser.

    Its value is the conversation shown, as JSON. `select` brings one to reopen as `record`; `clear`
    says that the one shown was deleted.
    """
    script = _SCRIPT.read_text(encoding="utf-8")
    return gr.HTML("", html_template=_LIST, js_on_load=script, elem_id="history")


def filters(store: Store, top_k: int) -> list[gr.components.Component]:
    """Province, column, theme and how many hits; what is not chosen does not narrow."""
    values = store.facets.values
    titles = store.facets.column_titles
    columns = [c for c in (*COLUMNS, *values["column"]) if c in titles]
    province = gr.Dropdown(
        list(values["province"]), value=[], multiselect=True, label="省份", elem_id="province"
    )
    column = gr.CheckboxGroup(
        [("／".join(titles[key]), key) for key in dict.fromkeys(columns)],
        value=[],
        label="栏目",
        elem_id="column",
    )
    theme = gr.Dropdown(
        [name for name in values["theme"] if name],
        value=[],
        multiselect=True,
        label="工作重点",
        elem_id="theme",
    )
    limit = gr.Slider(1, MAX_TOP_K, value=top_k, step=1, label="显示条数", elem_id="limit")
    clear = gr.Button("清除筛选", size="sm", elem_id="clear-filters")
    clear.click(lambda: ([], [], []), outputs=[province, column, theme], api_visibility="private")
    gr.Markdown("不选即不限。筛选在检索之前生效。", elem_classes="hint")
    return [province, column, theme, limit]


def writes(author: Author | None) -> gr.Checkbox:
    """The switch that has the language model write; it says so when none is configured."""
    info = (
        "未配置大模型；设置 CEWEN_LLM_MODEL 后可用。" if author is None else f"模型：{author.model}"
    )
    return gr.Checkbox(
        label="用大模型撰写",
        value=False,
        interactive=author is not None,
        info=info,
        elem_id="writes",
    )
