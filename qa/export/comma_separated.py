"""Report → CSV that spreadsheets open in Chinese and never run."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO

from qa.export.report import Report
from qa.export.rows import HEAD, entry_row, is_formula
from qa.export.wording import clean

UTF8_MARK = "utf-8-sig"


def comma_separated(report: Report) -> bytes:
    """UTF-8 with its mark, one row an entry; before them what is said, where that tells more.

    Cells that a spreadsheet would take for a formula begin with an apostrophe.
    """
    out = StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEAD)
    writer.writerows(map(_neutralised, _preface(report)))
    writer.writerows(_neutralised(entry_row(entry)) for entry in report.entries)
    return out.getvalue().encode(UTF8_MARK)


def _preface(report: Report) -> list[tuple[str, ...]]:
    """What stands before the entries where they do not speak for themselves."""
    if report.entries and not report.is_refusal and not report.is_told:
        return []
    said = [*report.facts, *((report.said_as, line) for line in report.said)]
    return [_cells(label, text) for label, text in said]


def _cells(label: str, text: str) -> tuple[str, ...]:
    values = {"类别": label, "整条内容": text}
    return tuple(clean(values.get(name, "")) for name in HEAD)


def _neutralised(cells: Sequence[str]) -> list[str]:
    return [f"'{text}" if is_formula(text) else text for text in cells]
