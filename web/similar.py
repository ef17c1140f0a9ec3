"""The same practice elsewhere, as a page and as files: of a passage, or of what is described."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from index.errors import UsageError
from qa.answering import answerer_over
from qa.config import MAX_QUESTION_CHARS
from qa.export import MEDIA_TYPES
from qa.export.report import answer_report
from qa.export.wording import understood_text
from qa.live import Live
from qa.question import clean_question
from qa.records import Answer
from qa.retrieve import Searching
from web.addresses import address
from web.alike import finding
from web.attachment import exported
from web.downloads import LABELS
from web.practices import NotHeld, shelf
from web.site import rendered

UNKNOWN, UNREADABLE = 404, 422
SHOWN_CHARS = 40
"""So much of a wrong value is repeated to its author."""

Id = Annotated[str, Query(alias="id")]
Home = Annotated[str, Query(alias="from")]
Format = Annotated[str, Query(alias="format")]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an address asks for: a passage by its id, or a description that leaves one province out."""

    passage_id: str = ""
    text: str | None = None
    home: str = ""

    @property
    def state(self) -> dict[str, str]:
        """It as the query of an address."""
        if self.passage_id:
            return {"id": self.passage_id}
        return {"text": self.text or "", "from": self.home}


class Trouble(Exception):
    """An address that cannot be served: its status, the key of its sentence, and the name in it."""

    def __init__(self, status: int, key: str, name: str = "") -> None:
        super().__init__(key)
        self.status, self.key = status, key
        self.name = name if len(name) <= SHOWN_CHARS else name[:SHOWN_CHARS] + "…"


def create_router(live: Live) -> APIRouter:
    """The page of like practices and the export of what it shows."""
    router = APIRouter()

    @router.get("/similar")
    def similar(
        request: Request,
        passage_id: Id = "",
        text: str | None = None,
        home: Home = "",
        province: str = "",
        theme: str = "",
    ) -> Response:
        views, wanted = live.of(_Views), Wanted(passage_id, text, home)
        if passage_id or text is not None:
            return views.served(request, wanted, lambda: views.found(request, wanted))
        return views.served(request, wanted, lambda: views.browsed(request, province, theme))

    @router.get("/export-similar")
    def export_similar(
        request: Request,
        passage_id: Id = "",
        text: str | None = None,
        home: Home = "",
        extension: Format = "",
    ) -> Response:
        views, wanted = live.of(_Views), Wanted(passage_id, text, home)
        return views.served(request, wanted, lambda: views.file(wanted, extension))

    return router


class _Views:
    """Each view as the answer to a request."""

    def __init__(self, searcher: Searching) -> None:
        self._answerer = answerer_over(searcher)
        self._passages = searcher.store.passages
        self._provinces = searcher.store.facets.values["province"]

    def served(self, request: Request, wanted: Wanted, view: Callable[[], Response]) -> Response:
        """`view`, or a sentence that says why it cannot be, over what can be chosen instead."""
        try:
            return view()
        except Trouble as trouble:
            page = self._rendered(request, wanted, trouble=trouble)
            page.status_code = trouble.status
            return page

    def browsed(self, request: Request, province: str, theme: str) -> Response:
        """The forms, and the passages of a province's theme to pick from."""
        try:
            chosen = shelf(self._passages, province, theme)
        except NotHeld as error:
            raise Trouble(UNKNOWN, f"no_{error.facet}", error.name) from error
        return self._rendered(request, Wanted(), chosen=chosen)

    def found(self, request: Request, wanted: Wanted) -> Response:
        """The source practice and the nearest of each other province."""
        answer = self._answer(wanted)
        exports = {
            label: address("export-similar", **wanted.state, format=extension)
            for extension, label in LABELS.items()
        }
        return self._rendered(
            request,
            wanted,
            answer=answer,
            finding=finding(answer),
            understood=understood_text(answer),
            exports=exports,
        )

    def file(self, wanted: Wanted, extension: str) -> Response:
        """What the page shows, as a file."""
        if extension not in MEDIA_TYPES:
            raise Trouble(UNREADABLE, "no_format", extension)
        answer = self._answer(wanted)
        return exported(answer_report(answer), answer.question.text, extension)

    def _answer(self, wanted: Wanted) -> Answer:
        """What is shown and exported: no hits beside what is alike."""
        if wanted.passage_id:
            return self._of_passage(wanted.passage_id)
        answer = self._of_description(wanted.text or "", wanted.home)
        return replace(answer, hits=())

    def _of_passage(self, passage_id: str) -> Answer:
        answer = self._answerer.similar_to(passage_id)
        if answer is None:
            raise Trouble(UNKNOWN, "no_id", passage_id)
        return answer

    def _of_description(self, text: str, home: str) -> Answer:
        if not text.strip():
            raise Trouble(UNREADABLE, "empty")
        if home and home not in self._provinces:
            raise Trouble(UNREADABLE, "no_province", home)
        try:
            clean_question(text)
        except UsageError as error:
            raise Trouble(UNREADABLE, "unreadable") from error
        return self._answerer.similar_described(text, home or None)

    def _rendered(self, request: Request, wanted: Wanted, **values: object) -> Response:
        shown = {"answer": None, "finding": None, "trouble": None, "chosen": None} | values
        return rendered(
            request,
            "similar.html",
            "similar",
            wanted=wanted,
            most=MAX_QUESTION_CHARS,
            provinces=self._provinces,
            address=address,
            **shown,
        )
