"""Proper names in a store's texts: what a question may have mistyped in one character."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_QUOTED = re.compile(r"[“「《]([^”」》]{3,12})[”」》]")
SHORTEST = 4
MOST = 20_000
"""So many names are kept, those of most texts: whoever types a rarer one must type it right."""


def quoted_names(texts: Iterable[str]) -> list[str]:
    """What stands in quotes or title marks in `texts`, at most `MOST`, sorted."""
    counts = Counter(name for text in texts for name in set(_QUOTED.findall(text)))
    return sorted(name for name, _ in counts.most_common(MOST) if len(name) >= SHORTEST)
