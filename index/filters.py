"""Which passages a search may find, decided before it runs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from index.errors import UsageError
from index.ranking import BoolVector
from index.records import Passage

FACETS = {
    "province": "省份",
    "column": "栏目",
    "theme": "工作重点",
    "document": "文档",
    "year": "年份",
}
"""The facets of a passage and what users call them."""
Codes = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Filter:
    """Values that a passage must have, any one of each facet; an empty facet allows all."""

    province: tuple[str, ...] = ()
    column: tuple[str, ...] = ()
    theme: tuple[str, ...] = ()
    document: tuple[str, ...] = ()
    year: tuple[str, ...] = ()

    def without(self, other: Filter) -> Filter:
        """What is left of it without the facets that `other` decides."""
        kept = {
            f.name: () if getattr(other, f.name) else getattr(self, f.name) for f in fields(self)
        }
        return Filter(**kept)

    @property
    def is_empty(self) -> bool:
        """Whether it allows everything."""
        return not any(getattr(self, field.name) for field in fields(self))


class FacetIndex:
    """The values of each facet in a store, and which passages have them."""

    def __init__(
        self,
        values: Mapping[str, tuple[str, ...]],
        codes: Mapping[str, Codes],
        titled: Iterable[tuple[str, str]],
        dated: Iterable[tuple[str, str]],
    ) -> None:
        """Take what `of` finds in passages.

        Args:
            values: of each facet, in order of appearance.
            codes: for each facet the place of every passage's value among those.
            titled: each column with a title that it goes by, in order of appearance.
            dated: each column with a period of its passages.
        """
        self.values = values
        """The values of each facet, in order of appearance."""
        self.titled, self.dated = tuple(titled), tuple(dated)
        self.column_titles: dict[str, tuple[str, ...]] = {}
        """The titles that each column goes by, in order of appearance."""
        for key, title in self.titled:
            self.column_titles[key] = (*self.column_titles.get(key, ()), title)
        self._codes = codes
        self._size = len(codes["province"])

    @classmethod
    def of(cls, passages: Sequence[Passage]) -> FacetIndex:
        """The facets of `passages`."""
        values, codes = {}, {}
        for facet in FACETS:
            column = [getattr(passage, facet) for passage in passages]
            values[facet] = tuple(dict.fromkeys(column))
            code = {value: i for i, value in enumerate(values[facet])}
            codes[facet] = np.array([code[value] for value in column], dtype=np.int32)
        titled = dict.fromkeys((p.column, p.column_title) for p in passages)
        return cls(values, codes, titled, dict.fromkeys((p.column, p.year) for p in passages))

    def at(self, rows: NDArray[np.integer]) -> FacetIndex:
        """The same values, and which of the passages in `rows` have them."""
        codes = {facet: codes[rows] for facet, codes in self._codes.items()}
        return FacetIndex(self.values, codes, self.titled, self.dated)

    def codes(self, facet: str) -> Codes:
        """The place of every passage's value among the `values` of a facet."""
        return self._codes[facet]

    def labels(self, facet: str) -> NDArray[np.str_]:
        """Every passage's value of a facet."""
        return np.array(self.values[facet], dtype=np.str_)[self._codes[facet]]

    def allowed(self, wanted: Filter) -> BoolVector | None:
        """One truth value a passage, or None when all are allowed.

        A value may be the beginning of a name (`安徽` for `安徽省`), a column's title as well as
        its key, and a year stands for every period that holds it.

        Raises:
            UsageError: a value that nothing in the store has; the message names those that exist.
        """
        if wanted.is_empty:
            return None
        mask = np.ones(self._size, dtype=bool)
        for facet in FACETS:
            values = getattr(wanted, facet)
            if values:
                names = [name for value in values for name in self.resolve(facet, value)]
                is_wanted = np.zeros(len(self.values[facet]), dtype=bool)
                is_wanted[[self.values[facet].index(name) for name in names]] = True
                mask &= is_wanted[self._codes[facet]]
        return mask

    def counts(
        self, facets: Sequence[str], among: BoolVector | None = None
    ) -> dict[tuple[str, ...], int]:
        """How many passages have which values of some facets, in order of appearance.

        Args:
            facets: the first one's value comes first in the keys.
            among: which passages count; None counts all.
        """
        codes = [self._codes[facet] for facet in facets]
        if among is not None:
            codes = [own[among] for own in codes]
        shape = [max(len(self.values[facet]), 1) for facet in facets]
        keys = np.ravel_multi_index(codes, shape)
        found, firsts, counts = np.unique(keys, return_index=True, return_counts=True)
        in_order = np.argsort(firsts)
        places = zip(*np.unravel_index(found[in_order], shape), strict=True)
        names = (
            tuple(self.values[facet][at] for facet, at in zip(facets, place, strict=True))
            for place in places
        )
        return dict(zip(names, counts[in_order].tolist(), strict=True))

    def implied(self, allowed: BoolVector) -> tuple[dict[str, tuple[str, ...]], bool]:
        """The values that allowed passages have, of each facet of which they lack some.

        And whether they are all that allows them: no other passage has such values.
        """
        values: dict[str, tuple[str, ...]] = {}
        covered = np.ones(self._size, dtype=bool)
        for facet, codes in self._codes.items():
            is_there = np.bincount(codes[allowed], minlength=len(self.values[facet])) > 0
            if not is_there.all():
                values[facet] = tuple(np.array(self.values[facet], dtype=object)[is_there])
                covered &= is_there[codes]
        return values, bool((covered == allowed).all())

    def years_by_column(self) -> dict[str, set[str]]:
        """The years that each column's periods hold."""
        years: dict[str, set[str]] = {}
        for column, year in self.dated:
            years.setdefault(column, set()).update(years_in(year))
        return years

    def resolve(self, facet: str, value: str) -> list[str]:
        """The values of a facet that `value` means; raises UsageError as `allowed`."""
        known = self.values[facet]
        found = [name for name in known if self._means(facet, name, value)]
        if not value or not found:
            valid = "、".join(name for name in known if name)
            raise UsageError(f"没有叫“{value}”的{FACETS[facet]}。可选：{valid}。")
        # A full name is meant itself, not as the beginning of a longer one; a year never is.
        return [value] if value in known and facet != "year" else found

    def _means(self, facet: str, name: str, value: str) -> bool:
        if facet == "year":
            return value == name or value in years_in(name)
        if facet == "column":
            return value == name or value in self.column_titles[name]
        return name.startswith(value)


def years_in(period: str) -> list[str]:
    """All years from the first to the last of a period: `"2016-2018"` holds three."""
    years = [int(year) for year in re.findall(r"\d{4}", period)]
    return [str(year) for year in range(min(years), max(years) + 1)] if years else []
