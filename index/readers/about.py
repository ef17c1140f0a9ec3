"""What a document as a whole is about: its title, its province and its year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from index.knowledge import SectionWords
from index.readers.corrections import Corrections
from index.readers.parts import Paragraph, Part
from index.readers.periods import period_of
from index.readers.whereabouts import LONGEST_OPENING, OPENING_PARAGRAPHS, Whereabouts
from index.records import NATIONWIDE

_NUMBER_BRACKETS = ("〔", "[", "［")


@dataclass(frozen=True, slots=True)
class About:
    """What a document is about; `province` is None where nothing names one, `year` "" likewise.

    `is_report`: it looks back on one year and ahead on the next.
    """

    title: str
    province: str | None
    year: str
    is_report: bool


def find_about(
    name: str,
    parts: Sequence[Part],
    title: Paragraph | None,
    where: Whereabouts,
    words: SectionWords,
) -> About:
    """What a document of this name and title, with these parts, is about."""
    opening = [part.text for part in parts if isinstance(part, Paragraph)][:OPENING_PARAGRAPHS]
    said = title.text if title else ""
    return About(
        title=said or name,
        province=where.in_title(said) or where.in_title(name) or where.in_opening(opening),
        year=period_of(name) or period_of(said) or _issued(opening),
        is_report=any(word in name + said for word in words.reports),
    )


def corrected(about: About, corrections: Corrections) -> About:
    """What a document is about, as its user says."""
    said = corrections.province
    province = None if said == NATIONWIDE else said or about.province
    return replace(about, province=province, year=corrections.year or about.year)


def _issued(opening: Iterable[str]) -> str:
    """The year of a document's number, `〔2021〕82号`, or else of its date."""
    short = [text for text in opening if len(text) <= LONGEST_OPENING]
    numbers = [text for text in short if "号" in text and any(b in text for b in _NUMBER_BRACKETS)]
    dates = [text for text in short if text.endswith("日")]
    return next(filter(None, map(period_of, [*numbers, *dates])), "")
