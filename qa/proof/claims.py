"""Which sentences say something that a passage could prove, and so need a citation."""

from __future__ import annotations

import re

from qa.proof.characters import NO_WORD, filled
from qa.proof.reading import Read
from qa.proof.wording import load_proof_wording

LONGEST_HEADING = 30


def claims(read: Read) -> bool:
    """Whether a sentence says something that a passage could prove."""
    if read.groups or not NO_WORD.sub("", read.plain):
        return bool(NO_WORD.sub("", read.plain))
    return bool(read.named) if read.is_silence else not _is_idle(read)


def _is_idle(read: Read) -> bool:
    """Whether an uncited sentence only connects, heads, or speaks of the answer itself."""
    wording = load_proof_wording()
    if wording.aside.search(NO_WORD.sub("", read.quiet)):
        return True
    bare = NO_WORD.sub("", filled(read.quiet, [(m.start, m.end) for m in read.places], "，"))
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
