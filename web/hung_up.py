"""Requests whose sender hung up before all of it had come: nobody is there to be told of it."""

from __future__ import annotations

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send


class HungUp:
    """Ends such requests without a word; otherwise each of them would fill the log."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the application, or not at all."""
        try:
            await self._app(scope, receive, send)
        except ClientDisconnect:
            return
