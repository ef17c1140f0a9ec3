"""What other provinces did in a theme and one's own mentions nowhere, each quoted whole."""

from __future__ import annotations

from index.records import ACHIEVEMENT
from index.store import Store
from qa.analogues import AnalogueFinder
from qa.cite import check
from qa.records import Citation

MOST_LEADS = 300
MOST_TOLD = 20


def missing_practices(
    finder: AnalogueFinder, store: Store, home: str, theme: str
) -> tuple[Citation, ...]:
    """Achievements of other provinces in `theme` the like of which `home` mentions nowhere.

    At most `MOST_TOLD`, of the first `MOST_LEADS` in the order of the documents; what most provinces
    do comes first, and of those that tell of the same practice only one is named.
    """
    passages = store.passages
    rows = [i for i, p in enumerate(passages) if p.theme == theme and p.column == ACHIEVEMENT]
    missing = finder.missing(home, rows, MOST_LEADS, MOST_TOLD)
    cited = (
        Citation(n, passages[row], 0, len(passages[row].text)) for n, row in enumerate(missing, 1)
    )
    good, _ = check(cited, passages)
    return good
