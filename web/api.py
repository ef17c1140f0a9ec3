"""The HTTP API beside the page: `/api/…` with the JSON of the command line, its description, health."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.routing import APIRoute

from web.asked import AskedPractice, AskedQuestion
from web.bodies import counted
from web.faults import Fault, fault_of
from web.openapi import METHODS, openapi
from web.programs import Programs
from web.replies import (
    AnswerReply,
    CellReply,
    ErrorReply,
    SearchReply,
    SimilarReply,
    StateReply,
)
from web.site import rendered
from web.words import language_of

MAX_BODY_BYTES = 64 * 1024
OPERATIONS = ("ask", "search", "similar", "cells")
ALL_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
NOT_FOUND, METHOD_NOT_ALLOWED, TOO_LARGE = 404, 405, 413

Responses = dict[int | str, dict[str, Any]]

_FAILURES: Responses = {status: {"model": ErrorReply} for status in (400, 401, 413, 422, 500, 503)}


def create_router(programs: Programs) -> APIRouter:
    """The routes for programs."""
    router = APIRouter()
    router.include_router(_questions(programs))
    router.include_router(_health(programs))
    router.include_router(_description(router))
    return router


class _ProgramRoute(APIRoute):
    """A route that tells whatever goes wrong as JSON with one sentence."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def answered(request: Request) -> Response:
            try:
                return await answer(
                    Request(request.scope, counted(request.receive, MAX_BODY_BYTES))
                )
            except Exception as error:
                return _told(fault_of(error))

        return answered


def _questions(programs: Programs) -> APIRouter:
    router = APIRouter(prefix="/api", route_class=_ProgramRoute, responses=_FAILURES)
    answer, found, alike = map(_success, (AnswerReply, SearchReply, SimilarReply))

    @router.get("/ask", operation_id="ask", responses=answer)
    async def ask(asked: Annotated[AskedQuestion, Query()]) -> Response:
        return JSONResponse(await programs.ask(asked))

    @router.post("/ask", operation_id="ask_posted", responses=answer)
    async def ask_posted(asked: AskedQuestion) -> Response:
        return JSONResponse(await programs.ask(asked))

    @router.get("/search", operation_id="search", responses=found)
    async def search(asked: Annotated[AskedQuestion, Query()]) -> Response:
        return JSONResponse(await programs.search(asked))

    @router.post("/search", operation_id="search_posted", responses=found)
    async def search_posted(asked: AskedQuestion) -> Response:
        return JSONResponse(await programs.search(asked))

    @router.get("/similar", operation_id="similar", responses=alike)
    async def similar(asked: Annotated[AskedPractice, Query()]) -> Response:
        return JSONResponse(await programs.similar(asked))

    @router.post("/similar", operation_id="similar_posted", responses=alike)
    async def similar_posted(asked: AskedPractice) -> Response:
        return JSONResponse(await programs.similar(asked))

    @router.get("/cells", operation_id="cells", responses=_success(list[CellReply]))
    @router.post("/cells", operation_id="cells_posted", responses=_success(list[CellReply]))
    async def cells() -> Response:
        return JSONResponse(await programs.cells())

    # The page at "/" takes every address that nobody else does; these are never its own.
    router.add_api_route("/{rest:path}", _elsewhere, methods=ALL_METHODS, include_in_schema=False)
    return router


async def _elsewhere(rest: str) -> Response:
    if rest in OPERATIONS:
        allowed = ", ".join(method.upper() for method in METHODS)
        fault = Fault(METHOD_NOT_ALLOWED, f"只能用 {allowed}。")
        return JSONResponse(fault.json, fault.status, {"Allow": allowed})
    return _told(Fault(NOT_FOUND, f"没有这个接口，可用的是：{'、'.join(OPERATIONS)}。"))


def _health(programs: Programs) -> APIRouter:
    router = APIRouter(route_class=_ProgramRoute)

    @router.get("/healthz", operation_id="healthz", response_model=StateReply)
    async def healthz() -> Response:
        return JSONResponse({"status": "ok"})

    @router.get(
        "/readyz",
        operation_id="readyz",
        response_model=StateReply,
        responses={503: {"model": ErrorReply}},
    )
    async def readyz() -> Response:
        await programs.check_ready()
        return JSONResponse({"status": "ready"})

    return router


def _description(described: APIRouter) -> APIRouter:
    """The description of another router, for programs and for people."""
    router = APIRouter(include_in_schema=False)

    @router.get("/openapi.json")
    async def as_json(request: Request) -> Response:
        return JSONResponse(_openapi(described, request), headers={"Vary": "Accept-Language"})

    @router.get("/api")
    async def as_page(request: Request) -> HTMLResponse:
        return rendered(request, "api.html", "api", api=_openapi(described, request))

    return router


def _openapi(described: APIRouter, request: Request) -> dict[str, Any]:
    return openapi(described.routes, language_of(request.headers.get("accept-language", "")))


def _success(model: object) -> Responses:
    return {200: {"model": model}}


def _told(fault: Fault) -> JSONResponse:
    return JSONResponse(fault.json, fault.status, fault.headers)
