"""Report → CSV that spreadsheets open in Chinese and never run."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO

from qa.export.report import Report
from qa.export.rows import WHOLE, is_formula, listing
from qa.export.tables import Table
from qa.export.wording import clean

UTF8_MARK = "utf-8-sig"


def comma_separated(report: Report) -> bytes:
    """UTF-8 with its mark, one row an entry; before them what is said, where that tells more.

    Cells that a spreadsheet would take for a formula begin with an apostrophe.
    """
    out = StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    table = listing(report)
    writer.writerow(table.head)
    writer.writerows(map(_neutralised, _preface(report, table)))
    writer.writerows(map(_neutralised, table.rows))
    return out.getvalue().encode(UTF8_MARK)


def _preface(report: Report, table: Table) -> list[tuple[str, ...]]:
    """What stands before the rows where they do not speak for themselves."""
    if table.rows and not report.is_refusal and not report.is_told:
        return []
    said = [*report.facts, *((report.said_as, line) for line in report.said)]
    return [_cells(table.head, label, text) for label, text in said]


def _cells(head: Sequence[str], label: str, text: str) -> tuple[str, ...]:
    """A row with its label beside the number, and its text where passages stand whole."""
    values = {head[1]: label, WHOLE: text}
    return tuple(clean(values.get(name, "")) for name in head)


def _neutralised(cells: Sequence[str]) -> list[str]:
    return [f"'{text}" if is_formula(text) else text for text in cells]
