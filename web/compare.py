"""Comparing provinces: matters side by side, how much there is, what others do and one does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from qa.answering import answerer_over
from qa.elsewhere import MOST_TOLD
from qa.export import MEDIA_TYPES
from qa.export.grids import STANDING_TEXT, grid_report, missing_report
from qa.export.report import Report
from qa.grid import MOST_TOPICS, Grid, GridMaker, make_grid
from qa.holdings import columns_of, holdings
from qa.live import Live
from qa.matters import LEAST_PROVINCES, MOST_MATTERS
from qa.records import Citation
from qa.retrieve import Searching
from web.attachment import exported
from web.choice import (
    CHOOSABLE,
    GRID,
    MISSING,
    OVERVIEW,
    SORTS,
    STATUS,
    BadChoice,
    Choice,
    read_choice,
    typed_topics,
)
from web.shading import shade_of, shade_ranges
from web.site import rendered
from web.words import language_of, load_words

FEW_MATTERS = 2
"""With more side by side, quotes are folded sooner."""
LONG_QUOTE, LONG_QUOTE_OF_MANY = 160, 60
BAD_REQUEST = 400


class Comparison:
    """The views over one searcher."""

    def __init__(self, searcher: Searching) -> None:
        self.store = searcher.store
        answerer = answerer_over(searcher)
        self._answerer = answerer
        self._maker = GridMaker(answerer)

    def topics(self, choice: Choice) -> tuple[str, ...]:
        """What was typed, then what the tasks of the chosen theme share."""
        shared = self._maker.matters_of(choice.theme) if choice.theme else ()
        return tuple(dict.fromkeys((*choice.topics, *shared)))

    def grid(self, choice: Choice) -> Grid:
        """The grid as it is shown."""
        held = self.store.facets.values["province"]
        provinces = [p for p in held if p in choice.provinces] or held
        matters = [self._maker.matter(topic) for topic in self.topics(choice)]
        return make_grid(matters, provinces, choice.standings, choice.sort == STATUS)

    def missing(self, choice: Choice) -> tuple[Citation, ...]:
        """What the chosen province does not mention; raises BadChoice without a province and a theme."""
        if len(choice.provinces) != 1 or not choice.theme:
            raise BadChoice("home_and_theme")
        return self._answerer.missing(choice.provinces[0], choice.theme)

    def report(self, choice: Choice) -> Report:
        """What a view shows, to be exported; raises BadChoice where it shows nothing of the kind."""
        if choice.view == MISSING:
            missing = self.missing(choice)
            return missing_report(choice.provinces[0], choice.theme, missing)
        if choice.view == GRID and self.topics(choice):
            return grid_report(self.grid(choice), _facts(choice))
        raise BadChoice("nothing_chosen")


def create_router(live: Live) -> APIRouter:
    """The page that compares, and its downloads."""
    router = APIRouter()

    @router.get("/compare", response_class=HTMLResponse)
    def compare(request: Request) -> Response:
        comparison = live.of(Comparison)
        return _answered(request, comparison, lambda choice: _page(request, comparison, choice))

    @router.get("/export-compare")
    def export_compare(request: Request) -> Response:
        comparison = live.of(Comparison)
        return _answered(request, comparison, lambda choice: _file(request, comparison, choice))

    return router


def source_address(citation: Citation) -> str:
    """Where the page of sources shows a citation, its quote marked."""
    where = {"id": citation.passage.id, "start": citation.start, "end": citation.end}
    return f"source?{urlencode(where)}"


def _answered(
    request: Request, comparison: Comparison, answer: Callable[[Choice], Response]
) -> Response:
    """The answer to what is chosen; the form with a sentence for what cannot be."""
    try:
        return answer(read_choice(request.query_params, comparison.store))
    except BadChoice as bad:
        words = load_words(language_of(request.headers.get("accept-language", "")))
        view = MISSING if request.query_params.get("view") == MISSING else GRID
        # What was typed stays in the form, to be put right.
        typed = Choice(view, typed_topics(request.query_params))
        trouble = bad.sentence(words["compare"]["bad"])
        page = _rendered(request, comparison, typed, trouble=trouble)
        page.status_code = BAD_REQUEST
        return page


def _page(request: Request, comparison: Comparison, choice: Choice) -> HTMLResponse:
    if choice.view == MISSING:
        is_chosen = bool(choice.provinces or choice.theme)
        missing = comparison.missing(choice) if is_chosen else None
        return _rendered(request, comparison, choice, missing=missing)
    if choice.view == GRID and (choice.topics or choice.theme):
        return _rendered(request, comparison, choice, grid=comparison.grid(choice))
    return _rendered(request, comparison, choice)


def _rendered(
    request: Request,
    comparison: Comparison,
    choice: Choice,
    grid: Grid | None = None,
    missing: Sequence[Citation] | None = None,
    trouble: str = "",
) -> HTMLResponse:
    values = comparison.store.facets.values
    held = holdings(comparison.store)
    columns = columns_of(comparison.store)
    is_wide = grid is not None and len(grid.matters) > FEW_MATTERS
    return rendered(
        request,
        "compare.html",
        "compare",
        choice=choice,
        grid=grid,
        missing=missing,
        trouble=trouble,
        provinces=values["province"],
        themes=tuple(filter(None, values["theme"])),
        standings=CHOOSABLE,
        sorts=SORTS,
        holdings=held,
        columns=columns,
        shade_of=shade_of(held),
        shades=shade_ranges(held, columns),
        shows_overview=choice.view == OVERVIEW and not trouble,
        source_address=source_address,
        source_of=lambda **where: f"source?{urlencode(where)}",
        formats=tuple(MEDIA_TYPES),
        long_quote=LONG_QUOTE_OF_MANY if is_wide else LONG_QUOTE,
        limits={
            "topics": MOST_TOPICS,
            "matters": MOST_MATTERS,
            "provinces": LEAST_PROVINCES,
            "told": MOST_TOLD,
        },
    )


def _file(request: Request, comparison: Comparison, choice: Choice) -> Response:
    """What the page shows, as a file to take away."""
    extension = request.query_params.get("format", "")
    if extension not in MEDIA_TYPES:
        raise BadChoice("unknown_format", value=extension[:20], known="、".join(MEDIA_TYPES))
    report = comparison.report(choice)
    return exported(report, "_".join((report.title, *choice.topics, choice.theme)), extension)


def _facts(choice: Choice) -> list[tuple[str, str]]:
    """What was chosen, as an export states it; what was left open is not stated."""
    standings = (STANDING_TEXT[standing] for standing in choice.standings)
    return [
        ("事项", "；".join(choice.topics)),
        ("工作重点", choice.theme),
        ("省份", "、".join(choice.provinces)),
        ("只列", "、".join(standings)),
        ("排序", "按情况" if choice.sort == STATUS else ""),
    ]
