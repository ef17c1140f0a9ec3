"""What a user says of a document where it was understood wrongly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from index.errors import UsageError
from index.places import load_gazetteer
from index.readers.periods import span_of
from index.readers.report import MEANINGS
from index.records import NATIONWIDE


@dataclass(frozen=True, slots=True)
class Corrections:
    """Taken over what reading would make of it; empty where nothing is wrong.

    `columns` pairs titles of columns, or top headings, with a key of `MEANINGS`. `province` and
    `year` are those of the whole document, for whatever in it names none of its own.
    """

    columns: tuple[tuple[str, str], ...] = ()
    province: str = ""
    year: str = ""

    def column_of(self, title: str) -> str | None:
        """What a title was said to mean, or None."""
        return dict(self.columns).get(title)


NOTHING = Corrections()


def read_corrections(columns: Iterable[str], province: str = "", year: str = "") -> Corrections:
    """Corrections as people write them: `完成情况=工作绩效`, a province's name, a year or years.

    Raises:
        UsageError: something that is no such thing.
    """
    return Corrections(tuple(map(_column, columns)), _province(province), _year(year))


def corrections_from(raw: Mapping[str, object]) -> Corrections:
    """What `dataclasses.asdict` made of corrections, after a way through JSON."""
    columns = raw.get("columns") or ()
    assert isinstance(columns, list | tuple)
    pairs = tuple((str(title), str(key)) for title, key in columns)
    return Corrections(pairs, str(raw.get("province") or ""), str(raw.get("year") or ""))


def _column(written: str) -> tuple[str, str]:
    title, equals, meaning = written.rpartition("=")
    key = {name: key for key, name in MEANINGS.items()}.get(meaning.strip(), meaning.strip())
    if not (equals and title.strip() and key in MEANINGS):
        known = "、".join(f"{name}（{key}）" for key, name in MEANINGS.items())
        raise UsageError(f"栏目“{written}”的写法不对，应为 标题=含义，含义是：{known}。")
    return title.strip(), key


def _province(written: str) -> str:
    name = written.strip()
    if name in ("", NATIONWIDE):
        return name
    found = [m for m in load_gazetteer().find(name) if m.end - m.start == len(name)]
    if len(found) != 1 or len(found[0].provinces) != 1:
        raise UsageError(f"不认识省份“{name}”，请写一个省份的全称；全国性文件写 {NATIONWIDE}。")
    return found[0].provinces[0]


def _year(written: str) -> str:
    years = span_of(written)
    if written.strip() and not years:
        raise UsageError(f"年份“{written.strip()}”的写法不对，应为 2025 或 2016-2017。")
    return years
