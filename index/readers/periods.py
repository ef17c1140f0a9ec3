"""Which years a title speaks of."""

from __future__ import annotations

import re

_YEAR = r"(?<![\d.])(?:19|20)\d\d(?!\d|\.\d)"
_PERIOD = re.compile(rf"{_YEAR}(?:\s*年?\s*[-—–~～－至到]+\s*(?:19|20)\d\d(?!\d))?")
_YEARS = re.compile(_YEAR)
_DIGITS = str.maketrans("〇○零一二三四五六七八九０１２３４５６７８９", "0001234567890123456789")
_SPELT = re.compile(r"[〇○零一二三四五六七八九]{4}(?=年)|[０-９]{4}")


def period_of(title: str) -> str:
    """The first year or span of years in a title: `"2016—2017年工作绩效"` → `"2016-2017"`; else ""."""
    match = _PERIOD.search(_with_digits(title))
    return "-".join(dict.fromkeys(_YEARS.findall(match[0]))) if match else ""


def span_of(title: str) -> str:
    """From the first to the last year of all that a title names: `"2016-2018"`; else ""."""
    years = sorted(_YEARS.findall(_with_digits(title)))
    return "-".join(dict.fromkeys((years[0], years[-1]))) if years else ""


def _with_digits(title: str) -> str:
    """The title with years spelt in Chinese or full-width digits as plain ones."""
    return _SPELT.sub(lambda match: match[0].translate(_DIGITS), title)
