"""Open the store, building it first where there is none, and serve the page on this machine."""

from __future__ import annotations

import os
import socket
import sys

from index.build import open_or_build
from index.errors import UsageError
from qa.author import open_author
from qa.config import Settings
from qa.retrieve import open_searcher

MAX_QUEUE = 64
CONCURRENT_SEARCHES = 4


def serve(settings: Settings) -> None:
    """Serve until interrupted.

    Raises:
        UsageError: the port is in use, or the address is not this machine's.
        CewenError: the store can be neither opened nor built.
    """
    require_free(settings.host, settings.port)
    _keep_off_proxies(settings.host)
    store = open_or_build(settings.store, settings.encoder, _say)
    searcher = open_searcher(store, settings.reranker)
    # Imported here: gradio takes seconds, and a refusal above should not wait for it.
    from web.page import CSS, POLICY, create_page, theme

    author = open_author(settings, store.facets.values["province"])
    page = create_page(searcher, settings.top_k, author)
    page.queue(default_concurrency_limit=CONCURRENT_SEARCHES, max_size=MAX_QUEUE)
    # Building took its time: the port may be gone by now.
    require_free(settings.host, settings.port)
    page.launch(
        server_name=settings.host,
        server_port=settings.port,
        share=False,
        ssr_mode=False,
        quiet=True,
        run_history=False,
        footer_links=[],
        theme=theme(),
        css_paths=CSS,
        head=POLICY,
        prevent_thread_lock=True,
    )
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    _say(f"网页已就绪：http://{host}:{settings.port}（按 Ctrl+C 结束）")
    page.block_thread()


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


def _keep_off_proxies(host: str) -> None:
    """Make sure that the server's own check of itself does not go through a proxy."""
    own = ["127.0.0.1", "localhost", "::1", host]
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ",".join([*filter(None, [os.environ.get(name)]), *own])
    for name in ("ALL_PROXY", "all_proxy"):
        # The HTTP library refuses to start at all with a kind of proxy that it lacks support for.
        if os.environ.get(name, "").startswith("socks"):
            del os.environ[name]


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
