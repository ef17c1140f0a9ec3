"""Answers for visitors to take away: a file is made when it is asked for."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from html import escape
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from qa.export import MEDIA_TYPES
from qa.export.report import answer_report
from qa.records import Answer
from web.attachment import exported
from web.refusals import refusal
from web.words import Words

LABELS = {"docx": "Word", "xlsx": "Excel", "md": "Markdown", "csv": "CSV"}
KEPT = 500
"""So many answers can be taken away, the last."""
PATH = "/export-answer"
NOT_FOUND = 404
GONE = "这份回答已经不在了（网页重启过，或又有了许多回答）。请回到对话里再问一次，然后导出。"


class Downloads:
    """The answers given last, each under a key that nobody can guess. Safe to share between threads."""

    def __init__(self) -> None:
        self._answers: OrderedDict[str, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, answer: Answer) -> str:
        """The key that an answer can be taken away by."""
        key = secrets.token_urlsafe(16)
        with self._lock:
            self._answers[key] = answer
            while len(self._answers) > KEPT:
                self._answers.popitem(last=False)
        return key

    def answer(self, key: str) -> Answer | None:
        """The answer of a key; None when it is not kept."""
        with self._lock:
            return self._answers.get(key)


def links_html(key: str, say: Words) -> str:
    """A link for each kind of file of the answer with this key."""
    return "".join(
        f'<a class="export" download href="{escape(_address(key, extension))}">'
        f"{escape(say['export'].format(name=label))}</a>"
        for extension, label in LABELS.items()
    )


def create_router(downloads: Downloads) -> APIRouter:
    """The route that makes the files."""
    router = APIRouter()

    @router.get(PATH)
    async def file(
        request: Request, key: str = "", extension: Annotated[str, Query(alias="format")] = ""
    ) -> Response:
        answer = downloads.answer(key)
        if answer is None or extension not in MEDIA_TYPES:
            return refusal(request.url.path, NOT_FOUND, GONE)
        return await run_in_threadpool(_file, answer, extension)

    return router


def _file(answer: Answer, extension: str) -> Response:
    return exported(answer_report(answer), answer.question.text, extension)


def _address(key: str, extension: str) -> str:
    return f"{PATH.lstrip('/')}?{urlencode({'key': key, 'format': extension})}"
