"""The whole site as one application: the chat at its root, and the pages and programs beside it."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import sys
from collections.abc import Callable

import gradio as gr
import uvicorn
from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from qa.author import Author
from qa.feedback import FeedbackBook
from qa.live import Live
from web import api, compare, documents, downloads, model_context, similar, source
from web.access import HERE, Access, Guard
from web.bodies import MOST_BYTES, Bodies
from web.headers import SafeHeaders
from web.hung_up import HungUp
from web.languages import end_streams, gradio_apps, mount_chats
from web.names import Names
from web.origins import OwnPages
from web.page import CSS, HEAD, create_page, theme
from web.programs import Programs
from web.room import Room
from web.site import add_style
from web.throttle import Throttle
from web.visits import keep_visits
from web.words import LANGUAGES, load_words

MAX_QUEUE, FOLLOWING = 64, 64
"""So many questions wait for an answer, and beside them so much that follows one."""
CONCURRENT_SEARCHES = 4
GRADIO_LOCALES = ("zh-CN", "zh-TW", "en")
"""Of Gradio's own languages those that read a page of ours; the last stands in for any other."""
SHUTDOWN_SECONDS = 3


def create_app(
    live: Live,
    top_k: int,
    author: Author | None = None,
    access: Access = HERE,
    book: FeedbackBook | None = None,
) -> FastAPI:
    """The site over one store, not yet served; `access` says who may come in.

    Without a book nobody is asked for feedback.
    """
    # Its own documentation page would load scripts from elsewhere.
    app = FastAPI(title="策问", openapi_url=None, docs_url=None, redoc_url=None)
    add_style(app)
    for pages in (compare, similar, source):
        app.include_router(pages.create_router(live))
    app.include_router(documents.create_router(live, access.is_local or bool(access.accounts)))
    answers = downloads.Downloads()
    app.include_router(downloads.create_router(answers))
    programs = Programs(live, top_k)
    app.include_router(api.create_router(programs))
    app.include_router(model_context.create_router(programs))
    _add_guards(app, access)
    mount_chats(
        app,
        {
            language: _chat(create_page(live, top_k, answers, author, book, language), language)
            for language in LANGUAGES
        },
    )
    return app


def _add_guards(app: FastAPI, access: Access) -> None:
    """Let requests reach the site one guard after the other; the one added last stands outermost."""
    app.add_middleware(Bodies, larger=dict.fromkeys(documents.UPLOADS, documents.MOST_BYTES))
    if access.accounts:
        app.add_middleware(Guard, accounts=access.accounts, throttle=Throttle(access.failures))
    app.add_middleware(OwnPages, names=access.own_names)
    if access.names:
        app.add_middleware(Names, names=access.names)
    app.add_middleware(SafeHeaders)
    app.add_middleware(HungUp)


def _chat(page: gr.Blocks, language: str) -> FastAPI:
    """The chat in one language as an application of its own."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    # Gradio would tell every site's pages what it answers, with the account of whoever reads them.
    app.add_middleware(CORSMiddleware)
    say = load_words(language)["chat"]
    app.add_middleware(Room, page=page, most=MAX_QUEUE, sentence=say["full"])
    page.queue(default_concurrency_limit=CONCURRENT_SEARCHES, max_size=MAX_QUEUE + FOLLOWING)
    mounted = gr.mount_gradio_app(
        app,
        page,
        path="/",
        ssr_mode=False,
        run_history=False,
        footer_links=[],
        # It would tell everyone what is asked how often.
        enable_monitoring=False,
        theme=theme(),
        css_paths=CSS,
        head=HEAD,
        # Uploads do not get this far; nothing large could come in if one did.
        max_file_size=MOST_BYTES,
        # What went wrong inside stands in the log; visitors are not told paths and addresses.
        show_error=False,
        # What Gradio itself says in English only, or by a key that it has no words for.
        i18n=gr.I18n(**dict.fromkeys(GRADIO_LOCALES, say["gradio_keys"])),
    )
    for chat in gradio_apps(mounted.routes):
        keep_visits(chat)
    return mounted


def run(app: FastAPI, host: str, port: int, announce: Callable[[], None]) -> None:
    """Serve until interrupted; `announce` is called once the site answers."""
    # uvicorn stops when told to, then sends itself the signal again; Python has to end in its own way
    # for its folders to be cleared.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    options = uvicorn.Config(
        app,
        host,
        port,
        log_level="warning",
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        server_header=False,
    )
    logging.getLogger("uvicorn.error").addFilter(_is_fault)
    _Server(app, options, announce).run()


def _is_fault(record: logging.LogRecord) -> bool:
    """A request that stopping the site cuts off is none."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))


class _Server(uvicorn.Server):
    def __init__(self, app: FastAPI, options: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(options)
        self._app = app
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._announce()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        end_streams(self._app)
        await super().shutdown(sockets)
