"""What the text under a path of headings is: looking back, looking ahead, or neither; of which year."""

from __future__ import annotations

from collections.abc import Sequence

from index.knowledge import SectionWords
from index.readers.about import About
from index.readers.periods import period_of
from index.readers.sections import is_yearly
from index.records import ACHIEVEMENT, PLAN, TEXT

LEADING_PARAGRAPHS = 6
"""How many paragraphs of a section tell what it is about where its heading does not."""


def column_of(path: Sequence[str], lead: Sequence[str], about: About, words: SectionWords) -> str:
    """The column of text under `path`: by its highest heading that tells, its opening, the title.

    Args:
        path: the headings above it, the highest first.
        lead: the paragraphs under the highest of them.
        about: the document.
        words: what headings mean.
    """
    for heading in path:
        meaning = words.meaning_of(heading)
        if meaning:
            return meaning
        if is_yearly(heading) and about.year:
            return PLAN if period_of(heading) >= about.year else ACHIEVEMENT
    if about.is_report:
        said = "".join(lead[:LEADING_PARAGRAPHS])
        if any(cue in said for cue in words.plan_cues):
            return PLAN
        if any(cue in said for cue in words.achievement_cues):
            return ACHIEVEMENT
    return words.meaning_of(about.title) or TEXT


def year_of(path: Sequence[str], lead: Sequence[str], about: About, column: str) -> str:
    """The years of text under `path`: its headings', those it looks back on, the document's."""
    own = next(filter(None, map(period_of, path)), "")
    if own or column != ACHIEVEMENT:
        return own or about.year
    told = next(filter(None, map(period_of, lead[:LEADING_PARAGRAPHS])), "")
    return told if told and told <= about.year else about.year
