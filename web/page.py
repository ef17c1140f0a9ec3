"""The page: filters on the left, the chat in the middle, the evidence on the right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import gradio as gr

from index.errors import CewenError
from index.filters import Filter
from index.records import COLUMNS
from index.store import Store
from qa.answer import Answerer
from qa.author import Author
from qa.config import MAX_TOP_K
from qa.conversation import goes_on
from qa.records import Answer, Question
from qa.retrieve import Searcher
from qa.understood import all_clues, clues_of, revised
from web.cards import cards_html, empty_html, panel_html
from web.downloads import LABELS, Downloads
from web.follow_ups import follow_ups
from web.message import message_html
from web.site import PAGES
from web.words import DEFAULT, load_words
from web.writing import stopped_html

CSS = Path(__file__).parent / "style" / "page.css"
HEAD = (
    '<meta http-equiv="Content-Security-Policy" content="img-src \'self\' data: blob:; '
    "media-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws: wss:; "
    "frame-src 'self'; object-src 'none'\">"
    '<script src="style/copy.js" defer></script>'
)
"""Whatever stands in a question or a passage, the page asks nothing of any other machine."""

FONTS = ["Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "sans-serif"]

Reply = tuple[Any, ...]
"""A message, the evidence panel, the session it leaves, and the clues; as Gradio takes them."""

KEPT_ANSWERS = 10
"""So many answers keep their cards, so that their numbers still lead somewhere."""

EXAMPLES = [
    "哪些省份设立了质押融资风险补偿基金",
    "哪些省份开展了专利代理行业改革试点",
    "四川省天府知来贷是什么",
    "贵州省2018年打算怎样加强专利执法",
    "与海关的知识产权保护合作",
]

SWEEP = (3600, 24 * 3600)
"""How often the copies of files that Gradio serves are swept, and how old they get; in seconds. When
the page stops they go too."""

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


@dataclass(frozen=True, eq=False)
class Session:
    """What one visitor's conversation is going on from: the last answer, and the cards so far.

    Each is itself only: Gradio tells by its hash that there is a new one.
    """

    last: Answer | None = None
    cards: tuple[str, ...] = ()


class Desk:
    """Answers for the page: each answer is a message, its evidence, its clues and a new session."""

    def __init__(self, searcher: Searcher, author: Author | None) -> None:
        self._searcher, self._author = searcher, author
        self._answerer = Answerer(searcher)
        self._store = searcher.store
        self._downloads = Downloads()
        self._titles = searcher.store.facets.column_titles

    def ask(
        self,
        text: str,
        history: Sequence[object],
        session: Session,
        provinces: list[str],
        columns: list[str],
        themes: list[str],
        limit: int,
        writes: bool,
    ) -> Iterator[Reply]:
        """The reply to what was typed; written anew by the language model, as it comes, if wanted."""
        wanted = Filter(tuple(provinces), tuple(columns), tuple(themes))
        yield from self._replies(text, wanted, int(limit), writes, history, session)

    def ask_again(
        self,
        keys: list[str],
        history: list[object],
        session: Session,
        provinces: list[str],
        columns: list[str],
        themes: list[str],
        limit: int,
        writes: bool,
    ) -> Iterator[Reply]:
        """The reply to the last question, understood as the clues with `keys` say."""
        if session.last is None:
            return
        question = revised(session.last.question, keys)
        asked = f"{question.text}（按改过的理解重新回答）"
        before = [*history, {"role": "user", "content": asked}]
        wanted = Filter(tuple(provinces), tuple(columns), tuple(themes))
        for message, *rest in self._replies(question, wanted, int(limit), writes, history, session):
            yield [*before, message], *rest

    def _replies(
        self,
        asked: str | Question,
        wanted: Filter,
        limit: int,
        writes: bool,
        history: Sequence[object],
        session: Session,
    ) -> Iterator[Reply]:
        """The reply to a question, and then the same with what the language model writes."""
        try:
            if isinstance(asked, str):
                answer = self._first_answer(asked, wanted, limit, writes, session)
            else:
                answer = self._answerer.answer_question(asked, limit, wanted)
        except CewenError as error:
            yield self._failed(error, session)
            return
        message, evidence, opened, clues = self._reply(answer, _turn(history), session)
        yield message, evidence, opened, clues
        if writes and self._author:
            with closing(self._author.written(answer)) as answers:
                yield from self._written(answers, _turn(history), opened)

    def _first_answer(
        self, asked: str, wanted: Filter, limit: int, writes: bool, session: Session
    ) -> Answer:
        """What the documents say; a question that needs the one before is put in full by the model."""
        if not (writes and self._author and session.last) or goes_on(asked):
            return self._answerer.answer(asked, limit, wanted, session.last)
        in_full = self._author.standalone(asked, session.last)
        answer = self._answerer.answer(in_full, limit, wanted, session.last)
        return answer if in_full == asked else replace(answer, prompts=(self._author.rewriting,))

    def _written(self, answers: Iterable[Answer], turn: int, opened: Session) -> Iterator[Reply]:
        """The messages of answers as they grow; the same again when nothing new has come.

        Evidence and clues stay; a session that changes has its files written anew.
        """
        before, message = None, None
        for answer in answers:
            kept = gr.skip()
            if answer is not before:
                before, message = answer, self._message(answer, turn)
                if answer.writing and not answer.writing.is_growing:
                    kept = replace(opened, last=answer)
            yield message, gr.skip(), kept, gr.skip()

    def files(self, session: Session) -> list[Any]:
        """The row of download buttons, shown when there is an answer, and each one's file."""
        if session.last is None:
            return [gr.Row(visible=False), *(gr.skip() for _ in LABELS)]
        return [gr.Row(visible=True), *self._downloads.files(session.last)]

    def _reply(self, answer: Answer, turn: int, session: Session) -> Reply:
        words = self._searcher.words_of(answer.question)
        cards = cards_html(turn, answer, words, self._store)
        return (
            self._message(answer, turn),
            panel_html(cards, session.cards),
            Session(answer, (cards, *session.cards)[:KEPT_ANSWERS]),
            self._clues(answer.question),
        )

    def _message(self, answer: Answer, turn: int) -> gr.ChatMessage:
        words = self._searcher.words_of(answer.question)
        options = follow_ups(answer, self._store.facets)
        return gr.ChatMessage(
            role="assistant",
            content=message_html(turn, answer, words, self._store),
            options=[{"label": label, "value": asked} for label, asked in options],
        )

    def _failed(self, error: CewenError, session: Session) -> Reply:
        message = gr.ChatMessage(role="assistant", content=str(error))
        return (
            message,
            panel_html(empty_html("没有可列的依据。"), session.cards),
            session,
            gr.skip(),
        )

    def _clues(self, question: Question) -> gr.Dropdown:
        """The chips: what was understood is chosen, what else could be stands to choose from."""
        values = self._store.facets.values
        chosen = clues_of(question, self._titles)
        known = {clue.key: clue for clue in [*chosen, *all_clues(values, self._titles)]}
        return gr.Dropdown(
            choices=[(clue.label, key) for key, clue in known.items()],
            value=[clue.key for clue in chosen],
            visible=True,
        )


