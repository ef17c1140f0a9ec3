"""One chat for each language behind the same address: the browser says which it is served."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import gradio.routes
from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.routing import BaseRoute, Mount
from starlette.types import Receive, Scope, Send

from web.chat_door import ChatDoor
from web.words import language_of


class ByLanguage:
    """Passes each request on to the application in the language that its sender accepts.

    A browser names the same languages with every request, so a visit stays with one application.
    """

    def __init__(self, of_language: Mapping[str, FastAPI]) -> None:
        self._of_language = of_language
        self._doors = {language: ChatDoor(chat) for language, chat in of_language.items()}

    @property
    def routes(self) -> list[BaseRoute]:
        """Those of all languages."""
        return [route for app in self._of_language.values() for route in app.routes]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the application of the language."""
        language = language_of(Headers(scope=scope).get("accept-language", ""))
        await self._doors[language](scope, receive, send)


def mount_chats(app: FastAPI, chats: Mapping[str, FastAPI]) -> None:
    """Mount the chats, by language, at the root of `app`; they start and stop with it."""
    own_lifespan = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[Any]:
        async with AsyncExitStack() as stack:
            state = await stack.enter_async_context(own_lifespan(app))
            for chat in chats.values():
                await stack.enter_async_context(chat.router.lifespan_context(chat))
            yield state

    app.router.lifespan_context = lifespan
    app.mount("/", ByLanguage(chats))


def end_streams(app: FastAPI) -> None:
    """End what pages that are open listen to.

    Gradio does so only as it stops, and it is told to stop once nobody listens any more.
    """
    for mount in app.routes:
        if isinstance(mount, Mount):
            for chat in gradio_apps(mount.routes):
                chat.stop_event.set()


def gradio_apps(routes: Iterable[BaseRoute]) -> Iterator[gradio.routes.App]:
    """Gradio's own applications among those mounted."""
    for route in routes:
        if isinstance(route, Mount) and isinstance(route.app, gradio.routes.App):
            yield route.app
