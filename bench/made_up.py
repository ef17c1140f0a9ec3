"""Questions made up of a store's own words, as many as are wanted and hardly any twice."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator

from index.store import Store

SEED = 7
_ENDS = re.compile(r"[，。；：、！？“”（）《》\s]+")
FORMS = (
    "哪些省份{what}",
    "{where}{what}吗",
    "{where}在{what}方面做了什么",
    "{where}下一年打算怎样{what}",
    "与{where}{what}类似的做法有哪些",
    "比较{where}和{elsewhere}的{what}",
    "各省{what}的数量是多少",
    "{what}",
)


def made_up(store: Store, seed: int = SEED) -> Iterator[str]:
    """Questions without end, the same for the same seed."""
    chance = random.Random(seed)
    provinces = store.facets.values["province"]
    clauses = [c for p in store.passages for c in _ENDS.split(p.text) if 4 <= len(c) <= 24]
    for n in itertools.count():
        where, elsewhere = chance.sample(provinces, 2)
        what = chance.choice(clauses)
        if n % 3 == 0:
            # Half of one clause and half of another: words that never stood together.
            other = chance.choice(clauses)
            what = what[: len(what) // 2] + other[len(other) // 2 :]
        yield FORMS[n % len(FORMS)].format(where=where, elsewhere=elsewhere, what=what)