def stopped(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The messages, the last one saying that it was left while it grew."""
    *before, last = messages
    parts = [part | {"text": stopped_html(part["text"])} for part in last["content"]]
    return [*before, last | {"content": parts}]


def _turn(history: Sequence[object]) -> int:
    """The number of the question being answered, from 1."""
    roles = [m["role"] if isinstance(m, dict) else getattr(m, "role", "") for m in history]
    return 1 + roles.count("user")


def create_page(searcher: Searcher, top_k: int, author: Author | None = None) -> gr.Blocks:
    """The page over a searcher, with an author when a language model is configured; not launched."""
    store = searcher.store
    desk = Desk(searcher, author)
    evidence = gr.HTML(
        panel_html(empty_html(_WELCOME), []), elem_id="evidence", label="依据原文", render=False
    )
    clues = gr.Dropdown(
        [],
        value=[],
        multiselect=True,
        visible=False,
        label="这样理解你的问题（可删可加，改后重新回答）",
        elem_id="clues",
        render=False,
    )
    with gr.Blocks(
        title="策问", analytics_enabled=False, fill_width=True, delete_cache=SWEEP
    ) as page:
        session = gr.State(Session())
        with gr.Sidebar(label="筛选", width=300):
            filters = [*_filters(store, top_k), _writes(author)]
        with gr.Row(elem_id="head"):
            gr.HTML(_head_html(store))
        with gr.Row(elem_id="desk"):
            with gr.Column(scale=3, min_width=320):
                chat = gr.ChatInterface(
                    desk.ask,
                    chatbot=_chatbot(),
                    textbox=_textbox(),
                    examples=[[example] for example in EXAMPLES],
                    run_examples_on_click=True,
                    cache_examples=False,
                    additional_inputs=[session, *filters],
                    additional_outputs=[evidence, session, clues],
                    show_progress="minimal",
                    api_name="search",
                )
                clues.render()
            with gr.Column(scale=2, min_width=320, elem_id="evidence-column"):
                gr.HTML('<h2 id="evidence-title">依据原文</h2>')
                with gr.Row(visible=False, elem_id="exports") as exports:
                    buttons = [
                        gr.DownloadButton(f"导出{label}", size="sm", min_width=60)
                        for label in LABELS.values()
                    ]
                evidence.render()
        clues.input(
            desk.ask_again,
            inputs=[clues, chat.chatbot, session, *filters],
            outputs=[chat.chatbot, evidence, session, clues],
            api_visibility="private",
        ).then(
            lambda messages: (messages, messages),
            inputs=[chat.chatbot],
            outputs=[chat.chatbot_state, chat.chatbot_value],
            api_visibility="private",
        )
        chat.textbox.stop(
            stopped,
            inputs=[chat.chatbot],
            outputs=[chat.chatbot],
            api_visibility="private",
        ).then(
            lambda messages: (messages, messages),
            inputs=[chat.chatbot],
            outputs=[chat.chatbot_state, chat.chatbot_value],
            api_visibility="private",
        )
        session.change(
            desk.files,
            inputs=[session],
            outputs=[exports, *buttons],
            show_progress="hidden",
            api_visibility="private",
        )
        chat.chatbot.clear(
            lambda: (panel_html(empty_html(_WELCOME), []), Session(), gr.Dropdown(visible=False)),
            outputs=[evidence, session, clues],
            api_visibility="private",
        )
        chat.chatbot.change(None, js=_SHOW_ANSWER_FROM_ITS_TOP, api_visibility="private")
        page.load(None, js=_FOLD_SIDEBAR_ON_PHONES, api_visibility="private")
    return page


def _chatbot() -> gr.Chatbot:
    return gr.Chatbot(
        elem_id="chat",
        autoscroll=False,
        height="calc(100vh - 330px)",
        min_height=320,
        show_label=False,
        buttons=["copy"],
        placeholder="在下面输入问题，或点一个例子。",
    )


def _textbox() -> gr.Textbox:
    return gr.Textbox(
        placeholder="例如：哪些省份设立了质押融资风险补偿基金",
        label="问题",
        show_label=False,
        submit_btn=True,
        stop_btn="停止",
        elem_id="question",
    )


def _filters(store: Store, top_k: int) -> list[gr.components.Component]:
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


def _writes(author: Author | None) -> gr.Checkbox:
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


def _nav_html() -> str:
    """Links to the pages beside the chat."""
    names = load_words(DEFAULT)["nav"]
    others = "".join(f'<a href="{page}">{names[page]}</a>' for page in PAGES if page != "chat")
    return f'<a href="./" aria-current="page">{names["chat"]}</a>{others}'


def _head_html(store: Store) -> str:
    counts, provinces = store.manifest.counts, len(store.facets.values["province"])
    return (
        "<h1>策问</h1><p>查政策工作文档，答案落到原文的单元格。"
        f"现有{counts['documents']}份文档，{provinces}个省份，{counts['passages']}条内容；"
        f'全部在本机运行。</p><nav aria-label="页面">{_nav_html()}</nav>'
    )
