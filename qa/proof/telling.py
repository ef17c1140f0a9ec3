"""As what a sentence tells its matter: promised, under way or done; and what its passages say of that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from index.records import ACHIEVEMENT
from qa.proof.characters import character_pairs
from qa.proof.reading import Piece, Read
from qa.proof.source import Clause, Source
from qa.proof.sources import Sources
from qa.proof.wording import load_proof_wording

PROMISED, UNDER_WAY, FINISHED, DONE = "promised", "under way", "finished", "done"
"""`FINISHED` unless what stands before it says otherwise; `DONE` whatever does."""

SHARED = 3
"""A clause speaks of what a piece speaks of when they share so many pairs of characters."""


def overstated(read: Read, sources: Sources) -> Iterator[str]:
    """What is told as done, where a province has only promises to show, or what is under way."""
    for piece in _told_as_done(read):
        cited = sources.about(piece)
        kept = {source.province for source in cited if not source.is_promise}
        only_promised = {source.province for source in cited} - kept
        if only_promised or _is_not_there_yet(piece, cited):
            yield piece.plain


def denied(read: Read, sources: Sources) -> Iterator[str]:
    """What is said not to be there, of a province whose achievements do not say so."""
    lacking = load_proof_wording().lacking
    for piece in read.pieces:
        cited = sources.about(piece)
        says_so = any(lacking.search(source.text) for source in cited)
        if piece.silent or says_so or not lacking.search(piece.text):
            continue
        clause = _nearest_clause(piece, cited)
        begun = clause is not None and _is_begun(clause)
        if any(source.column == ACHIEVEMENT for source in cited) and not begun:
            yield piece.plain


def _told(text: str) -> str:
    """As what a clause tells its matter; "" when it says nothing of that."""
    w = load_proof_wording()
    done, planned, kept = w.done.search(text), w.planned.search(text), w.fulfilled.search(text)
    if kept and not (planned and planned.start() < kept.start()):
        return DONE if done else FINISHED
    if w.listed.search(text):
        return PROMISED
    if w.lacking.search(text):
        return UNDER_WAY
    if done and not (planned and planned.start() < done.start()):
        return DONE
    if planned:
        return PROMISED
    finished, doing = w.finished.search(text), w.doing.search(text)
    if finished and not (doing and doing.start() < finished.start()):
        return FINISHED
    return UNDER_WAY if doing else ""


def _told_as_done(read: Read) -> Iterator[Piece]:
    """The pieces of a sentence that tell something as done.

    What is promised or under way stays so to the next province named; a piece of nothing but
    places shares what was told before it, in the sentence or in its lead: 四川[1]、云南[2].
    """
    first = told = _told(read.lead)
    about: tuple[str, ...] = ()
    for piece in read.pieces:
        if piece.named and piece.subject != about and not piece.only_places:
            told = first
        about = piece.subject
        said = _told(piece.text)
        if said == FINISHED and told in (PROMISED, UNDER_WAY):
            continue
        told = said or told
        takes_over = piece.only_places and piece.text[0] not in "与比较同除"
        if told in (FINISHED, DONE) and (said or takes_over) and not piece.silent:
            yield piece


def _is_not_there_yet(piece: Piece, sources: Iterable[Source]) -> bool:
    """Whether what a piece says to exist is, in the nearest clause of an achievement, only begun."""
    w = load_proof_wording()
    own = w.underway.search(piece.plain) or w.promoted.search(piece.plain)
    if own or w.bodies.search(piece.plain) or not w.created.search(piece.text):
        return False
    clause = _nearest_clause(piece, sources)
    return clause is not None and _is_begun(clause)


def _is_begun(clause: Clause) -> bool:
    """Whether a clause says that something is under way, and nothing after it that it came to be."""
    w = load_proof_wording()
    begun = w.underway.search(clause.text) or (
        not w.settled.search(clause.text)
        and (w.promoted.search(clause.text) or w.foretold.search(clause.before))
    )
    return bool(begun) and not w.outcome.search(clause.after)


def _nearest_clause(piece: Piece, sources: Iterable[Source]) -> Clause | None:
    """The clause of the achievements that shares most with a piece, the first among equals."""
    pairs = character_pairs(piece.plain)
    done = (source for source in sources if source.column == ACHIEVEMENT)
    clauses = [clause for source in done for clause in source.clauses]
    best = max(clauses, key=lambda clause: len(pairs & clause.pairs), default=None)
    return best if best and len(pairs & best.pairs) >= SHARED else None
