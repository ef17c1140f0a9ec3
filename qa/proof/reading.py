"""Sentences made ready to be checked: their pieces, and what each must be proven by."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.places import Mention
from index.sentences import Span
from index.text import close_gaps
from qa.proof.characters import filled, readable
from qa.proof.citations import Group, find_citations
from qa.proof.layout import laid_out, without_emphasis, without_inner_markers, without_marker
from qa.proof.places import find_places
from qa.proof.quotes import QUOTED, find_quotes, find_titles
from qa.proof.sentences import find_clauses
from qa.proof.wording import load_proof_wording


@dataclass(frozen=True, slots=True)
class Piece:
    """What stands between commas and citations; `plain` is it with quotations and names.

    `keys` are what it must be proven by. `named` are the provinces it names, `subject` those it is
    about, named here or before. `closed`: a citation follows at once. `only_places`: it says nothing
    but names of places. `silent`: it says that the documents are silent.
    """

    text: str
    plain: str
    keys: tuple[int, ...]
    named: tuple[str, ...]
    subject: tuple[str, ...]
    closed: bool
    only_places: bool
    silent: bool


@dataclass(frozen=True, slots=True)
class Read:
    """A sentence made ready.

    `plain` has no markers, emphasis and gaps, and commas where citations stood; in `quiet`, of the
    same length, ■ also stands for what is quoted and named. `lead` is the heading, or the line
    ending in a colon, that it stands under. `about` are the provinces spoken of until it names one:
    those of the line so far, else those of the lead.
    """

    plain: str
    quiet: str
    groups: tuple[Group, ...]
    quotes: tuple[str, ...]
    names: tuple[str, ...]
    places: tuple[Mention, ...]
    pieces: tuple[Piece, ...]
    is_heading: bool
    lead: str
    about: tuple[str, ...]

    @property
    def last_about(self) -> tuple[str, ...]:
        """The provinces spoken of at its end."""
        return next((p.subject for p in reversed(self.pieces) if p.subject), self.about)

    @property
    def keys(self) -> tuple[int, ...]:
        """All that it cites, in order, each once."""
        return tuple(dict.fromkeys(key for group in self.groups for key in group.keys))

    @property
    def named(self) -> tuple[str, ...]:
        """All provinces it names, in order, each once."""
        return tuple(dict.fromkeys(p for piece in self.pieces for p in piece.named))


def read_all(text: str, spans: Sequence[Span]) -> list[Read]:
    """The sentences as read, each with the heading or lead it stands under."""
    reads: list[Read] = []
    lead, only_for_list = "", False
    led: tuple[str, ...] = ()
    for laid in laid_out(text, spans):
        if only_for_list and laid.opens and laid.raw.strip() and not laid.is_listed:
            lead, led, only_for_list = "", (), False
        is_heading = laid.titles or laid.leads
        about = led if laid.opens or not reads else reads[-1].last_about
        reads.append(_read(laid.raw, is_heading, lead, about))
        if is_heading:
            lead, only_for_list = reads[-1].quiet, not laid.titles
            led = () if load_proof_wording().others.search(lead) else reads[-1].named
    return reads


def _read(raw: str, is_heading: bool, lead: str, about: tuple[str, ...]) -> Read:
    """A sentence as read."""
    text = readable(close_gaps(without_emphasis(without_marker(raw))))
    text = without_inner_markers(text)
    groups = tuple(find_citations(text))
    plain = filled(text, [(group.start, group.end) for group in groups], "，")
    quotes = [(s, e) for s, e in find_quotes(plain) if e - s - 2 >= QUOTED]
    names = find_titles(plain)
    quiet = filled(plain, [*quotes, *names])
    places = tuple(find_places(quiet))
    return Read(
        plain=plain,
        quiet=quiet,
        groups=groups,
        quotes=tuple(text[s + 1 : e - 1] for s, e in quotes),
        names=tuple(text[s + 1 : e - 1] for s, e in names),
        places=places,
        pieces=tuple(_pieces(plain, quiet, groups, places)),
        is_heading=is_heading,
        lead=lead,
        about=about,
    )


def _pieces(
    plain: str, quiet: str, groups: Sequence[Group], places: Sequence[Mention]
) -> Iterator[Piece]:
    """The pieces of a sentence; what names no province is about those named last."""
    wording = load_proof_wording()
    opens_cited = bool(groups) and wording.is_idle(quiet[: groups[0].start])
    subject: tuple[str, ...] = ()
    was_places = False
    for match in find_clauses(quiet):
        inside = [m for m in places if match.start() <= m.start < match.end()]
        named = tuple(dict.fromkeys(p for m in inside for p in m.provinces))
        spans = [(m.start - match.start(), m.end - match.start()) for m in inside]
        only_places = bool(named) and wording.is_idle(filled(match[0], spans, "，"))
        if named:
            subject = (*subject, *named) if was_places else named
        was_places = only_places
        yield Piece(
            text=match[0],
            plain=plain[match.start() : match.end()],
            keys=_keys_of(match, groups, opens_cited),
            named=named,
            subject=subject,
            closed=any(group.start == match.end() for group in groups),
            only_places=only_places,
            silent=wording.silent.search(match[0]) is not None,
        )


def _keys_of(piece: re.Match[str], groups: Sequence[Group], opens_cited: bool) -> tuple[int, ...]:
    """What a piece must be proven by: as a rule the next citation, behind the last one all.

    A piece that goes straight on from a citation may be proven by that one too. Where the sentence
    begins with a citation, each of them stands before what it proves.
    """
    before = next((group for group in reversed(groups) if group.end <= piece.start()), None)
    after = next((group for group in groups if group.start >= piece.end()), None)
    if before and opens_cited:
        return before.keys
    if not after:
        return tuple(key for group in groups for key in group.keys)
    goes_on = before and before.end == piece.start() and piece[0][0] not in "、和及与"
    return (*before.keys, *after.keys) if before and goes_on else after.keys
