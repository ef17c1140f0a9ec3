"""The checks of a sentence, in the order in which they are made. Each yields where it goes wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from qa.proof.claims import claims, is_silence
from qa.proof.counts import unproven_numbers
from qa.proof.quotes import QUOTED
from qa.proof.reading import Read
from qa.proof.records import (
    ABSENCE,
    FOREIGN,
    NAME,
    NUMBER,
    PROVINCE,
    QUOTE,
    SHOWN,
    STATUS,
    UNCITED,
    UNKNOWN_KEY,
    Fault,
)
from qa.proof.sources import Sources
from qa.proof.telling import denied, overstated
from qa.proof.wording import load_proof_wording

_HAN = re.compile("[㐀-䶿一-鿿豈-﫿〇]")


def fault_of(read: Read, sources: Sources) -> Fault | None:
    """The first thing that is wrong with a sentence, None when nothing is."""
    found = ((kind, detail) for kind, check in CHECKS for detail in check(read, sources))
    kind, detail = next(found, ("", ""))
    return Fault(kind, _shown(detail)) if kind else None


def _foreign(read: Read, sources: Sources) -> Iterator[str]:  # noqa: ARG001 - a check like others
    """It is not in Chinese."""
    han = len(_HAN.findall(read.plain))
    others = sum(character.isalpha() for character in read.plain) - han
    if others > max(han, QUOTED - 1):
        yield ""


def _unknown_keys(read: Read, sources: Sources) -> Iterator[str]:
    """It cites what the writer was not given."""
    if unknown := [f"[{key}]" for key in read.keys if key not in sources]:
        yield "、".join(unknown)


def _called_silent(read: Read, sources: Sources) -> Iterator[str]:
    """It calls the documents silent on a province that has a passage, and does not cite that one."""
    silent = [piece for piece in read.pieces if is_silence(read) or piece.silent]
    named = dict.fromkeys(province for piece in silent for province in piece.named)
    uncited = sources.given - sources.provinces(read.keys)
    if wrong := [province for province in named if province in uncited]:
        yield "、".join(wrong)


def _uncited(read: Read, sources: Sources) -> Iterator[str]:  # noqa: ARG001 - a check like others
    """It claims something and cites nothing."""
    if claims(read) and not read.groups and not is_silence(read):
        yield ""


def _misquoted(read: Read, sources: Sources) -> Iterator[str]:
    """Words in quotation marks that stand in no passage it cites."""
    cited = sources.cited(read.keys)
    for words in read.quotes if cited else ():
        if not any(source.has_words(words) for source in cited):
            yield words


def _misnamed(read: Read, sources: Sources) -> Iterator[str]:
    """Names in 《》 that stand in no passage it cites."""
    cited = sources.cited(read.keys)
    for name in read.names if cited else ():
        if not any(source.has_name(name) for source in cited):
            yield name


def _other_places(read: Read, sources: Sources) -> Iterator[str]:
    """Places that neither are of a cited passage's province nor stand in one."""
    cited = sources.cited(read.keys)
    silent = {province for piece in read.pieces if piece.silent for province in piece.named}
    for mention in read.places if cited else ():
        name = read.quiet[mention.start : mention.end]
        excused = silent & {*mention.provinces}
        if not excused and not any(source.has_place(mention, name) for source in cited):
            yield name


def _other_provinces(read: Read, sources: Sources) -> Iterator[str]:
    """Pieces that a citation closes at once, of a passage of none of the provinces they speak of.

    What names no province speaks of those named last: in the sentence, the line, or its lead.
    """
    speaks_of_others = load_proof_wording().others.search(read.quiet)
    for piece in read.pieces:
        meant = piece.named or (() if speaks_of_others else piece.subject or read.about)
        cited = sources.cited(piece.keys)
        if not piece.closed or not cited or {*meant} & sources.provinces(piece.keys):
            continue
        if meant and not any(source.speaks_of(meant) for source in cited):
            yield "、".join(dict.fromkeys(meant))


def _shown(words: str) -> str:
    return words if len(words) <= SHOWN else words[: SHOWN - 1] + "…"


Check = Callable[[Read, Sources], Iterator[str]]
CHECKS: tuple[tuple[str, Check], ...] = (
    (FOREIGN, _foreign),
    (UNKNOWN_KEY, _unknown_keys),
    (ABSENCE, _called_silent),
    (UNCITED, _uncited),
    (QUOTE, _misquoted),
    (NAME, _misnamed),
    (NUMBER, unproven_numbers),
    (PROVINCE, _other_places),
    (PROVINCE, _other_provinces),
    (STATUS, overstated),
    (ABSENCE, denied),
)
"""Each check with the kind of fault that it finds."""
