"""Where the sentences of a text are."""

from __future__ import annotations

import re

_END = re.compile(r"[。；！？!?;]+[”’」』）)》]*")

Span = tuple[int, int]


def sentence_spans(text: str) -> list[Span]:
    """Half-open spans of the sentences of `text`, covering every character, in order.

    A sentence ends after 。；！？ and the closing marks that follow it.

    Example: `sentence_spans("一。二；")` is `[(0, 2), (2, 4)]`.
    """
    spans: list[Span] = []
    start = 0
    for match in _END.finditer(text):
        spans.append((start, match.end()))
        start = match.end()
    if start < len(text):
        spans.append((start, len(text)))
    return spans
