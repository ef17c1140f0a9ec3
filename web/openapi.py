"""The description of the API for programs, in a language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fastapi.openapi.utils import get_openapi
from starlette.routing import BaseRoute

from web.words import load_words

Schema = dict[str, Any]
METHODS = ("get", "post")
API_VERSION = "1"
"""Of the form of questions and replies; it rises when a key goes or comes to mean something else."""


def openapi(routes: Sequence[BaseRoute], language: str) -> Schema:
    """The OpenAPI document of `routes`, its summaries and parameters described in `language`."""
    words = load_words(language)
    described = get_openapi(
        title=words["product"],
        version=API_VERSION,
        description=words["api"]["intro"],
        routes=routes,
    )
    for operation in _operations(described):
        operation["summary"] = words["api"]["operation"][operation["operationId"].split("_")[0]]
        for parameter in operation.get("parameters", ()):
            parameter["description"] = words["api"]["field"][parameter["name"]]
    for name, schema in described["components"]["schemas"].items():
        describe(schema, words["api"]["reply" if name.endswith("Reply") else "field"])
    return described


def describe(schema: Schema, said: Mapping[str, str]) -> None:
    """Each property that `said` knows has its description."""
    for name, part in schema.get("properties", {}).items():
        if name in said:
            part["description"] = said[name]


def _operations(described: Schema) -> Iterator[Schema]:
    for path in described["paths"].values():
        yield from (path[method] for method in METHODS if method in path)
