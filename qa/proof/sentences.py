"""Where the sentences of a text end, and the clauses of a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from index.sentences import Span
from index.text import squeeze
from qa.proof.citations import find_citations
from qa.proof.layout import without_marker
from qa.proof.quotes import find_quotes

LONGEST = 1000
"""Longer sentences are cut at so many characters: no sentence that cites is as long as that."""

_LINE = re.compile(r"[\r\n]*[^\r\n]+[\r\n]*|[\r\n]+")
_STOP = re.compile(r"[。！？!?]+[”’」』）)》\"]*|[；;]")
_AFTER = re.compile(r"[。！？；\s]*")
_GOES_ON = tuple("的等，、和与及；。")
_CLAUSE = re.compile(r"(?:[^，；：。！？!?;:,]|(?<=\d)[,:](?=\d))+")


def find_sentences(text: str) -> Iterator[Span]:
    """Half-open spans of the sentences, which cover the text, each at most `LONGEST` long."""
    for line in _LINE.finditer(text):
        for start, end in _sentences_of(line[0]):
            for at in range(line.start() + start, line.start() + end, LONGEST):
                yield at, min(at + LONGEST, line.start() + end)


def find_clauses(sentence: str) -> Iterator[re.Match[str]]:
    """What stands between the commas and stops of a sentence."""
    return _CLAUSE.finditer(sentence)


def _sentences_of(line: str) -> Iterator[Span]:
    """The sentences of a line: they end after a full stop and the citations that follow it.

    A semicolon ends one only behind a citation. What is quoted is no sentence of its own. In a line
    that begins with a citation, citations stand before what they prove.
    """
    groups = find_citations(line)
    leads = groups and not squeeze(without_marker(line[: groups[0].start]))
    after = {} if leads else {group.start: group.end for group in groups}
    cited = {group.end for group in groups}
    start = 0
    for stop, quote_end in _stops(line):
        end = _past_citations(line, stop.end(), after)
        if stop[0] in "；;":
            ends = stop.start() in cited and not quote_end
        else:
            ends = not quote_end or (stop.end() >= quote_end and not line.startswith(_GOES_ON, end))
        if ends and end > start:
            yield start, end
            start = end
    if start < len(line):
        yield start, len(line)


def _stops(line: str) -> Iterator[tuple[re.Match[str], int]]:
    """The full stops and semicolons, each with the end of the quotation it stands in, 0 for none."""
    quotations = iter(find_quotes(line))
    start, end = next(quotations, (len(line), 0))
    for stop in _STOP.finditer(line):
        while end and end <= stop.start():
            start, end = next(quotations, (len(line), 0))
        yield stop, end if start < stop.start() else 0


def _past_citations(line: str, at: int, after: Mapping[int, int]) -> int:
    """The end of the citations and white space that follow `at`."""
    while match := _AFTER.match(line, at):
        at = match.end()
        if at not in after:
            break
        at = after[at]
    return at
