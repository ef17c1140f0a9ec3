"""The documents themselves: contents, tables by province, a search in them, rows to take away."""

from __future__ import annotations

from pathlib import PurePath
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from index.contents import Contents
from index.filters import FACETS
from qa.export import MEDIA_TYPES
from qa.export.report import row_report
from qa.find import find, fold
from qa.live import Live
from qa.retrieve import Searching
from web.addresses import address
from web.attachment import exported
from web.downloads import LABELS
from web.findings import findings
from web.reading import Place, Pointer, anchor, pointer, shown_items
from web.site import rendered

LONGEST_SOUGHT = 500
"""No item is much longer, so nothing longer is found."""

_NAMED_CHARS = 40

Id = Annotated[str, Query(alias="id")]


def create_router(live: Live) -> APIRouter:
    """The source page and the export of a row of it."""
    router = APIRouter()

    @router.get("/source")
    def source(
        request: Request,
        document: str = "",
        province: str = "",
        theme: str = "",
        column: str = "",
        q: str = "",
        page: str = "1",
        passage_id: Id = "",
        start: str = "",
        end: str = "",
    ) -> Response:
        views = live.of(_Views)
        place = views.place(document, province, theme, column, q.strip())
        if trouble := views.trouble(place):
            return views.problem(request, place, *trouble)
        if passage_id:
            return views.passage(request, place, passage_id, start, end)
        if fold(place.wanted):
            return views.findings(request, place, page)
        return views.table(request, place) if province else views.contents(request, place)

    @router.get("/export-row")
    def export_row(
        request: Request, passage_id: Id = "", extension: Annotated[str, Query(alias="format")] = ""
    ) -> Response:
        return live.of(_Views).row(request, passage_id, extension)

    return router


class _Views:
    """Each view of the documents as the answer to a request."""

    def __init__(self, searcher: Searching) -> None:
        self._store = searcher.store
        self._contents = Contents(searcher.store)
        sources = self._store.manifest.sources
        self._originals = {PurePath(source.name).stem: source.name for source in sources}
        self._titles = {k: "／".join(t) for k, t in self._store.facets.column_titles.items()}

    def place(self, document: str, province: str, theme: str, column: str, wanted: str) -> Place:
        """The place asked for; without a document, the first that has the province."""
        document = document or self._contents.document_with(province)
        is_only = self._contents.documents == (document,)
        return Place(document, province, theme, column, wanted, is_only)

    def trouble(self, place: Place) -> tuple[int, str, str] | None:
        """The status, the kind and the value of the first thing that cannot be served."""
        if place.document not in self._contents.documents:
            return 404, "document", place.document
        known = {
            "province": self._provinces(place),
            "theme": self._contents.themes(place.document),
            "column": tuple(self._titles),
        }
        for kind, values in known.items():
            value = getattr(place, kind)
            if value and value not in values:
                return 404, kind, value
        if len(place.wanted) > LONGEST_SOUGHT:
            return 400, "long", str(len(place.wanted))
        return None

    def problem(
        self, request: Request, place: Place, status: int, kind: str, value: str
    ) -> Response:
        """A sentence that says what cannot be served, and the contents to go on from."""
        name = value if len(value) <= _NAMED_CHARS else value[:_NAMED_CHARS] + "…"
        known = place.document in self._contents.documents
        start = self.place(place.document if known else "", "", "", "", "")
        page = self._rendered(request, "source_problem.html", start, kind=kind, name=name)
        page.status_code = status
        return page

    def contents(self, request: Request, place: Place) -> Response:
        """The table of contents."""
        name = self._originals.get(place.document)
        original = address("document-file", name=name) if name else ""
        return self._rendered(request, "source_contents.html", place, original=original)

    def passage(
        self, request: Request, place: Place, passage_id: str, start: str, end: str
    ) -> Response:
        """The table in which a passage stands, under an address that names its province and theme."""
        passage = self._contents.passage(passage_id)
        if passage is None:
            return self.problem(request, place, 404, "id", passage_id)
        if place.holds(passage):
            return self.table(request, place, pointer(passage, start, end))
        state = {"id": passage_id, "start": start, "end": end}
        there = self.place(passage.document, "", "", "", place.wanted).of(passage)
        return RedirectResponse(there.to(anchor(passage), **state), status_code=303)

    def table(self, request: Request, place: Place, chosen: Pointer | None = None) -> Response:
        """A province's table, or what of it stands under one theme."""
        table = self._contents.table(place.document, place.province, place.theme)
        passages = self._contents.passages(place.document, place.province, place.theme, "")
        provinces = self._provinces(place)
        at = provinces.index(place.province)
        return self._rendered(
            request,
            "source_table.html",
            place,
            table=table,
            items=shown_items(passages, chosen, place.wanted),
            chosen=chosen,
            before=provinces[at - 1] if at else "",
            after=provinces[at + 1] if at + 1 < len(provinces) else "",
            whole=_whole(place, chosen),
            formats=LABELS,
            address=address,
        )

    def findings(self, request: Request, place: Place, page: str) -> Response:
        """What was found, a page at a time."""
        labels = (place.document, place.province, place.theme, place.column)
        found = find(self._contents.passages(*labels), place.wanted)
        themes = () if place.theme else self._contents.themes(place.document)
        shown = findings(found, themes, place.wanted, page)
        return self._rendered(request, "source_findings.html", place, shown=shown, anchor_of=anchor)

    def row(self, request: Request, passage_id: str, extension: str) -> Response:
        """The table row of a passage as a file."""
        passage = self._contents.passage(passage_id)
        place = self.place("", "", "", "", "")
        if passage is None:
            return self.problem(request, place, 404, "id", passage_id)
        if extension not in MEDIA_TYPES:
            return self.problem(request, place, 400, "format", extension)
        report = row_report(self._store.row(self._store.cell(passage.cell)))
        return exported(report, f"{passage.province}_{passage.task}", extension)

    def _provinces(self, place: Place) -> tuple[str, ...]:
        return tuple(entry.province for entry in self._contents.entries(place.document))

    def _rendered(
        self, request: Request, template: str, place: Place, **values: object
    ) -> Response:
        return rendered(
            request,
            template,
            "source",
            place=place,
            documents=self._contents.documents,
            entries=self._contents.entries(place.document),
            themes=self._contents.themes(place.document),
            titles=self._titles,
            theme_title=FACETS["theme"],
            longest=LONGEST_SOUGHT,
            **values,
        )


def _whole(place: Place, chosen: Pointer | None) -> str:
    """The address of the province's whole table, at the item that was asked for."""
    if chosen is None:
        return place.to(theme="", column="", q="")
    return place.to(anchor(chosen.passage), theme="", column="", **chosen.state)
