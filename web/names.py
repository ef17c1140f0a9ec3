"""By which names the site may be called, so that another site cannot have its own name point here."""

from __future__ import annotations

import re

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from index.errors import UsageError
from web.refusals import refusal

LOCAL_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
OPEN_PATH = "/healthz"
"""The one address that answers to every name and without a password: it tells that the process is up."""
MISDIRECTED = 421
LONGEST_SHOWN = 80

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[\w.-]+?)\.?(?::\d{1,5})?", re.ASCII)


def name_of(host: str) -> str:
    """The name in a Host header or an address, in lower case without the port; "" where it is none.

    >>> name_of("[::1]:7860"), name_of("LOCALHOST.")
    ('[::1]', 'localhost')
    """
    found = _HOST.fullmatch(host.strip().lower())
    return found[1] if found else ""


def read_names(hosts: str | None) -> frozenset[str]:
    """Names, one a line or separated by commas.

    Raises:
        UsageError: one is no name.
    """
    names = set()
    for given in filter(None, map(str.strip, re.split(r"[,\r\n]+", hosts or ""))):
        if not name_of(given):
            raise UsageError(
                f"CEWEN_HOSTS 里的“{given}”不是主机名，应像 cewen.example 或 10.1.2.3。"
            )
        names.add(name_of(given))
    return frozenset(names)


class Names:
    """Lets requests through that call the site by one of its names."""

    def __init__(self, app: ASGIApp, names: frozenset[str]) -> None:
        self._app, self._names = app, names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the application, or with 421 and what to configure."""
        if scope["type"] == "lifespan" or scope["path"] == OPEN_PATH:
            return await self._app(scope, receive, send)
        name = name_of(Headers(scope=scope).get("host", ""))
        if name in self._names:
            return await self._app(scope, receive, send)
        shown = f"“{name[:LONGEST_SHOWN]}”" if name else "这个主机名"
        sentence = f"本站不叫{shown}；确实要用这个名字时，请把它写进 CEWEN_HOSTS。"
        return await refusal(scope["path"], MISDIRECTED, sentence)(scope, receive, send)
