"""The documents of the store: listed, added after a look at how they were understood, removed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.datastructures import FormData, UploadFile

from index.contents import listings
from index.errors import CewenError, StoreError, UsageError
from index.readers import READABLE, SourceFile
from index.readers.corrections import Corrections, read_corrections
from index.readers.report import MEANINGS, report_of
from index.records import Document
from qa.live import Live
from web.attachment import attachment
from web.intake import Shelf, Upload, Works
from web.site import rendered

MOST_BYTES = 100_000_000
"""Of one upload."""
UPLOADS = ("/documents-read", "/documents-add")
"""Where so much may be sent."""
MOST_FILES, MOST_FIELDS = 200, 20_000
SAMPLE_CHARS = 80
SAMPLES = 4
FORBIDDEN, NOT_FOUND, CONFLICT, LENGTH_REQUIRED, TOO_LARGE, UNREADABLE = (
    403,
    404,
    409,
    411,
    413,
    422,
)

Form = Callable[[FormData], Awaitable[str]]
"""Does what a form asks and says where to go then."""
Token = Annotated[str, Query(alias="read")]


class Trouble(Exception):
    """What cannot be done: its status, and the key of its sentence or the sentence itself."""

    def __init__(self, status: int, key: str = "", sentence: str = "") -> None:
        super().__init__(key or sentence)
        self.status, self.key, self.sentence = status, key, sentence


def create_router(live: Live, may_edit: bool) -> APIRouter:
    """The page of documents and what its forms do; without `may_edit` it only lists."""
    router = APIRouter()
    views = _Views(live, may_edit)

    @router.get("/documents")
    def documents(request: Request, token: Token = "") -> Response:
        return views.page(request, token)

    @router.get("/documents-progress")
    def progress() -> Response:
        work = views.works.current
        return JSONResponse(asdict(work) if work else None, headers={"Cache-Control": "no-store"})

    @router.get("/document-file")
    def file(request: Request, name: str = "") -> Response:
        return views.file(request, name)

    @router.post("/documents-read")
    async def read(request: Request) -> Response:
        return await views.answered(request, views.read)

    @router.post("/documents-add")
    async def add(request: Request) -> Response:
        return await views.answered(request, views.add)

    @router.post("/documents-remove")
    async def remove(request: Request) -> Response:
        return await views.answered(request, views.remove)

    return router


class _Views:
    """Each view, and each form, as the answer to a request."""

    def __init__(self, live: Live, may_edit: bool) -> None:
        self._live, self._may_edit = live, may_edit
        self._shelf = Shelf()
        self.works = Works(live)

    def page(self, request: Request, token: str = "", trouble: Trouble | None = None) -> Response:
        """The documents, and those that wait for a word of their user."""
        upload = self._shelf.get(token) if token else None
        if token and upload is None and trouble is None:
            trouble = Trouble(NOT_FOUND, "gone")
        held = listings(self._live.searcher.store)
        page = rendered(
            request,
            "documents.html",
            "documents",
            held=held,
            names={listing.document for listing in held},
            upload=upload,
            report_of=report_of,
            samples_of=_samples,
            meanings=tuple(MEANINGS),
            work=self.works.current,
            trouble=trouble,
            may_edit=self._may_edit,
            endings=READABLE,
            most=MOST_BYTES // 1_000_000,
            file_of=lambda name: f"document-file?{urlencode({'name': name})}",
            source_of=lambda name: f"source?{urlencode({'document': name})}",
        )
        page.headers["Cache-Control"] = "no-store"
        page.status_code = trouble.status if trouble else page.status_code
        return page

    def file(self, request: Request, name: str) -> Response:
        """A document as it came in, to be taken away."""
        store = self._live.searcher.store
        source = next((s for s in store.manifest.sources if s.name == name), None)
        try:
            data = store.original(source).data if source else None
        except StoreError:
            data = None
        if data is None:
            return self.page(request, trouble=Trouble(NOT_FOUND, "no_file"))
        return attachment(data, name)

    async def answered(self, request: Request, act: Form) -> Response:
        """What a form leads to: the page, or the page with a sentence of what went wrong."""
        try:
            self._require_own(request)
            async with request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS) as form:
                return RedirectResponse(await act(form), status_code=303)
        except Trouble as trouble:
            stopped = trouble
        except CewenError as error:
            stopped = Trouble(UNREADABLE, sentence=str(error))
        return await to_thread.run_sync(lambda: self.page(request, trouble=stopped))

    async def read(self, form: FormData) -> str:
        """Read what was sent and show it."""
        sent = [file for file in form.getlist("files") if isinstance(file, UploadFile)]
        files = [
            SourceFile(Path(Path(file.filename or "").name), await file.read(), given=False)
            for file in sent
            if file.filename
        ]
        if not files:
            raise Trouble(UNREADABLE, "no_files")
        upload = await to_thread.run_sync(lambda: self._shelf.put(files))
        return _address(upload)

    async def add(self, form: FormData) -> str:
        """Read again with corrections, or put in what was read."""
        upload = self._shelf.get(str(form.get("read", "")))
        if upload is None:
            raise Trouble(NOT_FOUND, "gone")
        if form.get("action") == "drop":
            self._shelf.drop(upload.token)
            return "documents"
        said = _said(upload, form)
        if said != {document.name: source.corrections for source, document in upload.read}:
            before = upload
            upload = await to_thread.run_sync(lambda: self._shelf.correct(before, said))
        if form.get("action") != "add":
            return _address(upload)
        if not self.works.start(add=upload.read):
            raise Trouble(CONFLICT, "busy")
        self._shelf.drop(upload.token)
        return "documents"

    async def remove(self, form: FormData) -> str:
        """Take a document out."""
        if not self.works.start(remove=[str(form.get("name", ""))]):
            raise Trouble(CONFLICT, "busy")
        return "documents"

    def _require_own(self, request: Request) -> None:
        """Refuse what is too large, and whoever may not edit."""
        if not self._may_edit:
            raise Trouble(FORBIDDEN, "may_not")
        length = request.headers.get("content-length", "")
        if not length.isdecimal():
            raise Trouble(LENGTH_REQUIRED, "no_length")
        if int(length) > MOST_BYTES:
            raise Trouble(TOO_LARGE, "too_large")


def _address(upload: Upload) -> str:
    return f"documents?{urlencode({'read': upload.token})}"


def _said(upload: Upload, form: FormData) -> dict[str, Corrections]:
    """The corrections in a form, by the names of their documents; UsageError for what is none."""
    said = {}
    for number, (source, document) in enumerate(upload.read):
        understood = set(document.intake.columns)
        titles, means = form.getlist(f"title.{number}"), form.getlist(f"means.{number}")
        told = dict(source.corrections.columns)
        for title, key in zip(map(str, titles), map(str, means), strict=False):
            if (title, key) not in understood:
                told[title] = key
        try:
            said[document.name] = read_corrections(
                [f"{title}={key}" for title, key in told.items()],
                str(form.get(f"province.{number}", "")),
                str(form.get(f"year.{number}", "")),
            )
        except UsageError as error:
            raise UsageError(f"《{document.name}》：{error}") from error
    return said


def _samples(document: Document) -> list[tuple[str, str, str, str]]:
    """Province, year, title of the column and text of a few cells from all over a document."""
    cells = [cell for cell in document.cells if cell.items]
    step = max(1, len(cells) // SAMPLES)
    return [
        (cell.province, cell.year, cell.column_title, cell.items[0].text[:SAMPLE_CHARS])
        for cell in cells[::step][:SAMPLES]
    ]
