"""Which sentences say something that a passage could prove, and so need a citation."""

from __future__ import annotations

import re

from qa.proof.characters import filled, words_of
from qa.proof.reading import Read
from qa.proof.wording import load_proof_wording

LONGEST_HEADING = 30


def claims(read: Read) -> bool:
    """Whether a sentence says something that a passage could prove."""
    if read.groups or not words_of(read.plain):
        return bool(words_of(read.plain))
    return bool(read.named) if is_silence(read) else not _is_idle(read)


def is_silence(read: Read) -> bool:
    """Whether, uncited, a sentence only says of what the documents say nothing."""
    wording = load_proof_wording()
    if read.groups:
        return False
    if wording.silent.search(read.lead) and all(piece.only_places for piece in read.pieces):
        return True
    first = next((i for i, piece in enumerate(read.pieces) if piece.silent), None)
    return first is not None and not any(
        re.search(r"\d", piece.text) or wording.claiming.search(piece.text)
        for piece in read.pieces[:first]
        if not piece.only_places and not wording.is_idle(piece.text)
    )


def _is_idle(read: Read) -> bool:
    """Whether an uncited sentence only connects, heads, or speaks of the answer itself."""
    wording = load_proof_wording()
    if wording.aside.search(words_of(read.quiet)):
        return True
    bare = words_of(filled(read.quiet, [(m.start, m.end) for m in read.places], "，"))
    if not bare:
        return not read.plain.rstrip().endswith("。")
    if wording.is_idle(bare) or (
        not read.named and wording.is_idle(wording.standing.sub("", bare))
    ):
        return True
    return read.is_heading and _is_topic(bare, bool(read.named))


def _is_topic(bare: str, names_place: bool) -> bool:
    """Whether a heading, bare of places, names a topic and claims nothing of it."""
    wording = load_proof_wording()
    if len(bare) > LONGEST_HEADING or re.search(r"\d", wording.idle.sub("", bare)):
        return False
    if not wording.claiming.search(bare) or (wording.category.search(bare) and not names_place):
        return True
    return bool(wording.topic.search(bare)) and not wording.done.search(bare)
