"""Numbers of a sentence that no passage states, and those it may count itself: of provinces."""

from __future__ import annotations

from collections.abc import Iterator

from qa.proof.numbers import Figure, find_numbers
from qa.proof.reading import Piece, Read
from qa.proof.sources import Sources
from qa.proof.wording import load_proof_wording


def unproven_numbers(read: Read, sources: Sources) -> Iterator[str]:
    """The numbers, dates and periods that none of the passages states which their piece cites."""
    for piece in read.pieces:
        cited = sources.cited(piece.keys)
        numbers = find_numbers(piece.text)
        for figure in numbers.figures:
            counts = _counts(read, piece, figure, sources)
            is_known = figure.values[0] in counts or any(s.has_figure(figure) for s in cited)
            if (cited or counts) and not is_known:
                yield figure.text
        for text, moments in numbers.times if cited else ():
            if not any(source.has_time(moments) for source in cited):
                yield text
        for text, value in numbers.loose if cited else ():
            if not any(source.has_value(value) for source in cited):
                yield text


def _counts(read: Read, piece: Piece, figure: Figure, sources: Sources) -> set[int]:
    """The counts of provinces that may be stated here, none where no provinces are counted."""
    wording = load_proof_wording()
    before, after = piece.text[: figure.start][-1:], piece.text[figure.end :]
    after = after if figure.unit == "个" else f"省{after}" if figure.unit == "省" else ""
    own = {len(sources.provinces(read.keys)), len(piece.named), len(read.named)} - {0}
    silent = sources.all_provinces - sources.cited_provinces
    if before in ("（", "(") and after[:1] in ("）", ")"):
        return own
    if wording.counted_cited.search(after):
        return {sources.cited_provinces}
    if wording.counted_silent.search(after):
        return {silent}
    every = {sources.all_provinces, sources.cited_provinces, silent}
    return every | own if wording.counted.search(after) else set()
