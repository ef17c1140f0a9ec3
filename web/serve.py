"""Open the store, building it first where there is none, and serve the page on this machine."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from index.build import open_or_build
from index.errors import UsageError
from qa import alike, mention, reading, stating
from qa.author import open_author
from qa.config import Settings
from qa.feedback import open_book
from qa.live import Live
from qa.opening import open_searcher
from qa.reading import load_figure_reader, load_reader
from web.access import access_of
from web.memory import for_good, share_freed_memory

GRADIO_FOLDER = "GRADIO_TEMP_DIR"


def serve(settings: Settings, is_open: bool = False) -> None:
    """Serve until interrupted; `is_open` lets everyone in, where others than this machine can come.

    Raises:
        UsageError: the port is in use, or the address is not this machine's; others could come in
            and nobody said who may; feedback cannot be kept where it should.
        CewenError: the store can be neither opened nor built.
    """
    access = access_of(
        settings.auth, settings.host, is_open, settings.hosts, settings.login_failures
    )
    require_free(settings.host, settings.port)
    book = open_book(settings)
    _leave_socks_proxies()
    share_freed_memory()
    with own_temporary_folder():
        store = open_or_build(settings.store, settings.encoder, _say)
        opener = partial(open_searcher, reranker=settings.reranker)
        live = Live(opener(store), opener)
        with for_good():
            # Imported here: gradio takes seconds, and a refusal above should not wait for it.
            from web.app import create_app, run

            author = open_author(settings, store.facets.values["province"])
            app = create_app(live, settings.top_k, author, access, book)
        # Building took its time: the port may be gone by now.
        require_free(settings.host, settings.port)
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        address = f"http://{host}:{settings.port}"
        run(app, settings.host, settings.port, partial(_ready, address))


@contextmanager
def own_temporary_folder() -> Iterator[None]:
    """Gradio's copies of files lie where only this user can read them, and go at the end.

    Its own choice is a folder that all users of the machine share. The operator's is left alone.
    """
    if os.environ.get(GRADIO_FOLDER):
        yield
        return
    with tempfile.TemporaryDirectory(prefix="cewen-", ignore_cleanup_errors=True) as folder:
        os.environ[GRADIO_FOLDER] = folder
        try:
            yield
        finally:
            del os.environ[GRADIO_FOLDER]


def require_free(host: str, port: int) -> None:
    """Nothing, when `port` of `host` can be listened on.

    Raises:
        UsageError: it is in use, or the address is not this machine's.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            if sys.platform != "win32":
                # A port just left may be taken again; on Windows this would take one in use.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror as error:
        raise UsageError(f"地址“{host}”不对，本机请用 127.0.0.1。") from error
    except OSError as error:
        raise UsageError(
            f"无法使用 {host}:{port}（{error.strerror}）。端口被占用时，请用 --port 换一个，"
            "或先关闭占用它的程序。"
        ) from error


def _leave_socks_proxies() -> None:
    """Make sure that no proxy of a kind is set which gradio's HTTP library refuses to load with."""
    for name in ("ALL_PROXY", "all_proxy"):
        if os.environ.get(name, "").startswith("socks"):
            del os.environ[name]


def _ready(address: str) -> None:
    _say(f"网页已就绪：{address}（按 Ctrl+C 结束）")
    for model in (reading.MODEL, mention.READER, alike.READER):
        if reader := load_reader(model):
            reader.prepare()
    if figure_reader := load_figure_reader(stating.READER):
        figure_reader.prepare()


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
