"""The form of what programs get, for the description of the API; `qa/render.py` makes it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from qa.records import KINDS, STATUSES

Kind = Literal[KINDS]  # type: ignore[valid-type] # the same names, written once
Status = Literal[STATUSES]  # type: ignore[valid-type]


class Reply(BaseModel):
    """Part of a reply: every key stands, and no other."""

    model_config = ConfigDict(extra="forbid")


class ItemReply(Reply):
    """A numbered point or a paragraph of a cell."""

    id: str
    text: str
    pages: list[int]
    lines: list[int]


class CellReply(Reply):
    """A cell of a table."""

    id: str
    document: str
    province: str
    year: str
    theme: str
    task: str
    column: str
    column_title: str
    tasks: list[str]
    items: list[ItemReply]


class HitReply(Reply):
    """A passage that was found."""

    rank: int
    score: float
    id: str
    document: str
    province: str
    year: str
    column: str
    column_title: str
    theme: str
    task: str
    tasks: list[str]
    text: str
    pages: list[int]
    found_by: dict[str, int]


class SearchReply(Reply):
    """What `search` gives."""

    question: str
    hits: list[HitReply]


class SimilarReply(Reply):
    """What `similar` gives."""

    source: HitReply | None
    hits: list[HitReply]


class CitationReply(Reply):
    """A verbatim part of a passage."""

    n: int
    id: str
    document: str
    province: str
    column: str
    column_title: str
    theme: str
    task: str
    quote: str
    pages: list[int]


class UnderstoodReply(Reply):
    """How a question was taken."""

    core: str
    provinces: list[str]
    columns: list[str]
    themes: list[str]
    years: list[str]
    corrected: list[list[str]]


class VerdictReply(Reply):
    """What the documents say of a province."""

    province: str
    status: Status
    citations: list[int]


class FigureReply(Reply):
    """A province's figure as written."""

    province: str
    value: str
    measure: str
    period: str
    scope: str
    outlook: str
    comparable: bool
    amount: float
    citations: list[int]


class AnalogueReply(Reply):
    """The nearest practice of another province."""

    province: str
    citation: int
    shared: list[str]
    here: list[str]
    source: list[str]
    status: Status | None


class SideReply(Reply):
    """What one of the provinces compared says of a practice; null where it mentions none."""

    province: str
    citation: int | None


class FulfilmentReply(Reply):
    """A plan and what came of it; null where the later documents do not tell."""

    plan: int
    done: int | None


class AnswerReply(Reply):
    """What `ask` gives. No language model has a part in it: its fields are null or empty."""

    question: str
    kind: Kind
    understood: UnderstoodReply
    refused: bool
    reason: str | None
    text: str
    provinces: list[VerdictReply]
    figures: list[FigureReply]
    analogues: list[AnalogueReply]
    silent: list[str]
    contrasts: list[list[SideReply]]
    fulfilments: list[FulfilmentReply]
    citations: list[CitationReply]
    writing: None
    opinions: list[None]
    prompts: list[None]
    checked: int
    rejected: list[CitationReply]
    hits: list[HitReply]


class StateReply(Reply):
    """What `/healthz` and `/readyz` give."""

    status: str


class ErrorReply(Reply):
    """What went wrong, in one Chinese sentence."""

    error: str
