"""What a page of another site makes a browser send does nothing here, and tells that page nothing."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from web.names import name_of
from web.refusals import refusal

FORBIDDEN = 403
SENTENCE = "请求来自别的网站，没有执行。"
SAFE_METHODS = frozenset({"GET", "HEAD"})


class OwnPages:
    """Lets requests through that a page of this site made, a link led to, or no browser sent."""

    def __init__(self, app: ASGIApp, names: frozenset[str] = frozenset()) -> None:
        """Take the application, and names that the site has before a proxy calls it by another."""
        self._app, self._names = app, names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the application, or with 403."""
        if scope["type"] == "lifespan" or is_own(scope, self._names):
            await self._app(scope, receive, send)
        else:
            await refusal(scope["path"], FORBIDDEN, SENTENCE)(scope, receive, send)


def is_own(scope: Scope, names: frozenset[str] = frozenset()) -> bool:
    """Whether a request is none that a page of another site could have caused unseen.

    Browsers say so themselves (Fetch Metadata, W3C); those that do not, and every browser that comes
    without TLS from another machine, name the origin. Whoever names neither is no browser.
    """
    headers = Headers(scope=scope)
    match headers.get("sec-fetch-site", ""):
        case "same-origin" | "none":
            return True
        case "":
            return _is_named(headers.get("origin"), headers.get("host", ""), names)
    followed_link = (headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")) == (
        "navigate",
        "document",
    )
    return followed_link and scope.get("method") in SAFE_METHODS


def _is_named(origin: str | None, host: str, names: frozenset[str]) -> bool:
    if origin is None:
        return True
    try:
        place = urlsplit(origin).netloc.lower()
    except ValueError:
        return False
    return bool(place) and (place == host.lower() or name_of(place) in names)
