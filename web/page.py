"""The page: conversations and filters on the left, the chat in the middle, the evidence on the right."""

from __future__ import annotations

import json
from typing import Any

import gradio as gr

from index.store import Store
from qa.author import Author
from qa.feedback import FeedbackBook
from qa.live import Live
from qa.retrieve import Searching
from web.desk import Desk
from web.downloads import Downloads
from web.feedback_buttons import FeedbackButtons
from web.session import Session
from web.sidebar import filters, history_list, renewed, writes
from web.site import STYLE, header_html
from web.talk import Talk
from web.view import evidence as evidence_html
from web.words import DEFAULT, Words, load_words

CSS = [STYLE / "header.css", STYLE / "page.css"]
HEAD = (
    '<script src="style/copy.js" defer></script>'
    '<link rel="stylesheet" href="style/print.css" media="print">'
)

FONTS = ["Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "sans-serif"]

Listener = tuple[Any, Any, list[Any], list[Any]]
"""What an event listens to, what it does, and the components that it reads and changes."""

EXAMPLES = [
    "哪些省份设立了质押融资风险补偿基金",
    "哪些省份开展了专利代理行业改革试点",
    "四川省天府知来贷是什么",
    "贵州省2018年打算怎样加强专利执法",
    "与海关的知识产权保护合作",
]

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
    """A quiet theme in fonts that the machine has, all its texts in readable contrast (WCAG AA)."""
    quiet = gr.themes.Default(
        primary_hue="blue", neutral_hue="slate", font=FONTS, font_mono=["monospace"]
    )
    return quiet.set(
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        body_text_color_subdued="*neutral_600",
        block_info_text_color="*neutral_600",
        input_placeholder_color="*neutral_500",
    )


def create_page(
    live: Live,
    top_k: int,
    downloads: Downloads,
    author: Author | None = None,
    book: FeedbackBook | None = None,
    language: str = DEFAULT,
) -> gr.Blocks:
    """The page over a store, with an author when a language model is configured; not launched.

    Answers can be taken away from `downloads`.
    Without a book nobody is asked for feedback. What stands around the answers is in `language`;
    they themselves are in that of the documents.
    """
    words = load_words(language)
    say = words["chat"]

    def desk_over(searcher: Searching) -> Desk:
        provinces = searcher.store.facets.values["province"]
        return Desk(searcher, author.among(provinces) if author else None, say)

    def newest_desk() -> Desk:
        return live.of(desk_over)

    talk = Talk(newest_desk, downloads, say)
    store = live.searcher.store
    with gr.Blocks(title=words["product"], analytics_enabled=False, fill_width=True) as page:
        session = gr.State(Session())
        with gr.Sidebar(label=say["sidebar"], width=300):
            anew = gr.Button(say["new"], variant="primary", size="sm", elem_id="new-conversation")
            sidebar = [*filters(store, top_k, say), writes(author, say)]
            history = history_list(words)
        head = gr.HTML(header_html("chat", _about(store, say), words), elem_id="head")
        with gr.Row(elem_id="desk"):
            with gr.Column(scale=3, min_width=320):
                rating = FeedbackButtons(book, newest_desk, say["feedback"]) if book else None
                chatbot = _chatbot(rating.options if rating else (), say)
                textbox = _textbox(say)
                rated = [chatbot, rating.render(chatbot, session)] if rating else []
                clues = _clues(say)
            with gr.Column(scale=2, min_width=320, elem_id="evidence-column"):
                gr.HTML(f'<h2 id="evidence-title">{say["evidence"]}</h2>')
                with gr.Row(visible=False, elem_id="exports") as exports:
                    files = gr.HTML("", elem_id="export-files")
                    link = _link_button()
                evidence = gr.HTML(
                    evidence_html(Session(), say), elem_id="evidence", label=say["evidence"]
                )
        view = [chatbot, evidence, session, clues, textbox, exports]
        asked = [session, *sidebar]
        asking: list[Listener] = [
            (textbox.submit, talk.submit, [textbox, *asked], view),
            (chatbot.example_select, talk.choose, asked, view),
            (chatbot.option_select, talk.choose, asked, view),
            (chatbot.retry, talk.retry, asked, view),
            (chatbot.edit, talk.edit, asked, view),
            (clues.input, talk.revise, [clues, *asked], view),
        ]
        turning: list[Listener] = [
            (chatbot.undo, talk.undo, [session], view),
            (chatbot.clear, talk.start_anew, [], view),
            (anew.click, talk.start_anew, [], view),
            (history.clear, talk.start_anew, [], view),
            (history.select, talk.reopen, [], [*view, *sidebar[:4]]),
        ]
        arriving: list[Listener] = [(page.load, talk.follow, [], [*view, *sidebar[:4]])]
        settled = [session, chatbot, textbox, link, history, exports, files]
        followers = [(talk.settle, [session], settled)]
        if rating:
            followers.append((rating.show, [session], rated))
        _wire(page, textbox.stop, asking, turning, arriving, followers)
        chatbot.change(None, js=_SHOW_ANSWER_FROM_ITS_TOP, api_visibility="private")
        page.load(
            lambda: _renewed(live.searcher.store, words),
            None,
            [*sidebar[:3], head],
            show_progress="hidden",
            api_visibility="private",
        )
        page.load(None, js=_mending(say), api_visibility="private")
        page.load(None, js=_FOLD_SIDEBAR_ON_PHONES, api_visibility="private")
    return page


def _wire(
    page: gr.Blocks,
    stop: Any,  # noqa: ANN401 - Gradio makes its events at run time
    asking: list[Listener],
    turning: list[Listener],
    arriving: list[Listener],
    after: list[Any],
) -> None:
    """Each event does its part and then what comes `after`.

    Whatever asks or turns elsewhere stops what is still being asked, and so does `stop`.
    """
    # What follows one answer may still be going on when it has to follow the next one too.
    quietly: dict[str, Any] = {
        "show_progress": "hidden",
        "api_visibility": "private",
        "trigger_mode": "always_last",
    }
    events, stopping = [], []
    for listen, act, inputs, outputs in [*asking, *turning, *arriving]:
        # First of all: a page goes on to the next listener of an event when the one before has
        # ended, and what then stopped the others would stop what was asked meanwhile.
        stopping.append(listen(None, None, None, api_visibility="private"))
        event = listen(act, inputs, outputs, show_progress="minimal", api_visibility="private")
        events.append(event)
        for each in after:
            event = event.then(*each, **quietly)
    running = events[: len(asking)]
    stop(None, None, None, cancels=running, api_visibility="private")
    for first, event in zip(stopping, events, strict=True):
        page.fns[first["id"]].cancels = [each["id"] for each in running if each is not event]


def _mending(say: Words) -> str:
    """The script that gives the parts of Gradio's chat names in the page's language."""
    names = {"chatbot conversation": say["conversation"], **say["gradio"]}
    script = (STYLE / "mend.js").read_text(encoding="utf-8")
    return f"() => ({script})({json.dumps(names)})"


def _chatbot(verdicts: tuple[str, ...], say: Words) -> gr.Chatbot:
    return gr.Chatbot(
        elem_id="chat",
        autoscroll=False,
        height="calc(100vh - 330px)",
        min_height=320,
        show_label=False,
        buttons=["copy"],
        editable="user",
        feedback_options=verdicts,
        examples=[{"text": example} for example in EXAMPLES],
        placeholder=say["empty"],
    )


def _textbox(say: Words) -> gr.Textbox:
    return gr.Textbox(
        placeholder=say["placeholder"],
        label=say["question"],
        show_label=False,
        submit_btn=True,
        autofocus=True,
        elem_id="question",
    )


def _clues(say: Words) -> gr.Dropdown:
    return gr.Dropdown(
        [],
        value=[],
        multiselect=True,
        visible=False,
        label=say["clues"],
        elem_id="clues",
    )


def _link_button() -> gr.HTML:
    """Where the button stands that copies a link to the last question."""
    return gr.HTML("", elem_id="copy-link")


def _renewed(store: Store, words: Words) -> list[Any]:
    """What can be chosen and what the header tells, as the store is now."""
    return [*renewed(store), header_html("chat", _about(store, words["chat"]), words)]


def _about(store: Store, say: Words) -> str:
    counts, provinces = store.manifest.counts, len(store.facets.values["province"])
    return str(say["about"].format(**counts | {"provinces": provinces}))
