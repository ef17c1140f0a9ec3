"""Where a question's words stand in a passage."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from qa.knowledge import load_synonyms

Span = tuple[int, int]


def matched_words(words: Iterable[str], text: str) -> list[str]:
    """The `words` that stand in `text`, longest first, without those inside a longer one."""
    folded = _folded(text)
    found = sorted({w for w in words if w in folded}, key=lambda w: (-len(w), w))
    return [w for i, w in enumerate(found) if not any(w in longer for longer in found[:i])]


def matched_synonyms(words: Iterable[str], text: str) -> list[str]:
    """Synonyms of `words` that stand in `text` where the words themselves do not."""
    table, asked = load_synonyms(), set(words)
    absent = [word for word in asked if word not in text]
    alike = {other for word in absent for other in table.get(word, ()) if other in text}
    return sorted(alike - asked)


def matched_spans(words: Iterable[str], text: str) -> list[Span]:
    """Half-open character spans of `text` where `words` stand, merged, in order.

    Example: `matched_spans(["质押", "押融"], "质押融资")` is `[(0, 3)]`.
    """
    folded = _folded(text)
    spans: list[Span] = []
    for word in words:
        start = folded.find(word)
        while word and start >= 0:
            spans.append((start, start + len(word)))
            start = folded.find(word, start + 1)
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def mark(
    text: str,
    spans: Iterable[Span],
    marked: Callable[[str], str],
    plain: Callable[[str], str] = str,
) -> str:
    """`text` with `marked` applied inside `spans` and `plain` outside."""
    parts: list[str] = []
    at = 0
    for start, end in spans:
        parts += [plain(text[at:start]), marked(text[start:end])]
        at = end
    return "".join([*parts, plain(text[at:])])


def _folded(text: str) -> str:
    """`text` in lower case, character by character, so that spans keep their places."""
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
