"""Addresses of the site's pages, relative, so that they hold under any prefix."""

from __future__ import annotations

from urllib.parse import urlencode

from index.sentences import Span


def address(page: str, fragment: str = "", /, **state: str | int) -> str:
    """A page with its state; what is empty is left out.

    Example: `address("source", "r1", province="", page=2)` is `"source?page=2#r1"`.
    """
    query = urlencode({name: value for name, value in state.items() if value != ""})
    return page + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")


def source_address(passage_id: str, span: Span | None = None) -> str:
    """Where a passage stands in its document, with what is quoted of it marked."""
    if span is None:
        return address("source", id=passage_id)
    return address("source", id=passage_id, start=span[0], end=span[1])
