"""The places that a text names."""

from __future__ import annotations

from index.places import Mention, load_gazetteer
from index.segment import load_segmenter
from qa.proof.characters import filled
from qa.proof.wording import load_proof_wording
from qa.quantities import blank


def find_places(text: str) -> list[Mention]:
    """The places in `text`, without those that only two words side by side seem to name."""
    text = load_proof_wording().not_places.sub(blank, text)
    for _ in range(3):
        found = load_gazetteer().find(text)
        accidents = [mention for mention in found if _is_accident(text, mention)]
        if not accidents:
            break
        # What began inside an accident may be a name itself: 协同江苏.
        text = filled(text, [(mention.start, mention.start + 1) for mention in accidents])
    return [mention for mention in found if mention not in accidents]


def _is_accident(text: str, mention: Mention) -> bool:
    """Whether a short name is made of the ends of two words (提高安全), or stands within one word."""
    start, end = mention.start, mention.end
    if end - start != 2 or (mention.whole and len(mention.provinces) == 1):
        return False
    is_word = load_segmenter().is_word
    befores = [n for n in (1, 2) if start >= n]
    crosses_start = any(is_word(text[start - n : start + 1]) for n in befores)
    crosses_end = any(is_word(text[end - 1 : end + n]) for n in (1, 2) if end + n <= len(text))
    within = any(is_word(text[start - n : end + after]) for n in befores for after in (0, 1))
    return (crosses_start and crosses_end) or within
