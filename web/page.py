"""The page: filters on the left, the chat in the middle, the evidence on the right."""

from __future__ import annotations

import os
from pathlib import Path

# Before gradio is imported: nothing of this page may leave the machine.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

import gradio as gr

from index.errors import CewenError
from index.filters import Filter
from index.records import COLUMNS
from index.store import Store
from qa.answer import Answerer
from qa.config import MAX_TOP_K
from qa.retrieve import Searcher
from web.cards import cards_html, empty_html, message_html, panel_html

CSS = Path(__file__).with_name("page.css")
POLICY = (
    '<meta http-equiv="Content-Security-Policy" content="img-src \'self\' data: blob:; '
    "media-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws: wss:; "
    "frame-src 'self'; object-src 'none'\">"
)
"""Whatever stands in a question or a passage, the page asks nothing of any other machine."""

FONTS = ["Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "sans-serif"]

KEPT_ANSWERS = 10
"""So many answers keep their cards, so that their numbers still lead somewhere."""

EXAMPLES = [
    "哪些省份设立了质押融资风险补偿基金",
    "哪些省份开展了专利代理行业改革试点",
    "四川省天府知来贷是什么",
    "贵州省2018年打算怎样加强专利执法",
    "与海关的知识产权保护合作",
]

_WELCOME = "提问后，这里逐条列出依据原文：省份、栏目、工作重点、任务和页码。"

# The sidebar would cover a phone's whole screen; there it starts folded.
_FOLD_SIDEBAR_ON_PHONES = """() => {
  const sidebar = document.querySelector(".sidebar.open .toggle-button");
  if (sidebar && window.innerWidth < 768) sidebar.click();
}"""

# Answers are long and best first, so what is read first is what scrolls into view.
_SHOW_ANSWER_FROM_ITS_TOP = """() => setTimeout(() => {
  const questions = document.querySelectorAll('#chat [data-testid="user"]');
  const last = questions[questions.length - 1];
  const log = last && last.closest('[role="log"]');
  document.querySelector("#evidence .panel")?.scrollTo({ top: 0 });
  if (log) log.scrollTo({
    top: log.scrollTop + last.getBoundingClientRect().top - log.getBoundingClientRect().top - 8,
    behavior: "smooth",
  });
}, 120)"""


def theme() -> gr.themes.Base:
    """A quiet theme in fonts that the machine has."""
    return gr.themes.Default(
        primary_hue="blue", neutral_hue="slate", font=FONTS, font_mono=["monospace"]
    )


def create_page(searcher: Searcher, top_k: int) -> gr.Blocks:
    """The page over a searcher; nothing is launched."""
    store = searcher.store
    answerer = Answerer(searcher)
    evidence = gr.HTML(
        panel_html(empty_html(_WELCOME), []), elem_id="evidence", label="依据原文", render=False
    )

    def answer(
        question: str,
        history: list[dict[str, object]],
        earlier: list[str],
        provinces: list[str],
        columns: list[str],
        themes: list[str],
        limit: int,
    ) -> tuple[str, str, list[str]]:
        turn = 1 + sum(message["role"] == "user" for message in history)
        wanted = Filter(tuple(provinces), tuple(columns), tuple(themes))
        try:
            answered = answerer.answer(question, int(limit), wanted)
        except CewenError as error:
            return str(error), panel_html(empty_html("没有可列的依据。"), earlier), earlier
        words = searcher.words_of(answered.question)
        cards = cards_html(turn, answered, words, store)
        return (
            message_html(turn, answered, words, store),
            panel_html(cards, earlier),
            [cards, *earlier][:KEPT_ANSWERS],
        )

    with gr.Blocks(title="策问", analytics_enabled=False, fill_width=True) as page:
        earlier_cards = gr.State([])
        with gr.Sidebar(label="筛选", width=300):
            filters = _filters(store, top_k)
        with gr.Row(elem_id="head"):
            gr.HTML(_head_html(store))
        with gr.Row(elem_id="desk"):
            with gr.Column(scale=3, min_width=320):
                chat = gr.ChatInterface(
                    answer,
                    chatbot=gr.Chatbot(
                        elem_id="chat",
                        autoscroll=False,
                        height="calc(100vh - 245px)",
                        min_height=320,
                        show_label=False,
                        buttons=["copy"],
                        placeholder="在下面输入问题，或点一个例子。",
                    ),
                    textbox=gr.Textbox(
                        placeholder="例如：哪些省份设立了质押融资风险补偿基金",
                        label="问题",
                        show_label=False,
                        submit_btn=True,
                        elem_id="question",
                    ),
                    examples=[[example] for example in EXAMPLES],
                    run_examples_on_click=True,
                    cache_examples=False,
                    additional_inputs=[earlier_cards, *filters],
                    additional_outputs=[evidence, earlier_cards],
                    show_progress="minimal",
                    api_name="search",
                )
            with gr.Column(scale=2, min_width=320, elem_id="evidence-column"):
                gr.HTML('<h2 id="evidence-title">依据原文</h2>')
                evidence.render()
        chat.chatbot.clear(
            lambda: (panel_html(empty_html(_WELCOME), []), []),
            outputs=[evidence, earlier_cards],
            api_visibility="private",
        )
        chat.chatbot.change(None, js=_SHOW_ANSWER_FROM_ITS_TOP, api_visibility="private")
        page.load(None, js=_FOLD_SIDEBAR_ON_PHONES, api_visibility="private")
    return page


def _filters(store: Store, top_k: int) -> list[str | gr.components.Component]:
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
    theme_ = gr.Dropdown(
        [name for name in values["theme"] if name],
        value=[],
        multiselect=True,
        label="工作重点",
        elem_id="theme",
    )
    limit = gr.Slider(1, MAX_TOP_K, value=top_k, step=1, label="显示条数")
    clear = gr.Button("清除筛选", size="sm", elem_id="clear-filters")
    clear.click(lambda: ([], [], []), outputs=[province, column, theme_], api_visibility="private")
    gr.Markdown("不选即不限。筛选在检索之前生效。", elem_classes="hint")
    return [province, column, theme_, limit]


def _head_html(store: Store) -> str:
    counts, provinces = store.manifest.counts, len(store.facets.values["province"])
    return (
        "<h1>策问</h1><p>查政策工作文档，答案落到原文的单元格。"
        f"现有{counts['documents']}份文档，{provinces}个省份，{counts['passages']}条内容；"
        "全部在本机运行。</p>"
    )
