"""The pages beside the chat: rendered on the server, in the reader's language, state in the address."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from web.words import Words, language_of, load_words

HERE = Path(__file__).parent
STYLE = HERE / "style"
PAGES = ("chat", "compare", "similar", "source", "documents", "api")
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
"""Nothing of another machine's is loaded, and no script but the site's own files runs."""

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def add_style(app: FastAPI) -> None:
    """Serve the site's style sheets and scripts."""
    app.mount("/style", StaticFiles(directory=STYLE), name="style")


def rendered(request: Request, template: str, page: str, **values: object) -> HTMLResponse:
    """A template as the answer to a request.

    Templates find `page` (one of `PAGES`), `words` in the reader's language, and `values`. All
    addresses in them are relative, so that the site works under any prefix.
    """
    words = load_words(language_of(request.headers.get("accept-language", "")))
    html = _ENVIRONMENT.get_template(template).render(page=page, pages=PAGES, words=words, **values)
    headers = {"Content-Security-Policy": POLICY, "Vary": "Accept-Language"}
    return HTMLResponse(html, headers=headers)


def header_html(page: str, about: str, words: Words) -> str:
    """The header of every page as it stands on the chat, which is no template of ours."""
    template = _ENVIRONMENT.get_template("header.html")
    return template.render(page=page, pages=PAGES, words=words, about=about)
